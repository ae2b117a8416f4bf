//! The machines, and leaving, holding, resuming and cancelling.

use workflow::command::Command;
use workflow::cutover::machine as cutover;
use workflow::phase;
use workflow::porting::request;
use workflow::project::Turn;

use crate::world::{World, by_hand, complete, done, form, unavailable};

/// Holds a machine against the list of all its transitions: what is not listed may not happen.
macro_rules! assert_machine {
    ($machine:ident, $transitions:expr) => {
        let mut found = Vec::new();
        for state in $machine::State::ALL {
            for event in $machine::Event::ALL {
                if let Some(next) = $machine::step(*state, *event) {
                    found.push(format!("{state} {event:?} {next}").to_lowercase());
                }
            }
        }
        let mut expected: Vec<String> = $transitions.iter().map(|transition| transition.to_string()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    };
}

#[test]
fn phases_follow_each_other() {
    assert_machine!(
        phase,
        [
            "offer advance order",
            "order advance implementation",
            "implementation advance maintenance",
            "maintenance advance ended",
            "offer cancel cancelled",
            "order cancel cancelled",
            "implementation cancel cancelled",
        ]
    );
}

#[test]
fn a_request_ends_refused_performed_cancelled_or_expired() {
    assert_machine!(
        request,
        [
            "requested accept accepted",
            "requested refuse refused",
            "requested cancel cancelled",
            "accepted perform performed",
            "performed doubt accepted",
            "accepted cancel cancelled",
            "accepted expire expired",
        ]
    );
}

#[test]
fn a_cutover_stops_in_an_incident_and_never_by_itself() {
    assert_machine!(
        cutover,
        [
            "scheduled start running",
            "running fail incident",
            "done fail incident",
            "incident continue running",
            "scheduled abort aborted",
            "running abort aborted",
            "incident abort aborted",
            "running finish done",
        ]
    );
}

#[test]
fn a_phase_is_left_only_when_all_its_tasks_are_done_or_skipped() {
    let mut world = World::in_offer();
    assert_eq!(world.refused(Command::Advance), "gate_not_met: contract-end-dates, scope, connectivity-test, poe-switch-check");
    world.finish("contract-end-dates connectivity-test");
    world.manager(complete("scope", Some(workflow::process::Party::Customer)));
    assert_eq!(world.refused(Command::Advance), "gate_not_met: scope, poe-switch-check");
    world.finish_rest_of_scope();
    world.manager(Command::SkipTask { key: "poe-switch-check".to_owned(), reason: "no desk phones".to_owned() });
    world.manager(Command::Advance);
    assert_eq!(world.project().phase, phase::State::Order);
}

#[test]
fn recurring_tasks_hold_no_gate_and_after_the_end_nothing_changes() {
    let mut world = World::in_maintenance();
    assert_eq!(world.task("registrations"), "open");
    world.manager(Command::Advance);
    assert_eq!(world.project().phase, phase::State::Ended);
    assert_eq!(world.refused(Command::Advance), "project_closed");
    assert_eq!(world.refused(Command::Hold { reason: "x".to_owned() }), "project_closed");
}

#[test]
fn on_hold_automation_and_due_dates_stop_until_it_is_resumed() {
    let mut world = World::asked_with(form());
    let due = "due/invoice-copies";
    assert!(world.timer(due).is_some());
    world.manager(Command::Hold { reason: "verbouwing".to_owned() });
    assert_eq!(world.timer(due), None);
    world.answer("1", "2027-01-12 00:00");
    assert_eq!(world.task("provider-acceptance"), "open", "nothing completes by itself");
    assert_eq!(world.timer("window_end/1").as_deref(), Some("2027-04-13 00:00"), "the donor's window does not wait");
    for command in [Command::Advance, Command::SubmitPorting, Command::Hold { reason: "x".to_owned() }] {
        assert_eq!(world.refused(command), "on_hold");
    }
    world.manager(Command::Resume);
    assert_eq!(world.task("provider-acceptance"), "done (provider)");
    assert!(world.timer(due).is_some());
    assert_eq!(world.refused(Command::Resume), "not_on_hold");
}

#[test]
fn on_hold_no_attempt_is_made_until_it_is_resumed() {
    let mut world = World::asked_with(form());
    let effect = *world.outbox.keys().next().unwrap();
    world.manager(Command::Hold { reason: "verbouwing".to_owned() });
    let turn = |world: &World| world.project().effects[&effect].turn;
    assert_eq!(turn(&world), Turn::Nobody, "not by itself");
    assert_eq!(world.refused(Command::RetryEffect { effect }), "on_hold");
    // The attempt that was being made when the hold came.
    world.settle_id(effect, unavailable()).unwrap();
    assert_eq!(turn(&world), Turn::Nobody, "nor after a failure");
    world.manager(Command::Resume);
    assert_eq!((turn(&world), world.outbox[&effect].1), (Turn::Adapter, world.now));
}

#[test]
fn a_scheduled_cutover_must_go_before_a_hold() {
    let mut world = World::scheduled();
    assert_eq!(world.refused(Command::Hold { reason: "x".to_owned() }), "cutover_scheduled");
    world.manager(Command::AbortCutover { reason: "x".to_owned() });
    world.manager(Command::Hold { reason: "x".to_owned() });
    assert_eq!(world.timer("cutover"), None);
}

#[test]
fn cancelling_withdraws_what_is_under_way_outside_and_says_what_a_person_must_withdraw() {
    let mut world = World::in_implementation();
    world.settle("pbx.provision", done());
    world.manager(Command::Cancel { reason: "failliet".to_owned() });
    assert_eq!(world.project().phase, phase::State::Cancelled);
    assert_eq!(world.pending(), ["porting.cancel"]);
    let cancelled = world.trail.last().unwrap().event.kind_and_data().unwrap().1;
    let told: Vec<_> = cancelled["to_withdraw"].as_array().unwrap().iter().map(|text| text["en"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        ["remove the tenant \"Bakkerij De Korenaar B.V.\" from the PBX", "withdraw the letters that were sent to the providers"]
    );
    assert_eq!(world.refused(Command::Resume), "project_closed");
    // Its outcome is still taken in, and a person is still told what is left to do.
    world.settle("porting.cancel", by_hand());
    assert_eq!(workflow::view::next_actions(world.project()).len(), 3, "the porting, the tenant, the letters");
    world.settle("porting.cancel", done());
    assert_eq!(workflow::view::next_actions(world.project()).len(), 2, "what only a person can withdraw");
}

#[test]
fn cancelling_in_an_incident_before_the_porting_undoes_the_routing() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    world.settle("porting.perform", crate::world::refused("dossier unknown"));
    world.manager(Command::Cancel { reason: "x".to_owned() });
    assert_eq!(world.pending(), ["pbx.unroute", "porting.cancel"]);
    assert_eq!(world.cutover(), "aborted");
}

#[test]
fn once_a_number_has_been_or_may_have_been_ported_a_project_can_not_be_cancelled() {
    let cancel = || Command::Cancel { reason: "x".to_owned() };
    let mut world = World::running();
    world.settle("pbx.route", done());
    assert_eq!(world.refused(cancel()), "porting_under_way: porting_under_way");
    world.settle("porting.perform", done());
    assert_eq!(world.refused(cancel()), "numbers_ported");
    assert_eq!(World::in_maintenance().refused(cancel()), "numbers_ported");
}

#[test]
fn a_project_without_numbers_needs_no_cutover() {
    let mut bare = form();
    bare["numbers"] = serde_json::json!([]);
    let mut world = World::in_implementation_with(bare);
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance porting-date");
    assert_eq!(world.task("number-porting"), "done (contractor)");
    world.finish("delivery aftercare invoicing");
    world.manager(Command::Advance);
    assert_eq!(world.refused(Command::Cancel { reason: "x".to_owned() }), "wrong_phase");
}

impl World {
    fn finish_rest_of_scope(&mut self) {
        self.manager(complete("scope", Some(workflow::process::Party::Contractor)));
    }
}
