//! Pages for people: plain HTML, complete in itself, to be read, copied from and printed. Nothing in it runs, and what comes from a database
//! is text and nothing else.

use std::sync::LazyLock;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};
use workflow::letter::Language;

/// A value is taken whole by one click, so that it can be copied. On paper nothing is cut off.
const STYLE: &str = "\
body{font:16px/1.5 sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.5rem 0 .3rem}p{margin:.3rem 0}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top}\
th{background:#eee}code{font:inherit;user-select:all;white-space:pre-wrap;overflow-wrap:anywhere}\
.note{border-left:4px solid #b00;padding-left:.6rem}\
@media print{body{margin:0;max-width:none;font-size:11pt}tr{break-inside:avoid}a{color:inherit;text-decoration:none}}";

/// Only this style is taken by browsers, and nothing else is loaded, sent or framed.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    HeaderValue::from_str(&format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ))
    .ok()
});

/// A part of a page.
#[derive(Debug, Default)]
pub(crate) struct Html(String);

impl Html {
    /// An element with text in it.
    pub(crate) fn text(&mut self, tag: &str, text: &str) {
        self.put(&format!("<{tag}>{}</{tag}>", escaped(text)));
    }

    /// A paragraph that must not be overlooked.
    pub(crate) fn note(&mut self, text: &str) {
        self.put(&format!("<p class=\"note\">{}</p>", escaped(text)));
    }

    /// A table: what its columns are called, and cells that are made already.
    pub(crate) fn table(&mut self, columns: &[&str], rows: &[Vec<Html>]) {
        self.put("<table>");
        if !columns.is_empty() {
            self.row(columns.iter().map(|column| format!("<th>{}</th>", escaped(column))));
        }
        for row in rows {
            self.row(row.iter().map(|cell| format!("<td>{}</td>", cell.0)));
        }
        self.put("</table>");
    }

    fn row(&mut self, cells: impl Iterator<Item = String>) {
        self.put("<tr>");
        cells.for_each(|cell| self.put(&cell));
        self.put("</tr>\n");
    }

    /// Text by itself.
    pub(crate) fn plain(text: &str) -> Self {
        Self(escaped(text))
    }

    /// A value that is taken whole by one click.
    pub(crate) fn value(text: &str) -> Self {
        let mut html = Self::default();
        if !text.is_empty() {
            html.text("code", text);
        }
        html
    }

    /// A text that leads to another page of ours.
    pub(crate) fn link(path: &str, text: &str) -> Self {
        Self(format!("<a href=\"{}\">{}</a>", escaped(path), escaped(text)))
    }

    /// Several under each other.
    pub(crate) fn lines(parts: impl IntoIterator<Item = Html>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect::<Vec<_>>().join("<br>"))
    }

    fn put(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// The whole page.
    pub(crate) fn page(self, title: &str, language: Language) -> Response {
        let (title, lang) = (
            escaped(title),
            match language {
                Language::Nl => "nl",
                Language::En => "en",
            },
        );
        let page = format!(
            "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n{}</body></html>\n",
            self.0
        );
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(lang));
        headers.insert(VARY, HeaderValue::from_static("accept-language"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        // It shows a moment of something that goes on.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        if let Some(policy) = &*POLICY {
            headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
        }
        (headers, page).into_response()
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn what_is_shown_is_text_and_nothing_else() {
        let evil = "<script>alert('x')</script>&\"";
        let safe = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;";
        let mut html = Html::default();
        html.text("p", evil);
        html.note(evil);
        html.table(&[evil], &[vec![Html::value(evil), Html::plain(evil), Html::link(evil, evil)]]);
        assert_eq!(html.0.matches(safe).count(), 7, "{}", html.0);
        assert!(!html.0.contains("<script"), "{}", html.0);
    }
}
