//! Webhook calls to the PBX and to the carrier: signed as Standard Webhooks says, each key with one effect.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use std::collections::HashMap;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::prelude::{BASE64_STANDARD, Engine};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::faults::Fault;
use crate::journal::Effect;
use crate::{Simulator, World};

/// How far a call's timestamp may be off.
const TOLERANCE_SECONDS: i64 = 300;

/// A call as it is sent.
#[derive(Debug, Deserialize)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) project: Project,
    #[serde(default)]
    pub(crate) data: Value,
}

/// For which project.
#[derive(Debug, Deserialize)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) reference: String,
}

/// What became of a call.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outcome {
    #[serde(rename = "outcome")]
    ending: Ending,
    detail: Option<String>,
    data: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Ending {
    Done,
    Refused,
}

impl Outcome {
    pub(crate) fn done(data: Value) -> Self {
        Self { ending: Ending::Done, detail: None, data }
    }

    /// No, for a reason of the domain; nothing has changed.
    pub(crate) fn refused(detail: String, data: Value) -> Self {
        Self { ending: Ending::Refused, detail: Some(detail), data }
    }

    fn is_done(&self) -> bool {
        self.ending == Ending::Done
    }
}

/// A call that makes no sense, and why.
#[derive(Debug)]
pub(crate) struct Malformed(pub(crate) String);

/// The calls that had an effect, by their key, with what was answered. A refusal changes nothing and isn't kept: the same
/// call may well succeed later.
#[derive(Default)]
pub(crate) struct Answered {
    by_key: HashMap<String, Outcome>,
}

/// A secret that two sides share.
pub(crate) struct Secret(Vec<u8>);

impl Secret {
    /// From `whsec_` and base64.
    pub(crate) fn read(text: &str) -> Option<Self> {
        BASE64_STANDARD.decode(text.strip_prefix("whsec_")?).ok().filter(|bytes| !bytes.is_empty()).map(Self)
    }

    /// Whether one of the signatures in the headers is ours, and fresh.
    fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<(), &'static str> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(id), Some(timestamp), Some(signatures)) =
            (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"))
        else {
            return Err("webhook-id, webhook-timestamp and webhook-signature are needed");
        };
        let sent: i64 = timestamp.parse().map_err(|_| "webhook-timestamp is not a number of seconds")?;
        if now.timestamp().saturating_sub(sent).saturating_abs() > TOLERANCE_SECONDS {
            return Err("webhook-timestamp is too far from now");
        }
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(|_| "the secret can't be used")?;
        let mac = mac.chain_update(format!("{id}.{timestamp}.")).chain_update(body);
        let matches = |signature: &str| {
            let bytes = signature.strip_prefix("v1,").and_then(|text| BASE64_STANDARD.decode(text).ok());
            bytes.is_some_and(|bytes| mac.clone().verify_slice(&bytes).is_ok())
        };
        if signatures.split(' ').any(matches) { Ok(()) } else { Err("webhook-signature does not match") }
    }
}

/// `/pbx` and `/porting`.
pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new().route("/pbx", post(pbx)).route("/porting", post(carrier)).with_state(simulator.clone())
}

async fn pbx(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    receive(&simulator, &headers, &body, |world, call, _| world.pbx.perform(call)).await
}

async fn carrier(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    receive(&simulator, &headers, &body, |world, call, now| world.carrier.perform(call, now)).await
}

type Perform = fn(&mut World, &Call, DateTime<Utc>) -> Result<Outcome, Malformed>;

async fn receive(simulator: &Simulator, headers: &HeaderMap, body: &[u8], perform: Perform) -> Response {
    if let Some(secret) = &simulator.shared.webhook_secret
        && let Err(reason) = secret.verify(headers, body, simulator.now())
    {
        return problem(StatusCode::UNAUTHORIZED, reason);
    }
    let parsed = serde_json::from_slice(body).and_then(|body: Value| Ok((Call::deserialize(&body)?, body)));
    let (call, body) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return problem(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if headers.get("webhook-id").is_none_or(|id| id.as_bytes() != call.id.as_bytes()) {
        return problem(StatusCode::BAD_REQUEST, "the header webhook-id is not the call's id");
    }
    let now = simulator.now();
    let (fault, answer) = {
        let mut world = simulator.world();
        let fault = world.faults.take(&call.kind);
        (fault, world.take_call(&call, body, fault, now, perform))
    };
    let answer = match answer {
        Ok(outcome) => Json(outcome).into_response(),
        Err(Malformed(reason)) => problem(StatusCode::BAD_REQUEST, &reason),
    };
    Fault::deliver(fault, answer).await
}

impl World {
    /// The outcome: the known one for a key that had its effect, else that of performing the call.
    fn take_call(
        &mut self,
        call: &Call,
        body: Value,
        fault: Option<Fault>,
        now: DateTime<Utc>,
        perform: Perform,
    ) -> Result<Outcome, Malformed> {
        if let Some(Fault::Unavailable | Fault::Refuse) = fault {
            return Ok(Outcome::refused("refused on the simulator's order".to_owned(), json!({})));
        }
        let (outcome, effect) = match self.webhooks.by_key.get(&call.id) {
            Some(outcome) => (outcome.clone(), Effect::Repeat),
            None => (perform(self, call, now)?, Effect::First),
        };
        if outcome.is_done() {
            self.webhooks.by_key.entry(call.id.clone()).or_insert_with(|| outcome.clone());
            self.journal.record(now, &call.kind, call.id.clone(), effect, body);
        }
        Ok(outcome)
    }
}

fn problem(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({"detail": detail}))).into_response()
}
