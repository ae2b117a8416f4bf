//! What holds for every page whatever is on it: where it may get things from and send things to, and who may post to it.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, ORIGIN, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::Response;

/// Only our own files, and nothing that stands in the page itself runs.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// Dresses an answer. `same-origin`, as with no referrer at all browsers would not say from where a form comes.
pub(crate) async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let is_page = headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        // What is private does not lie in a cache, nor come back after signing out.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(VARY, HeaderValue::from_static("cookie, accept-language, hx-request"));
    }
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether a form was sent from one of our own pages, as far as the browser tells. One that tells nothing is no browser that others can lead
/// here with a cookie, or an old one: for it the form's own token counts.
pub(crate) fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text(&HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    match (text(&ORIGIN), text(&HOST)) {
        (None, _) => true,
        (Some(origin), host) => {
            let origin = origin.parse::<Uri>().ok();
            let from = origin.as_ref().and_then(Uri::authority).map(axum::http::uri::Authority::as_str);
            from.is_some() && from == host
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::is_from_here;

    #[test]
    fn a_form_of_another_site_is_told_by_what_the_browser_says_of_it() {
        for (headers, expected) in [
            (vec![("host", "a.example")], true),
            (vec![("host", "a.example"), ("origin", "https://a.example")], true),
            (vec![("host", "a.example:8443"), ("origin", "https://a.example:8443")], true),
            (vec![("host", "a.example"), ("origin", "https://b.example")], false),
            (vec![("host", "a.example"), ("origin", "https://a.example.b.example")], false),
            (vec![("host", "a.example"), ("origin", "null")], false),
            (vec![("origin", "https://a.example")], false),
            (vec![("host", "a.example"), ("origin", "https://a.example"), ("sec-fetch-site", "same-site")], false),
            (vec![("host", "a.example"), ("origin", "https://a.example"), ("sec-fetch-site", "cross-site")], false),
            (vec![("host", "a.example"), ("sec-fetch-site", "none")], false),
            (vec![("host", "a.example"), ("sec-fetch-site", "same-origin")], true),
        ] {
            let map = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            assert_eq!(is_from_here(&map.collect::<HeaderMap>()), expected, "{headers:?}");
        }
    }
}
