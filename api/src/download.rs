//! Kept documents, as downloads that no browser mistakes for something else.

use std::fmt::Write as _;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use store::Document;

/// What a browser does with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Shows it: we made it.
    InPlace,
    /// Saves it: a stranger made it, and nothing in it may run.
    AsFile,
}

/// A document as a download. It never changes, so its hash is its tag.
pub(crate) fn download(document: Document, shown: Shown, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", document.sha256);
    let mut headers = HeaderMap::new();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    let known = asked.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let octets = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&document.content_type).unwrap_or(octets));
    if let Ok(disposition) = HeaderValue::from_str(&disposition(shown, &document.filename)) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    if shown == Shown::AsFile {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    }
    (headers, document.content).into_response()
}

/// `Content-Disposition` (RFC 6266) with the name in ASCII and, where that is not all of it, in UTF-8 (RFC 8187).
fn disposition(shown: Shown, filename: &str) -> String {
    let kind = match shown {
        Shown::InPlace => "inline",
        Shown::AsFile => "attachment",
    };
    let is_plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%');
    let plain: String = filename.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut text = format!("{kind}; filename=\"{plain}\"");
    if plain != filename {
        text.push_str("; filename*=UTF-8''");
        for byte in filename.bytes() {
            let is_safe = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
            // Writing to a String can't fail.
            let _infallible = if is_safe { write!(text, "{}", char::from(byte)) } else { write!(text, "%{byte:02X}") };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Shown, disposition};

    #[test]
    fn a_file_name_is_given_in_ascii_and_in_full() {
        assert_eq!(disposition(Shown::InPlace, "2027-0001-cancellation.pdf"), r#"inline; filename="2027-0001-cancellation.pdf""#);
        assert_eq!(
            disposition(Shown::AsFile, "één \"factuur\".pdf"),
            r#"attachment; filename="__n _factuur_.pdf"; filename*=UTF-8''%C3%A9%C3%A9n%20%22factuur%22.pdf"#
        );
    }
}
