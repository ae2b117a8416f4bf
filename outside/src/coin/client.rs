//! Calls to COIN.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::DATE;
use reqwest::{Client, Method, Response, StatusCode, Url, redirect};
use serde::Deserialize;
use serde_json::json;
use workflow::porting::coin::{Envelope, Message};

use super::credentials::Keyring;
use super::health::Pulse;
use super::{Credentials, Health, SetupError, time};
use crate::outcome::{CallError, chain, storable};

const API: &str = "number-portability/v3";

/// How long COIN may take to answer a call.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long it may take to connect; for the event stream too, which has no other end.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How much of an answer that isn't understood is passed on.
const SHOWN_CHARS: usize = 300;

/// A consumer's connection to COIN. Clones share their health.
#[derive(Debug, Clone)]
pub struct CoinClient {
    http: Client,
    dossiers: Url,
    keyring: Arc<Keyring>,
    pub(super) wire_clock: fn() -> DateTime<Utc>,
    pub(super) pulse: Pulse,
    pub(super) silence: Duration,
    pub(super) confirmed_again_after: Duration,
}

/// COIN has the message. Whether it is right in substance comes over the event stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// By which COIN knows the call.
    pub transaction_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    transaction_id: String,
}

#[derive(Deserialize)]
struct Refused {
    errors: Vec<CoinError>,
}

#[derive(Deserialize)]
struct CoinError {
    code: String,
    message: String,
}

impl CoinClient {
    /// A client for `base_url`, with or without `/number-portability/v3` at its end. COIN takes signatures of the last 30
    /// seconds only, by `wire_clock`.
    pub fn new(base_url: &str, credentials: Credentials, wire_clock: fn() -> DateTime<Utc>) -> Result<Self, SetupError> {
        let base = base_url.trim_end_matches('/');
        let base = base.strip_suffix(API).unwrap_or(base).trim_end_matches('/');
        let dossiers = Url::parse(&format!("{base}/{API}/dossiers"))
            .map_err(|error| SetupError::Address { url: base_url.to_owned(), reason: error.to_string() })?;
        let http = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| SetupError::Http(chain(&error)))?;
        Ok(Self {
            http,
            dossiers,
            keyring: Arc::new(Keyring::new(credentials)),
            wire_clock,
            pulse: Pulse::default(),
            silence: super::listen::SILENCE,
            confirmed_again_after: super::listen::CONFIRMED_AGAIN_AFTER,
        })
    }

    /// Sends a message. COIN has checked its shape when this returns, not its substance.
    pub async fn send(&self, message: &Message) -> Result<Receipt, CallError> {
        let envelope = Envelope { message: message.clone() };
        let body = serde_json::to_vec(&envelope).map_err(|error| CallError::Rejected(error.to_string()))?;
        let answer = self.call(&Method::POST, &[message.body.kind()], &body, Some(TIMEOUT)).await?;
        let text = answer.text().await.map_err(CallError::without_body)?;
        let accepted: Accepted = serde_json::from_str(&text)
            .map_err(|error| CallError::Unknown(format!("the answer isn't understood ({error}): {}", shown(&text))))?;
        Ok(Receipt { transaction_id: accepted.transaction_id })
    }

    /// How the connection is doing.
    pub fn health(&self) -> Health {
        self.pulse.read()
    }

    /// Tells COIN that it need not deliver this message again.
    pub(super) async fn confirm(&self, id: &str) -> Result<(), CallError> {
        let body = json!({"transactionId": id}).to_string().into_bytes();
        self.call(&Method::PUT, &["confirmations", id], &body, Some(TIMEOUT)).await.map(|_| ())
    }

    /// Opens the event stream: every message that isn't confirmed, then each new one.
    pub(super) async fn open_events(&self) -> Result<Response, CallError> {
        // COIN's defaults, from the first unconfirmed message and of every type, are just what is wanted.
        self.call(&Method::GET, &["events"], &[], None).await
    }

    /// Makes a call. One that is denied is made again where the credentials have been renewed since they were read: nothing has happened yet.
    async fn call(&self, method: &Method, path: &[&str], body: &[u8], limit: Option<Duration>) -> Result<Response, CallError> {
        let credentials = self.keyring.current();
        let reason = match self.attempt(&credentials, method, path, body, limit).await {
            Err(CallError::Denied(reason)) => reason,
            answered => return answered,
        };
        match self.keyring.renewed(&credentials).await {
            Ok(Some(renewed)) => self.attempt(&renewed, method, path, body, limit).await,
            Ok(None) => Err(CallError::Denied(reason)),
            Err(error) => Err(CallError::Denied(format!("{reason}; the credentials can't be read again: {error}"))),
        }
    }

    async fn attempt(
        &self,
        credentials: &Credentials,
        method: &Method,
        path: &[&str],
        body: &[u8],
        limit: Option<Duration>,
    ) -> Result<Response, CallError> {
        let mut url = self.dossiers.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        let mut request = self.http.request(method.clone(), url.clone()).header("content-type", "application/json");
        if let Some(limit) = limit {
            request = request.timeout(limit);
        }
        let asked_at = (self.wire_clock)();
        let request = credentials.sign(request, method, &url, body.to_vec(), asked_at)?;
        let answer = request.send().await.map_err(CallError::without_answer)?;
        let answered_at = (self.wire_clock)();
        let off = self.look_at_clock(&answer, asked_at, answered_at);
        let status = answer.status();
        if status.is_success() {
            self.pulse.let_in();
            return Ok(answer);
        }
        let text = storable(&answer.text().await.unwrap_or_default());
        let detail = match serde_json::from_str::<Refused>(&text) {
            Ok(Refused { errors }) => {
                let errors: Vec<String> = errors.iter().map(|error| format!("{} {}", error.code, error.message)).collect();
                errors.join("; ")
            }
            Err(_) => shown(&text),
        };
        if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(CallError::of_status(status, &detail));
        }
        let reason = match off.and_then(|off| time::in_words(off, answered_at)) {
            Some(words) => format!("{status}: {detail}; {words}"),
            None => format!("{status}: {detail}"),
        };
        if self.pulse.denied(answered_at, &reason) {
            tracing::error!(consumer = credentials.consumer, reason, "COIN does not let us in");
        }
        Err(CallError::Denied(reason))
    }

    fn look_at_clock(&self, answer: &Response, asked_at: DateTime<Utc>, answered_at: DateTime<Utc>) -> Option<TimeDelta> {
        let date = answer.headers().get(DATE)?.to_str().ok()?;
        let off = time::clock_off(date, asked_at, answered_at)?;
        let before = self.pulse.clock_is_off_by(off);
        let known = before.is_some_and(|before| before.abs() > time::OFF_AT_MOST);
        if let Some(words) = time::in_words(off, answered_at).filter(|_| !known) {
            tracing::error!(words, "COIN's clock and ours differ");
        }
        Some(off)
    }
}

fn shown(text: &str) -> String {
    text.trim().chars().take(SHOWN_CHARS).collect()
}
