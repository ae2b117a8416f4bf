//! Standard Webhooks: who sent a call, and that nobody changed it.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>, symmetric signatures (`v1`).

use std::fmt;
use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD, Engine};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::HeaderMap;
use sha2::Sha256;

/// How far a call's timestamp may be from now, either way, as the standard's libraries have it.
const TOLERANCE_SECONDS: i64 = 300;

/// A secret that two sides share: `whsec_` followed by base64. Its text is never shown.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

/// The text isn't `whsec_` followed by base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook secret is `whsec_` followed by base64")]
pub struct InvalidSecret;

/// Why an incoming call is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// One of the three headers is missing or isn't text.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// The timestamp isn't a number of seconds, or is more than five minutes from now.
    #[error("webhook-timestamp is not of the last five minutes")]
    Stale,
    /// No signature in the header is ours.
    #[error("webhook-signature does not match")]
    Mismatch,
}

impl Secret {
    /// The signature of a call: `v1,` and base64.
    pub(super) fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        format!("v1,{}", BASE64_STANDARD.encode(self.mac(id, timestamp, body).finalize().into_bytes()))
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(format!("{id}.{timestamp}.")).chain_update(body)
    }
}

impl FromStr for Secret {
    type Err = InvalidSecret;

    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let key = text.strip_prefix("whsec_").and_then(|text| BASE64_STANDARD.decode(text).ok());
        let key = key.filter(|key| !key.is_empty()).ok_or(InvalidSecret)?;
        Hmac::new_from_slice(&key).map(Self).map_err(|_| InvalidSecret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Whether an incoming call, by its headers and its body as it came, was signed with `secret` within five minutes of `now`.
pub fn verify(secret: &Secret, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<(), SignatureError> {
    let header = |name: &'static str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.ok_or(SignatureError::Missing(name))
    };
    let (id, timestamp) = (header("webhook-id")?, header("webhook-timestamp")?);
    let sent: i64 = timestamp.parse().map_err(|_| SignatureError::Stale)?;
    if now.timestamp().saturating_sub(sent).saturating_abs() > TOLERANCE_SECONDS {
        return Err(SignatureError::Stale);
    }
    // A sender that changes its secret signs with the old and the new one for a while.
    let mut signatures = header("webhook-signature")?.split(' ').filter_map(|signature| {
        let text = signature.strip_prefix("v1,")?;
        BASE64_STANDARD.decode(text).ok()
    });
    let mac = secret.mac(id, timestamp, body);
    if signatures.any(|signature| mac.clone().verify_slice(&signature).is_ok()) { Ok(()) } else { Err(SignatureError::Mismatch) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// The example of the standard's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIMESTAMP: &str = "1614265330";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", ID.parse().unwrap());
        headers.insert("webhook-timestamp", TIMESTAMP.parse().unwrap());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    #[track_caller]
    fn check(signature: &str, body: &[u8], seconds_later: i64, expected: Result<(), SignatureError>) {
        let now = DateTime::from_timestamp(1_614_265_330 + seconds_later, 0).unwrap();
        assert_eq!(verify(&SECRET.parse().unwrap(), &headers(signature), body, now), expected);
    }

    #[test]
    fn the_standards_example_is_signed_alike() {
        assert_eq!(SECRET.parse::<Secret>().unwrap().sign(ID, TIMESTAMP, BODY), SIGNATURE);
    }

    #[test]
    fn a_call_is_believed_if_one_signature_matches_and_is_fresh() {
        check(SIGNATURE, BODY, 300, Ok(()));
        check(&format!("v1,AAAA {SIGNATURE}"), BODY, 0, Ok(()));
        check(SIGNATURE, b"{}", 0, Err(SignatureError::Mismatch));
        check("v1a,AAAA", BODY, 0, Err(SignatureError::Mismatch));
        check(SIGNATURE, BODY, 301, Err(SignatureError::Stale));
        check(SIGNATURE, BODY, -301, Err(SignatureError::Stale));
    }

    #[test]
    fn a_header_that_is_missing_is_named() {
        let mut headers = headers(SIGNATURE);
        headers.remove("webhook-id");
        let now = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let verified = verify(&SECRET.parse().unwrap(), &headers, BODY, now);
        assert_eq!(verified, Err(SignatureError::Missing("webhook-id")));
    }

    #[test]
    fn a_secret_has_its_form_and_is_not_shown() {
        for text in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_!"] {
            assert_eq!(text.parse::<Secret>().err(), Some(InvalidSecret), "{text}");
        }
        assert_eq!(format!("{:?}", SECRET.parse::<Secret>().unwrap()), "Secret(…)");
    }
}
