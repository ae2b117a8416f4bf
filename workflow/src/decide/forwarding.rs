//! Forwarding numbers: asked for, set by somebody outside, tested by a call, ended. The PBX answers temporary numbers before anybody is asked to
//! forward to them, and forgets them once nobody does any more.

use chrono::NaiveDate;

use super::{Draft, phase};
use crate::calendar::local_date;
use crate::cutover::machine;
use crate::effect::{Action, Routing};
use crate::event::{Event, Purpose};
use crate::forwarding::{Forwarding, ForwardingPlan, ForwardingSaid, ForwardingTried, ForwardingWish, Means, OnPbx};
use crate::intake::{FieldError, NumberEntry};
use crate::letter::Scenario;
use crate::number::{Kind, Series};
use crate::phase::State as Phase;
use crate::process::Party;
use crate::project::{Project, Turn};
use crate::rejection::{Reason, Rejection, conflict};
use crate::text::Text;

/// Asks for a forwarding.
pub(super) fn ask(draft: &mut Draft<'_>, wish: ForwardingWish) -> Result<(), Rejection> {
    phase::not_on_hold(draft)?;
    let project = &draft.project;
    if !matches!(project.phase, Phase::Implementation | Phase::Maintenance) {
        return Err(conflict(
            Reason::WrongPhase,
            format!("doorschakelen kan vanaf de fase implementation, niet in {}", project.phase),
            format!("numbers are forwarded from phase implementation on, not in {}", project.phase),
        ));
    }
    let today = draft.context.moment.today();
    let on = wish.on.unwrap_or(today);
    let entry = project.intake.numbers.iter().find(|entry| entry.series.contains(&wish.numbers));
    let after_porting = entry.is_some_and(|entry| may_have_moved(project, &entry.series));
    let mut faults = faults(project, &wish, entry, after_porting);
    if on < today {
        faults.push(FieldError::new("/on", "in_the_past", format!("{on} is voorbij"), format!("{on} has passed")));
    }
    faults.extend(porting_day(project, &wish.numbers, today).filter(|day| !after_porting && on >= *day).map(|day| {
        FieldError::new(
            "/on",
            "not_before_porting",
            format!("de nummers gaan op {day} zelf over; schakel door vanaf een eerdere dag, of kies een latere porteringsdatum"),
            format!("the numbers themselves move on {day}; forward from an earlier day, or choose a later porting date"),
        )
    }));
    if !faults.is_empty() {
        return Err(Rejection::Input(faults));
    }
    let ForwardingWish { numbers, to, set_by, means, costs, .. } = wish;
    // A line dials for itself only; a block is forwarded by who has it.
    let by_line = !after_porting && numbers.block_size() == 1;
    let means = means.unwrap_or(if by_line { Means::StarCode } else { Means::Provider });
    let by_us = after_porting || means == Means::OwnNetwork;
    let set_by = set_by.unwrap_or(if by_us { Party::Contractor } else { Party::Customer });
    let id = (project.forwardings.len() + 1).to_string();
    draft.emit(Event::ForwardingAsked(ForwardingPlan { id, numbers, to, set_by, means, on, costs, after_porting }));
    Ok(())
}

/// The coming day on which numbers are to move: forwarding them from then on helps nobody. Once the cutover has begun nobody can say which day
/// it will be.
fn porting_day(project: &Project, numbers: &Series, today: NaiveDate) -> Option<NaiveDate> {
    match project.cutover.as_ref().filter(|cutover| cutover.is_about(numbers)) {
        Some(cutover) if cutover.state == machine::State::Scheduled => Some(local_date(cutover.at)),
        Some(cutover) if cutover.state != machine::State::Aborted => None,
        _ => project.intake.wish_date.filter(|day| *day > today),
    }
}

/// Whether the numbers have been taken over, or may have been.
fn may_have_moved(project: &Project, numbers: &Series) -> bool {
    let unsure = project.requests.iter().filter(|request| request.speaks_for(numbers));
    project.is_ported(numbers)
        || unsure.into_iter().any(|request| request.doubted || project.porting_may_have_happened(&request.id))
}

fn faults(project: &Project, wish: &ForwardingWish, entry: Option<&NumberEntry>, after_porting: bool) -> Vec<FieldError> {
    let (numbers, mut faults) = (&wish.numbers, Vec::new());
    let contract = entry.and_then(|entry| entry.contract.as_deref()).and_then(|id| project.intake.contract(id));
    if entry.is_none() {
        faults.push(FieldError::new(
            "/numbers/number",
            "not_in_project",
            format!("{numbers} staat niet in één van de reeksen van dit project"),
            format!("{numbers} does not stand in one of this project's series"),
        ));
    } else if !after_porting && contract.is_some_and(|contract| contract.scenario == Scenario::AfterTermination) {
        faults.push(FieldError::new(
            "/numbers/number",
            "line_ended",
            format!("het contract van {numbers} is geëindigd: er is geen lijn meer om door te schakelen"),
            format!("the contract of {numbers} has ended: there is no line left to forward"),
        ));
    }
    if !after_porting && wish.means == Some(Means::OwnNetwork) {
        faults.push(FieldError::new(
            "/means",
            "not_ported",
            format!("{numbers} is nog bij de oude provider; alleen daar kan het worden doorgeschakeld"),
            format!("{numbers} is still with the current provider; only there it can be forwarded"),
        ));
    }
    let stands = |own: &&Forwarding| own.stands() && own.plan.numbers.overlaps(numbers);
    if let Some(other) = project.forwardings.iter().find(stands) {
        let id = &other.plan.id;
        faults.push(FieldError::new(
            "/numbers/number",
            "already_forwarded",
            format!("doorschakeling {id} gaat al over {}; beëindig die eerst", other.plan.numbers),
            format!("forwarding {id} is about {} already; end it first", other.plan.numbers),
        ));
    }
    if let Some(temporary) = wish.to.temporary() {
        faults.extend(temporary_fault(project, numbers, temporary));
    }
    faults
}

/// What is wrong with temporary numbers.
fn temporary_fault(project: &Project, numbers: &Series, temporary: &Series) -> Option<FieldError> {
    let fault = |code: &str, nl: String, en: String| Some(FieldError::new("/to/number", code, nl, en));
    if temporary.kind() == Kind::Service {
        return fault(
            "service_number",
            format!("{temporary} is een informatienummer; daar wordt niets naar doorgeschakeld"),
            format!("{temporary} is an information number; nothing is forwarded to it"),
        );
    }
    let (many, count) = (numbers.block_size(), temporary.block_size());
    if count != 1 && count != many {
        return fault(
            "block_size_mismatch",
            format!("geef 1 tijdelijk nummer of {many}, voor elk nummer een; dit zijn er {count}"),
            format!("give 1 temporary number or {many}, one for each number; these are {count}"),
        );
    }
    if project.intake.numbers.iter().any(|entry| entry.series.overlaps(temporary)) {
        return fault(
            "is_to_be_ported",
            format!("{temporary} is een nummer van de klant; neem een eigen nummer op de nieuwe centrale"),
            format!("{temporary} is the customer's own; take one of yours on the new PBX"),
        );
    }
    // By the temporary number that is called the PBX sees for whom.
    project.temporary_numbers().find(|held| held.overlaps(temporary)).and_then(|held| {
        fault(
            "duplicate_number",
            format!("{held} dient al als tijdelijk nummer"),
            format!("{held} serves as a temporary number already"),
        )
    })
}

/// Somebody says that it is set.
pub(super) fn record_set(draft: &mut Draft<'_>, said: ForwardingSaid) -> Result<(), Rejection> {
    standing(&draft.project, &said.id)?;
    draft.emit(Event::ForwardingSet(said));
    Ok(())
}

/// Somebody has called the number.
pub(super) fn record_tested(draft: &mut Draft<'_>, tried: ForwardingTried) -> Result<(), Rejection> {
    if standing(&draft.project, &tried.id)?.set.is_none() {
        return Err(conflict(
            Reason::NoSuchForwarding,
            "deze doorschakeling is nog niet ingesteld; leg dat eerst vast",
            "this forwarding has not been set yet; record that first",
        ));
    }
    draft.emit(Event::ForwardingTested(tried));
    Ok(())
}

/// It was taken away, or is not wanted any more.
pub(super) fn end(draft: &mut Draft<'_>, said: ForwardingSaid) -> Result<(), Rejection> {
    standing(&draft.project, &said.id)?;
    draft.emit(Event::ForwardingEnded(said));
    Ok(())
}

/// With the project those end that nobody has set.
pub(super) fn give_up(draft: &mut Draft<'_>, reason: &str) {
    let asked = draft.project.forwardings.iter().filter(|own| own.stands() && own.set.is_none());
    let ids: Vec<String> = asked.map(|own| own.plan.id.clone()).collect();
    for id in ids {
        draft.emit(Event::ForwardingEnded(ForwardingSaid { id, note: Some(reason.to_owned()) }));
    }
}

fn standing<'a>(project: &'a Project, id: &str) -> Result<&'a Forwarding, Rejection> {
    let found = project.forwarding(id).ok_or_else(|| {
        Rejection::NotFound(Text::new(format!("er is geen doorschakeling {id:?}"), format!("there is no forwarding {id:?}")))
    })?;
    if found.stands() {
        return Ok(found);
    }
    Err(conflict(
        Reason::NoSuchForwarding,
        format!("doorschakeling {id} is beëindigd; vraag een nieuwe"),
        format!("forwarding {id} has ended; ask for another one"),
    ))
}

/// Has the PBX answer the temporary numbers of what stands, and forget those of what has ended.
pub(super) fn progress(draft: &mut Draft<'_>) {
    let goes_on = draft.project.hold.is_none() && !draft.project.phase.is_final() && draft.project.provisioned;
    for forwarding in draft.project.forwardings.clone() {
        let id = &forwarding.plan.id;
        let Some(temporary) = forwarding.plan.to.temporary() else { continue };
        if forwarding.stands() {
            if forwarding.on_pbx == OnPbx::No && goes_on {
                route(draft, Purpose::RouteTemporary(id.clone()), &forwarding, temporary);
            }
        } else if matches!(forwarding.on_pbx, OnPbx::Asked | OnPbx::Yes) {
            forget(draft, &forwarding, temporary);
        }
    }
}

/// What is on its way to the PBX is waited for: undoing before it would lose the race.
fn forget(draft: &mut Draft<'_>, forwarding: &Forwarding, temporary: &Series) {
    let id = &forwarding.plan.id;
    let asked = Purpose::RouteTemporary(id.clone());
    let under_way = draft.project.effects.iter().find(|(_, effect)| effect.purpose == asked);
    if let Some((effect, pending)) = under_way.map(|(effect, pending)| (*effect, pending.clone())) {
        if !matches!(pending.turn, Turn::Person | Turn::Nobody) {
            return;
        }
        draft.withdraw_effect(effect);
        if !pending.may_have_happened {
            return;
        }
    }
    route(draft, Purpose::UnrouteTemporary(id.clone()), forwarding, temporary);
}

fn route(draft: &mut Draft<'_>, purpose: Purpose, forwarding: &Forwarding, temporary: &Series) {
    let tenant = draft.project.intake.customer.name.clone();
    let numbers = vec![temporary.clone()];
    let action = if matches!(purpose, Purpose::UnrouteTemporary(_)) {
        Action::Unroute(Routing { tenant, numbers, stands_for: None })
    } else {
        Action::Route(Routing { tenant, numbers, stands_for: Some(forwarding.plan.numbers.clone()) })
    };
    draft.request_effect(purpose, action, draft.context.moment.now);
}
