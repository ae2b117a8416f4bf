//! What follows from an attempt at an effect: done, refused, tried again, or a person's turn.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{Draft, Settlement, cutover, invoice, letter, phase, porting, rehearsal, reminder};
use crate::actor::Role;
use crate::calendar::amsterdam;
use crate::command::SeriesAnswer;
use crate::cutover::StepKey;
use crate::cutover::retry::{pause, pause_while_denied};
use crate::effect::Outcome;
use crate::event::{Event, Purpose};
use crate::intake::FieldError;
use crate::number::Series;
use crate::porting::DonorAnswer;
use crate::process::Party;
use crate::project::{PendingEffect, Turn};
use crate::rehearsal::Part;
use crate::rejection::{Reason, Rejection, conflict};

/// The pause between two questions to a person doubles so often at most: 15 minutes become two hours.
const ASKED_AGAIN_DOUBLINGS_MAX: u32 = 3;

/// Takes in how an attempt ended. An outcome of an effect that is no longer pending (withdrawn meanwhile, or told twice) is refused as
/// settled, and changes nothing.
pub(super) fn settle(draft: &mut Draft<'_>, id: Uuid, attempt: u32, outcome: Outcome) -> Result<(), Rejection> {
    let Some(effect) = draft.project.effects.get(&id).cloned() else {
        return Err(conflict(
            Reason::EffectSettled,
            "dit effect heeft zijn uitkomst al, of is ingetrokken",
            "this effect has its outcome already, or was withdrawn",
        ));
    };
    match outcome {
        // Nobody need route by hand what has been given up.
        Outcome::Waiting { by_hand: true } if effect.purpose == Purpose::Route && !cutover::goes_on(&draft.project) => {
            end_late_routing(draft, effect.may_have_happened);
        }
        // Nobody need remind by hand: the trail has told it, and the day comes of itself.
        Outcome::Waiting { by_hand: true } if is_only_for_us(&effect.purpose) => {
            draft.settled.insert(id, Settlement::Over);
            draft.emit(Event::EffectWithdrawn { id });
        }
        Outcome::Waiting { by_hand } => {
            draft.settled.insert(id, Settlement::Wait);
            let is_awaited = effect.purpose.step().is_some() || !by_hand && effect.purpose.tries().is_some();
            let answer_by = is_awaited.then(|| draft.context.moment.now + draft.context.settings.answer_within);
            draft.emit(Event::EffectWaiting { id, by_hand, answer_by });
        }
        Outcome::Done { detail, data } => {
            draft.settled.insert(id, Settlement::Over);
            draft.emit(Event::EffectDone { id, detail });
            if attempt > 1
                && let Purpose::RequestPorting(request) = &effect.purpose
            {
                draft.emit(Event::PortingSentAgain { request: request.clone() });
            }
            let understood = done(draft, &effect.purpose, &data);
            // Whoever tells it over the API can say it better. A portal's faulty answer changes nothing: the request stays unanswered, and a
            // person records what the portal shows.
            if draft.context.actor.role != Role::System {
                understood?;
            }
        }
        // It has to be done all the same, and only a person can help.
        Outcome::Refused { detail }
            if effect.purpose.undoes()
                || matches!(effect.purpose, Purpose::Provision | Purpose::RouteTemporary(_))
                || (matches!(effect.purpose, Purpose::MailLetters { .. } | Purpose::TellMoved { .. })
                    && draft.context.actor.role == Role::System) =>
        {
            draft.settled.insert(id, Settlement::Wait);
            draft.emit(Event::EffectFailed {
                id,
                attempt,
                error: detail,
                may_have_happened: false,
                retry_at: None,
                denied: false,
            });
        }
        // Who won't take numbers over again does not say that it has not done so before. A person finds out, and may say that it was refused.
        Outcome::Refused { detail }
            if effect.may_have_happened
                && matches!(effect.purpose, Purpose::PerformPorting(_))
                && draft.context.actor.role == Role::System =>
        {
            draft.settled.insert(id, Settlement::Wait);
            draft.emit(Event::EffectFailed {
                id,
                attempt,
                error: detail.clone(),
                may_have_happened: true,
                retry_at: None,
                denied: false,
            });
            cutover::step_failed(draft, StepKey::Port, &detail);
        }
        Outcome::Refused { detail } => {
            draft.settled.insert(id, Settlement::Over);
            refused(draft, id, &effect, detail);
        }
        Outcome::Failed { error, may_have_happened, repeatable } => {
            let failure = Failure { error, may_have_happened, repeatable, denied: false };
            failed(draft, id, attempt, &effect, failure);
        }
        Outcome::Denied { error, may_have_happened } => {
            let failure = Failure { error, may_have_happened, repeatable: true, denied: true };
            failed(draft, id, attempt, &effect, failure);
        }
    }
    Ok(())
}

/// Why an attempt came to nothing.
struct Failure {
    error: String,
    may_have_happened: bool,
    repeatable: bool,
    denied: bool,
}

/// An attempt failed: it is tried again, or the cutover stops and a person decides.
fn failed(draft: &mut Draft<'_>, id: Uuid, attempt: u32, effect: &PendingEffect, failure: Failure) {
    let Failure { error, may_have_happened, repeatable, denied } = failure;
    let failures = effect.failures + 1;
    let in_cutover = effect.purpose.step().is_some();
    let tries = effect.purpose.tries();
    // Outside the cutover nobody waits with a telephone in hand: it is tried on, once an hour in the end.
    let bounded = in_cutover || tries.is_some();
    let again = repeatable && (!bounded || failures < draft.context.settings.attempt_count_max);
    let given_up = in_cutover && !cutover::goes_on(&draft.project);
    let held = draft.project.hold.is_some() && effect.purpose.waits_on_hold();
    let pause = if denied && !bounded { pause_while_denied(id, failures) } else { pause(id, failures) };
    let retry_at = (again && !given_up && !held).then(|| draft.context.moment.now + pause);
    draft.settled.insert(id, retry_at.map_or(Settlement::Wait, Settlement::TryAt));
    draft.emit(Event::EffectFailed { id, attempt, error: error.clone(), may_have_happened, retry_at, denied });
    if given_up {
        end_late_routing(draft, true);
    } else if let (Some(part), None) = (tries, retry_at) {
        end_try(draft, id, part, error);
    } else if retry_at.is_none()
        && let Some(step) = effect.purpose.step()
    {
        cutover::step_failed(draft, step, &error);
    }
}

/// E-mails that nobody need send by hand: of what they say the trail tells, and the project shows.
fn is_only_for_us(purpose: &Purpose) -> bool {
    matches!(
        purpose,
        Purpose::Remind(_)
            | Purpose::TellUnconfirmed(_)
            | Purpose::TellTakenAway
            | Purpose::TellMoved { party: Party::Contractor, .. }
    )
}

/// Whoever took a cutover's step on does not say how it ended. A person is asked again, after growing pauses; where it is a peer, a person
/// finds out. What they say later still counts.
pub(super) fn is_silent(draft: &mut Draft<'_>, id: Uuid) {
    let Some(effect) = draft.project.effects.get(&id) else { return };
    if effect.turn == Turn::Person {
        ask_again(draft, id);
        return;
    }
    let (attempt, step, tries) = (effect.failures + 1, effect.purpose.step(), effect.purpose.tries());
    let minutes = draft.context.settings.answer_within.num_minutes();
    let error = format!("it was taken on, and in {minutes} minutes nobody has said how it ended");
    draft.settled.insert(id, Settlement::Wait);
    draft.emit(Event::EffectFailed { id, attempt, error: error.clone(), may_have_happened: true, retry_at: None, denied: false });
    match step {
        Some(_) if !cutover::goes_on(&draft.project) => cutover::undo_routing(draft),
        Some(step) => cutover::step_failed(draft, step, &error),
        None => {
            if let Some(part) = tries {
                end_try(draft, id, part, error);
            }
        }
    }
}

/// A part of a rehearsal failed; it is not tried on, and what it may have done is undone.
fn end_try(draft: &mut Draft<'_>, id: Uuid, part: Part, error: String) {
    let may_have_happened = draft.project.effects.get(&id).is_some_and(|effect| effect.may_have_happened);
    draft.withdraw_effect(id);
    rehearsal::part_ended(draft, part, Some(error), may_have_happened);
}

/// A step that waits for a person, and of which nobody says that it is done.
fn ask_again(draft: &mut Draft<'_>, id: Uuid) {
    let Some(PendingEffect { purpose, by_hand, waiting_since: Some(since), times_asked, .. }) = draft.project.effects.get(&id)
    else {
        return;
    };
    let (Some(step), text, now) = (purpose.step(), by_hand.clone(), draft.context.moment.now) else { return };
    let waiting_minutes = (now - *since).num_minutes();
    let settings = draft.context.settings;
    let pause = settings.answer_within * (1 << (times_asked + 1).min(ASKED_AGAIN_DOUBLINGS_MAX));
    // In the first hours whoever chose this moment is there; later somebody who is at work is asked.
    let again = now + pause;
    let answer_by = if *times_asked < ASKED_AGAIN_DOUBLINGS_MAX { again } else { settings.porting_hours.at_work(again) };
    draft.emit(Event::StepUnconfirmed { id, step, waiting_minutes, text: text.clone(), answer_by });
    reminder::tell_unconfirmed(draft, id, waiting_minutes, &text);
}

/// What is under way by itself stops while the project is on hold. An attempt that is being made at this moment is still taken in.
pub(super) fn hold(draft: &mut Draft<'_>) {
    for id in held_by(draft, Turn::Adapter) {
        draft.settled.insert(id, Settlement::Wait);
        draft.emit(Event::EffectHeld { id });
    }
}

/// What stopped goes on.
pub(super) fn resume(draft: &mut Draft<'_>) {
    for id in held_by(draft, Turn::Nobody) {
        draft.settled.insert(id, Settlement::TryAt(draft.context.moment.now));
        draft.emit(Event::EffectRearmed { id });
    }
}

fn held_by(draft: &Draft<'_>, turn: Turn) -> Vec<Uuid> {
    let effects = draft.project.effects.iter();
    effects.filter(|(_, effect)| effect.turn == turn && effect.purpose.waits_on_hold()).map(|(id, _)| *id).collect()
}

/// Tries again what is not tried again by itself. A cutover's step is tried again as a whole.
pub(super) fn retry(draft: &mut Draft<'_>, id: Uuid) -> Result<(), Rejection> {
    let stopped =
        draft.project.effects.get(&id).is_some_and(|effect| effect.turn == Turn::Nobody && effect.purpose.step().is_none());
    if draft.project.effects.get(&id).is_some_and(|effect| effect.purpose.waits_on_hold()) {
        phase::not_on_hold(draft)?;
    }
    if !stopped {
        return Err(conflict(
            Reason::EffectNotStopped,
            "dit effect is niet gestopt: het is voorbij, gaat vanzelf verder, wacht op iemand, of hoort bij de cutover (cutover/retry)",
            "this effect has not stopped: it is over, goes on by itself, waits for somebody, or belongs to the cutover (cutover/retry)",
        ));
    }
    draft.settled.insert(id, Settlement::TryAt(draft.context.moment.now));
    draft.emit(Event::EffectRearmed { id });
    Ok(())
}

/// The routing of a cutover that was given up while it was under way: what may have arrived is undone.
fn end_late_routing(draft: &mut Draft<'_>, may_have_happened: bool) {
    if may_have_happened {
        cutover::undo_routing(draft);
    } else {
        draft.withdraw_effects(|purpose| *purpose == Purpose::Route);
    }
}

/// What a done effect means.
fn done(draft: &mut Draft<'_>, purpose: &Purpose, data: &serde_json::Value) -> Result<(), Rejection> {
    match purpose {
        Purpose::PerformPorting(request) => draft.emit(Event::PortingPerformed { request: request.clone(), by_hand: None }),
        // The cutover was given up while its routing was under way: what arrived too late is undone.
        Purpose::Route if !cutover::goes_on(&draft.project) => cutover::undo_routing(draft),
        // A portal that answers at once gives the donor's answer with its own.
        Purpose::RequestPorting(request) => {
            let answer = portal_answer(data).map_err(|fault| Rejection::Input(vec![fault]))?;
            if let Some(answer) = answer {
                porting::record_answer(draft, Some(request), answer)?;
            }
        }
        Purpose::MailLetters { letters, to, .. } => letter::mailed(draft, letters, to),
        Purpose::ReadInvoice(attachment) => {
            invoice::record(draft, *attachment, data).map_err(|fault| Rejection::Input(vec![fault]))?;
        }
        Purpose::Rehearse(part) => rehearsal::part_ended(draft, *part, None, true),
        Purpose::Provision
        | Purpose::Route
        | Purpose::Unroute
        | Purpose::TestCall
        | Purpose::CancelPorting(_)
        | Purpose::RouteTemporary(_)
        | Purpose::UnrouteTemporary(_)
        | Purpose::Remind(_)
        | Purpose::TellMoved { .. }
        | Purpose::TellTakenAway
        | Purpose::TellUnconfirmed(_) => {}
    }
    Ok(())
}

/// A portal's answer that comes with its outcome: `first_possible_at` or `blocking_code` for all numbers, or `series` with one each. What it
/// says besides is its own; `None` when it says nothing of either.
///
/// # Errors
/// What is said of either, and can't be read.
fn portal_answer(data: &serde_json::Value) -> Result<Option<DonorAnswer>, FieldError> {
    #[derive(Deserialize)]
    struct Said {
        #[serde(flatten)]
        all: Answer,
        series: Option<Vec<Answer>>,
    }
    #[derive(Deserialize)]
    struct Answer {
        #[serde(flatten)]
        number: Option<Series>,
        first_possible_at: Option<String>,
        blocking_code: Option<u8>,
        note: Option<String>,
    }
    fn read(answer: Answer) -> Result<SeriesAnswer, FieldError> {
        let first_possible_at = answer.first_possible_at.as_deref().map(instant_or_day).transpose()?;
        Ok(SeriesAnswer { number: answer.number, first_possible_at, blocking_code: answer.blocking_code, note: answer.note })
    }
    if !data.is_object() {
        return Ok(None);
    }
    let said = Said::deserialize(data).map_err(|error| {
        FieldError::new(
            "/data",
            "invalid_value",
            format!("kan niet als antwoord van een donor worden gelezen: {error}"),
            format!("can't be read as a donor's answer: {error}"),
        )
    })?;
    let series = match said.series {
        Some(series) => series.into_iter().map(read).collect::<Result<Vec<_>, _>>()?,
        None if said.all.first_possible_at.is_none() && said.all.blocking_code.is_none() => return Ok(None),
        None => vec![SeriesAnswer { number: None, ..read(said.all)? }],
    };
    let blocking = !series.is_empty() && series.iter().all(|answer| answer.blocking_code.is_some());
    Ok(Some(DonorAnswer { blocking, series, donor_operator: None, detail: None, attachment: None }))
}

/// An instant, or a day: its beginning in Amsterdam.
fn instant_or_day(text: &str) -> Result<DateTime<Utc>, FieldError> {
    let day = || text.parse::<NaiveDate>().map(amsterdam::start_of_day);
    text.parse().or_else(|_| day()).map_err(|_| {
        FieldError::new(
            "/data/first_possible_at",
            "invalid_value",
            format!("{text:?} is geen dag of moment; geef bijvoorbeeld \"2027-01-12\" of \"2027-01-12T00:00:00+01:00\""),
            format!("{text:?} is not a day or instant; give for example \"2027-01-12\" or \"2027-01-12T00:00:00+01:00\""),
        )
    })
}

fn refused(draft: &mut Draft<'_>, id: Uuid, effect: &PendingEffect, detail: String) {
    let retry_at = match &effect.purpose {
        Purpose::TestCall => cutover::next_test_call(draft),
        _ => None,
    };
    draft.emit(Event::EffectRefused { id, detail: detail.clone(), retry_at });
    match &effect.purpose {
        Purpose::RequestPorting(request) => porting::refuse(draft, request, detail),
        Purpose::TestCall => match retry_at {
            Some(at) => cutover::request_test_call(draft, at),
            None => cutover::step_failed(draft, StepKey::Verify, &detail),
        },
        Purpose::Route if !cutover::goes_on(&draft.project) => end_late_routing(draft, effect.may_have_happened),
        Purpose::Route | Purpose::PerformPorting(_) => {
            if let Some(step) = effect.purpose.step() {
                cutover::step_failed(draft, step, &detail);
            }
        }
        Purpose::ReadInvoice(attachment) => invoice::record_refusal(draft, *attachment),
        Purpose::Rehearse(part) => rehearsal::part_ended(draft, *part, Some(detail), effect.may_have_happened),
        Purpose::Provision
        | Purpose::Unroute
        | Purpose::CancelPorting(_)
        | Purpose::RouteTemporary(_)
        | Purpose::UnrouteTemporary(_)
        | Purpose::MailLetters { .. }
        | Purpose::Remind(_)
        | Purpose::TellMoved { .. }
        | Purpose::TellTakenAway
        | Purpose::TellUnconfirmed(_) => {}
    }
}
