//! A receiver: an HTTP server on this machine that answers what a test wants, and keeps what it was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::World;

#[derive(Clone, Default)]
pub(crate) struct Receiver {
    kept: Arc<Mutex<Kept>>,
    pub(crate) url: String,
}

#[derive(Default)]
struct Kept {
    calls: Vec<Call>,
    answers: VecDeque<(u16, Option<&'static str>)>,
}

/// What it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) signatures: Vec<String>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: Value,
}

impl Receiver {
    /// One that takes all it is sent.
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self { url, ..Self::default() };
        let router = Router::new().route("/hook", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    /// What it answers next, before it takes all again.
    pub(crate) fn answers(&self, answers: &[u16]) {
        self.kept.lock().unwrap().answers.extend(answers.iter().map(|status| (*status, None)));
    }

    /// It answers this once, and asks to be left alone.
    pub(crate) fn answers_later(&self, status: u16, retry_after: &'static str) {
        self.kept.lock().unwrap().answers.push_back((status, Some(retry_after)));
    }

    /// What it was sent since it was last asked.
    pub(crate) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.kept.lock().unwrap().calls)
    }

    /// The types and numbers of the events it was told of since it was last asked.
    pub(crate) fn told(&self) -> Vec<(String, i64)> {
        let told = |call: &Call| (call.body["type"].as_str().unwrap().to_owned(), call.body["data"]["seq"].as_i64().unwrap_or(0));
        self.calls().iter().map(told).collect()
    }

    /// Subscribes it; what was answered.
    pub(crate) async fn subscribe(&self, world: &World, kinds: &[&str]) -> Value {
        self.subscribe_with(world, json!({"kinds": kinds})).await
    }

    pub(crate) async fn subscribe_with(&self, world: &World, mut form: Value) -> Value {
        form["url"] = json!(self.url);
        let made = world.post("/subscriptions", form).await;
        made.expect(StatusCode::CREATED);
        made.body
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, bytes: Bytes) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let call = Call {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature").split(' ').map(str::to_owned).collect(),
        bytes: bytes.to_vec(),
        body: serde_json::from_slice(&bytes).unwrap(),
    };
    let mut kept = receiver.kept.lock().unwrap();
    kept.calls.push(call);
    let (status, retry_after) = kept.answers.pop_front().unwrap_or((204, None));
    let status = StatusCode::from_u16(status).unwrap();
    match retry_after {
        Some(pause) => (status, [("retry-after", pause)]).into_response(),
        None if status.is_success() => status.into_response(),
        None => (status, "what is wrong\0").into_response(),
    }
}
