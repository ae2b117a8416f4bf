//! Calls to one peer's URL.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Secret, SetupError};
use crate::outcome::{Answer, CallError, chain, storable};

/// How long a peer may take to answer; what takes longer is answered with 202 and told afterwards.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How much of an answer that isn't understood is passed on.
const SHOWN_CHARS: usize = 300;

/// A peer that takes webhook calls.
#[derive(Debug, Clone)]
pub struct WebhookClient {
    http: Client,
    url: Url,
    secret: Option<Secret>,
    wire_clock: fn() -> DateTime<Utc>,
}

/// One call. Repeated with the same `id`, it has no second effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WebhookCall {
    /// The effect's id: the idempotency key, also sent as `webhook-id`.
    pub id: String,
    /// What is asked: `pbx.route`, ….
    pub kind: String,
    /// For which project.
    pub project: WebhookProject,
    /// What the kind needs.
    pub data: Value,
}

/// The project that a call is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebhookProject {
    /// Its id.
    pub id: String,
    /// The name that people use: `2027-0001`.
    pub reference: String,
}

#[derive(Deserialize)]
struct Said {
    outcome: Outcome,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Done,
    Refused,
}

impl WebhookClient {
    /// A peer at `url`. Without a secret calls aren't signed.
    pub fn new(url: &str, secret: Option<Secret>, wire_clock: fn() -> DateTime<Utc>) -> Result<Self, SetupError> {
        let parsed = Url::parse(url).map_err(|error| SetupError::Address { url: url.to_owned(), reason: error.to_string() })?;
        let http = Client::builder()
            .timeout(TIMEOUT)
            // A call that is redirected could take effect twice, or elsewhere.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| SetupError::Http(chain(&error)))?;
        Ok(Self { http, url: parsed, secret, wire_clock })
    }

    /// Makes the call and tells what the peer said, waiting at most 20 seconds.
    pub async fn call(&self, call: &WebhookCall) -> Result<Answer, CallError> {
        let body = serde_json::to_vec(call).map_err(|error| CallError::Rejected(error.to_string()))?;
        let answer = self.signed(&call.id, body).send().await.map_err(CallError::without_answer)?;
        let status = answer.status();
        if status == StatusCode::ACCEPTED {
            return Ok(Answer::Later);
        }
        // The peer has done what it did before it answered: without the answer's body nobody knows what.
        let text = answer.text().await.map_err(CallError::without_body)?;
        let text = storable(&text);
        if !status.is_success() {
            return Err(CallError::of_status(status, &shown(&text)));
        }
        let said: Said = serde_json::from_str(&text)
            .map_err(|error| CallError::Unknown(format!("the answer isn't understood ({error}): {}", shown(&text))))?;
        Ok(match said.outcome {
            Outcome::Done => Answer::Done { detail: said.detail, data: said.data },
            Outcome::Refused => {
                Answer::Refused { detail: said.detail.unwrap_or_else(|| "no reason given".to_owned()), data: said.data }
            }
        })
    }

    fn signed(&self, id: &str, body: Vec<u8>) -> RequestBuilder {
        let timestamp = (self.wire_clock)().timestamp().to_string();
        let mut request = self
            .http
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", &timestamp);
        if let Some(secret) = &self.secret {
            request = request.header("webhook-signature", secret.sign(id, &timestamp, &body));
        }
        request.body(body)
    }
}

fn shown(text: &str) -> String {
    text.trim().chars().take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[tokio::test]
    async fn what_went_wrong_does_not_tell_the_address() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Nobody listens on port 1.
        let client = WebhookClient::new("http://127.0.0.1:1/hook?key=swordfish", None, DateTime::default).unwrap();
        let project = WebhookProject { id: String::new(), reference: String::new() };
        let call = WebhookCall { id: "1".to_owned(), kind: "pbx.route".to_owned(), project, data: Value::Null };
        let error = client.call(&call).await.unwrap_err();
        assert!(matches!(error, CallError::NotReached(_)), "{error}");
        assert!(!error.to_string().contains("swordfish"), "{error}");
    }
}
