//! On what terms a change is asked for: by whom, upon which version, under which idempotency key, for real or dry.

use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use engine::Idempotency;
use engine::subscription::Asked;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::ApiState;
use crate::answer::{Refusal, kept};
use crate::auth::Caller;
use crate::problem::Problem;
use crate::query;

/// The key under which a client repeats a POST (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A UUID has 36 characters; this leaves room for those who write what it is for.
const KEY_LENGTH_MAX: usize = 200;

/// The terms of a change.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) caller: Caller,
    pub(crate) if_match: Option<i64>,
    pub(crate) dry_run: bool,
    pub(crate) idempotency: Option<Idempotency>,
}

/// The parameters of every change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeParams {
    #[serde(default)]
    dry_run: bool,
}

impl Terms {
    /// The terms that a request states. `content` is what tells it from another one under the same key.
    ///
    /// # Errors
    /// Besides problems, the answer that was kept under the key.
    pub(crate) async fn of(parts: &mut Parts, api: &ApiState, content: &[u8]) -> Result<Self, Refusal> {
        let ChangeParams { dry_run } = query::read(&parts.uri)?;
        Self::agreed(parts, api, content, dry_run).await
    }

    /// The same where the query has more parameters, and has been read.
    pub(crate) async fn agreed(parts: &mut Parts, api: &ApiState, content: &[u8], dry_run: bool) -> Result<Self, Refusal> {
        let caller = Caller::from_request_parts(parts, api).await?;
        let if_match = if_match(&parts.headers)?;
        let key = if parts.method == Method::POST { idempotency_key(&parts.headers)? } else { None };
        // A dry run leaves nothing behind, so there is nothing to repeat.
        let idempotency = key.filter(|_| !dry_run).map(|key| Idempotency {
            scope: caller.token.clone(),
            key,
            fingerprint: fingerprint(parts, content),
        });
        if let Some(idempotency) = &idempotency
            && let Some(answer) = kept(api, idempotency).await?
        {
            return Err(Refusal::Kept(Box::new(answer)));
        }
        Ok(Self { caller, if_match, dry_run, idempotency })
    }
}

impl Terms {
    /// What the engine needs of them for what belongs to no project.
    pub(crate) fn asked(&self) -> Asked {
        Asked { if_match: self.if_match, dry_run: self.dry_run, idempotency: self.idempotency.clone() }
    }
}

/// The version in `If-Match`: an entity tag such as `"3"`, weak or not, or the bare number. `*` asks for nothing.
fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let tag = text.strip_prefix("W/").unwrap_or(text);
    let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag);
    match version.parse::<i64>() {
        Ok(version) if version > 0 => Ok(Some(version)),
        _ => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_if_match",
            format!("If-Match: {text:?} is geen versie; geef de ETag van het project, bijvoorbeeld \"3\""),
            format!("If-Match: {text:?} is not a version; give the project's ETag, for example \"3\""),
        )),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=KEY_LENGTH_MAX).contains(&key.len()) && key.chars().all(|c| matches!(c, ' '..='~')) => {
            Ok(Some(key.to_owned()))
        }
        _ => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_idempotency_key",
            format!("Idempotency-Key moet 1 tot en met {KEY_LENGTH_MAX} gewone tekens (ASCII) hebben"),
            format!("Idempotency-Key must have 1 to {KEY_LENGTH_MAX} plain characters (ASCII)"),
        )),
    }
}

fn fingerprint(parts: &Parts, content: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [parts.method.as_str(), parts.uri.path(), parts.uri.query().unwrap_or_default()] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(content);
    engine::handle::hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use axum::http::{HeaderMap, HeaderValue};

    use super::{idempotency_key, if_match};

    #[test]
    fn if_match_takes_a_version_in_any_usual_form() {
        for (given, version) in [(r#""3""#, Some(3)), (r#"W/"3""#, Some(3)), ("3", Some(3)), ("*", None)] {
            let headers = HeaderMap::from_iter([("if-match".parse().unwrap(), HeaderValue::from_static(given))]);
            assert_eq!(if_match(&headers).unwrap(), version, "{given}");
        }
        for wrong in ["", "three", r#""3", "4""#, "-1", "0", "99999999999999999999", r#""3"#] {
            let headers = HeaderMap::from_iter([("if-match".parse().unwrap(), HeaderValue::from_static(wrong))]);
            assert!(if_match(&headers).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_idempotency_key_is_at_most_200_printable_characters() {
        let with =
            |key: &[u8]| HeaderMap::from_iter([("idempotency-key".parse().unwrap(), HeaderValue::from_bytes(key).unwrap())]);
        assert_eq!(idempotency_key(&with(&[b'k'; 200])).unwrap().unwrap().len(), 200);
        assert!(idempotency_key(&with(&[b'k'; 201])).is_err());
        assert!(idempotency_key(&with(b"")).is_err());
        assert!(idempotency_key(&with("sleutel-é".as_bytes())).is_err());
        assert!(idempotency_key(&HeaderMap::new()).unwrap().is_none());
    }
}
