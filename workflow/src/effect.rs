//! What is to be done in the world outside: data so complete that performing it leaves no choice.
//!
//! An effect is recorded in the same transaction as the events that caused it, and performed afterwards, any number of times: its id is
//! the idempotency key by which the peer knows it again.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::intake::{CallRecording, Equipment, Users};
use crate::letter::Scenario;
use crate::number::Series;

/// An effect that a decision asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The idempotency key.
    pub id: Uuid,
    /// The project it belongs to.
    pub project: ProjectRef,
    /// What is to be done.
    pub action: Action,
}

/// A project as peers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRef {
    /// Its id.
    pub id: Uuid,
    /// Its reference, e.g. `2027-0001`.
    pub reference: String,
}

/// What is to be done. The stored names are the kinds of the webhook adapters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Action {
    /// Make the PBX tenant and its users.
    #[serde(rename = "pbx.provision")]
    Provision(Provision),
    /// Make the PBX answer these numbers.
    #[serde(rename = "pbx.route")]
    Route(Routing),
    /// Undo the routing.
    #[serde(rename = "pbx.unroute")]
    Unroute(Routing),
    /// Call the numbers and see that they arrive.
    #[serde(rename = "pbx.test_call")]
    TestCall(Routing),
    /// Ask the donor for the numbers.
    #[serde(rename = "porting.request")]
    RequestPorting(PortingOrder),
    /// Take the numbers over, now.
    #[serde(rename = "porting.perform")]
    PerformPorting(PortingExecution),
    /// Withdraw the request.
    #[serde(rename = "porting.cancel")]
    CancelPorting(PortingWithdrawal),
    /// Send an e-mail.
    #[serde(rename = "mail.send")]
    SendMail(Mail),
    /// Read an invoice. Done on this server, never by a peer.
    #[serde(rename = "invoice.read")]
    ReadInvoice(InvoiceFile),
}

/// Who performs an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adapter {
    /// COIN, or a carrier's portal.
    Porting,
    /// The PBX.
    Pbx,
    /// The mail server.
    Mail,
    /// This server itself: the reader of invoices.
    Reader,
}

impl Adapter {
    /// All of them.
    pub const ALL: [Adapter; 4] = [Adapter::Porting, Adapter::Pbx, Adapter::Mail, Adapter::Reader];

    /// The word before the dot of all its actions' kinds.
    pub const fn as_str(self) -> &'static str {
        match self {
            Adapter::Porting => "porting",
            Adapter::Pbx => "pbx",
            Adapter::Mail => "mail",
            Adapter::Reader => "invoice",
        }
    }
}

impl Action {
    /// The kind by which webhook peers know it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Action::Provision(_) => "pbx.provision",
            Action::Route(_) => "pbx.route",
            Action::Unroute(_) => "pbx.unroute",
            Action::TestCall(_) => "pbx.test_call",
            Action::RequestPorting(_) => "porting.request",
            Action::PerformPorting(_) => "porting.perform",
            Action::CancelPorting(_) => "porting.cancel",
            Action::SendMail(_) => "mail.send",
            Action::ReadInvoice(_) => "invoice.read",
        }
    }

    /// Who performs it.
    pub const fn adapter(&self) -> Adapter {
        match self {
            Action::Provision(_) | Action::Route(_) | Action::Unroute(_) | Action::TestCall(_) => Adapter::Pbx,
            Action::RequestPorting(_) | Action::PerformPorting(_) | Action::CancelPorting(_) => Adapter::Porting,
            Action::SendMail(_) => Adapter::Mail,
            Action::ReadInvoice(_) => Adapter::Reader,
        }
    }
}

/// A PBX tenant as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provision {
    /// The customer's name.
    pub tenant: String,
    /// Its users.
    pub users: Users,
    /// Its equipment.
    pub equipment: Vec<Equipment>,
    /// Whether calls are recorded.
    pub call_recording: CallRecording,
}

/// Numbers and the tenant at which they arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// The customer's name.
    pub tenant: String,
    /// The numbers.
    pub numbers: Vec<Series>,
    /// The customer's numbers in whose place they are called, when they are temporary ones: they are to ring where those will.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<Series>,
}

/// A porting request with all that any porting adapter needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortingOrder {
    /// The request within the project.
    pub request: String,
    /// The dossier, unique for each attempt (COIN: 5 to 26 characters of `-`, `0`–`9`, `A`–`Z`).
    pub dossier_id: String,
    /// The network operator that takes the numbers: ours.
    pub recipient_operator: String,
    /// The current provider's name.
    pub provider: String,
    /// How the contract ends.
    pub scenario: Scenario,
    /// The customer's name.
    pub company_name: String,
    /// The customer's postal code, `3511 AB`.
    pub postal_code: String,
    /// The customer's house number.
    pub house_number: Option<String>,
    /// What follows it.
    pub house_number_addition: Option<String>,
    /// The customer's number with the provider.
    pub customer_number: String,
    /// The contract's number.
    pub contract_number: String,
    /// The numbers.
    pub numbers: Vec<Series>,
    /// The day on which the customer would like to be ported: for portals that take one; COIN does not.
    #[serde(default)]
    pub wish_date: Option<NaiveDate>,
    /// When it was asked for.
    pub at: DateTime<Utc>,
}

/// The taking over of a request's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortingExecution {
    /// The request within the project.
    pub request: String,
    /// Its dossier.
    pub dossier_id: String,
    /// The network operator that takes the numbers: ours.
    pub recipient_operator: String,
    /// The network operator that gives them, as its answer said.
    pub donor_operator: Option<String>,
    /// The numbers.
    pub numbers: Vec<Series>,
    /// When it was decided.
    pub at: DateTime<Utc>,
}

/// The withdrawal of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortingWithdrawal {
    /// The request within the project.
    pub request: String,
    /// Its dossier.
    pub dossier_id: String,
    /// The network operator that withdraws: ours.
    pub recipient_operator: String,
    /// Why.
    pub reason: String,
    /// When it was decided.
    pub at: DateTime<Utc>,
}

/// An e-mail. Its sender is the mail adapter's; its Message-ID follows from the effect's id, so that a repetition is known as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// Where an answer goes, when not to the sender.
    pub reply_to: Option<String>,
    /// Where whoever is to be told can be called instead, when nobody mails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The subject.
    pub subject: String,
    /// The text, in lines as written; UTF-8, no markup.
    pub text: String,
    /// Documents of the project that go with it.
    pub documents: Vec<MailedDocument>,
    /// When it was decided: the mail's date.
    pub at: DateTime<Utc>,
}

/// A document that goes with an e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailedDocument {
    /// The document's id: a letter's or an attachment's.
    pub id: Uuid,
    /// What the file is called.
    pub filename: String,
}

/// An invoice to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceFile {
    /// The id under which its file is kept.
    pub attachment: Uuid,
    /// The file's name.
    pub filename: String,
}

/// How an attempt to perform an effect ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It has been done.
    Done {
        /// In the peer's words.
        detail: Option<String>,
        /// What the peer gave with it.
        data: serde_json::Value,
    },
    /// The peer won't do it, for a reason of the domain; repeating does not help.
    Refused {
        /// In the peer's words.
        detail: String,
    },
    /// The peer, or a person, does it later and says so.
    Waiting {
        /// A person does it, not a peer.
        by_hand: bool,
    },
    /// It could not be done, or nobody knows.
    Failed {
        /// What went wrong.
        error: String,
        /// It may have taken effect all the same.
        may_have_happened: bool,
        /// Repeating may help.
        repeatable: bool,
    },
    /// The peer does not let us in: credentials have expired, or a clock is off. It can be done once somebody has mended that.
    Denied {
        /// In the peer's words, and what is known of the cause.
        error: String,
        /// An earlier attempt may have taken effect; this one has not.
        may_have_happened: bool,
    },
}
