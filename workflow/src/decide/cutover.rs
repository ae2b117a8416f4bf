//! The cutover: its steps one after the other, stopping, going on, giving up.
//!
//! [`progress`] is the only place that starts a step. It is called after every command, so that a step goes on in the same way whether its
//! effect was done, a person did it by hand, or the server came back after a crash.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Draft, Settlement, moved, phase, rehearsal, schedule, task};
use crate::calendar::amsterdam;
use crate::cutover::incident::Incident;
use crate::cutover::{Cutover, StepKey, StepState, machine, preflight};
use crate::effect::{Action, PortingExecution, Provision, Routing};
use crate::event::{Event, Purpose};
use crate::number::Series;
use crate::porting::{PortingRequest, common_window};
use crate::process::{Completion, Requirement};
use crate::project::{PendingEffect, Project, Turn};
use crate::rejection::{Reason, Rejection, Unmet, conflict};
use crate::text::Text;

/// Asks for the PBX tenant and its users.
pub(super) fn provision(draft: &mut Draft<'_>) {
    let intake = &draft.project.intake;
    let plan = Provision {
        tenant: intake.customer.name.clone(),
        users: intake.users.clone(),
        equipment: intake.equipment.clone(),
        call_recording: intake.call_recording,
    };
    draft.request_effect(Purpose::Provision, Action::Provision(plan), draft.context.moment.now);
}

/// The preflight of the working day before: everyone is told what is missing while there is time to mend it.
pub(super) fn announce_preflight(draft: &mut Draft<'_>) {
    if let Some(cutover) = &draft.project.cutover {
        let mut missing = preflight::missing(&draft.project, cutover.at, draft.context.settings);
        missing.extend(preflight::to_mend(&draft.project, draft.context.moment.today()));
        draft.emit(Event::PreflightAnnounced { missing });
    }
}

/// The moment has come.
pub(super) fn start(draft: &mut Draft<'_>) {
    rehearsal::abandon(draft, &Text::new("de cutover zelf begint", "the cutover itself begins"));
    draft.emit(Event::CutoverStarted {});
}

/// Takes the next steps until one has to wait.
pub(super) fn progress(draft: &mut Draft<'_>) {
    loop {
        let running = draft.project.cutover.as_ref().filter(|cutover| cutover.state == machine::State::Running);
        let Some(cutover) = running else { return };
        let Some(step) = cutover.current() else {
            draft.emit(Event::CutoverDone {});
            moved::outdated(draft);
            if draft.project.numbers_to_port().next().is_some() {
                reopen_agreement(draft, "de overige nummers krijgen een eigen porteringsdatum");
            }
            return;
        };
        match step.state {
            StepState::Pending => take(draft, step.key),
            StepState::Running if !has_effects(draft, step.key) => draft.emit(Event::StepDone { step: step.key, by_hand: None }),
            _ => return,
        }
    }
}

fn has_effects(draft: &Draft<'_>, step: StepKey) -> bool {
    draft.project.effects.values().any(|effect| effect.purpose.step() == Some(step))
}

fn take(draft: &mut Draft<'_>, step: StepKey) {
    let now = draft.context.moment.now;
    draft.emit(Event::StepStarted { step });
    match step {
        StepKey::Preflight => {
            let missing = preflight::missing(&draft.project, now, draft.context.settings);
            stop_for_missing(draft, step, missing);
        }
        // What was begun before an incident and may have happened is tried again under the same key, never anew.
        StepKey::Route => {
            if !rearm(draft, step) {
                let routing = routing(draft);
                draft.request_effect(Purpose::Route, Action::Route(routing), now);
            }
        }
        StepKey::Port => {
            // What may have been sent is asked after at any hour.
            let under_way = rearm_those(draft, step, |effect| effect.may_have_happened);
            // The preflight may be hours old: a routing by hand takes its time.
            let faults = porting_faults(&draft.project, now, draft.context.settings);
            let all_sent = under_way && !portings_are_to_be_sent(draft);
            if all_sent || !stop_for_missing(draft, step, faults) {
                rearm(draft, step);
                perform_portings(draft);
            }
        }
        StepKey::Verify => {
            if !rearm(draft, step) {
                request_test_call(draft, now);
            }
        }
        StepKey::Complete => {
            super::consequences::complete_automatic(draft);
            // What moves in a part of its own keeps the tasks open, and is nothing that this part misses.
            let own_left = draft.project.numbers_in_cutover().any(|series| !draft.project.is_ported(series));
            let others_left = draft.project.numbers_to_port().next().is_some() && !own_left;
            let open = if others_left { Vec::new() } else { tasks_not_completed(&draft.project) };
            stop_for_missing(draft, step, open);
        }
        StepKey::Notify => tell_everyone(draft),
    }
}

/// Whether some request of the cutover has not been sent, for all that is known.
fn portings_are_to_be_sent(draft: &Draft<'_>) -> bool {
    let sent = |effect: &PendingEffect| effect.may_have_happened || effect.turn != Turn::Nobody;
    draft.project.requests_to_perform().any(|request| {
        let purpose = Purpose::PerformPorting(request.id.clone());
        !draft.project.effects.values().any(|effect| effect.purpose == purpose && sent(effect))
    })
}

/// Takes over the numbers of every accepted request of the cutover for which that is not under way.
fn perform_portings(draft: &mut Draft<'_>) {
    let now = draft.context.moment.now;
    let under_way = |request: &PortingRequest| {
        let purpose = Purpose::PerformPorting(request.id.clone());
        draft.project.effects.values().any(|effect| effect.purpose == purpose)
    };
    let accepted: Vec<PortingRequest> =
        draft.project.requests_to_perform().filter(|request| !under_way(request)).cloned().collect();
    for request in accepted {
        let execution = PortingExecution {
            request: request.id.clone(),
            dossier_id: request.dossier_id.clone(),
            recipient_operator: draft.context.settings.operator_code.clone(),
            donor_operator: request.donor_operator.clone(),
            numbers: request.accepted_series().cloned().collect(),
            at: now,
        };
        draft.request_effect(Purpose::PerformPorting(request.id), Action::PerformPorting(execution), now);
    }
}

/// What keeps the tasks open that the cutover completes: what they need, or else they themselves.
fn tasks_not_completed(project: &Project) -> Vec<Unmet> {
    let open = project.process().completed_by(Completion::CutoverDone).filter(|task| !project.is_met(&task.key));
    open.flat_map(|task| {
        let needs: Vec<_> = project.needs_of(task).collect();
        if needs.is_empty() { vec![task] } else { needs }
    })
    .map(|task| Unmet { key: task.key.clone(), detail: task.title.clone() })
    .collect()
}

/// Tries the step's parked effects again. Whether there were any.
fn rearm(draft: &mut Draft<'_>, step: StepKey) -> bool {
    rearm_those(draft, step, |_| true)
}

fn rearm_those(draft: &mut Draft<'_>, step: StepKey, which: fn(&PendingEffect) -> bool) -> bool {
    let ids: Vec<_> = draft
        .project
        .effects
        .iter()
        .filter(|(_, effect)| effect.purpose.step() == Some(step) && which(effect))
        .map(|(id, effect)| (*id, effect.turn))
        .collect();
    for (id, turn) in &ids {
        if *turn == Turn::Nobody {
            draft.settled.insert(*id, Settlement::TryAt(draft.context.moment.now));
            draft.emit(Event::EffectRearmed { id: *id });
        }
    }
    !ids.is_empty()
}

fn routing(draft: &Draft<'_>) -> Routing {
    let numbers: Vec<Series> = draft.project.numbers_in_cutover().cloned().collect();
    Routing { tenant: draft.project.intake.customer.name.clone(), numbers, stands_for: None }
}

pub(super) fn request_test_call(draft: &mut Draft<'_>, at: DateTime<Utc>) {
    let routing = routing(draft);
    draft.request_effect(Purpose::TestCall, Action::TestCall(routing), at);
}

/// When the numbers are called again; `None` when it has been tried long enough. Other networks may follow a porting later.
pub(super) fn next_test_call(draft: &Draft<'_>) -> Option<DateTime<Utc>> {
    let began = draft.project.cutover.as_ref()?.step(StepKey::Verify)?.started_at?;
    let next = draft.context.moment.now + draft.context.settings.verify_every;
    let runs = draft.project.cutover.as_ref()?.state == machine::State::Running;
    (runs && next <= began + draft.context.settings.verify_for).then_some(next)
}

fn tell_everyone(draft: &mut Draft<'_>) {
    let customer = &draft.project.intake.customer;
    let count: u32 = draft.project.numbers_in_cutover().map(Series::block_size).sum();
    let to =
        vec![format!("{} <{}>", customer.contact.name, customer.contact.email), draft.context.settings.contractor.name.clone()];
    let text = Text::new(
        format!("{count} nummers van {} zijn geporteerd en bereikbaar op de nieuwe centrale", customer.name),
        format!("{count} numbers of {} have been ported and can be reached on the new PBX", customer.name),
    );
    draft.emit(Event::CutoverAnnounced { to, text });
}

/// A step can't be done by itself: the cutover stops, and a person decides.
pub(super) fn step_failed(draft: &mut Draft<'_>, step: StepKey, error: &str) {
    let ported = draft.project.numbers_in_cutover().any(|series| draft.project.is_ported(series));
    let title = step.title();
    let (after_nl, after_en) = if step == StepKey::Verify && ported {
        (
            "; de nummers zijn geporteerd, andere netwerken volgen soms later (hooguit een werkdag)",
            "; the numbers have been ported, other networks may follow later (at most one working day)",
        )
    } else {
        ("", "")
    };
    let what = Text::new(
        format!("de stap '{}' lukt niet: {error}{after_nl}", title.nl),
        format!("the step '{}' failed: {error}{after_en}", title.en),
    );
    open_incident(draft, step, what, Vec::new());
}

/// Stops the cutover when something is missing; whether it did.
fn stop_for_missing(draft: &mut Draft<'_>, step: StepKey, missing: Vec<Unmet>) -> bool {
    if missing.is_empty() {
        return false;
    }
    let list = |pick: fn(&Text) -> &str| missing.iter().map(|unmet| pick(&unmet.detail)).collect::<Vec<_>>().join("; ");
    let what = Text::new(
        format!("er ontbreekt iets: {}", list(|text| &text.nl)),
        format!("something is missing: {}", list(|text| &text.en)),
    );
    open_incident(draft, step, what, missing);
    true
}

fn open_incident(draft: &mut Draft<'_>, step: StepKey, what: Text, missing: Vec<Unmet>) {
    let stops =
        draft.project.cutover.as_ref().is_some_and(|cutover| machine::step(cutover.state, machine::Event::Fail).is_some());
    if stops {
        let incident = Incident::new(&draft.project, step, what, missing);
        draft.emit(Event::IncidentOpened(incident));
    }
}

/// COIN reports that our `portingperformed` was wrong: it may not have taken effect, whatever came after it. Nothing is sent again blindly: a
/// person finds out, and then has it sent again (retry), says that the numbers were taken over (resolve), or gives up (abort).
pub(super) fn porting_was_found_wrong(draft: &mut Draft<'_>, request: &str, errors: &str) {
    // What an earlier part of the numbers took over does not stop the part that moves now: a warning tells of it.
    let moves = draft.project.requests.iter().any(|own| own.id == request && draft.project.is_in_cutover(own));
    if !moves {
        return;
    }
    let what = Text::new(
        format!(
            "COIN meldt een fout in de portering van verzoek {request}: {errors}; vraag na of de nummers zijn overgenomen voor u iets herhaalt"
        ),
        format!(
            "COIN reports an error in the porting of request {request}: {errors}; find out whether the numbers were taken over before repeating anything"
        ),
    );
    open_incident(draft, StepKey::Port, what, Vec::new());
}

/// Tries the incident's step again.
pub(super) fn retry(draft: &mut Draft<'_>) -> Result<(), Rejection> {
    phase::not_on_hold(draft)?;
    require_incident(draft)?;
    close_incident(draft, Text::new("opnieuw proberen", "try again"));
    Ok(())
}

/// The cutover goes on. Where numbers are to move on another day than the agreed one, everyone is told.
fn close_incident(draft: &mut Draft<'_>, how: Text) {
    let today = draft.context.moment.today();
    let another_day = draft.project.cutover.as_ref().filter(|cutover| !cutover.may_move_on(today)).map(|cutover| cutover.at);
    let to_move = draft.project.numbers_in_cutover().any(|series| !draft.project.is_ported(series));
    draft.emit(Event::IncidentClosed { how });
    if let Some(agreed) = another_day.filter(|_| to_move) {
        moved::goes_on(draft, agreed);
    }
}

fn require_incident(draft: &Draft<'_>) -> Result<(), Rejection> {
    let status = draft.project.cutover_status();
    if status == machine::State::Incident.as_str() {
        return Ok(());
    }
    Err(conflict(
        Reason::NoSuchCutover,
        format!("de cutover is {status}; alleen een incident kan opnieuw worden geprobeerd"),
        format!("the cutover is {status}; only an incident can be tried again"),
    ))
}

/// The step at which the cutover waits or stopped has been done by hand.
pub(super) fn resolve(draft: &mut Draft<'_>, note: String) -> Result<(), Rejection> {
    let Some(cutover) = &draft.project.cutover else {
        return Err(conflict(Reason::NoSuchCutover, "er is geen cutover", "there is no cutover"));
    };
    let state = cutover.state;
    let step = match state {
        machine::State::Incident => cutover.incident.as_ref().map(|incident| incident.step),
        machine::State::Running => cutover.current().map(|step| step.key),
        _ => None,
    };
    let Some(step) = step else {
        if settle_doubts(draft, &note) {
            return Ok(());
        }
        return Err(conflict(
            Reason::NoSuchCutover,
            format!("de cutover is {state}; er wacht geen stap"),
            format!("the cutover is {state}; no step waits"),
        ));
    };
    if state == machine::State::Incident {
        close_incident(draft, Text::new("met de hand gedaan", "done by hand"));
    }
    draft.withdraw_effects(|purpose| purpose.step() == Some(step));
    if step == StepKey::Port {
        let accepted: Vec<String> = draft.project.requests_to_perform().map(|request| request.id.clone()).collect();
        for request in accepted {
            draft.emit(Event::PortingPerformed { request, by_hand: Some(note.clone()) });
        }
    }
    draft.emit(Event::StepDone { step, by_hand: Some(note) });
    Ok(())
}

/// Somebody found out that what was in doubt, after its own cutover was over, has been taken over. Whether anything was.
fn settle_doubts(draft: &mut Draft<'_>, note: &str) -> bool {
    let doubted = draft.project.requests.iter().filter(|request| request.doubted);
    let doubted: Vec<String> = doubted.map(|request| request.id.clone()).collect();
    for request in &doubted {
        draft.emit(Event::PortingPerformed { request: request.clone(), by_hand: Some(note.to_owned()) });
    }
    !doubted.is_empty()
}

/// Gives the cutover up and undoes its routing. Once a number has been, or may have been, taken over, there is no way back.
pub(super) fn abort(draft: &mut Draft<'_>, reason: &str) -> Result<(), Rejection> {
    let Some(cutover) = &draft.project.cutover else {
        return Err(conflict(Reason::NoSuchCutover, "er is geen cutover", "there is no cutover"));
    };
    if machine::step(cutover.state, machine::Event::Abort).is_none() {
        return Err(conflict(
            Reason::NoSuchCutover,
            format!("de cutover is {} en kan niet meer worden afgebroken", cutover.state),
            format!("the cutover is {} and can't be aborted any more", cutover.state),
        ));
    }
    // What an earlier cutover ported stays as it is.
    let since = cutover.at;
    let ported = |request: &PortingRequest| request.performed_at.is_some_and(|at| at >= since);
    if draft.project.requests.iter().any(|request| ported(request) && draft.project.is_in_cutover(request)) {
        return Err(conflict(
            Reason::NumbersPorted,
            "er zijn nummers geporteerd; dat is niet terug te draaien. Laat oproepen desnoods terugleiden door ze door te schakelen",
            "numbers have been ported; that can't be undone. If need be, have calls routed back by forwarding",
        ));
    }
    let unsure: Vec<Unmet> = draft
        .project
        .requests
        .iter()
        .filter(|request| draft.project.porting_may_have_happened(&request.id))
        .map(|request| {
            Unmet::new(
                "porting_under_way",
                format!("de portering van verzoek {} is verzonden of wordt verzonden", request.id),
                format!("the porting of request {} has been or is being sent", request.id),
            )
        })
        .collect();
    if !unsure.is_empty() {
        return Err(Rejection::Conflict {
            reason: Reason::PortingUnderWay,
            detail: Text::new(
                "de portering kan al zijn uitgevoerd; probeer de stap opnieuw of leg vast wat er is gebeurd",
                "the porting may have been performed; try the step again or record what happened",
            ),
            unmet: unsure,
        });
    }
    let routed = cutover.step(StepKey::Route).is_some_and(|step| step.state != StepState::Pending);
    give_up(draft, reason);
    draft.withdraw_effects(|purpose| matches!(purpose, Purpose::PerformPorting(_) | Purpose::TestCall));
    let route_in_flight =
        draft.project.effects.values().any(|effect| effect.purpose == Purpose::Route && !effect.needs_a_person());
    // A routing under way is waited for, and undone when it has arrived; undoing before it would lose the race.
    if routed && !route_in_flight {
        undo_routing(draft);
    }
    Ok(())
}

/// The cutover has no moment any more: its date is to be settled anew (Tw art. 4.10(5): the date expressly agreed).
pub(super) fn give_up(draft: &mut Draft<'_>, reason: &str) {
    let known = draft.project.cutover.clone().filter(|_| moved::is_known(&draft.project));
    draft.emit(Event::CutoverAborted { reason: reason.to_owned() });
    reopen_agreement(draft, reason);
    if let Some(cutover) = known {
        moved::called_off(draft, &cutover, reason);
    }
}

/// The date is to be agreed anew, by everyone who must.
pub(super) fn reopen_agreement(draft: &mut Draft<'_>, reason: &str) {
    let process = draft.project.process();
    for task in process.tasks().iter().filter(|task| task.requires == Some(Requirement::CutoverScheduled)) {
        task::reopen_with_dependents(draft, &task.key, reason, false);
    }
}

/// Takes the routing away, of numbers too that meanwhile are not the project's any more.
pub(super) fn undo_routing(draft: &mut Draft<'_>) {
    draft.withdraw_effects(|purpose| *purpose == Purpose::Route);
    let numbers = draft.project.routed.iter().filter(|series| !draft.project.is_ported(series)).cloned().collect();
    let routing = Routing { tenant: draft.project.intake.customer.name.clone(), numbers, stands_for: None };
    draft.request_effect(Purpose::Unroute, Action::Unroute(routing), draft.context.moment.now);
}

/// Whether a routing still serves the cutover: it may have been given up meanwhile, and another one have taken its place.
pub(super) fn goes_on(project: &Project) -> bool {
    let goes_on = |cutover: &Cutover| matches!(cutover.state, machine::State::Running | machine::State::Incident);
    project.cutover.as_ref().is_some_and(|cutover| goes_on(cutover) && cutover.routes())
}

fn another_day(cutover: &Cutover, day: NaiveDate) -> Unmet {
    let agreed = amsterdam::local_date(cutover.at);
    Unmet::new(
        "another_day_than_agreed",
        format!(
            "met de klant is {agreed} afgesproken, niet {day} (Tw art. 4.10 lid 5): ga vandaag alleen verder (cutover/retry) als de klant het weet, of breek haar af en plan opnieuw"
        ),
        format!(
            "{agreed} was agreed with the customer, not {day} (Tw art. 4.10(5)): go on today (cutover/retry) only if the customer knows, or abort it and schedule anew"
        ),
    )
}

/// What the preflight looks at that concerns the porting.
pub(crate) fn porting_faults(project: &Project, at: DateTime<Utc>, settings: &crate::settings::Settings) -> Vec<Unmet> {
    let mut missing = schedule::numbers_not_accepted(project, project.numbers_in_cutover());
    missing.extend(project.requests_to_perform().flat_map(|request| {
        let beyond = |series: &&Series| request.speaks_for(series) && !project.numbers_in_cutover().any(|own| own == *series);
        let numbers = project.intake.numbers.iter().map(|entry| &entry.series).filter(beyond);
        numbers.map(|series| {
            Unmet::new(
                "number_not_in_cutover",
                format!(
                    "verzoek {} neemt ook {series} over, waar deze cutover niet over gaat; breek haar af en plan opnieuw",
                    request.id
                ),
                format!(
                    "request {} takes {series} over too, which this cutover is not about; abort it and schedule anew",
                    request.id
                ),
            )
        })
    }));
    // Day and hours were judged when the moment was chosen: a late server still ports, but on the chosen day only.
    let own = project.cutover.as_ref().filter(|cutover| cutover.state != machine::State::Aborted);
    let day = amsterdam::local_date(at);
    let judged = own.is_some_and(|cutover| cutover.at <= at && amsterdam::local_date(cutover.at) == day);
    missing.extend(own.filter(|cutover| !cutover.may_move_on(day)).map(|cutover| another_day(cutover, day)));
    match common_window(project.requests_to_perform()) {
        None if project.numbers_in_cutover().any(|series| !project.is_ported(series)) => missing.push(Unmet::new(
            "no_common_window",
            "de porteringsvensters hebben geen moment gemeen",
            "the porting windows have no moment in common",
        )),
        None => {}
        Some(window) => {
            let faults = window.check(at, &settings.porting_hours);
            let fatal = faults.into_iter().filter(|fault| !(fault.can_be_overridden() && judged));
            missing.extend(fatal.map(|fault| {
                Unmet::new(fault.code(), fault.text(crate::letter::Language::Nl), fault.text(crate::letter::Language::En))
            }));
        }
    }
    missing
}
