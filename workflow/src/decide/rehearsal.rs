//! Rehearsing the cutover with a test number: one part after the other, whatever the outcome; nothing of it touches the customer's numbers.

use super::{Draft, phase};
use crate::cutover::{machine, preflight};
use crate::effect::{Action, Routing};
use crate::event::{Event, Purpose};
use crate::intake::FieldError;
use crate::number::Series;
use crate::phase::State as Phase;
use crate::project::PendingEffect;
use crate::rehearsal::{Part, PartState, RehearsalBegun};
use crate::rejection::{Reason, Rejection, conflict};
use crate::text::Text;

/// Begins a rehearsal. It looks at the preflight as it would be at the cutover's moment, where that is known, else now.
pub(super) fn begin(draft: &mut Draft<'_>, test_number: Series) -> Result<(), Rejection> {
    phase::not_on_hold(draft)?;
    let project = &draft.project;
    if project.phase != Phase::Implementation {
        return Err(conflict(
            Reason::WrongPhase,
            format!("de cutover wordt geoefend in de fase implementation, niet in {}", project.phase),
            format!("the cutover is rehearsed in phase implementation, not in {}", project.phase),
        ));
    }
    if project.numbers_to_port().next().is_none() {
        return Err(conflict(Reason::NothingToPort, "er zijn geen nummers te porteren", "there are no numbers to port"));
    }
    let cutover = project.cutover.as_ref();
    if let Some(cutover) = cutover.filter(|cutover| matches!(cutover.state, machine::State::Running | machine::State::Incident)) {
        return Err(conflict(
            Reason::CutoverScheduled,
            format!("de cutover is {}", cutover.state),
            format!("the cutover is {}", cutover.state),
        ));
    }
    let rehearses = |effect: &PendingEffect| matches!(effect.purpose, Purpose::Rehearse(_));
    if project.rehearsing().is_some() || project.effects.values().any(rehearses) {
        return Err(conflict(
            Reason::RehearsalUnderWay,
            "er is al een generale repetitie aan de gang; wacht tot die klaar is",
            "a rehearsal is under way already; wait until it is over",
        ));
    }
    if project.intake.numbers.iter().any(|entry| entry.series.overlaps(&test_number)) {
        return Err(Rejection::Input(vec![FieldError::new(
            "/test_number",
            "is_to_be_ported",
            format!("{test_number} is een nummer van de klant; neem een testnummer dat al op de centrale uitkomt"),
            format!("{test_number} is the customer's own; take a test number that leads to the PBX already"),
        )]));
    }
    let now = draft.context.moment.now;
    let at = cutover.filter(|cutover| cutover.state == machine::State::Scheduled).map_or(now, |cutover| cutover.at);
    let missing = preflight::missing(project, at, draft.context.settings);
    let to_mend = preflight::to_mend(project, draft.context.moment.today());
    draft.emit(Event::RehearsalBegun(RehearsalBegun { test_number, missing, to_mend }));
    request(draft, Part::Route);
    Ok(())
}

/// A part is over. What may have been routed is taken away, also when the rehearsal has been given up meanwhile.
pub(super) fn part_ended(draft: &mut Draft<'_>, part: Part, error: Option<String>, may_have_happened: bool) {
    let failed = error.is_some();
    draft.emit(Event::RehearsalPartEnded { part, error });
    let goes_on = draft.project.rehearsing().is_some();
    match part {
        Part::Route if !failed && goes_on => request(draft, Part::TestCall),
        Part::Route if !failed || may_have_happened => request(draft, Part::Unroute),
        Part::TestCall if goes_on => request(draft, Part::Unroute),
        Part::Preflight | Part::Route | Part::TestCall | Part::Unroute => end(draft, None),
    }
}

/// Gives a rehearsal that is going on up: the cutover itself begins, or the project ends. A routing under way is waited for.
pub(super) fn abandon(draft: &mut Draft<'_>, reason: &Text) {
    let Some(rehearsal) = draft.project.rehearsing() else { return };
    let routed = rehearsal.state(Part::Route) == Some(PartState::Passed);
    let being_undone = rehearsal.state(Part::Unroute) != Some(PartState::Pending);
    draft.withdraw_effects(|purpose| *purpose == Purpose::Rehearse(Part::TestCall));
    end(draft, Some(reason.clone()));
    if routed && !being_undone {
        request(draft, Part::Unroute);
    }
}

fn end(draft: &mut Draft<'_>, abandoned: Option<Text>) {
    let Some(rehearsal) = draft.project.rehearsing() else { return };
    let all_passed = rehearsal.parts.iter().all(|report| report.state == PartState::Passed);
    let passed = all_passed && abandoned.is_none();
    draft.emit(Event::RehearsalEnded { passed, abandoned });
}

fn request(draft: &mut Draft<'_>, part: Part) {
    let Some(rehearsal) = &draft.project.rehearsal else { return };
    let numbers = vec![rehearsal.test_number.clone()];
    let routing = Routing { tenant: draft.project.intake.customer.name.clone(), numbers, stands_for: None };
    let action = match part {
        Part::Preflight => return,
        Part::Route => Action::Route(routing),
        Part::TestCall => Action::TestCall(routing),
        Part::Unroute => Action::Unroute(routing),
    };
    draft.request_effect(Purpose::Rehearse(part), action, draft.context.moment.now);
}
