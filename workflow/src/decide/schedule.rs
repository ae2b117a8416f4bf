//! Choosing the cutover's moment.

use chrono::{DateTime, Utc};

use super::{Draft, cutover, letter, phase};
use crate::calendar::amsterdam::local_date;
use crate::cutover::machine as cutover_machine;
use crate::event::Event;
use crate::intake::Contract;
use crate::letter::Language;
use crate::number::Series;
use crate::phase::State as Phase;
use crate::porting::window::{Window, WindowFault};
use crate::porting::{common_window, request};
use crate::project::Project;
use crate::rejection::{Reason, Rejection, Unmet, conflict};
use crate::text::Text;
use crate::warning::lifts_not_acknowledged;

/// Gives the cutover its moment: inside the window that all requests have in common, on a working day, inside the porting hours. Day and
/// hours may be overridden with a reason; the window may not. After a cutover that left numbers behind, theirs is another one.
pub(super) fn schedule(draft: &mut Draft<'_>, at: DateTime<Utc>, override_reason: Option<String>) -> Result<(), Rejection> {
    phase::not_on_hold(draft)?;
    let project = &draft.project;
    if project.phase != Phase::Implementation {
        return Err(conflict(
            Reason::WrongPhase,
            format!("de porteringsdatum wordt bepaald in de fase implementation, niet in {}", project.phase),
            format!("the porting date is settled in phase implementation, not in {}", project.phase),
        ));
    }
    if let Some(cutover) = &project.cutover
        && matches!(cutover.state, cutover_machine::State::Running | cutover_machine::State::Incident)
    {
        return Err(conflict(
            Reason::CutoverScheduled,
            format!("de cutover is {}", cutover.state),
            format!("the cutover is {}", cutover.state),
        ));
    }
    if project.numbers_to_port().next().is_none() {
        return Err(conflict(Reason::NothingToPort, "er zijn geen nummers te porteren", "there are no numbers to port"));
    }
    let unmet = numbers_not_accepted(project);
    if !unmet.is_empty() {
        return Err(Rejection::Conflict {
            reason: Reason::NumbersNotAccepted,
            detail: Text::new("niet elk nummer mag al worden geporteerd", "not every number may be ported yet"),
            unmet,
        });
    }
    let lifts: Vec<Unmet> = lifts_not_acknowledged(project).map(lift_unmet).collect();
    if !lifts.is_empty() {
        return Err(Rejection::Conflict {
            reason: Reason::LiftNotAcknowledged,
            detail: Text::new(
                "aan een lijn hangt een lift; bevestig eerst dat er een vervanging is",
                "a lift hangs on a line; first acknowledge that there is a replacement",
            ),
            unmet: lifts,
        });
    }
    let Some(window) = common_window(&project.requests) else {
        return Err(conflict(
            Reason::NoCommonWindow,
            "de vensters van de verzoeken hebben geen moment gemeen; trek een verzoek in en vraag het opnieuw aan",
            "the windows of the requests have no moment in common; withdraw a request and ask for it anew",
        ));
    };
    let now = draft.context.moment.now;
    if at < now {
        return Err(conflict(Reason::InThePast, format!("{at} is voorbij"), format!("{at} has passed")));
    }
    let faults = window.check(at, &draft.context.settings.porting_hours);
    let overridden = |fault: &WindowFault| override_reason.is_some() && fault.can_be_overridden();
    let faults: Vec<WindowFault> = faults.into_iter().filter(|fault| !overridden(fault)).collect();
    if let Some(first) = faults.first() {
        return Err(window_conflict(*first, &faults, &window));
    }
    let scheduled = draft.project.cutover.as_ref().filter(|cutover| cutover.state == cutover_machine::State::Scheduled);
    let before = scheduled.map(|cutover| cutover.at);
    if before != Some(at) {
        draft.emit(Event::CutoverScheduled { at, override_reason });
        letter::remake_drafts(draft);
    }
    // Numbers move on the day that was expressly agreed (Tw art. 4.10(5)): another day is to be agreed anew, another hour is not.
    if before.is_some_and(|before| local_date(before) != local_date(at)) {
        cutover::reopen_agreement(draft, "de porteringsdatum is verplaatst");
    }
    Ok(())
}

fn lift_unmet(contract: &Contract) -> Unmet {
    Unmet::new(
        "line_bound_device",
        format!("contract {}: bevestig de waarschuwing line_bound_device (lift)", contract.id),
        format!("contract {}: acknowledge the warning line_bound_device (lift)", contract.id),
    )
}

/// The first fault gives the reason; all are listed.
fn window_conflict(fault: WindowFault, all: &[WindowFault], window: &Window) -> Rejection {
    let reason = match fault {
        WindowFault::BeforeFirstPossibleDate => Reason::BeforeFirstPossibleDate,
        WindowFault::PortingWindowExpired => Reason::PortingWindowExpired,
        WindowFault::NotAWorkingDay => Reason::NotAWorkingDay,
        WindowFault::OutsidePortingHours => Reason::OutsidePortingHours,
    };
    let (opens, ends) = (crate::calendar::amsterdam::local_time(window.opens_at), window.ends_on.day);
    let nl = format!("{} Het venster loopt van {opens} tot en met {ends}.", fault.text(Language::Nl));
    let en = format!("{} The window runs from {opens} to {ends} inclusive.", fault.text(Language::En));
    let unmet = all.iter().map(|fault| Unmet::new(fault.code(), fault.text(Language::Nl), fault.text(Language::En)));
    Rejection::Conflict { reason, detail: Text::new(nl, en), unmet: unmet.collect() }
}

/// The numbers to be ported that no donor has accepted.
pub(super) fn numbers_not_accepted(project: &Project) -> Vec<Unmet> {
    let accepted = |series: &Series| {
        project.requests.iter().any(|request| {
            matches!(request.state, request::State::Accepted | request::State::Performed) && request.speaks_for(series)
        })
    };
    project
        .numbers_to_port()
        .filter(|series| !accepted(series))
        .map(|series| {
            Unmet::new(
                "number_not_accepted",
                format!("{series} is niet door een donor geaccepteerd"),
                format!("{series} has not been accepted by a donor"),
            )
        })
        .collect()
}
