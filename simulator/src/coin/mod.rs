//! COIN's number portability API v3, with the donors behind it.
//!
//! The synchronous answer checks signature and shape only; what is wrong in substance comes later as an `errorfound` event,
//! as with COIN itself. The codes of those errors are this simulator's own: COIN gives its list to members only.

mod auth;
mod consumer;
mod donor;
mod dossier;
mod inbox;
mod reply;
mod stream;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde_json::Value;
use workflow::porting::coin::{Body, Envelope, ErrorFound, FoundError, Header, Message, MessageKind, Party};

pub(crate) use consumer::Consumer;
pub use consumer::CredentialsError;
pub use donor::Behaviour;
pub(crate) use donor::Donors;
pub(crate) use dossier::Dossiers;
pub(crate) use inbox::Inbox;
pub(crate) use stream::Signals;

use crate::Simulator;
use crate::faults::Fault;
use crate::journal::Effect;
use dossier::Verdict;
use inbox::Confirmed;
use reply::{Code, accepted, refusal};

/// The calls that COIN takes, as the journal and the faults name them.
pub(crate) const CALLS: &[&str] = &[
    "coin.portingrequest",
    "coin.portingrequestanswer",
    "coin.pradelayed",
    "coin.portingperformed",
    "coin.cancel",
    "coin.deactivation",
    CONFIRMATION,
    EVENTS,
];

const CONFIRMATION: &str = "coin.confirmation";
const EVENTS: &str = "coin.events";

/// The central database, which sends on COIN's own behalf.
const CENTRAL_DATABASE: &str = "CRDB";

/// `/number-portability/v3`.
pub(crate) fn router(simulator: &Simulator) -> Router {
    // Whole paths rather than a nested router: the signature covers the path as it was sent.
    Router::new()
        .route("/number-portability/v3/dossiers/events", get(stream::events))
        .route("/number-portability/v3/dossiers/confirmations/{id}", put(confirm))
        .route("/number-portability/v3/dossiers/{kind}", post(send))
        .route_layer(middleware::from_fn_with_state(simulator.clone(), auth::authenticate))
        .with_state(simulator.clone())
}

async fn send(State(simulator): State<Simulator>, Path(kind): Path<String>, body: Bytes) -> Response {
    let (message, raw) = match read(&kind, &body) {
        Ok(read) => read,
        Err(Invalid(code, details)) => return refusal(StatusCode::BAD_REQUEST, code, details),
    };
    let fault = simulator.world().faults.take(&format!("coin.{kind}"));
    if fault != Some(Fault::Unavailable) {
        simulator.receive(&message, raw, fault == Some(Fault::Refuse));
    }
    Fault::deliver(fault, accepted()).await
}

/// Why COIN answers 400.
struct Invalid(Code, Vec<String>);

impl From<serde_json::Error> for Invalid {
    fn from(error: serde_json::Error) -> Self {
        Self(Code::FieldValidation, vec![error.to_string()])
    }
}

/// The message, checked as COIN checks before it answers, and as it came.
fn read(kind: &str, body: &[u8]) -> Result<(Message, Value), Invalid> {
    if MessageKind::named(kind).is_none_or(|kind| kind == MessageKind::ErrorFound) {
        return Err(Invalid(Code::Endpoint, vec![format!("messages of type {kind:?} can't be sent here")]));
    }
    let raw: Value = serde_json::from_slice(body)?;
    let message = Envelope::deserialize(&raw)?.message;
    let mut faults: Vec<String> =
        message.faults().into_iter().map(|fault| format!("{} {}", fault.pointer, fault.detail)).collect();
    if message.body.kind() != kind {
        faults.push(format!("a {} was sent to {kind}", message.body.kind()));
    }
    if faults.is_empty() { Ok((message, raw)) } else { Err(Invalid(Code::FieldValidation, faults)) }
}

async fn confirm(State(simulator): State<Simulator>, Path(id): Path<String>) -> Response {
    let fault = simulator.world().faults.take(CONFIRMATION);
    match fault {
        Some(Fault::Unavailable) => return Fault::deliver(fault, accepted()).await,
        Some(Fault::Refuse) => {
            return refusal(StatusCode::FORBIDDEN, Code::Forbidden, ["not this message"]);
        }
        _ => {}
    }
    let now = simulator.now();
    let answer = {
        let mut world = simulator.world();
        let effect = match id.parse().map_or(Confirmed::Unknown, |id| world.inbox.confirm(id)) {
            Confirmed::Now => Some(Effect::First),
            Confirmed::Before => Some(Effect::Repeat),
            Confirmed::Unknown => None,
        };
        if let Some(effect) = effect {
            simulator.shared.signals.confirmed();
            world.journal.record(now, CONFIRMATION, format!("confirmation/{id}"), effect, Value::Null);
            accepted()
        } else {
            refusal(StatusCode::NOT_FOUND, Code::Parameter, [format!("there is no message {id}")])
        }
    };
    Fault::deliver(fault, answer).await
}

impl Simulator {
    /// Takes a well-formed message in: records its effect, and lets the donor or the central database react.
    fn receive(&self, message: &Message, raw: Value, refuse: bool) {
        let now = self.now();
        let mut world = self.world();
        let world = &mut *world;
        // A refused request is the donor's to refuse; any other message is the central database's.
        let is_request = matches!(message.body, Body::PortingRequest(_));
        let verdict = if refuse && !is_request {
            Verdict::Faulty(vec![dossier::error(None, "REFUSED", "refused on the simulator's order")])
        } else {
            world.dossiers.receive(message)
        };
        let effect = match verdict {
            Verdict::Effective => Effect::First,
            Verdict::Repeated => Effect::Repeat,
            Verdict::Faulty(errors) => {
                self.deliver(&mut world.inbox, &error_found(message, errors));
                return;
            }
        };
        let kind = message.body.kind();
        let key = format!("{kind}/{}", message.body.dossier_id().unwrap_or_default());
        world.journal.record(now, &format!("coin.{kind}"), key, effect, raw);
        if is_request && effect == Effect::First {
            let behaviour = if refuse { Behaviour::refusing() } else { world.donors.next() };
            donor::set_to_work(self, world, message, behaviour);
        }
    }

    /// Puts a text into the consumer's inbox that may be no message at all.
    pub(crate) fn deliver_raw(&self, kind: String, text: String) -> i64 {
        let id = self.world().inbox.add_text(kind, text);
        self.shared.signals.announce();
        id
    }

    /// Puts a message into the consumer's inbox and wakes its streams.
    pub(crate) fn deliver(&self, inbox: &mut Inbox, message: &Message) -> i64 {
        let id = inbox.add(message);
        self.shared.signals.announce();
        id
    }
}

/// The central database's `errorfound` for a message, in the message's own time.
fn error_found(message: &Message, errors: Vec<FoundError>) -> Message {
    Message {
        header: Header {
            sender: Party::operator(CENTRAL_DATABASE),
            receiver: message.header.sender.clone(),
            timestamp: message.header.timestamp,
        },
        body: Body::ErrorFound(ErrorFound { dossier_id: message.body.dossier_id().unwrap_or_default().to_owned(), errors }),
    }
}
