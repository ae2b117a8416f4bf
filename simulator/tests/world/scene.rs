//! A running world with its client, and words for what is said in it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use outside::coin::{CoinClient, Credentials, IncomingMessage, MessageSink, SinkError};
use serde_json::{Value, json};
use simulator::{Simulator, SimulatorSettings};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use workflow::porting::coin::{
    Body, Cancel, ErrorFound, Header, Message, NumberSeries, Party, PortingPerformed, PortingRequest, PortingRequestAnswer,
    SeriesPerformed, SeriesRequested,
};

pub(crate) const DOSSIER: &str = "DYNX-20270001-1";
pub(crate) const BLOCK: (&str, &str) = ("0301001200", "0301001299");
pub(crate) const SINGLE: (&str, &str) = ("0302001234", "0302001234");

pub(crate) const REQUESTED_AT: &str = "20270104090000";
/// Midnight on the third working day after it.
pub(crate) const FIRST_POSSIBLE: &str = "20270107000000";

pub(crate) struct Scene {
    pub(crate) url: String,
    pub(crate) client: CoinClient,
    http: reqwest::Client,
    server: JoinHandle<()>,
}

/// A folder of this process's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()))
}

/// The wire's clock in tests: the real one.
#[expect(clippy::disallowed_methods, reason = "the tests' own reader of the system's clock")]
pub(crate) fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// Credentials that all scenes share: a simulator uses again what is there, and a key takes a while to make.
pub(crate) fn credentials() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = folder("credentials");
        Simulator::new(SimulatorSettings { credentials: Some(folder.clone()), ..settings() }).unwrap();
        folder
    })
}

fn settings() -> SimulatorSettings {
    SimulatorSettings { answer_after: Duration::from_millis(20), credentials: None, wire_clock: now, webhook_secret: None }
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with_secret(None).await
    }

    pub(crate) async fn with_secret(webhook_secret: Option<&str>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let settings = SimulatorSettings {
            credentials: Some(credentials().to_owned()),
            webhook_secret: webhook_secret.map(str::to_owned),
            ..settings()
        };
        Self::of(Simulator::new(settings).unwrap()).await
    }

    /// A scene whose donors' time is kept by who holds the simulator.
    pub(crate) async fn with_kept_time(treat: simulator::Treat) -> (Self, Simulator) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let settings = SimulatorSettings { credentials: Some(credentials().to_owned()), ..settings() };
        let simulator = Simulator::with_kept_time(settings, treat).unwrap();
        (Self::of(simulator.clone()).await, simulator)
    }

    async fn of(simulator: Simulator) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            simulator.serve(listener, std::future::pending()).await.unwrap();
        });
        let client = CoinClient::new(&url, Credentials::load(credentials()).unwrap(), now).unwrap();
        Self { url, client, http: reqwest::Client::new(), server }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap().json().await.unwrap()
    }

    /// The status and what is said.
    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self.http.post(format!("{}{path}", self.url)).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub(crate) async fn order_fault(&self, target: &str, kind: &str) {
        let order = json!({"target": target, "kind": kind, "times": 1});
        assert_eq!(self.post("/simulator/faults", order).await, (200, json!({})));
    }

    pub(crate) async fn tell_donor(&self, next: Value) {
        assert_eq!(self.post("/simulator/donor", json!({"next": next})).await, (200, json!({})));
    }

    /// The journal in short: kind, key, and whether it was a repeat.
    pub(crate) async fn journal(&self) -> Vec<(String, String, bool)> {
        let journal = self.get("/simulator/journal").await;
        let entry = |entry: &Value| {
            assert!(entry["at"].as_str().unwrap().parse::<DateTime<Utc>>().is_ok());
            let text = |field: &str| entry[field].as_str().unwrap().to_owned();
            (text("kind"), text("idempotency_key"), entry.get("repeat") == Some(&json!(true)))
        };
        journal["items"].as_array().unwrap().iter().map(entry).collect()
    }

    /// The journal without the confirmations.
    pub(crate) async fn effects(&self) -> Vec<(String, String, bool)> {
        let mut journal = self.journal().await;
        journal.retain(|(kind, _, _)| kind != "coin.confirmation");
        journal
    }

    /// Begins to listen.
    pub(crate) fn listen(&self) -> Inbox {
        Inbox::of(self.client.clone(), 0, SinkError::NotNow)
    }

    /// Begins to listen with a sink that fails at first.
    pub(crate) fn listen_failing(&self, times: u32, failure: Failure) -> Inbox {
        Inbox::of(self.client.clone(), times, failure)
    }

    pub(crate) async fn send(&self, at: &str, body: Body) {
        self.client.send(&message(at, body)).await.unwrap();
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What the client hands over.
pub(crate) struct Inbox {
    messages: mpsc::UnboundedReceiver<IncomingMessage>,
    listening: JoinHandle<()>,
}

struct Collector {
    messages: mpsc::UnboundedSender<IncomingMessage>,
    failures_left: AtomicU32,
    failure: Failure,
}

/// How a sink fails.
type Failure = fn(Box<dyn std::error::Error + Send + Sync>) -> SinkError;

impl MessageSink for Collector {
    async fn receive(&self, message: IncomingMessage) -> Result<(), SinkError> {
        self.messages.send(message).map_err(|error| SinkError::NotNow(error.into()))?;
        let left = self.failures_left.load(Ordering::SeqCst);
        self.failures_left.store(left.saturating_sub(1), Ordering::SeqCst);
        if left == 0 { Ok(()) } else { Err((self.failure)("it does not fit".into())) }
    }
}

impl Inbox {
    fn of(client: CoinClient, failures: u32, failure: Failure) -> Self {
        let (sender, messages) = mpsc::unbounded_channel();
        let collector = Collector { messages: sender, failures_left: AtomicU32::new(failures), failure };
        let listening = tokio::spawn(async move { client.listen(&collector, std::future::pending()).await });
        Self { messages, listening }
    }

    pub(crate) async fn next(&mut self) -> IncomingMessage {
        timeout(Duration::from_secs(10), self.messages.recv()).await.unwrap().unwrap()
    }

    pub(crate) async fn body(&mut self) -> Body {
        self.next().await.message().unwrap().body
    }

    pub(crate) async fn answer(&mut self) -> PortingRequestAnswer {
        let body = self.body().await;
        let Body::PortingRequestAnswer(answer) = body else { unreachable!("{body:?} instead of an answer") };
        answer
    }

    /// The codes of the error that COIN found.
    pub(crate) async fn error_codes(&mut self) -> Vec<String> {
        let body = self.body().await;
        let Body::ErrorFound(ErrorFound { errors, .. }) = body else { unreachable!("{body:?} instead of an error") };
        errors.into_iter().map(|error| error.code).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

pub(crate) fn message(at: &str, body: Body) -> Message {
    let header = Header { sender: Party::operator("DYNX"), receiver: Party::operator("CRDB"), timestamp: at.parse().unwrap() };
    Message { header, body }
}

pub(crate) fn series((start, end): (&str, &str)) -> NumberSeries {
    NumberSeries { start: start.to_owned(), end: end.to_owned() }
}

/// A request for a block and a single number.
pub(crate) fn request() -> Body {
    Body::PortingRequest(PortingRequest {
        dossier_id: DOSSIER.to_owned(),
        recipient_network_operator: "DYNX".to_owned(),
        recipient_service_provider: None,
        donor_network_operator: Some("PTT".to_owned()),
        donor_service_provider: None,
        customer: None,
        contract: None,
        note: None,
        series: [BLOCK, SINGLE].map(|numbers| SeriesRequested { numbers: series(numbers) }).into(),
    })
}

pub(crate) fn performed(numbers: &[(&str, &str)]) -> Body {
    let one = |numbers: &(&str, &str)| SeriesPerformed { numbers: series(*numbers), back: false, pop: None };
    Body::PortingPerformed(PortingPerformed {
        dossier_id: DOSSIER.to_owned(),
        recipient_network_operator: "DYNX".to_owned(),
        donor_network_operator: "PTT".to_owned(),
        performed_at: None,
        batch: false,
        series: numbers.iter().map(one).collect(),
    })
}

pub(crate) fn cancel(note: &str) -> Body {
    Body::Cancel(Cancel { dossier_id: DOSSIER.to_owned(), note: Some(note.to_owned()) })
}

pub(crate) fn entry(kind: &str, key: &str, repeat: bool) -> (String, String, bool) {
    (kind.to_owned(), key.to_owned(), repeat)
}
