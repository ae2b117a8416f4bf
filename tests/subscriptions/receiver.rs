//! A receiver on this machine that keeps what it was sent. It may be slow.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;

#[derive(Clone, Default)]
pub(crate) struct Receiver {
    calls: Arc<Mutex<Vec<(String, Value)>>>,
    slow: Arc<AtomicBool>,
    pub(crate) url: String,
}

impl Receiver {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self { url, ..Self::default() };
        let router = Router::new().route("/hook", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    /// From now on it answers only after a minute, or at once.
    pub(crate) fn is_slow(&self, slow: bool) {
        self.slow.store(slow, Ordering::SeqCst);
    }

    /// The id of each call, in the order in which they came.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().map(|(id, _)| id.clone()).collect()
    }

    /// Kind and number of each event of a project, in the order in which they came.
    pub(crate) fn told_of(&self, project: &str) -> Vec<(String, i64)> {
        let calls = self.calls.lock().unwrap();
        let of = calls.iter().filter(|(_, body)| body["data"]["project"] == project);
        of.map(|(_, body)| (body["type"].as_str().unwrap().to_owned(), body["data"]["seq"].as_i64().unwrap())).collect()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let id = headers["webhook-id"].to_str().unwrap().to_owned();
    receiver.calls.lock().unwrap().push((id, serde_json::from_slice(&body).unwrap()));
    if receiver.slow.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    StatusCode::NO_CONTENT
}
