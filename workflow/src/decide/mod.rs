//! What is decided: `(project, command, actor, moment, settings) → decision or rejection`. Pure.
//!
//! A decision is made on a `Draft`: a copy of the project to which each event is applied as it is emitted, so that what follows from it is
//! decided by the same rules. After the command itself, `consequences` carries on until nothing more follows: tasks that complete by
//! themselves, letters that are needed, the cutover's next step.

mod consequences;
mod cutover;
mod effect;
mod forwarding;
mod intake;
mod invoice;
mod letter;
mod moved;
mod permission;
mod phase;
mod porting;
mod rehearsal;
mod reminder;
mod schedule;
mod submission;
mod task;

pub(crate) use cutover::porting_faults;
pub use permission::{may, may_start};
pub use submission::{Dossier, Submission, submission};
pub use task::{TaskDeeds, task_deeds};

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::actor::{Actor, Moment};
use crate::command::Command;
use crate::effect::{Action, Effect, ProjectRef};
use crate::event::{Event, Purpose, Recorded};
use crate::letter::LetterFacts;
use crate::project::Project;
use crate::rejection::{Reason, Rejection, conflict};
use crate::settings::Settings;
use crate::text::Text;
use crate::timer::{Timer, timers};

/// What is needed to decide, besides the project and the command.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// When.
    pub moment: Moment,
    /// How this installation is configured.
    pub settings: &'a Settings,
    /// The version the project will have: ids of letters and effects follow from it.
    pub version: i64,
    /// Whether letters can be made: false once one could not, for a command that [`goes_ahead_without_letters`].
    pub makes_letters: bool,
}

/// What is to be committed together.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The state after the events.
    pub project: Project,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What is to be done outside, and not before when.
    pub effects: Vec<(Effect, DateTime<Utc>)>,
    /// What becomes of effects that were asked for before.
    pub settled: BTreeMap<Uuid, Settlement>,
    /// Timers to set.
    pub timers_set: BTreeMap<Timer, DateTime<Utc>>,
    /// Timers to clear.
    pub timers_cleared: Vec<Timer>,
    /// Letters to be rendered before, and stored with, the commit.
    pub letters: Vec<(Uuid, LetterFacts)>,
}

/// What becomes of an effect that was asked for before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It is over: done, refused, or no longer wanted.
    Over,
    /// It is tried (again) at this instant.
    TryAt(DateTime<Utc>),
    /// It stays as it is until somebody says so.
    Wait,
}

/// Decides what a command does.
///
/// # Errors
/// A [`Rejection`], and nothing is to change.
pub fn decide(project: Option<&Project>, command: Command, context: &Context<'_>) -> Result<Decision, Rejection> {
    permission::check(context.actor, &command)?;
    let fired = if let Command::TimerDue(timer) = &command { Some(timer.clone()) } else { None };
    let mut draft = match (project, command) {
        (None, Command::Start { id, reference, intake }) => Draft::start(context, id, reference, intake),
        (None, _) => return Err(Rejection::NotFound(Text::new("dit project bestaat niet", "there is no such project"))),
        (Some(_), Command::Start { .. }) => {
            return Err(conflict(Reason::WrongPhase, "dit project bestaat al", "this project exists already"));
        }
        (Some(project), command) => {
            let mut draft = Draft::new(context, project.clone());
            carry_out(&mut draft, command)?;
            draft
        }
    };
    consequences::follow(&mut draft);
    Ok(draft.finish(project, fired))
}

fn carry_out(draft: &mut Draft<'_>, command: Command) -> Result<(), Rejection> {
    if draft.project.phase.is_final() && !is_fact_from_outside(&command) {
        return Err(conflict(
            Reason::ProjectClosed,
            format!("het project is {}: er verandert niets meer", draft.project.status().as_str()),
            format!("the project is {}: nothing changes any more", draft.project.status().as_str()),
        ));
    }
    match command {
        Command::Start { .. } => Ok(()),
        Command::ChangeIntake { intake } => intake::change(draft, intake),
        Command::Advance => phase::advance(draft),
        Command::Hold { reason } => phase::hold(draft, reason),
        Command::Resume => phase::resume(draft),
        Command::Cancel { reason } => phase::cancel(draft, reason),
        Command::CompleteTask { key, on_behalf_of, note } => task::complete(draft, &key, on_behalf_of, note),
        Command::SkipTask { key, reason } => task::skip(draft, &key, reason),
        Command::ReopenTask { key, reason } => task::reopen(draft, &key, &reason),
        Command::MakeLetter { kind, contract, language } => letter::make(draft, kind, contract.as_deref(), language),
        Command::RecordLetterSent { letter, sent_on, sending } => letter::record_sent(draft, letter, sent_on, sending),
        Command::RecordLetterUnsent { letter, reason } => letter::record_unsent(draft, letter, reason),
        Command::RecordLetterReceived { letter, receipt } => letter::record_received(draft, letter, receipt),
        Command::RecordLetterConfirmed { letter, confirmation } => letter::record_confirmed(draft, letter, confirmation),
        Command::MailLetters { letters, to, message } => letter::mail(draft, letters, to, message),
        Command::ReviewLetters => {
            letter::review(draft);
            Ok(())
        }
        Command::AddAttachment(attachment) => intake::add_attachment(draft, &attachment),
        Command::AcceptSuggestion { suggestion } => invoice::accept(draft, suggestion),
        Command::DismissSuggestion { suggestion, reason } => invoice::dismiss(draft, suggestion, reason),
        Command::AcknowledgeWarning { code, contract, note } => intake::acknowledge_warning(draft, code, contract, note),
        Command::SubmitPorting => submission::submit(draft),
        Command::SchedulePorting { at, override_reason, requests } => {
            schedule::schedule(draft, at, override_reason, requests.as_deref())
        }
        Command::CancelPorting { request, reason } => porting::cancel(draft, request.as_deref(), &reason),
        Command::RecordAnswer { request, answer } => porting::record_answer(draft, request.as_deref(), answer),
        Command::RecordDelay { request, answer_due_at, reason_code } => {
            porting::record_delay(draft, request, answer_due_at, reason_code)
        }
        Command::RecordPortingError { request, errors } => porting::record_error(draft, &request, errors),
        Command::RecordForeignMessage(message) => {
            porting::hear_of_others(draft, message);
            Ok(())
        }
        Command::RecordUnfitMessage { kind, reason } => {
            draft.emit(Event::UnfitMessageReceived { message: kind, reason });
            Ok(())
        }
        Command::AskForwarding(wish) => forwarding::ask(draft, wish),
        Command::RecordForwardingSet(said) => forwarding::record_set(draft, said),
        Command::RecordForwardingTested(tried) => forwarding::record_tested(draft, tried),
        Command::EndForwarding(said) => forwarding::end(draft, said),
        Command::RehearseCutover { test_number } => rehearsal::begin(draft, test_number),
        Command::RetryCutover => cutover::retry(draft),
        Command::AbortCutover { reason } => cutover::abort(draft, &reason),
        Command::ResolveStep { note } => cutover::resolve(draft, note),
        Command::SettleEffect { effect, attempt, outcome } => effect::settle(draft, effect, attempt, outcome),
        Command::RetryEffect { effect } => effect::retry(draft, effect),
        Command::TimerDue(timer) => {
            timer_due(draft, timer);
            Ok(())
        }
    }
}

/// What has happened outside is recorded whatever the project's state.
fn is_fact_from_outside(command: &Command) -> bool {
    matches!(
        command,
        Command::SettleEffect { .. }
            | Command::TimerDue(_)
            | Command::RecordAnswer { .. }
            | Command::RecordDelay { .. }
            | Command::RecordPortingError { .. }
            | Command::RecordForeignMessage(_)
            | Command::RecordUnfitMessage { .. }
            | Command::AddAttachment(_)
            | Command::RecordForwardingSet(_)
            | Command::RecordForwardingTested(_)
            | Command::EndForwarding(_)
    )
}

/// Whether a command is carried out although a letter that follows from it can't be made: what has happened outside, what is done about a
/// cutover that may be running, and the review of letters. No text of a letter may keep a line that was moved from being on record as moved.
/// The letter is made with the first command after which it can be.
pub fn goes_ahead_without_letters(command: &Command) -> bool {
    is_fact_from_outside(command)
        || matches!(
            command,
            Command::ResolveStep { .. }
                | Command::RetryCutover
                | Command::AbortCutover { .. }
                | Command::RetryEffect { .. }
                | Command::Hold { .. }
                | Command::Cancel { .. }
                | Command::ReviewLetters
        )
}

/// A timer that the state no longer calls for does nothing.
fn timer_due(draft: &mut Draft<'_>, timer: Timer) {
    let wanted = timers(&draft.project, &draft.context.settings.porting_hours)
        .get(&timer)
        .is_some_and(|at| *at <= draft.context.moment.now);
    if !wanted {
        return;
    }
    match timer {
        Timer::Preflight => cutover::announce_preflight(draft),
        Timer::Cutover => cutover::start(draft),
        Timer::WindowEnd(request) => porting::expire(draft, request),
        Timer::Due(key) => task::report_overdue(draft, key),
        Timer::Silence(id) => effect::is_silent(draft, id),
        Timer::Confirmation(id) => draft.emit(Event::ConfirmationMissed { id }),
        Timer::DayPassed => moved::not_done(draft),
        Timer::Reminder => reminder::tell(draft),
    }
}

/// A decision being made.
struct Draft<'a> {
    context: &'a Context<'a>,
    project: Project,
    events: Vec<Event>,
    effects: Vec<(Effect, DateTime<Utc>)>,
    settled: BTreeMap<Uuid, Settlement>,
    letters: Vec<(Uuid, LetterFacts)>,
}

impl<'a> Draft<'a> {
    fn new(context: &'a Context<'a>, project: Project) -> Self {
        Self { context, project, events: Vec::new(), effects: Vec::new(), settled: BTreeMap::new(), letters: Vec::new() }
    }

    fn start(context: &'a Context<'a>, id: Uuid, reference: String, intake: Box<crate::intake::Intake>) -> Self {
        let event = Event::ProjectStarted { id, reference, process_version: crate::process::newest().version, intake };
        let first = Recorded { at: context.moment.now, actor: context.actor.clone(), event };
        #[expect(clippy::expect_used, reason = "the event above is the one that starts a project")]
        let project = Project::start(&first).expect("a project starts with its first event");
        let mut draft = Self::new(context, project);
        draft.events.push(first.event);
        draft
    }

    /// Makes an event true and keeps it.
    fn emit(&mut self, event: Event) {
        let recorded = Recorded { at: self.context.moment.now, actor: self.context.actor.clone(), event };
        self.project.apply(&recorded);
        self.events.push(recorded.event);
    }

    /// An id that follows from the project, its coming version and the place in this decision: the same decision gives the same ids.
    fn next_id(&self, what: &str) -> Uuid {
        let name = format!("{what}/{}/{}", self.context.version, self.events.len());
        Uuid::new_v5(&self.project.id, name.as_bytes())
    }

    /// Asks for something to be done outside, not before `at`.
    fn request_effect(&mut self, purpose: Purpose, action: Action, at: DateTime<Utc>) {
        let id = self.next_id("effect");
        let project = ProjectRef { id: self.project.id, reference: self.project.reference.clone() };
        let by_hand = crate::instruction::instruction(&action);
        self.effects.push((Effect { id, project, action }, at));
        self.emit(Event::EffectRequested { id, purpose, by_hand });
    }

    /// Withdraws the effects that serve such a purpose.
    fn withdraw_effects(&mut self, which: impl Fn(&Purpose) -> bool) {
        let ids: Vec<Uuid> =
            self.project.effects.iter().filter(|(_, effect)| which(&effect.purpose)).map(|(id, _)| *id).collect();
        for id in ids {
            self.withdraw_effect(id);
        }
    }

    /// Withdraws an effect that is under way.
    fn withdraw_effect(&mut self, id: Uuid) {
        self.settled.insert(id, Settlement::Over);
        self.emit(Event::EffectWithdrawn { id });
    }

    fn finish(self, before: Option<&Project>, fired: Option<Timer>) -> Decision {
        let hours = &self.context.settings.porting_hours;
        let mut old = before.map(|project| timers(project, hours)).unwrap_or_default();
        if let Some(fired) = fired {
            old.remove(&fired);
        }
        let new = timers(&self.project, hours);
        let timers_cleared = old.keys().filter(|timer| !new.contains_key(timer)).cloned().collect();
        let timers_set = new.into_iter().filter(|(timer, at)| old.get(timer) != Some(at)).collect();
        Decision {
            project: self.project,
            events: self.events,
            effects: self.effects,
            settled: self.settled,
            timers_set,
            timers_cleared,
            letters: self.letters,
        }
    }
}
