//! The porting morning: step by step, stopping, going on, giving up.

use serde_json::{Value, json};
use workflow::command::Command;
use workflow::cutover::StepKey;
use workflow::cutover::incident::Incident;
use workflow::effect::{Action, Outcome};
use workflow::event::Event;
use workflow::porting::request;

use crate::world::{World, at, by_hand, complete, contract, done, form, lost, name, refused, schedule, unavailable};

pub(crate) fn incident(world: &World) -> &Incident {
    world.project().cutover.as_ref().unwrap().incident.as_ref().unwrap()
}

/// What is missing, by code.
pub(crate) fn missing(world: &World) -> String {
    incident(world).missing.iter().map(|unmet| unmet.key.as_str()).collect::<Vec<_>>().join(", ")
}

pub(crate) fn places(world: &World) -> String {
    incident(world).numbers.iter().map(|number| name(&number.place)).collect::<Vec<_>>().join(", ")
}

pub(crate) fn ways_out(world: &World) -> String {
    incident(world).can.iter().map(name).collect::<Vec<_>>().join(", ")
}

pub(crate) fn abort() -> Command {
    Command::AbortCutover { reason: "centrale uitgevallen".to_owned() }
}

pub(crate) fn resolve() -> Command {
    Command::ResolveStep { note: "zelf gedaan".to_owned() }
}

/// Numbers with two providers, so that two portings are performed.
pub(crate) fn two_donors() -> Value {
    let mut form = form();
    form["contracts"] = json!([contract("kpn-isdn", "KPN B.V."), contract("zaak", "Ziggo")]);
    form["numbers"].as_array_mut().unwrap().push(json!({"number": "030 200 12 00", "contract": "zaak"}));
    form
}

#[test]
fn the_steps_follow_each_other_without_a_person() {
    let mut world = World::scheduled();
    world.wait_until("2027-01-26 08:29");
    assert_eq!(world.cutover(), "scheduled");
    world.wait_until("2027-01-26 08:30");
    assert_eq!(world.steps(), "preflight done, route running, port pending, verify pending, complete pending, notify pending");
    world.settle("pbx.route", done());
    assert_eq!(world.steps(), "preflight done, route done, port running, verify pending, complete pending, notify pending");
    world.settle("porting.perform", done());
    assert_eq!(world.project().requests[0].state, request::State::Performed);
    assert_eq!(world.steps(), "preflight done, route done, port done, verify running, complete pending, notify pending");
    assert_eq!(world.task("number-porting"), "open");
    let before = world.trail.len();
    world.settle("pbx.test_call", done());
    assert_eq!(
        world.kinds_since(before).join(" "),
        "effect_done step_done step_started task_confirmed step_done step_started cutover_announced step_done cutover_done \
         letter_made letter_made"
    );
    assert_eq!(world.steps(), "preflight done, route done, port done, verify done, complete done, notify done");
    assert_eq!((world.cutover(), world.task("number-porting")), ("done", "done (contractor)".to_owned()));
    assert_eq!(world.pending(), [""; 0]);
}

#[test]
fn each_step_asks_for_exactly_what_it_needs() {
    let world = World::ported();
    let Action::Route(routing) = world.actions("pbx.route")[0] else { panic!() };
    assert_eq!((routing.tenant.as_str(), routing.numbers.len()), ("Bakkerij De Korenaar B.V.", 1));
    let Action::PerformPorting(porting) = world.actions("porting.perform")[0] else { panic!() };
    assert_eq!(
        (porting.dossier_id.as_str(), porting.recipient_operator.as_str(), porting.donor_operator.as_deref()),
        ("DYNX-20270001-1", "DYNX", Some("PTT"))
    );
    assert_eq!(porting.numbers[0].national_last(), "0301001299");
}

#[test]
fn the_working_day_before_everyone_is_told_what_is_missing() {
    let mut world = World::scheduled();
    world.manager(schedule("2027-01-25 08:30"));
    world.finish("porting-date");
    assert_eq!(world.timer("preflight").as_deref(), Some("2027-01-22 08:00"), "the Friday before the Monday");
    world.manager(Command::ReopenTask { key: "contract-signature".to_owned(), reason: "x".to_owned() });
    world.wait_until("2027-01-22 08:00");
    let Event::PreflightAnnounced { missing } =
        &world.trail.iter().rev().find(|recorded| matches!(recorded.event, Event::PreflightAnnounced { .. })).unwrap().event
    else {
        panic!()
    };
    assert_eq!(missing.iter().map(|unmet| unmet.key.as_str()).collect::<Vec<_>>(), ["contract-signature", "customer_not_told"]);
    assert_eq!((world.cutover(), world.timer("preflight")), ("scheduled", None));
    world.manager(complete("contract-signature", None));
    world.wait_until("2027-01-25 08:30");
    assert_eq!(world.steps().split(", ").next(), Some("preflight done"));
}

/// Tw art. 4.10(5): the date is expressly agreed.
#[test]
fn another_day_is_to_be_agreed_anew_and_another_hour_is_not() {
    let mut world = World::scheduled();
    world.manager(schedule("2027-01-26 10:00"));
    assert_eq!(world.task("porting-date"), "done (contractor, customer)");
    world.manager(schedule("2027-01-27 10:00"));
    assert_eq!(world.task("porting-date"), "open");
    world.wait_until("2027-01-27 10:00");
    assert_eq!((world.cutover(), missing(&world).as_str()), ("incident", "porting-date"));
    world.finish("porting-date");
    world.manager(Command::RetryCutover);
    assert_eq!(world.cutover(), "running");
}

#[test]
fn a_moved_cutover_is_announced_anew() {
    let mut world = World::scheduled();
    world.wait_until("2027-01-25 12:00");
    world.manager(schedule("2027-01-28 08:30"));
    assert_eq!(world.timer("preflight").as_deref(), Some("2027-01-27 08:00"));
    assert_eq!(world.timer("cutover").as_deref(), Some("2027-01-28 08:30"));
}

#[test]
fn what_is_missing_at_the_moment_stops_the_cutover_before_anything_is_done() {
    let mut world = World::in_implementation();
    world.manager(schedule("2027-01-26 08:30"));
    world.wait_until("2027-01-26 08:30");
    assert_eq!(world.cutover(), "incident");
    assert_eq!(
        missing(&world),
        "users-and-orders, base-configuration, installation, configuration-test, configuration-acceptance, porting-date"
    );
    assert_eq!((places(&world), ways_out(&world)), ("donor".to_owned(), "retry, resolve, abort".to_owned()));
    assert_eq!(world.actions("pbx.route").len(), 0);
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance porting-date");
    world.manager(Command::RetryCutover);
    assert_eq!(world.steps(), "preflight done, route running, port pending, verify pending, complete pending, notify pending");
}

#[test]
fn a_failed_step_is_tried_again_with_growing_pauses_and_then_becomes_an_incident() {
    let mut world = World::running();
    let mut pauses = Vec::new();
    for _ in 0..2 {
        let id = world.effect("pbx.route");
        world.settle("pbx.route", unavailable());
        assert_eq!(world.effect("pbx.route"), id, "the same effect is tried again");
        pauses.push((world.outbox[&id].1 - world.now).num_milliseconds());
    }
    assert!((1000..=1200).contains(&pauses[0]) && (2000..=2400).contains(&pauses[1]), "{pauses:?}");
    assert_eq!(world.cutover(), "running");
    world.settle("pbx.route", unavailable());
    assert_eq!(world.cutover(), "incident");
    assert_eq!(world.steps(), "preflight done, route failed(3), port pending, verify pending, complete pending, notify pending");
    assert_eq!(incident(&world).what.en, "the step 'routing the numbers on the PBX' failed: 503");
    assert_eq!(incident(&world).what.nl, "de stap 'nummers routeren op de centrale' lukt niet: 503");
    assert_eq!(incident(&world).numbers[0].text.en, "still with the current provider: calls arrive on the old line");
    assert_eq!(ways_out(&world), "retry, resolve, abort");
}

#[test]
fn what_repeating_can_not_help_stops_at_once() {
    let mut world = World::running();
    let outcome = Outcome::Failed { error: "401".to_owned(), may_have_happened: false, repeatable: false };
    world.settle("pbx.route", outcome);
    assert_eq!(world.cutover(), "incident");
}

#[test]
fn after_a_refusal_a_new_effect_is_asked_for() {
    let mut world = World::running();
    let first = world.effect("pbx.route");
    world.settle("pbx.route", refused("unknown tenant"));
    assert_eq!(incident(&world).what.en, "the step 'routing the numbers on the PBX' failed: unknown tenant");
    assert_eq!(world.pending(), [""; 0]);
    world.manager(Command::RetryCutover);
    assert_ne!(world.effect("pbx.route"), first);
    assert_eq!(world.refused(Command::RetryCutover), "no_such_cutover", "only an incident is tried again");
}

#[test]
fn one_donor_of_two_may_fail() {
    let mut world = World::running_with(two_donors());
    world.settle("pbx.route", done());
    let effects: Vec<_> = world.outbox.keys().copied().collect();
    world.settle_id(effects[0], refused("dossier closed")).unwrap();
    assert_eq!((world.cutover(), places(&world).matches("unknown").count()), ("incident", 1), "the other is being sent");
    world.settle_id(effects[1], done()).unwrap();
    assert_eq!(places(&world).matches("ported").count(), 1, "the incident shows how it is now");
    assert_eq!(ways_out(&world), "retry, resolve, forward_calls");
    assert_eq!(world.refused(abort()), "numbers_ported");
    world.manager(Command::RetryCutover);
    assert_eq!(world.actions("porting.perform").len(), 3, "only the refused one is sent again");
    world.settle("porting.perform", done());
    world.settle("pbx.test_call", done());
    assert_eq!(world.cutover(), "done");
}

#[test]
fn a_person_does_what_no_adapter_does() {
    let mut world = World::running();
    for (kind, step) in [("pbx.route", "route"), ("porting.perform", "port"), ("pbx.test_call", "verify")] {
        world.settle(kind, by_hand());
        assert!(world.steps().contains(&format!("{step} waiting")), "{}", world.steps());
        assert_eq!(workflow::view::next_actions(world.project())[0].effect, Some(world.effect(kind)));
        world.settle(kind, done());
    }
    assert_eq!(world.cutover(), "done");
}

#[test]
fn any_step_can_be_resolved_by_hand() {
    let mut world = World::in_implementation();
    world.manager(schedule("2027-01-26 08:30"));
    assert_eq!(world.refused(resolve()), "no_such_cutover");
    world.wait_until("2027-01-26 08:30");
    for step in ["preflight", "route", "port", "verify"] {
        let steps = world.steps();
        assert!(!steps.contains(&format!("{step} done")), "{steps}");
        world.manager(resolve());
        assert!(world.steps().contains(&format!("{step} done")), "{}", world.steps());
    }
    let by_hand = world.project().cutover.as_ref().unwrap().step(StepKey::Port).unwrap().done_by_hand.clone();
    assert_eq!(by_hand.as_deref(), Some("zelf gedaan"));
    assert_eq!(world.project().requests[0].state, request::State::Performed);
    // The preflight was passed over, so the task still waits for what it needs; nothing is silently skipped.
    assert_eq!((world.cutover(), missing(&world)), ("incident", "porting-date".to_owned()));
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance porting-date");
    world.manager(Command::RetryCutover);
    assert_eq!((world.cutover(), world.task("number-porting")), ("done", "done (contractor)".to_owned()));
}

#[test]
fn resolving_withdraws_what_was_under_way_for_the_step() {
    let mut world = World::running();
    world.settle("pbx.route", by_hand());
    let route = world.effect("pbx.route");
    world.manager(resolve());
    assert_eq!(world.pending(), ["porting.perform"]);
    assert_eq!(crate::world::told(&world.settle_id(route, done()).unwrap_err()), "effect_settled");
}

#[test]
fn test_calls_are_repeated_as_other_networks_may_follow_later() {
    let mut world = World::ported();
    for _ in 0..2 {
        world.settle("pbx.test_call", refused("busy"));
        assert_eq!(world.cutover(), "running");
    }
    world.settle("pbx.test_call", refused("busy"));
    assert_eq!(world.cutover(), "incident");
    assert_eq!(world.now, at("2027-01-26 08:40"), "after ten minutes, as configured");
    assert_eq!(
        incident(&world).what.en,
        "the step 'test calls' failed: busy; the numbers have been ported, other networks may follow later (at most one working day)"
    );
    assert_eq!((places(&world), ways_out(&world)), ("ported".to_owned(), "retry, resolve, forward_calls".to_owned()));
    world.manager(Command::RetryCutover);
    world.settle("pbx.test_call", done());
    assert_eq!(world.cutover(), "done");
}

#[test]
fn a_late_server_ports_on_the_chosen_day_only() {
    // (when the server comes back, what follows)
    for (back, outcome) in [
        ("2027-01-26 13:00", "running"),
        ("2027-01-26 22:00", "running"),
        ("2027-01-27 10:00", "incident"),
        ("2027-01-27 03:00", "incident"),
        ("2027-01-30 10:00", "incident"),
    ] {
        let mut world = World::scheduled();
        world.now = at(back);
        world.act(workflow::actor::Role::System, Command::TimerDue(workflow::timer::Timer::Cutover)).unwrap();
        assert_eq!(world.cutover(), outcome, "{back}");
    }
}

#[test]
fn an_override_holds_for_the_chosen_day() {
    let mut world = World::scheduled();
    let saturday =
        Command::SchedulePorting { at: at("2027-01-30 07:00"), override_reason: Some("winkel dicht".to_owned()), requests: None };
    world.manager(saturday);
    world.finish("porting-date");
    world.hand_over_letters();
    world.wait_until("2027-01-29 12:00");
    let Some(Event::PreflightAnnounced { missing }) =
        world.trail.iter().rev().map(|recorded| &recorded.event).find(|event| matches!(event, Event::PreflightAnnounced { .. }))
    else {
        panic!()
    };
    assert_eq!(missing, &[]);
    world.wait_until("2027-01-30 07:00");
    assert_eq!(world.cutover(), "running");
}

#[test]
fn a_routing_that_takes_days_does_not_port_in_the_night() {
    let mut world = World::running();
    world.settle("pbx.route", by_hand());
    world.wait_until("2027-01-28 03:00");
    world.settle("pbx.route", done());
    assert_eq!((world.cutover(), missing(&world)), ("incident", "another_day_than_agreed, outside_porting_hours".to_owned()));
    assert_eq!(world.actions("porting.perform").len(), 0);
    world.wait_until("2027-01-28 09:00");
    world.manager(Command::RetryCutover);
    assert_eq!(world.pending(), ["porting.perform"]);
}

#[test]
fn a_window_that_passes_while_the_cutover_stands_still_is_never_ported_through() {
    let mut world = World::running();
    world.settle("pbx.route", by_hand());
    world.wait_until("2027-04-13 00:00");
    assert_eq!(world.project().requests[0].state, request::State::Expired);
    world.settle("pbx.route", done());
    assert_eq!(
        (world.cutover(), missing(&world)),
        ("incident", "number_not_accepted, another_day_than_agreed, no_common_window".to_owned())
    );
    world.manager(abort());
    world.manager(Command::SubmitPorting);
}

#[test]
fn a_porting_under_way_does_not_expire() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    for _ in 0..3 {
        world.settle("porting.perform", lost());
    }
    world.wait_until("2027-04-20 09:00");
    assert_eq!(world.project().requests[0].state, request::State::Accepted, "it may have been ported long ago");
    world.settle("porting.perform", done());
    assert_eq!(world.project().requests[0].state, request::State::Performed);

    let mut world = World::running();
    world.settle("pbx.route", done());
    world.settle("porting.perform", refused("dossier unknown"));
    world.wait_until("2027-04-20 09:00");
    assert_eq!(world.project().requests[0].state, request::State::Expired);

    let mut world = World::running();
    world.settle("pbx.route", done());
    for _ in 0..3 {
        world.settle("porting.perform", unavailable());
    }
    world.wait_until("2027-04-20 09:00");
    assert_eq!((world.project().requests[0].state, world.pending()), (request::State::Expired, vec![]));
}

#[test]
fn the_outcome_is_announced_at_the_end() {
    let mut world = World::ported();
    world.settle("pbx.test_call", done());
    let told = world.trail.iter().rev().find_map(|recorded| match &recorded.event {
        Event::CutoverAnnounced { to, text } => Some((to.clone(), text.en.clone())),
        _ => None,
    });
    let (to, text) = told.unwrap();
    assert_eq!(to, ["J. de Vries <j.devries@korenaar.example>", "Dynamx"]);
    assert_eq!(text, "100 numbers of Bakkerij De Korenaar B.V. have been ported and can be reached on the new PBX");
}

#[test]
fn a_porting_that_fails_while_a_test_call_is_in_doubt_is_not_passed_over() {
    let mut world = World::running_with(two_donors());
    world.settle("pbx.route", done());
    let effects: Vec<_> = world.outbox.keys().copied().collect();
    world.settle_id(effects[0], done()).unwrap();
    let ported = world.project().requests.iter().find(|request| request.state == request::State::Performed).unwrap();
    world.manager(Command::RecordPortingError { request: ported.id.clone(), errors: "E12".to_owned() });
    world.settle_id(effects[1], refused("dossier closed")).unwrap();
    world.manager(Command::RetryCutover);
    assert_eq!(world.pending(), ["porting.perform", "porting.perform"], "what is in doubt and what was refused");
}

#[test]
fn a_timer_that_fires_too_early_changes_nothing_and_comes_back() {
    let mut world = World::scheduled();
    let events = world.act(workflow::actor::Role::System, Command::TimerDue(workflow::timer::Timer::Cutover)).unwrap();
    assert_eq!((events, world.timer("cutover").as_deref()), (vec![], Some("2027-01-26 08:30")));
}
