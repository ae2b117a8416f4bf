//! Giving a cutover up: what is undone, when, and when there is no way back.

use workflow::command::Command;
use workflow::effect::{Action, Outcome};

use crate::cutover::{abort, missing, places, resolve, two_donors};
use crate::world::{World, at, by_hand, done, lost, refused, schedule, unavailable};

#[test]
fn a_cutover_given_up_before_its_moment_leaves_nothing_to_undo() {
    let mut world = World::scheduled();
    world.manager(abort());
    assert_eq!((world.cutover(), world.pending()), ("aborted", vec![]));
    assert_eq!((world.timer("cutover"), world.timer("preflight")), (None, None));
    assert_eq!(world.task("porting-date"), "open", "another date is to be agreed");
    assert_eq!(world.refused(abort()), "no_such_cutover");
    world.manager(schedule("2027-01-28 08:30"));
    world.finish("porting-date");
    world.wait_until("2027-01-28 08:30");
    assert_eq!(world.cutover(), "running");
}

#[test]
fn giving_up_before_the_porting_undoes_the_routing() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    world.settle("porting.perform", refused("dossier unknown"));
    world.manager(abort());
    assert_eq!(world.pending(), ["pbx.unroute"]);
    assert_eq!(world.steps(), "preflight done, route undoing, port failed, verify pending, complete pending, notify pending");
    world.settle("pbx.unroute", done());
    assert_eq!(world.steps(), "preflight done, route undone, port failed, verify pending, complete pending, notify pending");
    assert_eq!(world.cutover(), "aborted");
}

#[test]
fn a_routing_under_way_is_undone_when_it_has_arrived() {
    // (how the routing ends after the abort, what is pending then)
    for (outcome, pending) in [
        (done(), &["pbx.unroute"][..]),
        (lost(), &["pbx.unroute"][..]),
        (unavailable(), &["pbx.unroute"][..]),
        (refused("unknown tenant"), &[][..]),
        (by_hand(), &[][..]),
        (Outcome::Waiting { by_hand: false }, &["pbx.route"][..]),
    ] {
        let mut world = World::running();
        world.manager(abort());
        assert_eq!(world.pending(), ["pbx.route"], "undoing it now would lose the race");
        world.settle("pbx.route", outcome.clone());
        assert_eq!(world.pending(), pending, "{outcome:?}");
        assert_eq!(world.cutover(), "aborted");
    }
}

#[test]
fn a_refusal_after_an_unknown_outcome_is_undone_too() {
    let mut world = World::running();
    world.settle("pbx.route", lost());
    world.manager(abort());
    world.settle("pbx.route", refused("exists already"));
    assert_eq!(world.pending(), ["pbx.unroute"]);
}

#[test]
fn the_next_cutover_waits_until_the_last_one_is_undone() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    world.settle("porting.perform", refused("dossier unknown"));
    world.manager(abort());
    world.manager(schedule("2027-01-28 08:30"));
    world.finish("porting-date");
    world.settle("pbx.unroute", refused("unknown tenant"));
    assert_eq!(workflow::view::next_actions(world.project())[0].effect, Some(world.effect("pbx.unroute")), "a person must");
    world.wait_until("2027-01-28 08:30");
    assert_eq!((world.cutover(), missing(&world)), ("incident", "routing_being_undone".to_owned()));
    world.settle("pbx.unroute", done());
    world.manager(Command::RetryCutover);
    assert_eq!(world.steps(), "preflight done, route running, port pending, verify pending, complete pending, notify pending");
}

#[test]
fn a_routing_that_arrives_after_the_next_cutover_was_scheduled_is_undone() {
    let mut world = World::running();
    world.manager(abort());
    world.manager(schedule("2027-01-28 08:30"));
    world.settle("pbx.route", done());
    assert_eq!(world.pending(), ["pbx.unroute"]);
    world.settle("pbx.unroute", done());
    assert_eq!(world.steps(), "preflight pending, route pending, port pending, verify pending, complete pending, notify pending");
}

#[test]
fn there_is_no_giving_up_while_a_porting_may_have_happened() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    assert_eq!(world.refused(abort()), "porting_under_way: porting_under_way", "it is being sent");
    for _ in 0..3 {
        world.settle("porting.perform", lost());
    }
    assert_eq!(world.refused(abort()), "porting_under_way: porting_under_way", "nobody knows");
    // A person finds out that the donor still has the numbers.
    let id = world.effect("porting.perform");
    world.manager(Command::SettleEffect { effect: id, attempt: 4, outcome: refused("nooit aangekomen") });
    assert_eq!(places(&world), "donor");
    world.manager(abort());

    let mut world = World::running();
    world.settle("pbx.route", done());
    world.settle("porting.perform", by_hand());
    world.manager(abort());
    assert_eq!(world.pending(), ["pbx.unroute"], "nobody has ported by hand yet");
    assert_eq!(World::ported().refused(abort()), "numbers_ported");
}

#[test]
fn numbers_that_a_cutover_left_behind_get_another_one() {
    let mut world = World::running_with(two_donors());
    world.settle("pbx.route", done());
    let effects: Vec<_> = world.outbox.keys().copied().collect();
    world.settle_id(effects[0], refused("dossier closed")).unwrap();
    world.settle_id(effects[1], done()).unwrap();
    world.wait_until("2027-04-13 00:00");
    // The refused one has expired. For the other a person sees the cutover through.
    world.manager(resolve());
    world.settle("pbx.test_call", done());
    assert_eq!((world.cutover(), missing(&world)), ("incident", "number-porting".to_owned()));
    world.manager(resolve());
    assert_eq!((world.cutover(), world.task("number-porting")), ("done", "waiting".to_owned()), "its day is to be agreed first");
    world.manager(Command::SubmitPorting);
    world.answer("3", "2027-04-16 00:00");
    world.manager(schedule("2027-04-19 08:30"));
    world.manager(abort());
    world.manager(schedule("2027-04-20 08:30"));
    world.finish("porting-date");
    world.wait_until("2027-04-20 08:30");
    world.settle("pbx.route", done());
    world.settle("porting.perform", refused("dossier closed"));
    world.manager(abort());
    let Action::Unroute(unrouted) = world.actions("pbx.unroute")[0] else { panic!() };
    assert_eq!(unrouted.numbers.len(), 1, "what was ported stays routed");
    world.settle("pbx.unroute", done());
    world.manager(schedule("2027-04-21 08:30"));
    world.finish("porting-date");
    world.wait_until("2027-04-21 08:30");
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
    }
    assert_eq!((world.cutover(), world.task("number-porting")), ("done", "done (contractor)".to_owned()));
}

/// Tw art. 4.10(5): the numbers move on the day that was expressly agreed.
#[test]
fn another_day_than_was_agreed_is_a_persons_decision() {
    let mut world = World::scheduled();
    world.now = at("2027-01-27 10:00");
    world.act(workflow::actor::Role::System, Command::TimerDue(workflow::timer::Timer::Cutover)).unwrap();
    assert_eq!(missing(&world), "another_day_than_agreed");
    world.manager(Command::RetryCutover);
    assert_eq!(world.pending(), ["pbx.route"], "somebody knows");
    world.settle("pbx.route", by_hand());
    world.now = at("2027-01-28 10:00");
    world.settle("pbx.route", done());
    assert_eq!(
        (world.cutover(), missing(&world)),
        ("incident", "another_day_than_agreed".to_owned()),
        "of that day, not of the next"
    );
    world.manager(Command::RetryCutover);
    assert_eq!(world.pending(), ["porting.perform"]);
}
