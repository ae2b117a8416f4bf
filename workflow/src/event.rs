//! Everything that has happened: the audit trail. Stored forms are added to, never renamed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Actor;
use crate::command::SeriesAnswer;
use crate::cutover::StepKey;
use crate::cutover::incident::Incident;
use crate::intake::Intake;
use crate::invoice::{InvoiceSummary, Suggestion, Unreadable};
use crate::letter::{Language, LetterKind};
use crate::number::Series;
use crate::phase;
use crate::porting::PortingRequest;
use crate::process::Party;
use crate::project::Attachment;
use crate::rejection::Unmet;
use crate::text::Text;

/// An event with who and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// What.
    pub event: Event,
}

/// What an effect is for, within the project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The PBX tenant and users.
    Provision,
    /// The cutover's routing.
    Route,
    /// Its undoing.
    Unroute,
    /// The cutover's verification.
    TestCall,
    /// Asking for the numbers of this request.
    RequestPorting(String),
    /// Taking over the numbers of this request.
    PerformPorting(String),
    /// Withdrawing this request.
    CancelPorting(String),
    /// Reading this invoice, by the id of its file.
    ReadInvoice(Uuid),
}

impl Purpose {
    /// Whether it stops while the project is on hold. What undoes something goes on.
    pub const fn waits_on_hold(&self) -> bool {
        matches!(self, Purpose::Provision | Purpose::RequestPorting(_))
    }

    /// The cutover's step that it serves.
    pub const fn step(&self) -> Option<StepKey> {
        match self {
            Purpose::Route => Some(StepKey::Route),
            Purpose::PerformPorting(_) => Some(StepKey::Port),
            Purpose::TestCall => Some(StepKey::Verify),
            Purpose::Provision
            | Purpose::Unroute
            | Purpose::RequestPorting(_)
            | Purpose::CancelPorting(_)
            | Purpose::ReadInvoice(_) => None,
        }
    }
}

/// What has happened to a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// The migration began.
    ProjectStarted {
        /// The project's id.
        id: Uuid,
        /// Its reference.
        reference: String,
        /// The version of the process that it follows.
        process_version: u32,
        /// What is known of it.
        intake: Box<Intake>,
    },
    /// What is known of it changed.
    IntakeChanged {
        /// All that is known now.
        intake: Box<Intake>,
    },
    /// A phase was left.
    PhaseAdvanced {
        /// Which.
        from: phase::State,
        /// For which.
        to: phase::State,
    },
    /// Automation and due dates stopped.
    Held {
        /// Why.
        reason: String,
    },
    /// They go on.
    Resumed {},
    /// The migration was called off.
    ProjectCancelled {
        /// Why.
        reason: String,
        /// What a person must withdraw.
        to_withdraw: Vec<Text>,
    },
    /// A party confirmed its part of a task.
    TaskConfirmed {
        /// Which.
        key: String,
        /// Whose part.
        party: Party,
        /// Anything worth keeping.
        note: Option<String>,
        /// Nobody said so: its matter had happened.
        #[serde(default)]
        automatic: bool,
    },
    /// A task was found not to be needed.
    TaskSkipped {
        /// Which.
        key: String,
        /// Why.
        reason: String,
    },
    /// A task is to be done again.
    TaskReopened {
        /// Which.
        key: String,
        /// Why.
        reason: String,
        /// Its matter has happened, but a person found it not done: it does not complete by itself again.
        #[serde(default)]
        kept_open: bool,
    },
    /// A task's due date passed.
    DueDatePassed {
        /// Which.
        key: String,
        /// The day.
        due_on: NaiveDate,
    },
    /// A letter was made; its PDF is kept beside the project.
    LetterMade {
        /// Its id.
        id: Uuid,
        /// Which letter.
        letter: LetterKind,
        /// The contract, for a cancellation.
        contract: Option<String>,
        /// To whom.
        provider: String,
        /// In which language.
        language: Language,
    },
    /// A letter was posted.
    LetterSent {
        /// Its id.
        id: Uuid,
        /// On which day.
        sent_on: NaiveDate,
        /// Anything worth keeping.
        note: Option<String>,
    },
    /// A draft is not to be posted any more: its contract goes on, has ended, or has no numbers.
    LetterWithdrawn {
        /// Its id.
        id: Uuid,
    },
    /// A file was added.
    AttachmentAdded(Attachment),
    /// An invoice was read.
    InvoiceRead {
        /// Its file.
        attachment: Uuid,
        /// What stands in it.
        #[serde(flatten)]
        reading: InvoiceSummary,
        /// What it suggests.
        suggestions: Vec<Suggestion>,
    },
    /// An invoice was not read; a person has to look at it.
    InvoiceNotRead {
        /// Its file.
        attachment: Uuid,
        /// Why.
        reason: Unreadable,
    },
    /// What an invoice suggests was carried out.
    SuggestionAccepted {
        /// Which suggestion.
        id: Uuid,
    },
    /// What an invoice suggests does not hold.
    SuggestionDismissed {
        /// Which suggestion.
        id: Uuid,
        /// Why.
        reason: String,
    },
    /// Somebody took note of a warning.
    WarningAcknowledged {
        /// Its code.
        code: String,
        /// The contract it is about.
        contract: Option<String>,
        /// What was done about it.
        note: String,
    },
    /// A donor was asked.
    PortingRequested(PortingRequest),
    /// A donor announced to answer later.
    PortingDelayed {
        /// Which request.
        request: String,
        /// Until when.
        answer_due_at: Option<DateTime<Utc>>,
        /// The donor's code for why.
        reason_code: Option<String>,
    },
    /// A donor answered.
    PortingAnswered {
        /// Which request.
        request: String,
        /// Whether any number may be ported.
        accepted: bool,
        /// Per series.
        series: Vec<SeriesAnswer>,
        /// The donor's network operator.
        donor_operator: Option<String>,
        /// In its words.
        detail: Option<String>,
    },
    /// COIN reported an error in one of our messages.
    PortingErrorReported {
        /// Which request.
        request: String,
        /// In COIN's words, with codes.
        errors: String,
    },
    /// A request could not be made, or was found wrong.
    PortingRefused {
        /// Which request.
        request: String,
        /// Why.
        detail: String,
    },
    /// A request was withdrawn.
    PortingCancelled {
        /// Which request.
        request: String,
        /// Why.
        reason: String,
    },
    /// A request's window passed.
    PortingExpired {
        /// Which request.
        request: String,
    },
    /// COIN reported an error in a performed porting: it may not have taken effect.
    PortingDoubted {
        /// Which request.
        request: String,
    },
    /// A request's numbers were taken over.
    PortingPerformed {
        /// Which request.
        request: String,
    },
    /// Somebody else gave back or asked for a number of this project.
    ForeignMessageReceived {
        /// The kind of message.
        message: String,
        /// The numbers.
        numbers: Vec<Series>,
    },
    /// A message about this project said what can't be so, and changed nothing.
    UnfitMessageReceived {
        /// The kind of message.
        message: String,
        /// Why it does not fit.
        reason: Text,
    },
    /// A request was sent more than once, as nobody knew whether it had arrived.
    PortingSentAgain {
        /// Which request.
        request: String,
    },
    /// The cutover got a moment, or another one.
    CutoverScheduled {
        /// When.
        at: DateTime<Utc>,
        /// Why outside working days or hours.
        override_reason: Option<String>,
    },
    /// The preflight of the working day before was done.
    PreflightAnnounced {
        /// What is missing.
        missing: Vec<Unmet>,
    },
    /// The cutover began.
    CutoverStarted {},
    /// A step began.
    StepStarted {
        /// Which.
        step: StepKey,
    },
    /// A step is done.
    StepDone {
        /// Which.
        step: StepKey,
        /// What was done, when it was done by hand.
        by_hand: Option<String>,
    },
    /// The cutover stopped.
    IncidentOpened(Incident),
    /// The cutover goes on.
    IncidentClosed {
        /// How: in words.
        how: Text,
    },
    /// The cutover was given up.
    CutoverAborted {
        /// Why.
        reason: String,
    },
    /// The outcome was announced, over the event stream, for everyone to be told.
    CutoverAnnounced {
        /// Whom it concerns.
        to: Vec<String>,
        /// What is to be told.
        text: Text,
    },
    /// The cutover is done.
    CutoverDone {},
    /// Something is to be done outside.
    EffectRequested {
        /// The idempotency key.
        id: Uuid,
        /// What for.
        purpose: Purpose,
        /// What a person has to do where no adapter does it.
        by_hand: Text,
    },
    /// An attempt failed.
    EffectFailed {
        /// Which effect.
        id: Uuid,
        /// Which attempt.
        attempt: u32,
        /// What went wrong.
        error: String,
        /// It may have taken effect all the same.
        may_have_happened: bool,
        /// When it is tried again; absent: not by itself.
        retry_at: Option<DateTime<Utc>>,
    },
    /// It is not tried while the project is on hold.
    EffectHeld {
        /// Which effect.
        id: Uuid,
    },
    /// It is tried again, because a person said so.
    EffectRearmed {
        /// Which effect.
        id: Uuid,
    },
    /// The peer, or a person, will say when it is done.
    EffectWaiting {
        /// Which effect.
        id: Uuid,
        /// A person does it, not a peer.
        by_hand: bool,
    },
    /// It was done.
    EffectDone {
        /// Which effect.
        id: Uuid,
        /// In the peer's words.
        detail: Option<String>,
    },
    /// The peer won't do it.
    EffectRefused {
        /// Which effect.
        id: Uuid,
        /// In the peer's words.
        detail: String,
        /// When it is asked anew (test calls); absent: not by itself.
        retry_at: Option<DateTime<Utc>>,
    },
    /// It is no longer wanted.
    EffectWithdrawn {
        /// Which effect.
        id: Uuid,
    },
}

impl Event {
    /// The kind by which it is stored and shown, e.g. `task_confirmed`.
    pub fn kind_and_data(&self) -> Result<(String, serde_json::Value), serde_json::Error> {
        let mut stored = serde_json::to_value(self)?;
        let kind = stored.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned();
        let data = stored.get_mut("data").map(serde_json::Value::take).unwrap_or_default();
        Ok((kind, data))
    }

    /// Reads a stored event.
    pub fn from_kind_and_data(kind: &str, data: &serde_json::Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(serde_json::json!({ "kind": kind, "data": data }))
    }
}
