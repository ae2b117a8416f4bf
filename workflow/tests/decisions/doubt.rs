//! What nobody knows: whether a porting that was sent has happened.

use workflow::command::Command;
use workflow::effect::Outcome;
use workflow::porting::request;

use crate::cutover::{abort, incident, missing, places, resolve, two_donors, ways_out};
use crate::world::{World, at, done, lost, refused, unavailable};

#[test]
fn after_an_unknown_outcome_the_same_effect_is_tried_again() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    let id = world.effect("porting.perform");
    for _ in 0..3 {
        world.settle("porting.perform", lost());
    }
    assert_eq!((world.cutover(), places(&world)), ("incident", "unknown".to_owned()));
    assert_eq!(ways_out(&world), "retry, resolve, forward_calls");
    world.now = at("2027-01-26 20:00");
    world.manager(Command::RetryCutover);
    assert_eq!(world.effect("porting.perform"), id, "under the same key, and at any hour");
    assert_eq!(world.outbox[&id].1, world.now);
    world.settle("porting.perform", done());
    assert_eq!(world.steps(), "preflight done, route done, port done(4), verify running, complete pending, notify pending");
    assert_eq!(world.actions("porting.perform").len(), 1);
}

/// What is asked after at any hour does not take with it what was not sent.
#[test]
fn what_was_not_sent_waits_for_the_porting_hours() {
    let mut world = World::running_with(two_donors());
    world.settle("pbx.route", done());
    let effects: Vec<_> = world.outbox.keys().copied().collect();
    for _ in 0..3 {
        world.settle_id(effects[0], lost()).unwrap();
        world.settle_id(effects[1], unavailable()).unwrap();
    }
    world.now = at("2027-01-27 20:00");
    world.manager(Command::RetryCutover);
    assert_eq!((world.cutover(), missing(&world).as_str()), ("incident", "outside_porting_hours"));
    assert_eq!(world.outbox[&effects[0]].1, world.now, "what may have happened is asked after");
    world.settle_id(effects[0], done()).unwrap();
    world.now = at("2027-01-28 08:00");
    world.manager(Command::RetryCutover);
    assert_eq!(world.outbox[&effects[1]].1, world.now);
    world.settle("porting.perform", done());
    world.settle("pbx.test_call", done());
    assert_eq!(world.cutover(), "done");
}

/// A portal may say no because it has done so already.
#[test]
fn a_refusal_after_an_unknown_outcome_leaves_it_unknown() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    let id = world.effect("porting.perform");
    world.settle("porting.perform", lost());
    world.settle("porting.perform", refused("dossier is closed"));
    assert_eq!((world.cutover(), places(&world)), ("incident", "unknown".to_owned()));
    assert_eq!(world.refused(abort()), "porting_under_way: porting_under_way");
    world.manager(Command::RetryCutover);
    assert_eq!(world.effect("porting.perform"), id, "under the same key");
    world.settle("porting.perform", refused("dossier is closed"));
    let found_out = Command::SettleEffect { effect: id, attempt: 3, outcome: refused("the portal never had it") };
    world.manager(found_out);
    assert_eq!(places(&world), "donor", "a person has found out");
    world.manager(abort());
}

fn found_wrong() -> Command {
    Command::RecordPortingError { request: "1".to_owned(), errors: "E12 unknown dossier".to_owned() }
}

#[test]
fn an_error_found_in_the_porting_stops_the_cutover_and_nothing_is_sent_again_by_itself() {
    for mut world in [World::ported(), World::in_maintenance()] {
        world.manager(found_wrong());
        assert_eq!(world.cutover(), "incident", "also when the cutover was done");
        assert!(incident(&world).what.en.contains("E12 unknown dossier"));
        assert_eq!((places(&world).as_str(), ways_out(&world).as_str()), ("unknown", "retry, resolve, abort"));
        assert_eq!(world.actions("porting.perform").len(), 1);
        assert_eq!(world.steps(), "preflight done, route done, port failed, verify pending, complete pending, notify pending");
        assert!(workflow::view::next_actions(world.project())[0].text.en.contains("E12"));
        assert_eq!(world.task("number-porting"), "open");
    }
}

/// COIN answers that it has a message before it has looked into it, and its error may be heard before that answer.
#[test]
fn an_error_that_is_heard_before_the_answer_to_the_porting_stands() {
    for answer in [done(), lost()] {
        let mut world = World::scheduled();
        world.wait_until("2027-01-26 08:30");
        world.settle("pbx.route", done());
        let sent = world.effect("porting.perform");
        world.manager(found_wrong());
        assert!(world.settle_id(sent, answer).is_err(), "what it answered says nothing any more");
        assert_eq!((world.cutover(), places(&world).as_str()), ("incident", "unknown"));
        assert_eq!(world.project().requests[0].state, request::State::Accepted);
        assert_eq!(world.task("number-porting"), "open");
        world.manager(Command::RetryCutover);
        world.settle("porting.perform", done());
        world.settle("pbx.test_call", done());
        assert_eq!((world.cutover(), world.actions("porting.perform").len()), ("done", 2));
    }
}

#[test]
fn a_porting_in_doubt_is_settled_by_a_person() {
    let mut taken_over = World::in_maintenance();
    taken_over.manager(found_wrong());
    taken_over.manager(resolve());
    taken_over.settle("pbx.test_call", done());
    assert_eq!((taken_over.cutover(), taken_over.actions("porting.perform").len()), ("done", 1));

    let mut sent_again = World::in_maintenance();
    sent_again.manager(found_wrong());
    sent_again.manager(Command::RetryCutover);
    sent_again.settle("porting.perform", done());
    sent_again.settle("pbx.test_call", done());
    assert_eq!((sent_again.cutover(), sent_again.actions("porting.perform").len()), ("done", 2));

    let mut given_up = World::ported();
    given_up.settle("pbx.test_call", done());
    given_up.manager(found_wrong());
    given_up.manager(abort());
    given_up.settle("pbx.unroute", done());
    assert_eq!(given_up.project().requests[0].state, request::State::Accepted, "to be ported on another day");
    given_up.manager(Command::Cancel { reason: "x".to_owned() });
}

#[test]
fn a_project_whose_porting_is_in_doubt_is_not_cancelled() {
    let mut world = World::ported();
    world.manager(found_wrong());
    assert_eq!(world.refused(Command::Cancel { reason: "x".to_owned() }), "porting_under_way");
}

#[test]
fn a_test_call_that_fails_while_the_porting_is_in_doubt_is_made_again() {
    for outcome in [refused("busy"), Outcome::Failed { error: "x".to_owned(), may_have_happened: false, repeatable: false }] {
        let mut world = World::ported();
        world.manager(found_wrong());
        world.settle("pbx.test_call", outcome);
        world.manager(resolve());
        assert_eq!(world.pending(), ["pbx.test_call"]);
        assert!(world.steps().contains("verify running"), "{}", world.steps());
    }
}
