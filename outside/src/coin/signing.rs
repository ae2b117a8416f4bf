//! What COIN wants with every call: an HMAC over date, digest and request line, and a token signed with RS256 (RFC 7518
//! §3.3) in a cookie, valid for half a minute around now.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use chrono::{DateTime, Utc};
use hmac::Mac;
use reqwest::{Method, RequestBuilder, Url};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Credentials;
use crate::outcome::CallError;

/// For how long a token counts, before now for clocks that are behind and after now.
const TOKEN_SECONDS: i64 = 30;

impl Credentials {
    /// Signs a request for `url`, which has no query: COIN's clients don't agree whether one is signed.
    pub(super) fn sign(
        &self,
        request: RequestBuilder,
        method: &Method,
        url: &Url,
        body: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<RequestBuilder, CallError> {
        let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let digest = format!("SHA-256={}", BASE64_STANDARD.encode(Sha256::digest(&body)));
        let lines = format!("digest: {digest}\nx-date: {date}\n{method} {} HTTP/1.1", url.path());
        let signature = BASE64_STANDARD.encode(self.shared.clone().chain_update(lines).finalize().into_bytes());
        let authorization = format!(
            "hmac username=\"{}\", algorithm=\"hmac-sha256\", headers=\"digest x-date request-line\", \
             signature=\"{signature}\"",
            self.consumer
        );
        Ok(request
            .header("digest", digest)
            .header("x-date", date)
            .header("authorization", authorization)
            .header("cookie", format!("jwt={}", self.token(now)?))
            .body(body))
    }

    fn token(&self, now: DateTime<Utc>) -> Result<String, CallError> {
        let now = now.timestamp();
        let claims = json!({"iss": self.consumer, "nbf": now - TOKEN_SECONDS, "exp": now + TOKEN_SECONDS});
        let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(json!({"alg": "RS256", "typ": "JWT"})), part(claims));
        let signature = self
            .private
            .pkcs1v15_sign::<Sha256>(signed.as_bytes())
            .map_err(|error| CallError::Rejected(format!("the private key can't sign: {error}")))?;
        Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}
