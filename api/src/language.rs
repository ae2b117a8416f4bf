//! The language a caller reads: `Accept-Language` (RFC 9110, section 12.5.4).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use workflow::letter::Language;

/// Dutch where the caller prefers it to English; else English.
pub(crate) fn preferred(headers: &HeaderMap) -> Language {
    preferred_or(headers, Language::En)
}

/// The one of both that the caller prefers; `otherwise` where neither is preferred to the other.
pub fn preferred_or(headers: &HeaderMap, otherwise: Language) -> Language {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (dutch, english) = (weight(asked, "nl"), weight(asked, "en"));
    if dutch > english {
        Language::Nl
    } else if english > dutch {
        Language::En
    } else {
        otherwise
    }
}

/// How much a language is wanted, from 0 to 1.
fn weight(asked: &str, language: &str) -> f32 {
    let weights = asked.split(',').filter_map(|range| {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let quality = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |quality| quality.trim().parse().ok());
        primary.eq_ignore_ascii_case(language).then_some(quality?)
    });
    weights.fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};
    use workflow::letter::Language;

    use super::preferred;

    #[test]
    fn dutch_is_given_to_who_prefers_it_and_english_to_all_others() {
        for (asked, language) in [
            ("nl", Language::Nl),
            ("nl-NL,nl;q=0.9,en;q=0.8", Language::Nl),
            ("en-GB, nl;q=0.5", Language::En),
            ("en;q=0.3, NL;q=0.4", Language::Nl),
            ("nl;q=nonsense", Language::En),
            ("de", Language::En),
            ("", Language::En),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("accept-language", HeaderValue::from_static(asked));
            assert_eq!(preferred(&headers), language, "{asked:?}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Language::En);
    }
}
