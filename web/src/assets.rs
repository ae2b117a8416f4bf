//! What pages are dressed with: a style sheet, htmx, an icon. Compiled in; the name holds a hash of the content, so browsers keep it for ever.
//!
//! htmx is npm's `htmx.org` 2.0.11 and `htmx-ext-sse` 2.2.4, as they are in their packages' `dist`, under the licence beside them. To renew
//! them: `npm pack htmx.org@2 htmx-ext-sse@2`, copy `dist/htmx.min.js` and `dist/sse.min.js` here, and name the versions in this line.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// Every file: its name, type and content.
const FILES: [(&str, &str, &[u8]); 4] = [
    ("overstap.css", "text/css; charset=utf-8", include_bytes!("../assets/overstap.css")),
    ("htmx.js", "text/javascript; charset=utf-8", include_bytes!("../assets/htmx.min.js")),
    ("htmx-sse.js", "text/javascript; charset=utf-8", include_bytes!("../assets/htmx-sse.min.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
];

/// What all files are together.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (_, _, content) in FILES {
        hash.update(content);
    }
    hash.finalize().iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
});

/// Where a file is.
pub(crate) fn path(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// A file. One of another version is not there any more: the page that names it is old.
pub(crate) async fn asset(Path((version, name)): Path<(String, String)>) -> Response {
    let Some((_, kind, content)) = FILES.into_iter().find(|(known, _, _)| *known == name).filter(|_| version == *VERSION) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, content).into_response()
}
