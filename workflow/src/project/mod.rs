//! A project's state, and [`Project::apply`]: how events make it. Used live and in replay, so it decides nothing and never fails. What
//! events do to the cutover, the letters, the porting requests and the effects under way stands in files of their own.

mod cutover;
mod effects;
mod file_type;
mod forwarding;
mod letter;
mod moved;
mod porting;
mod rehearsal;
mod suggestions;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cutover::Cutover;
use crate::cutover::moved::Move;
use crate::cutover::place::Reached;
use crate::deadline::Reminded;
use crate::event::{Event, Purpose, Recorded};
use crate::forwarding::Forwarding;
use crate::intake::Intake;
use crate::invoice::{InvoiceReading, Suggestion};
use crate::number::Series;
use crate::phase;
use crate::porting::foreign::ForeignMessage;
use crate::porting::{PortingRequest, request};
use crate::process::{self, Party, Process};
use crate::rehearsal::Rehearsal;
use crate::text::Text;

pub use letter::Letter;

/// Grows whenever the same events make another state. A state that was made by another version of the rules is then made anew from its events.
pub const RULES: u32 = 5;

/// A migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: Uuid,
    /// Its reference, e.g. `2027-0001`.
    pub reference: String,
    /// The version of the process that it follows.
    pub process_version: u32,
    /// Its phase.
    pub phase: phase::State,
    /// Why it is on hold, when it is.
    pub hold: Option<String>,
    /// What is known of it.
    pub intake: Intake,
    /// What has been done of each task; a task without an entry has not been touched.
    pub tasks: BTreeMap<String, TaskProgress>,
    /// Due dates that passed and have been told, per task.
    pub overdue_reported: BTreeMap<String, NaiveDate>,
    /// The last reminder that was told, per deadline.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reminded: BTreeMap<String, Reminded>,
    /// Its letters, oldest first.
    pub letters: Vec<Letter>,
    /// Files that were added.
    pub attachments: Vec<Attachment>,
    /// What was read in invoices, or why they were not read, by the ids of their files.
    #[serde(default)]
    pub readings: BTreeMap<Uuid, InvoiceReading>,
    /// What invoices suggest, oldest first.
    #[serde(default)]
    pub suggestions: Vec<Suggestion>,
    /// The numbers that the signed authorizations speak of, per provider: those that were to be ported when each was added.
    #[serde(default)]
    pub authorized: BTreeMap<String, Vec<Series>>,
    /// Warnings that somebody took note of.
    pub acknowledged: Vec<Acknowledgement>,
    /// Porting requests, oldest first.
    pub requests: Vec<PortingRequest>,
    /// The cutover, the last one when there were several.
    pub cutover: Option<Cutover>,
    /// The last time that the agreed moment of a cutover moved, and who was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Box<Move>>,
    /// The numbers that the PBX was asked to answer, and not asked to forget since.
    #[serde(default)]
    pub routed: Vec<Series>,
    /// The numbers that test calls have reached on the PBX after they were taken over.
    #[serde(default)]
    pub reached: Vec<Reached>,
    /// Its forwardings, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forwardings: Vec<Forwarding>,
    /// The last rehearsal of the cutover.
    #[serde(default)]
    pub rehearsal: Option<Rehearsal>,
    /// The PBX has the tenant and its users.
    pub provisioned: bool,
    /// What others announced about its numbers.
    pub foreign_messages: Vec<ForeignMessage>,
    /// Messages about this project that said what can't be so, and why.
    #[serde(default)]
    pub unfit_messages: Vec<Text>,
    /// What is under way outside.
    pub effects: BTreeMap<Uuid, PendingEffect>,
    /// What a person must withdraw outside, now that the project is cancelled.
    #[serde(default)]
    pub to_withdraw: Vec<Text>,
    /// By which version of the rules its events made this state: [`RULES`]; 0 before that was kept.
    #[serde(default)]
    pub rules: u32,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When something last happened.
    pub updated_at: DateTime<Utc>,
}

/// What has been done of a task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TaskProgress {
    /// Who has confirmed.
    pub confirmed_by: Vec<Party>,
    /// Why it was skipped.
    pub skipped: Option<String>,
    /// When it was last done or skipped.
    pub done_at: Option<DateTime<Utc>>,
    /// How often a recurring task was done.
    pub times_done: u32,
    /// Somebody found it not done although its matter has happened: a person completes it, it does not do so by itself.
    #[serde(default)]
    pub kept_open: bool,
    /// What is to be minded from now on, as noted by who confirmed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points_of_attention: Vec<String>,
}

/// The kinds of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A current provider's invoice.
    Invoice,
    /// The authorization, signed by the customer.
    SignedAuthorization,
    /// The contract for lines and system, signed by the customer.
    SignedContract,
    /// Anything else.
    Other,
}

/// A file that was added. Its content is kept beside the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: AttachmentKind,
    /// The contract it belongs to.
    pub contract: Option<String>,
    /// Its name.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// In bytes.
    pub size: u64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// A warning that somebody took note of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The warning's code.
    pub code: String,
    /// The contract it is about.
    pub contract: Option<String>,
    /// What was done about it.
    pub note: String,
}

/// Something under way outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingEffect {
    /// What for.
    pub purpose: Purpose,
    /// What a person has to do where no adapter does it.
    pub by_hand: Text,
    /// Failed attempts.
    pub failures: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// It may have taken effect although no answer came.
    pub may_have_happened: bool,
    /// Whose turn it is.
    pub turn: Turn,
    /// By when the peer is to say how a cutover's step ended, when it is the peer's turn.
    #[serde(default)]
    pub answer_by: Option<DateTime<Utc>>,
    /// Since when it waits for a person or peer to say how it ended.
    #[serde(default)]
    pub waiting_since: Option<DateTime<Utc>>,
    /// How often a person who does it was asked again.
    #[serde(default)]
    pub times_asked: u32,
    /// The peer did not let us in at the last attempt.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub denied: bool,
}

/// Whose turn it is with an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The adapter's: it is being done, or will be tried again by itself.
    Adapter,
    /// The peer's: it has taken it on, and will say when it is done.
    Peer,
    /// A person's: they do it by hand, and say when it is done.
    Person,
    /// Nobody's: it failed and is not tried again by itself. A person decides.
    Nobody,
}

impl PendingEffect {
    /// Whether it goes on only when a person does something.
    pub fn needs_a_person(&self) -> bool {
        matches!(self.turn, Turn::Person | Turn::Nobody)
    }
}

impl Project {
    /// The state after a project's first event; `None` when that is not [`Event::ProjectStarted`].
    pub fn start(first: &Recorded) -> Option<Self> {
        let Event::ProjectStarted { id, reference, process_version, intake } = &first.event else { return None };
        Some(Self {
            id: *id,
            reference: reference.clone(),
            process_version: *process_version,
            phase: phase::State::Offer,
            hold: None,
            intake: (**intake).clone(),
            tasks: BTreeMap::new(),
            overdue_reported: BTreeMap::new(),
            reminded: BTreeMap::new(),
            letters: Vec::new(),
            attachments: Vec::new(),
            readings: BTreeMap::new(),
            suggestions: Vec::new(),
            authorized: BTreeMap::new(),
            acknowledged: Vec::new(),
            requests: Vec::new(),
            cutover: None,
            moved: None,
            routed: Vec::new(),
            reached: Vec::new(),
            forwardings: Vec::new(),
            rehearsal: None,
            provisioned: false,
            foreign_messages: Vec::new(),
            unfit_messages: Vec::new(),
            effects: BTreeMap::new(),
            to_withdraw: Vec::new(),
            rules: RULES,
            created_at: first.at,
            updated_at: first.at,
        })
    }

    /// The state that these events make; `None` when the first does not start a project.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Option<Self> {
        let mut events = events.into_iter();
        let mut project = Self::start(events.next()?)?;
        for event in events {
            project.apply(event);
        }
        Some(project)
    }

    /// The process that it follows.
    pub fn process(&self) -> &'static Process {
        process::version(self.process_version)
    }

    /// A signed authorization came, for a contract's provider or for all. What is added to the project later is not in it.
    fn authorize(&mut self, contract: Option<&str>) {
        let of = contract.and_then(|id| self.intake.contract(id)).map(|contract| contract.provider.name.clone());
        for contract in &self.intake.contracts {
            let provider = &contract.provider.name;
            if of.as_ref().is_none_or(|of| of == provider) {
                let numbers = self.intake.numbers_of(&contract.id).cloned();
                self.authorized.entry(provider.clone()).or_default().extend(numbers);
            }
        }
    }

    /// The numbers of a provider's contracts that no signed authorization speaks of.
    pub fn not_authorized(&self, provider: &str) -> Vec<&Series> {
        let authorized = self.authorized.get(provider).map(Vec::as_slice).unwrap_or_default();
        let contracts = self.intake.contracts.iter().filter(|contract| contract.provider.name == provider);
        let numbers = contracts.flat_map(|contract| self.intake.numbers_of(&contract.id));
        numbers.filter(|series| !authorized.iter().any(|known| known.contains(series))).collect()
    }

    /// Whether the porting of this request was sent and no answer came, or is being sent.
    pub fn porting_may_have_happened(&self, request: &str) -> bool {
        self.portings(request).any(|effect| effect.may_have_happened || effect.turn == Turn::Adapter)
    }

    /// Whether the porting of this request may have happened, or a person is doing it by hand.
    pub fn porting_is_under_way(&self, request: &str) -> bool {
        self.portings(request).any(|effect| effect.may_have_happened || effect.turn != Turn::Nobody)
    }

    fn portings(&self, request: &str) -> impl Iterator<Item = &PendingEffect> {
        self.effects.values().filter(move |effect| matches!(&effect.purpose, Purpose::PerformPorting(of) if of == request))
    }

    /// Whether an earlier cutover's routing is still being taken away, or still on its way and to be taken away then.
    pub fn routing_is_being_undone(&self) -> bool {
        let routes = self.cutover.as_ref().is_some_and(Cutover::routes);
        let left = |purpose: &Purpose| *purpose == Purpose::Unroute || (*purpose == Purpose::Route && !routes);
        self.effects.values().any(|effect| left(&effect.purpose))
    }

    /// Whether a cutover has its moment, or has begun and not ended.
    pub fn cutover_is_under_way(&self) -> bool {
        use crate::cutover::machine::State;
        let state = self.cutover.as_ref().map(|cutover| cutover.state);
        matches!(state, Some(State::Scheduled | State::Running | State::Incident))
    }

    /// Whether there is nothing left to port, or a cutover that has its moment.
    pub fn cutover_is_settled(&self) -> bool {
        self.numbers_to_port().next().is_none() || self.cutover_is_under_way()
    }

    /// What is to be minded from now on, as noted with the tasks that settle it, in the order of the process.
    pub fn points_of_attention(&self) -> impl Iterator<Item = &str> {
        let progress = self.process().tasks().iter().filter_map(|task| self.tasks.get(&task.key));
        progress.flat_map(|progress| progress.points_of_attention.iter().map(String::as_str))
    }

    /// Whether any number has been ported.
    pub fn any_ported(&self) -> bool {
        self.requests.iter().any(|request| request.state == request::State::Performed)
    }

    /// The numbers that no performed request has ported.
    pub fn numbers_to_port(&self) -> impl Iterator<Item = &Series> {
        self.intake.numbers.iter().map(|entry| &entry.series).filter(|series| !self.is_ported(series))
    }

    /// Whether a performed request has ported these numbers.
    pub fn is_ported(&self, series: &Series) -> bool {
        self.requests.iter().any(|request| request.state == request::State::Performed && request.speaks_for(series))
    }

    /// Makes an event true. Total: what does not fit the state changes nothing.
    pub fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        self.updated_at = at;
        self.apply_to_moved(recorded);
        match &recorded.event {
            Event::ProjectStarted { .. } | Event::CutoverMoved(_) => {}
            Event::IntakeChanged { intake } => self.intake = (**intake).clone(),
            Event::PhaseAdvanced { to, .. } => self.phase = *to,
            Event::Held { reason } => self.hold = Some(reason.clone()),
            Event::Resumed {} => self.hold = None,
            Event::ProjectCancelled { to_withdraw, .. } => {
                self.to_withdraw.clone_from(to_withdraw);
                self.phase = phase::State::Cancelled;
                self.hold = None;
            }
            Event::TaskConfirmed { key, party, note, point_of_attention, .. } => {
                self.confirm(key, *party, note.clone().filter(|_| *point_of_attention), at);
            }
            Event::TaskSkipped { key, reason } => {
                let progress = self.tasks.entry(key.clone()).or_default();
                progress.skipped = Some(reason.clone());
                progress.done_at = Some(at);
            }
            Event::TaskReopened { key, kept_open: true, .. } => {
                self.tasks.insert(key.clone(), TaskProgress { kept_open: true, ..TaskProgress::default() });
            }
            Event::TaskReopened { key, kept_open: false, .. } => {
                self.tasks.remove(key);
            }
            Event::DueDatePassed { key, due_on } => {
                self.overdue_reported.insert(key.clone(), *due_on);
            }
            Event::ReminderDue { what, on, working_days_before, .. } => {
                let told = Reminded { on: *on, working_days_before: *working_days_before };
                self.reminded.insert(what.to_string(), told);
            }
            Event::LetterMade { .. }
            | Event::LetterSent { .. }
            | Event::LetterUnsent { .. }
            | Event::LetterReceived { .. }
            | Event::LetterConfirmed { .. }
            | Event::ConfirmationMissed { .. }
            | Event::LetterReviewed { .. }
            | Event::LetterEmailed { .. }
            | Event::LetterWithdrawn { .. } => self.apply_to_letters(&recorded.event, at),
            Event::AttachmentAdded(attachment) => {
                if attachment.kind == AttachmentKind::SignedAuthorization {
                    self.authorize(attachment.contract.as_deref());
                }
                self.attachments.push(attachment.clone());
            }
            Event::RehearsalBegun(_) | Event::RehearsalPartEnded { .. } | Event::RehearsalEnded { .. } => {
                self.apply_to_rehearsal(&recorded.event, at);
            }
            Event::ForwardingAsked(_) | Event::ForwardingSet(_) | Event::ForwardingTested(_) | Event::ForwardingEnded(_) => {
                self.apply_to_forwardings(recorded);
            }
            Event::InvoiceRead { .. }
            | Event::InvoiceNotRead { .. }
            | Event::SuggestionAccepted { .. }
            | Event::SuggestionDismissed { .. } => self.apply_to_suggestions(&recorded.event),
            Event::WarningAcknowledged { code, contract, note } => {
                self.acknowledged.push(Acknowledgement { code: code.clone(), contract: contract.clone(), note: note.clone() });
            }
            Event::PreflightAnnounced { .. }
            | Event::CutoverScheduled { .. }
            | Event::CutoverStarted {}
            | Event::StepStarted { .. }
            | Event::StepDone { .. }
            | Event::IncidentOpened(_)
            | Event::IncidentClosed { .. }
            | Event::CutoverAborted { .. }
            | Event::CutoverDone {}
            | Event::CutoverAnnounced { .. } => self.apply_to_cutover(&recorded.event, at),
            Event::PortingRequested(_)
            | Event::PortingDelayed { .. }
            | Event::PortingAnswered { .. }
            | Event::PortingErrorReported { .. }
            | Event::PortingRefused { .. }
            | Event::PortingCancelled { .. }
            | Event::PortingExpired { .. }
            | Event::PortingDoubted { .. }
            | Event::PortingSentAgain { .. }
            | Event::PortingPerformed { .. }
            | Event::UnfitMessageReceived { .. }
            | Event::ForeignMessageReceived(_) => self.apply_to_porting(&recorded.event, at),
            Event::EffectRequested { .. }
            | Event::EffectFailed { .. }
            | Event::EffectHeld { .. }
            | Event::EffectRearmed { .. }
            | Event::EffectWaiting { .. }
            | Event::StepUnconfirmed { .. }
            | Event::EffectDone { .. }
            | Event::EffectRefused { .. }
            | Event::EffectWithdrawn { .. } => self.apply_to_effects(&recorded.event, at),
        }
    }

    fn confirm(&mut self, key: &str, party: Party, point_of_attention: Option<String>, at: DateTime<Utc>) {
        let task = self.process().task(key);
        let progress = self.tasks.entry(key.to_owned()).or_default();
        progress.points_of_attention.extend(point_of_attention);
        if !progress.confirmed_by.contains(&party) {
            progress.confirmed_by.push(party);
        }
        let all = task.is_some_and(|task| task.done_by.iter().all(|party| progress.confirmed_by.contains(party)));
        if all {
            progress.done_at = Some(at);
            if task.is_some_and(|task| task.recurring) {
                progress.times_done += 1;
                progress.confirmed_by.clear();
            }
        }
    }
}
