//! Rehearsing the cutover with a test number: everything but the porting, and what would have failed.

use workflow::command::Command;
use workflow::effect::Action;
use workflow::event::Event;
use workflow::number::Series;
use workflow::project::Project;
use workflow::view::next_actions;

use crate::world::{World, at, by_hand, done, form, lost, name, refused, unavailable};

const PARTS: [&str; 3] = ["pbx.route", "pbx.test_call", "pbx.unroute"];

pub(crate) fn test_number() -> Series {
    Series::parse("085 123 45 67", None).unwrap()
}

fn rehearse() -> Command {
    Command::RehearseCutover { test_number: test_number() }
}

/// A cutover is scheduled, and its rehearsal has begun.
fn rehearsing() -> World {
    let mut world = World::scheduled();
    world.manager(rehearse());
    world
}

/// `preflight passed, route running, …`, and how it ended.
fn parts(world: &World) -> String {
    let rehearsal = world.project().rehearsal.as_ref().unwrap();
    let parts = rehearsal.parts.iter().map(|report| format!("{} {}", name(&report.part), name(&report.state)));
    let end = match (rehearsal.passed(), &rehearsal.abandoned) {
        (_, Some(why)) => format!(": {}", why.en),
        (Some(true), _) => ": passed".to_owned(),
        (Some(false), _) => ": failed".to_owned(),
        (None, _) => String::new(),
    };
    parts.collect::<Vec<_>>().join(", ") + &end
}

/// The numbers of the last action of a kind.
fn numbers(world: &World, kind: &str) -> String {
    match world.actions(kind).last().unwrap() {
        Action::Route(routing) | Action::TestCall(routing) | Action::Unroute(routing) => routing.numbers[0].to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rehearsal_does_everything_but_the_porting_with_the_test_number() {
    let mut world = rehearsing();
    assert_eq!(parts(&world), "preflight passed, route running, test_call pending, unroute pending");
    for kind in PARTS {
        assert_eq!((world.pending(), numbers(&world, kind).as_str()), (vec![kind], "085 123 45 67"));
        world.settle(kind, done());
    }
    assert_eq!(parts(&world), "preflight passed, route passed, test_call passed, unroute passed: passed");
    assert_eq!(world.actions("porting.perform").len(), 0);
    assert_eq!((world.cutover(), world.project().routed.len()), ("scheduled", 0), "the cutover is as it was");
    assert_eq!(Project::replay(&world.trail).as_ref(), Some(world.project()));
    world.wait_until("2027-01-26 08:30");
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
    }
    assert_eq!(world.cutover(), "done");
}

#[test]
fn what_would_stop_the_cutover_is_listed_and_the_rest_is_tried_all_the_same() {
    let mut world = World::scheduled();
    world.manager(Command::ReopenTask { key: "contract-signature".to_owned(), reason: "x".to_owned() });
    world.manager(rehearse());
    let rehearsal = world.project().rehearsal.as_ref().unwrap();
    let keys = |unmet: &[workflow::rejection::Unmet]| unmet.iter().map(|unmet| unmet.key.clone()).collect::<Vec<_>>().join(", ");
    assert_eq!((keys(&rehearsal.missing), keys(&rehearsal.to_mend)), ("contract-signature".into(), "customer_not_told".into()));
    for kind in PARTS {
        world.settle(kind, done());
    }
    assert_eq!(parts(&world), "preflight failed, route passed, test_call passed, unroute passed: failed");

    let mut early = World::in_implementation();
    early.manager(rehearse());
    let missing = keys(&early.project().rehearsal.as_ref().unwrap().missing);
    assert!(missing.contains("porting-date") && missing.contains("users-and-orders"), "before a moment is chosen: {missing}");
}

/// (the part that fails, how, how the rehearsal ends)
#[test]
fn a_part_that_fails_is_told_and_what_was_done_is_undone() {
    let route = "preflight passed, route failed, test_call pending, unroute pending: failed";
    let mut world = rehearsing();
    world.settle("pbx.route", refused("rings at another tenant"));
    assert_eq!((parts(&world).as_str(), world.pending()), (route, vec![]), "nothing was done");
    let error = world.project().rehearsal.as_ref().unwrap().parts[1].error.clone();
    assert_eq!(error.as_deref(), Some("rings at another tenant"));

    let mut world = rehearsing();
    for _ in 0..3 {
        world.settle("pbx.route", unavailable());
    }
    assert_eq!((parts(&world).as_str(), world.pending()), (route, vec![]), "tried as often as a step of the cutover");

    let mut world = rehearsing();
    for _ in 0..3 {
        world.settle("pbx.route", lost());
    }
    assert_eq!(world.pending(), ["pbx.unroute"], "it may have been routed");
    world.settle("pbx.unroute", done());
    assert_eq!(parts(&world), "preflight passed, route failed, test_call pending, unroute passed: failed");

    let mut world = rehearsing();
    world.settle("pbx.route", done());
    world.settle("pbx.test_call", refused("nobody answers"));
    world.settle("pbx.unroute", done());
    assert_eq!(parts(&world), "preflight passed, route passed, test_call failed, unroute passed: failed");
    assert_eq!((world.cutover(), world.project().cutover.as_ref().unwrap().incident.as_ref()), ("scheduled", None));
}

#[test]
fn a_routing_that_can_not_be_taken_away_waits_for_a_person() {
    let mut world = rehearsing();
    world.settle("pbx.route", done());
    world.settle("pbx.test_call", done());
    world.settle("pbx.unroute", refused("locked"));
    let action = next_actions(world.project()).into_iter().find(|action| action.effect.is_some()).unwrap();
    assert_eq!(action.text.en, "take away the routing on the PBX of: 085 123 45 67 (locked)");
    assert_eq!(world.refused(rehearse()), "rehearsal_under_way");
    world.settle("pbx.unroute", done());
    assert_eq!(parts(&world), "preflight passed, route passed, test_call passed, unroute passed: passed");
}

#[test]
fn a_peer_that_does_not_say_how_a_part_ended_has_failed_it() {
    let mut world = rehearsing();
    world.settle("pbx.route", workflow::effect::Outcome::Waiting { by_hand: false });
    world.wait_until("2027-01-04 18:00");
    assert_eq!(world.pending(), ["pbx.unroute"]);
    assert!(parts(&world).starts_with("preflight passed, route failed"), "{}", parts(&world));
}

#[test]
fn the_cutover_itself_does_not_wait_for_a_rehearsal() {
    let begins = ": the cutover itself begins";
    let mut in_flight = rehearsing();
    in_flight.wait_until("2027-01-26 08:30");
    assert!(parts(&in_flight).ends_with(begins), "{}", parts(&in_flight));
    let [rehearsed, own] = in_flight.outbox.keys().copied().collect::<Vec<_>>().try_into().unwrap();
    let is_test = |world: &World, id| world.outbox[&id].0.action == *world.actions("pbx.route")[0];
    let (rehearsed, own) = if is_test(&in_flight, rehearsed) { (rehearsed, own) } else { (own, rehearsed) };
    in_flight.settle_id(rehearsed, done()).unwrap();
    assert_eq!(
        (in_flight.pending(), numbers(&in_flight, "pbx.unroute")),
        (vec!["pbx.route", "pbx.unroute"], "085 123 45 67".into())
    );
    in_flight.settle_id(own, done()).unwrap();
    in_flight.settle("pbx.unroute", done());
    in_flight.settle("porting.perform", done());
    in_flight.settle("pbx.test_call", done());
    assert_eq!(in_flight.cutover(), "done");

    let mut routed = rehearsing();
    routed.settle("pbx.route", done());
    routed.wait_until("2027-01-26 08:30");
    assert_eq!(routed.pending(), ["pbx.route", "pbx.unroute"], "its call is not wanted any more");
    assert_eq!(routed.actions("pbx.test_call").len(), 1);
    let begun = |recorded: &&workflow::event::Recorded| matches!(recorded.event, Event::RehearsalEnded { .. });
    assert_eq!(routed.trail.iter().filter(begun).count(), 1);
}

#[test]
fn a_cancelled_project_takes_the_test_numbers_routing_away() {
    let mut world = rehearsing();
    world.settle("pbx.route", done());
    world.manager(Command::Cancel { reason: "x".to_owned() });
    assert!(parts(&world).ends_with(": the project was cancelled"), "{}", parts(&world));
    assert!(world.pending().contains(&"pbx.unroute"), "{:?}", world.pending());
    world.settle("pbx.unroute", by_hand());
    assert!(next_actions(world.project()).iter().any(|action| action.text.en.contains("085 123 45 67")));
}

#[test]
fn a_rehearsal_is_refused_where_there_is_nothing_to_rehearse() {
    let own = Command::RehearseCutover { test_number: Series::parse("030 100 12 34", None).unwrap() };
    assert_eq!(World::scheduled().refused(own), "/test_number is_to_be_ported");
    assert_eq!(World::in_order_with(form()).refused(rehearse()), "wrong_phase");
    let mut running = World::scheduled();
    running.wait_until("2027-01-26 08:30");
    assert_eq!(running.refused(rehearse()), "cutover_scheduled");
    assert_eq!(World::ported().refused(rehearse()), "nothing_to_port");
    let mut twice = rehearsing();
    assert_eq!(twice.refused(rehearse()), "rehearsal_under_way");
    twice.now = at("2027-01-05 09:00");
    for kind in PARTS {
        twice.settle(kind, done());
    }
    twice.manager(rehearse());
    assert_eq!(parts(&twice), "preflight passed, route running, test_call pending, unroute pending", "once more");
}
