//! Choosing the cutover's moment.

use chrono::{DateTime, Utc};

use super::{Draft, cutover, moved, phase};
use crate::calendar::amsterdam::{local_date, local_time};
use crate::cutover::{Cutover, machine as cutover_machine};
use crate::event::Event;
use crate::intake::{Contract, FieldError};
use crate::letter::Language;
use crate::number::Series;
use crate::phase::State as Phase;
use crate::porting::window::{Window, WindowFault};
use crate::porting::{PortingRequest, common_window, request};
use crate::project::Project;
use crate::rejection::{Reason, Rejection, Unmet, conflict};
use crate::text::Text;
use crate::warning::lifts_not_acknowledged;

/// Gives the cutover its moment: inside the window that its requests have in common, on a working day, inside the porting hours. Day and
/// hours may be overridden with a reason; the window may not. Requests that share no window move in parts, one cutover after the other; so
/// do numbers that a cutover left behind.
pub(super) fn schedule(
    draft: &mut Draft<'_>,
    at: DateTime<Utc>,
    override_reason: Option<String>,
    requests: Option<&[String]>,
) -> Result<(), Rejection> {
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
    let numbers = chosen_numbers(project, requests)?;
    if requests.is_none() && project.requests.iter().any(|request| request.doubted) {
        return Err(conflict(
            Reason::PortingUnderWay,
            "het is onzeker of nummers al zijn overgenomen (waarschuwing porting_in_doubt): vraag het na, en leg het vast (cutover/resolve) of noem in requests wat opnieuw moet",
            "it is not certain whether numbers were taken over already (warning porting_in_doubt): find out, and record it (cutover/resolve) or name in requests what is to be done again",
        ));
    }
    let unmet = numbers_not_accepted(project, numbers.iter());
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
    let moving: Vec<&PortingRequest> =
        project.requests.iter().filter(|request| numbers.iter().any(|series| request.speaks_for(series))).collect();
    let Some(window) = common_window(moving.iter().copied()) else { return Err(no_common_window(&moving)) };
    let now = draft.context.moment.now;
    if at < now {
        let at = local_time(at).format("%Y-%m-%d %H:%M");
        return Err(conflict(Reason::InThePast, format!("{at} is voorbij"), format!("{at} has passed")));
    }
    let faults = window.check(at, &draft.context.settings.porting_hours);
    let overridden = |fault: &WindowFault| override_reason.is_some() && fault.can_be_overridden();
    let faults: Vec<WindowFault> = faults.into_iter().filter(|fault| !overridden(fault)).collect();
    if let Some(first) = faults.first() {
        return Err(window_conflict(*first, &faults, &window));
    }
    let before = draft.project.cutover.clone().filter(|cutover| cutover.state == cutover_machine::State::Scheduled);
    let known = before.as_ref().filter(|_| moved::is_known(&draft.project)).map(|before| before.at).filter(|from| *from != at);
    let from = known.or_else(|| moved::left_open(&draft.project));
    if before.as_ref().is_none_or(|before| before.at != at || before.numbers != numbers) {
        draft.emit(Event::CutoverScheduled { at, override_reason, numbers: numbers.clone() });
    }
    // Numbers move on the day that was expressly agreed (Tw art. 4.10(5)): another day is to be agreed anew, and so is the day of numbers
    // that came with it. Another hour is not.
    let agreed =
        |before: &Cutover| local_date(before.at) == local_date(at) && numbers.iter().all(|series| before.is_about(series));
    if before.is_some_and(|before| !agreed(&before)) {
        cutover::reopen_agreement(draft, "de porteringsdatum is verplaatst");
    }
    if let Some(from) = from {
        moved::to_another_moment(draft, from, at);
    }
    Ok(())
}

/// The numbers of these requests that are still to be ported; all that are, when none is named.
fn chosen_numbers(project: &Project, requests: Option<&[String]>) -> Result<Vec<Series>, Rejection> {
    let Some(ids) = requests else { return Ok(project.numbers_to_port().cloned().collect()) };
    let find = |id: &String| project.requests.iter().find(|request| request.id == *id);
    let mut faults = Vec::new();
    if ids.is_empty() {
        faults.push(FieldError::new(
            "/requests",
            "missing",
            "noem ten minste één verzoek, of laat requests weg om alle nummers te verhuizen",
            "name at least one request, or leave requests out to move all numbers",
        ));
    }
    for (i, id) in ids.iter().enumerate() {
        let pointer = format!("/requests/{i}");
        match find(id).map(|request| request.state) {
            Some(request::State::Accepted) => {}
            Some(state) => faults.push(FieldError::new(
                pointer,
                "not_accepted",
                format!("verzoek {id} is {state}; alleen wat de donor heeft geaccepteerd kan worden gepland"),
                format!("request {id} is {state}; only what the donor has accepted can be scheduled"),
            )),
            None => faults.push(FieldError::new(
                pointer,
                "unknown_request",
                format!("er is geen porteringsverzoek {id:?}"),
                format!("there is no porting request {id:?}"),
            )),
        }
    }
    if !faults.is_empty() {
        return Err(Rejection::Input(faults));
    }
    let chosen: Vec<&PortingRequest> = ids.iter().filter_map(find).collect();
    Ok(project.numbers_to_port().filter(|series| chosen.iter().any(|request| request.speaks_for(series))).cloned().collect())
}

/// Each request's window, so that one sees which can move together.
fn no_common_window(requests: &[&PortingRequest]) -> Rejection {
    let unmet = requests.iter().filter_map(|request| {
        let (id, provider) = (&request.id, &request.provider);
        Some(match request.window() {
            Some(window) => {
                let (opens, ends) = (local_time(window.opens_at).format("%Y-%m-%d %H:%M"), window.ends_on.day);
                Unmet::new(
                    "request_window",
                    format!("verzoek {id} ({provider}): van {opens} tot en met {ends}"),
                    format!("request {id} ({provider}): from {opens} to {ends} inclusive"),
                )
            }
            None if request.state == request::State::Accepted => Unmet::new(
                "request_window",
                format!(
                    "verzoek {id} ({provider}): de eigen nummerreeksen hebben geen moment gemeen, en een dossier wordt in één keer uitgevoerd; trek het in en vraag het opnieuw aan"
                ),
                format!(
                    "request {id} ({provider}): its own number series have no moment in common, and a dossier is performed at once; withdraw it and ask for it anew"
                ),
            ),
            None => return None,
        })
    });
    Rejection::Conflict {
        reason: Reason::NoCommonWindow,
        detail: Text::new(
            "de vensters van de verzoeken hebben geen moment gemeen; verhuis ze in delen: noem in requests welke verzoeken nu gaan, en plan de andere daarna",
            "the windows of the requests have no moment in common; move them in parts: name in requests which go now, and schedule the others after that",
        ),
        unmet: unmet.collect(),
    }
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
    let (opens, ends) = (local_time(window.opens_at), window.ends_on.day);
    let nl = format!("{} Het venster loopt van {opens} tot en met {ends}.", fault.text(Language::Nl));
    let en = format!("{} The window runs from {opens} to {ends} inclusive.", fault.text(Language::En));
    let unmet = all.iter().map(|fault| Unmet::new(fault.code(), fault.text(Language::Nl), fault.text(Language::En)));
    Rejection::Conflict { reason, detail: Text::new(nl, en), unmet: unmet.collect() }
}

/// Those of these numbers that are to be ported and that no donor has accepted.
pub(super) fn numbers_not_accepted<'a>(project: &Project, numbers: impl Iterator<Item = &'a Series>) -> Vec<Unmet> {
    let accepted = |series: &Series| {
        project.requests.iter().any(|request| {
            matches!(request.state, request::State::Accepted | request::State::Performed) && request.speaks_for(series)
        })
    };
    numbers
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
