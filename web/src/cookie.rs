//! Cookies: read from a request, written into an answer.

use axum::http::header::{COOKIE, HOST, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

/// The session's, over TLS. Browsers take a cookie with this prefix only with `Secure`, for the whole host and nobody below it.
const SESSION: &str = "__Host-overstap";
/// The session's on the machine itself, where there is no TLS and not every browser takes the other.
const SESSION_HERE: &str = "overstap";

/// The value of a cookie.
pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// The session's id, as the browser tells it.
pub(crate) fn session(headers: &HeaderMap) -> Option<String> {
    let name = if is_this_machine(headers) { SESSION_HERE } else { SESSION };
    value(headers, name).filter(|id| id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Keeps the session's id in the browser, until it is closed.
pub(crate) fn keep_session(asked: &HeaderMap, answer: &mut HeaderMap, id: &str) {
    set_session(asked, answer, id, "");
}

/// Takes it away.
pub(crate) fn drop_session(asked: &HeaderMap, answer: &mut HeaderMap) {
    set_session(asked, answer, "", "; Max-Age=0");
}

fn set_session(asked: &HeaderMap, answer: &mut HeaderMap, id: &str, more: &str) {
    let (name, secure) = if is_this_machine(asked) { (SESSION_HERE, "") } else { (SESSION, "; Secure") };
    add(answer, &format!("{name}={id}; Path=/; HttpOnly; SameSite=Lax{secure}{more}"));
}

/// Keeps the chosen language for a year.
pub(crate) fn keep_language(answer: &mut HeaderMap, tag: &str) {
    add(answer, &format!("{}={tag}; Path=/; SameSite=Lax; HttpOnly; Max-Age=31536000", crate::language::COOKIE));
}

fn add(answer: &mut HeaderMap, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        answer.append(SET_COOKIE, cookie);
    }
}

/// Whether the browser was sent to this very machine. It says so itself, and nobody else can make it say so; a proxy passes it on.
fn is_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(name, _)| name);
    name == "localhost" || name == "[::1]" || (name.starts_with("127.") && name.parse::<std::net::Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::{keep_session, session};

    fn from(host: &'static str, cookie: &str) -> HeaderMap {
        let header = |name, value: &str| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("")))
        };
        HeaderMap::from_iter([header("host", host), header("cookie", cookie)])
    }

    #[test]
    fn a_session_is_kept_for_tls_only_but_on_the_machine_itself() {
        let id = "a".repeat(64);
        for (host, name, secure) in [
            ("overstap.example", "__Host-overstap", true),
            ("127.0.0.1.evil.example", "__Host-overstap", true),
            ("192.168.1.5:8080", "__Host-overstap", true),
            ("", "__Host-overstap", true),
            ("127.0.0.1:8080", "overstap", false),
            ("localhost", "overstap", false),
            ("[::1]:8080", "overstap", false),
        ] {
            let mut answer = HeaderMap::new();
            keep_session(&from(host, ""), &mut answer, &id);
            let cookie = answer.get("set-cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert!(cookie.starts_with(&format!("{name}={id}; Path=/; HttpOnly; SameSite=Lax")), "{host}: {cookie}");
            assert_eq!(cookie.contains("; Secure"), secure, "{host}: {cookie}");
            assert_eq!(session(&from(host, &format!("x=1; {name}={id}"))), Some(id.clone()), "{host}");
        }
        assert_eq!(session(&from("overstap.example", &format!("overstap={id}"))), None, "the other name counts here only");
        assert_eq!(session(&from("localhost", "overstap=short")), None);
    }
}
