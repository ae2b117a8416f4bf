//! What follows from an attempt at an effect: done, refused, tried again, or a person's turn.

use uuid::Uuid;

use super::{Draft, Settlement, cutover};
use crate::command::SeriesAnswer;
use crate::cutover::{machine as cutover_machine, retry};
use crate::effect::Outcome;
use crate::event::{Event, Purpose};
use crate::porting::DonorAnswer;
use crate::rejection::{Reason, Rejection, conflict};

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
        Outcome::Waiting { by_hand } => {
            draft.settled.insert(id, Settlement::Wait);
            draft.emit(Event::EffectWaiting { id, by_hand });
        }
        Outcome::Done { detail, data } => {
            draft.settled.insert(id, Settlement::Over);
            draft.emit(Event::EffectDone { id, detail });
            done(draft, &effect.purpose, &data);
        }
        Outcome::Refused { detail } => {
            draft.settled.insert(id, Settlement::Over);
            refused(draft, id, &effect.purpose, detail);
        }
        Outcome::Failed { error, may_have_happened, repeatable } => {
            let failures = effect.failures + 1;
            let in_cutover = effect.purpose.step().is_some();
            // Outside the cutover nobody waits with a telephone in hand: it is tried on, once an hour in the end.
            let again = repeatable && (!in_cutover || failures < draft.context.settings.attempt_count_max);
            let aborted = in_cutover && cutover_is(draft, cutover_machine::State::Aborted);
            let retry_at = (again && !aborted).then(|| draft.context.moment.now + retry::pause(id, failures));
            draft.settled.insert(id, retry_at.map_or(Settlement::Wait, Settlement::TryAt));
            draft.emit(Event::EffectFailed { id, attempt, error: error.clone(), may_have_happened, retry_at });
            if aborted {
                draft.withdraw_effects(|purpose| *purpose == effect.purpose);
                cutover::undo_routing(draft);
            } else if retry_at.is_none()
                && let Some(step) = effect.purpose.step()
            {
                cutover::step_failed(draft, step, &error);
            }
        }
    }
    Ok(())
}

fn cutover_is(draft: &Draft<'_>, state: cutover_machine::State) -> bool {
    draft.project.cutover.as_ref().is_some_and(|cutover| cutover.state == state)
}

/// What a done effect means.
pub(super) fn done(draft: &mut Draft<'_>, purpose: &Purpose, data: &serde_json::Value) {
    match purpose {
        Purpose::PerformPorting(request) => draft.emit(Event::PortingPerformed { request: request.clone() }),
        // The cutover was aborted while its routing was under way: what arrived too late is undone.
        Purpose::Route if cutover_is(draft, cutover_machine::State::Aborted) => cutover::undo_routing(draft),
        // A portal that answers at once gives the donor's answer with its own.
        Purpose::RequestPorting(request) => {
            if let Some(answer) = portal_answer(data) {
                // A faulty answer changes nothing: the request stays unanswered, and a person records what the portal shows.
                let _unanswered = super::porting::record_answer(draft, Some(request), answer);
            }
        }
        Purpose::Provision | Purpose::Route | Purpose::Unroute | Purpose::TestCall | Purpose::CancelPorting(_) => {}
    }
}

/// `{"first_possible_at": …}` for all numbers, or `{"series": […]}` with an answer each.
fn portal_answer(data: &serde_json::Value) -> Option<DonorAnswer> {
    if let Some(series) = data.get("series") {
        let series = serde_json::from_value(series.clone()).ok()?;
        return Some(DonorAnswer { blocking: false, series, donor_operator: None, detail: None });
    }
    let first_possible_at = data.get("first_possible_at")?.as_str()?.parse().ok()?;
    let all = SeriesAnswer { number: None, first_possible_at: Some(first_possible_at), blocking_code: None, note: None };
    Some(DonorAnswer { blocking: false, series: vec![all], donor_operator: None, detail: None })
}

fn refused(draft: &mut Draft<'_>, id: Uuid, purpose: &Purpose, detail: String) {
    let retry_at = match purpose {
        Purpose::TestCall => cutover::next_test_call(draft),
        _ => None,
    };
    draft.emit(Event::EffectRefused { id, detail: detail.clone(), retry_at });
    match purpose {
        Purpose::RequestPorting(request) => {
            draft.emit(Event::PortingRefused { request: request.clone(), detail });
        }
        Purpose::TestCall => match retry_at {
            Some(at) => cutover::request_test_call(draft, at),
            None => cutover::step_failed(draft, crate::cutover::StepKey::Verify, &detail),
        },
        Purpose::Route | Purpose::PerformPorting(_) => {
            if let Some(step) = purpose.step()
                && !cutover_is(draft, cutover_machine::State::Aborted)
            {
                cutover::step_failed(draft, step, &detail);
            }
        }
        Purpose::Provision | Purpose::Unroute | Purpose::CancelPorting(_) => {}
    }
}
