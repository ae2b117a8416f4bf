//! Who calls: an HMAC over date, digest and request line, and a signed token in a cookie. Both are needed.
//!
//! The clients of COIN that are in use differ in the order of what they sign and in whether the request line has the query
//! string; the `headers` parameter names the order, and either request line is good.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::DATE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::reply::{Code, refusal};
use super::{Consumer, Simulator};

/// How far the two clocks may differ.
const SKEW_SECONDS: i64 = 30;

/// Far above any message.
const MOST_BYTES: usize = 1 << 20;

/// What `authorization` must speak for.
const SIGNED: [&str; 3] = ["x-date", "digest", "request-line"];

/// Why a call is turned away.
#[derive(Debug, PartialEq, Eq)]
enum Denied {
    /// 401: it isn't proven who calls.
    Unauthorized(&'static str),
    /// 403: it is proven, but the two proofs name different consumers.
    Forbidden(&'static str),
}

/// Lets through what is signed by the consumer.
pub(super) async fn authenticate(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return refusal(StatusCode::BAD_REQUEST, Code::FieldValidation, ["the body is too large"]);
    };
    let now = simulator.coins_now();
    let call = Call { method: &parts.method, uri: &parts.uri, headers: &parts.headers, body: &body };
    let mut answer = match call.check(&simulator.shared.consumer, now) {
        Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(Denied::Unauthorized(reason)) => refusal(StatusCode::UNAUTHORIZED, Code::Unauthorized, [reason]),
        Err(Denied::Forbidden(reason)) => refusal(StatusCode::FORBIDDEN, Code::Forbidden, [reason]),
    };
    if let Ok(date) = HeaderValue::from_str(&now.format("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        answer.headers_mut().insert(DATE, date);
    }
    answer
}

struct Call<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    body: &'a Bytes,
}

impl Call<'_> {
    fn check(&self, consumer: &Consumer, now: DateTime<Utc>) -> Result<(), Denied> {
        self.check_date(now)?;
        self.check_digest()?;
        let username = self.check_signature(consumer)?;
        let issuer = self.check_token(consumer, now)?;
        if username != issuer {
            return Err(Denied::Forbidden("the signature and the token are of different consumers"));
        }
        if username != consumer.name() {
            return Err(Denied::Forbidden("this consumer is unknown"));
        }
        Ok(())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn check_date(&self, now: DateTime<Utc>) -> Result<(), Denied> {
        let date = self.header("x-date").and_then(|text| DateTime::parse_from_rfc2822(text).ok());
        let date = date.ok_or(Denied::Unauthorized("x-date is not a date as HTTP writes it"))?;
        if (now - date.to_utc()).num_seconds().abs() > SKEW_SECONDS {
            return Err(Denied::Unauthorized("x-date is too far from now"));
        }
        Ok(())
    }

    fn check_digest(&self) -> Result<(), Denied> {
        let expected = format!("SHA-256={}", BASE64_STANDARD.encode(Sha256::digest(self.body)));
        if self.header("digest") == Some(&expected) {
            Ok(())
        } else {
            Err(Denied::Unauthorized("digest is not that of the body"))
        }
    }

    /// The name under which the call is signed.
    fn check_signature(&self, consumer: &Consumer) -> Result<&str, Denied> {
        let authorization = self.header("authorization").and_then(|text| text.trim().strip_prefix("hmac "));
        let authorization = authorization.ok_or(Denied::Unauthorized("authorization is not of the scheme hmac"))?;
        let parameter = |name: &str| {
            let parameters = authorization.split(',').filter_map(|pair| pair.trim().split_once('='));
            let mut named = parameters.filter(|(key, _)| *key == name);
            named.next().map(|(_, value)| value.trim_matches('"'))
        };
        if parameter("algorithm") != Some("hmac-sha256") {
            return Err(Denied::Unauthorized("the algorithm is not hmac-sha256"));
        }
        let names: Vec<&str> = parameter("headers").unwrap_or_default().split(' ').collect();
        if !SIGNED.iter().all(|needed| names.contains(needed)) {
            return Err(Denied::Unauthorized("x-date, digest and request-line must be signed"));
        }
        let signature = parameter("signature").and_then(|text| BASE64_STANDARD.decode(text).ok()).unwrap_or_default();
        let with_query = self.uri.path_and_query().map_or(self.uri.path(), |both| both.as_str());
        let matches = |path: &str| {
            let mac = Hmac::<Sha256>::new_from_slice(&consumer.secret());
            mac.is_ok_and(|mac| mac.chain_update(self.signed_lines(&names, path)).verify_slice(&signature).is_ok())
        };
        if matches(with_query) || matches(self.uri.path()) {
            parameter("username").ok_or(Denied::Unauthorized("there is no username"))
        } else {
            Err(Denied::Unauthorized("the signature does not match"))
        }
    }

    /// What is signed: a line for each name, in their order.
    fn signed_lines(&self, names: &[&str], path: &str) -> String {
        let line = |name: &&str| match *name {
            "request-line" => format!("{} {path} HTTP/1.1", self.method),
            name => format!("{name}: {}", self.header(name).unwrap_or_default()),
        };
        names.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The name in the token: a JSON Web Token (RFC 7519) signed with RS256 (RFC 7518 §3.3).
    fn check_token(&self, consumer: &Consumer, now: DateTime<Utc>) -> Result<String, Denied> {
        let token = self.cookie("jwt").ok_or(Denied::Unauthorized("the cookie jwt is missing"))?;
        let invalid = Denied::Unauthorized("the token does not hold");
        let Some((signed, signature)) = token.rsplit_once('.') else {
            return Err(invalid);
        };
        let Some((header, claims)) = signed.split_once('.') else {
            return Err(invalid);
        };
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        let rs256 = part::<Algorithm>(header).is_some_and(|header| header.alg == "RS256");
        if !rs256 || !consumer.has_signed(signed.as_bytes(), &signature) {
            return Err(invalid);
        }
        let Some(claims) = part::<Claims>(claims) else {
            return Err(invalid);
        };
        let now = now.timestamp();
        if now.saturating_add(SKEW_SECONDS) < claims.nbf || claims.exp < now.saturating_sub(SKEW_SECONDS) {
            return Err(Denied::Unauthorized("the token is not valid now"));
        }
        Ok(claims.iss)
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.header("cookie")?.split(';').filter_map(|pair| pair.trim().split_once('='));
        cookies.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

#[derive(Deserialize)]
struct Algorithm {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    nbf: i64,
    exp: i64,
}

/// A part of a token.
fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
