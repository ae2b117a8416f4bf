//! In which language a page is: as its reader chose, else as the browser asks, else in Dutch.

use axum::http::HeaderMap;
use workflow::letter::Language;
use workflow::text::Text;

use crate::cookie;

/// The cookie that keeps the choice. It says nothing of who has it.
pub(crate) const COOKIE: &str = "overstap-language";

/// A language with its words: what a template says of itself stands in it in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Language);

impl Words {
    /// The words of this page's reader.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let chosen = cookie::value(headers, COOKIE).and_then(|name| parse(&name));
        Self(chosen.unwrap_or_else(|| api::preferred_or(headers, Language::Nl)))
    }

    /// The one of two that the reader understands.
    pub(crate) fn say(self, nl: &'static str, en: &'static str) -> &'static str {
        match self.0 {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// A text of the API; days in it are written as people do.
    pub(crate) fn text(self, text: &Text) -> String {
        crate::dates::spelled_out(text.in_language(self.0), self)
    }

    /// The same as the beginning of a line.
    pub(crate) fn line(self, text: &Text) -> String {
        capitalized(&self.text(text))
    }

    /// The tag of the language.
    pub(crate) fn tag(self) -> &'static str {
        self.say("nl", "en")
    }
}

/// With a capital letter first, as a sentence begins.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The language of this name.
pub(crate) fn parse(name: &str) -> Option<Language> {
    match name {
        "nl" => Some(Language::Nl),
        "en" => Some(Language::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use workflow::letter::Language;

    use super::Words;

    #[test]
    fn a_choice_goes_before_what_the_browser_asks_and_that_before_dutch() {
        for (chosen, asked, language) in [
            ("", "", Language::Nl),
            ("", "de", Language::Nl),
            ("", "en-GB, nl;q=0.5", Language::En),
            ("", "nl-NL,nl;q=0.9,en;q=0.8", Language::Nl),
            ("overstap-language=nl", "en", Language::Nl),
            ("a=b; overstap-language=en", "nl", Language::En),
            ("overstap-language=fr", "en", Language::En),
        ] {
            let header = |name, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
            let headers = HeaderMap::from_iter([header("cookie", chosen), header("accept-language", asked)]);
            assert_eq!(Words::of(&headers), Words(language), "{chosen:?} {asked:?}");
        }
    }
}
