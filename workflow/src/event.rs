//! Everything that has happened: the audit trail. Stored forms are added to, never renamed.

mod kind;
mod purpose;
mod recorded;
mod told;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::command::SeriesAnswer;
use crate::cutover::StepKey;
use crate::cutover::incident::Incident;
use crate::cutover::moved::Moved;
use crate::deadline::What;
use crate::forwarding::{ForwardingPlan, ForwardingSaid, ForwardingTried};
use crate::intake::Intake;
use crate::invoice::{InvoiceSummary, Suggestion, Unreadable};
use crate::letter::change::LetterChange;
use crate::letter::proof::{Confirmation, Receipt, Sending};
use crate::letter::{Language, LetterFacts, LetterKind, Occasion};
use crate::number::Series;
use crate::phase;
use crate::porting::PortingRequest;
use crate::porting::blocking::BlockingCode;
use crate::porting::foreign::ForeignMessage;
use crate::process::Party;
use crate::project::Attachment;
use crate::rehearsal::{Part, RehearsalBegun};
use crate::rejection::Unmet;
use crate::text::Text;

pub use kind::KINDS;
pub use purpose::Purpose;
pub use recorded::Recorded;
pub use told::phase_name;

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
        /// The note is a point of attention, which the delivery document tells.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        point_of_attention: bool,
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
    /// Those who must act are to be reminded of a deadline.
    ReminderDue {
        /// Which, e.g. `task/scope`.
        what: What,
        /// The task that it belongs to.
        task: Option<String>,
        /// Its day.
        on: NaiveDate,
        /// Which reminder it is: so many working days before the day.
        working_days_before: u32,
        /// Working days after this one up to and including the day; negative when it has passed.
        working_days_left: i64,
        /// Who must act.
        to: Vec<Party>,
        /// What is to be told.
        text: Text,
    },
    /// A letter was made; its PDF is kept beside the project.
    LetterMade {
        /// Its id.
        id: Uuid,
        /// Which letter.
        letter: LetterKind,
        /// The contract, for a cancellation.
        contract: Option<String>,
        /// The provider to whom it goes; absent: to the customer.
        provider: Option<String>,
        /// In which language.
        language: Language,
        /// What it tells of that can change after it was sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        occasion: Option<Occasion>,
        /// What it says.
        #[serde(default)]
        facts: Option<Box<LetterFacts>>,
    },
    /// A letter was sent to whom it is for.
    LetterSent {
        /// Its id.
        id: Uuid,
        /// On which day.
        sent_on: NaiveDate,
        /// How, and what is worth keeping.
        #[serde(flatten)]
        sending: Sending,
    },
    /// That a letter was sent turned out not to be so, and with it what was recorded of its receipt and confirmation.
    LetterUnsent {
        /// Its id.
        id: Uuid,
        /// Why.
        reason: String,
    },
    /// A letter has arrived. Said again, the later holds.
    LetterReceived {
        /// Its id.
        id: Uuid,
        /// When, and what shows it.
        #[serde(flatten)]
        receipt: Receipt,
    },
    /// The provider confirmed a letter in writing. Said again, the later holds.
    LetterConfirmed {
        /// Its id.
        id: Uuid,
        /// When, and what it says.
        #[serde(flatten)]
        confirmation: Confirmation,
    },
    /// The days in which the provider was asked to confirm a letter have passed without it.
    ConfirmationMissed {
        /// Its id.
        id: Uuid,
    },
    /// What a sent letter says was held against what holds now.
    LetterReviewed {
        /// Its id.
        id: Uuid,
        /// What differs; nothing when it is right (again).
        changes: Vec<LetterChange>,
    },
    /// A letter was e-mailed to the customer. For a letter that the customer signs and sends this is not its sending.
    LetterEmailed {
        /// Its id.
        id: Uuid,
        /// To which address.
        to: String,
    },
    /// A draft is not to be sent any more: its contract goes on, has ended, or has no numbers; what it tells of was called off, or has passed.
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
        /// What its blocking codes mean, as far as is known.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        meanings: Vec<BlockingCode>,
        /// The donor's network operator.
        donor_operator: Option<String>,
        /// In its words.
        detail: Option<String>,
        /// The project's attachment that shows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attachment: Option<Uuid>,
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
        /// Who found out, or did it by hand, and how they say it; absent when the adapter said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by_hand: Option<String>,
    },
    /// Somebody else gave back, asked for or took over a number of this project.
    ForeignMessageReceived(ForeignMessage),
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
        /// The numbers that move then; all when empty, as events of before numbers moved in parts are.
        #[serde(default)]
        numbers: Vec<Series>,
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
    /// The agreed moment moved, of which everyone who knows of it is to be told.
    CutoverMoved(Moved),
    /// The outcome was announced, over the event stream, for everyone to be told.
    CutoverAnnounced {
        /// Whom it concerns.
        to: Vec<String>,
        /// What is to be told.
        text: Text,
    },
    /// The cutover is done.
    CutoverDone {},
    /// Numbers are to be forwarded.
    ForwardingAsked(ForwardingPlan),
    /// A forwarding was set.
    ForwardingSet(ForwardingSaid),
    /// A forwarded number was called.
    ForwardingTested(ForwardingTried),
    /// A forwarding was taken away, or is not wanted any more.
    ForwardingEnded(ForwardingSaid),
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
        /// The peer does not let us in: nothing goes until somebody renews the credentials, or sets the clock.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        denied: bool,
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
        /// By when they are to say how a cutover's step ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer_by: Option<DateTime<Utc>>,
    },
    /// A cutover waits for a person to do a step, and nobody has said that it is done.
    StepUnconfirmed {
        /// Which effect.
        id: Uuid,
        /// Which step.
        step: StepKey,
        /// For how many minutes it has waited.
        waiting_minutes: i64,
        /// What is to be done.
        text: Text,
        /// When that is told again, if it still waits.
        answer_by: DateTime<Utc>,
    },
    /// A rehearsal of the cutover began.
    RehearsalBegun(RehearsalBegun),
    /// A part of it is over.
    RehearsalPartEnded {
        /// Which.
        part: Part,
        /// What went wrong; absent when it went well.
        error: Option<String>,
    },
    /// It is over.
    RehearsalEnded {
        /// Whether everything went well.
        passed: bool,
        /// Why it was given up.
        abandoned: Option<Text>,
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
