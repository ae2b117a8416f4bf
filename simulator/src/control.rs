//! What is outside the simulated world: looking into it, and making it misbehave.
//!
//! - `GET /simulator/journal`: `{"items": [{"at", "kind", "idempotency_key", "body"}]}`, `"repeat": true` on a repeat.
//! - `POST /simulator/faults` `{"target", "kind", "times"}`: see the module `faults`.
//! - `POST /simulator/donor` `{"next": …}`: how the donor treats the next request that has no order yet; see the module
//!   `coin::donor`.
//! - `POST /simulator/messages` `{"message": …}`: any message from COIN to the consumer, another operator's request say; or
//!   `{"kind", "text"}`, one whose text is none.
//! - `POST /simulator/credentials/renew`: COIN gives the consumer another secret and takes the old one no more; answers
//!   `{"sharedkey.encrypted": …}`, what then belongs in that file.
//! - `POST /simulator/clock` `{"coin_ahead_seconds": 300}`: COIN's clock is off.
//! - `POST /simulator/streams/drop`: drops the event streams' connections.
//! - `GET /simulator/pbx`: the PBX's tenants and routes.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::TimeDelta;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use workflow::porting::coin::Envelope;

use crate::Simulator;
use crate::coin::Behaviour;
use crate::faults::Order;

/// `/simulator/…` and `/healthz`.
pub(crate) fn router(simulator: &Simulator) -> Router {
    Router::new()
        .route("/healthz", get(async || StatusCode::OK))
        .route("/simulator/journal", get(journal))
        .route("/simulator/faults", post(fault))
        .route("/simulator/donor", post(donor))
        .route("/simulator/messages", post(message))
        .route("/simulator/credentials/renew", post(renew))
        .route("/simulator/clock", post(clock))
        .route("/simulator/streams/drop", post(drop_streams))
        .route("/simulator/pbx", get(pbx))
        .with_state(simulator.clone())
}

async fn journal(State(simulator): State<Simulator>) -> Response {
    Json(&simulator.world().journal).into_response()
}

async fn pbx(State(simulator): State<Simulator>) -> Response {
    Json(&simulator.world().pbx).into_response()
}

async fn fault(State(simulator): State<Simulator>, body: Bytes) -> Response {
    ordered(read(&body).and_then(|order: Order| simulator.world().faults.order(order)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DonorOrder {
    next: Behaviour,
}

async fn donor(State(simulator): State<Simulator>, body: Bytes) -> Response {
    ordered(read(&body).map(|order: DonorOrder| simulator.world().donors.tell(order.next)))
}

/// A message as it goes over the wire, whatever it says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMessage {
    kind: String,
    text: String,
}

async fn message(State(simulator): State<Simulator>, body: Bytes) -> Response {
    let id = match (read::<Envelope>(&body), read::<RawMessage>(&body)) {
        (Ok(envelope), _) => simulator.deliver(&mut simulator.world().inbox, &envelope.message),
        (_, Ok(RawMessage { kind, text })) => simulator.deliver_raw(kind, text),
        (Err(reason), _) => return ordered(Err(reason)),
    };
    Json(json!({"id": id.to_string()})).into_response()
}

async fn renew(State(simulator): State<Simulator>) -> Response {
    match simulator.shared.consumer.renew_secret() {
        // A stream that stands was let in with the old one.
        Ok(encrypted) => {
            simulator.drop_streams();
            Json(json!({"sharedkey.encrypted": encrypted})).into_response()
        }
        Err(error) => ordered(Err(error.to_string())),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockOrder {
    coin_ahead_seconds: i32,
}

async fn clock(State(simulator): State<Simulator>, body: Bytes) -> Response {
    ordered(read(&body).map(|order: ClockOrder| {
        simulator.world().coin_clock_off = TimeDelta::seconds(order.coin_ahead_seconds.into());
    }))
}

async fn drop_streams(State(simulator): State<Simulator>) -> Response {
    simulator.drop_streams();
    ordered(Ok(()))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn ordered(order: Result<(), String>) -> Response {
    match order {
        Ok(()) => Json(json!({})).into_response(),
        Err(detail) => (StatusCode::BAD_REQUEST, Json(json!({"detail": detail}))).into_response(),
    }
}
