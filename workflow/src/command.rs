//! Everything that can happen: a request, a due timer, an effect's outcome, a donor's answer.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::effect::Outcome;
use crate::forwarding::{ForwardingSaid, ForwardingTried, ForwardingWish};
use crate::intake::Intake;
use crate::letter::proof::{Confirmation, Receipt, Sending};
use crate::letter::{Language, LetterKind};
use crate::number::Series;
use crate::porting::DonorAnswer;
use crate::porting::foreign::ForeignMessage;
use crate::process::Party;
use crate::project::Attachment;
use crate::text::Text;
use crate::timer::Timer;

/// Something that happens to a project.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// A migration begins.
    Start {
        /// The project's id.
        id: Uuid,
        /// Its reference, e.g. `2027-0001`.
        reference: String,
        /// What is known of it.
        intake: Box<Intake>,
    },
    /// What is known of it changes.
    ChangeIntake {
        /// The whole intake as it should be.
        intake: Box<Intake>,
    },
    /// The phase is left for the next.
    Advance,
    /// Automation and due dates stop.
    Hold {
        /// Why.
        reason: String,
    },
    /// They go on.
    Resume,
    /// The migration is called off.
    Cancel {
        /// Why.
        reason: String,
    },
    /// A party confirms its part of a task.
    CompleteTask {
        /// Which.
        key: String,
        /// For whom, when not for the actor's own party.
        on_behalf_of: Option<Party>,
        /// Anything worth keeping.
        note: Option<String>,
    },
    /// A task is not needed here.
    SkipTask {
        /// Which.
        key: String,
        /// Why.
        reason: String,
    },
    /// A done task turns out not to be, and so does what depended on it.
    ReopenTask {
        /// Which.
        key: String,
        /// Why.
        reason: String,
    },
    /// A letter is made (anew).
    MakeLetter {
        /// Which.
        kind: LetterKind,
        /// For a cancellation: the contract. For another letter to a provider: any contract with it. For one to the customer: none.
        contract: Option<String>,
        /// In another language than the customer's.
        language: Option<Language>,
    },
    /// A letter has been sent to whom it is for.
    RecordLetterSent {
        /// Which.
        letter: Uuid,
        /// On which day; today when absent.
        sent_on: Option<NaiveDate>,
        /// How, and what is worth keeping.
        sending: Sending,
    },
    /// A letter has not been sent after all: that was recorded by mistake.
    RecordLetterUnsent {
        /// Which.
        letter: Uuid,
        /// Why.
        reason: String,
    },
    /// A letter has arrived.
    RecordLetterReceived {
        /// Which.
        letter: Uuid,
        /// When, and what shows it.
        receipt: Receipt,
    },
    /// The provider has confirmed a letter in writing.
    RecordLetterConfirmed {
        /// Which.
        letter: Uuid,
        /// When, and what it says.
        confirmation: Confirmation,
    },
    /// Letters are to be e-mailed to the customer.
    MailLetters {
        /// Which; all that are to be signed and sent when empty.
        letters: Vec<Uuid>,
        /// To which address; the contact's when absent.
        to: Option<String>,
        /// What is said with them.
        message: Option<String>,
    },
    /// What letters say is held against what holds now: what the contractor is called may have changed, outside any project.
    ReviewLetters,
    /// A file is added; its content is kept beside the project.
    AddAttachment(Attachment),
    /// What an invoice suggests is carried out.
    AcceptSuggestion {
        /// Which.
        suggestion: Uuid,
    },
    /// What an invoice suggests does not hold.
    DismissSuggestion {
        /// Which.
        suggestion: Uuid,
        /// Why.
        reason: String,
    },
    /// Somebody has taken note of a warning.
    AcknowledgeWarning {
        /// Its code.
        code: String,
        /// The contract it is about.
        contract: Option<String>,
        /// What was done about it.
        note: String,
    },
    /// The donors are asked for every number that is not spoken for.
    SubmitPorting,
    /// The cutover gets its moment.
    SchedulePorting {
        /// When.
        at: DateTime<Utc>,
        /// Why outside working days or hours.
        override_reason: Option<String>,
        /// The requests whose numbers move then; `None`: every number that is still to be ported.
        requests: Option<Vec<String>>,
    },
    /// Requests are withdrawn, all or one.
    CancelPorting {
        /// Only this one.
        request: Option<String>,
        /// Why.
        reason: String,
    },
    /// The donor has answered, or announced a delay.
    RecordAnswer {
        /// Which request; may be absent when only one is unanswered.
        request: Option<String>,
        /// What it said.
        answer: DonorAnswer,
    },
    /// The donor needs more time.
    RecordDelay {
        /// Which request.
        request: String,
        /// Until when.
        answer_due_at: Option<DateTime<Utc>>,
        /// The donor's code for why.
        reason_code: Option<String>,
    },
    /// COIN reports an error in one of our messages.
    RecordPortingError {
        /// Which request.
        request: String,
        /// In COIN's words, with codes.
        errors: String,
    },
    /// Somebody else gives back, asks for or takes over a number of this project.
    RecordForeignMessage(ForeignMessage),
    /// A message about this project says what can't be so; it is kept and shown.
    RecordUnfitMessage {
        /// The kind of message, e.g. `portingrequestanswer`.
        kind: String,
        /// Why it does not fit.
        reason: Text,
    },
    /// Numbers are to be forwarded.
    AskForwarding(ForwardingWish),
    /// A forwarding has been set.
    RecordForwardingSet(ForwardingSaid),
    /// A forwarded number has been called.
    RecordForwardingTested(ForwardingTried),
    /// A forwarding has been taken away, or is not wanted any more.
    EndForwarding(ForwardingSaid),
    /// The cutover is rehearsed.
    RehearseCutover {
        /// With this number, which leads to the PBX and is nobody's to port.
        test_number: Series,
    },
    /// The incident's step is tried again.
    RetryCutover,
    /// The cutover is given up and undone.
    AbortCutover {
        /// Why.
        reason: String,
    },
    /// The step at which the cutover waits has been done by hand.
    ResolveStep {
        /// What was done.
        note: String,
    },
    /// An attempt at an effect has ended.
    SettleEffect {
        /// Which effect.
        effect: Uuid,
        /// Which attempt, from 1.
        attempt: u32,
        /// How.
        outcome: Outcome,
    },
    /// An effect that is not tried again by itself is tried again: what stood in its way has been mended.
    RetryEffect {
        /// Which effect.
        effect: Uuid,
    },
    /// A timer is due.
    TimerDue(Timer),
}

/// A donor's answer to one series of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesAnswer {
    /// The series, by its first number; absent: all series of the request.
    pub number: Option<Series>,
    /// The First Possible Date and time.
    pub first_possible_at: Option<DateTime<Utc>>,
    /// Why not.
    pub blocking_code: Option<u8>,
    /// In the donor's words.
    pub note: Option<String>,
}
