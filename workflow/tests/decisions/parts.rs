//! Numbers that move in parts, as their requests share no window or the customer wants it so.

use serde_json::json;
use workflow::command::Command;
use workflow::effect::Action;
use workflow::warning::warnings;

use crate::cutover::{abort, missing, places, resolve, two_donors};
use crate::world::{World, at, by_hand, day, done, refused, schedule};

/// KPN lets its block go from 12 January; Ziggo its number from 3 May, after KPN's window has closed.
fn without_a_common_window() -> World {
    let mut world = World::asked_with(two_donors());
    world.answer("1", "2027-01-12 00:00");
    world.answer("2", "2027-05-03 00:00");
    world.enter_implementation();
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance");
    world
}

fn part(moment: &str, requests: &[&str]) -> Command {
    let requests = requests.iter().map(ToString::to_string).collect();
    Command::SchedulePorting { at: at(moment), override_reason: None, requests: Some(requests) }
}

/// KPN's block is on the move.
fn moving() -> World {
    let mut world = without_a_common_window();
    world.manager(part("2027-01-26 08:30", &["1"]));
    world.finish("porting-date");
    world.wait_until("2027-01-26 08:30");
    world
}

fn in_doubt(world: &World) -> bool {
    warnings(world.project(), day("2027-01-27")).iter().any(|warning| warning.code == "porting_in_doubt")
}

/// The numbers of each action of a kind, in the order in which they were asked for.
fn numbers(world: &World, kind: &str) -> Vec<String> {
    let of = |action: &Action| match action {
        Action::Route(routing) | Action::Unroute(routing) | Action::TestCall(routing) => routing.numbers.clone(),
        Action::PerformPorting(porting) => porting.numbers.clone(),
        _ => panic!("no numbers"),
    };
    let spelled = |action: &&Action| of(action).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    world.actions(kind).iter().map(spelled).collect()
}

const BLOCK: &str = "030 100 12 00 – 030 100 12 99";
const NUMBER: &str = "030 200 12 00";

#[test]
fn requests_without_a_common_window_move_one_after_the_other() {
    let mut world = without_a_common_window();
    assert_eq!(world.refused(schedule("2027-01-26 08:30")), "no_common_window: request_window, request_window");
    world.manager(part("2027-01-26 08:30", &["1"]));
    world.finish("porting-date");
    world.wait_until("2027-01-26 08:30");
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
    }
    assert_eq!((world.cutover(), world.task("porting-date")), ("done", "open".to_owned()), "the others' day is to be agreed");
    assert_eq!((world.task("number-porting"), world.task("delivery")), ("waiting".to_owned(), "waiting".to_owned()));
    assert_eq!(crate::view::actions(&world), ["contractor: porting-date"]);
    world.manager(part("2027-05-04 08:30", &["2"]));
    world.finish("porting-date");
    world.wait_until("2027-05-04 08:30");
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
        assert_eq!(numbers(&world, kind), [BLOCK, NUMBER], "{kind}");
    }
    assert_eq!((world.cutover(), world.task("number-porting")), ("done", "done (contractor)".to_owned()));
}

#[test]
fn a_part_is_chosen_by_accepted_requests() {
    let mut world = World::asked_with(two_donors());
    world.answer("1", "2027-01-12 00:00");
    world.answer("2", "2027-01-12 00:00");
    world.enter_implementation();
    // (the requests named, what is said of it)
    for (requests, outcome) in [
        (vec![], "/requests missing"),
        (vec!["9"], "/requests/0 unknown_request"),
        (vec!["1", "9"], "/requests/1 unknown_request"),
    ] {
        assert_eq!(world.refused(part("2027-01-26 08:30", &requests)), outcome, "{requests:?}");
    }
    world.manager(Command::CancelPorting { request: Some("2".to_owned()), reason: "later".to_owned() });
    assert_eq!(world.refused(part("2027-01-26 08:30", &["2"])), "/requests/0 not_accepted");
    world.manager(part("2027-01-26 08:30", &["1"]));
}

#[test]
fn what_does_not_move_can_be_withdrawn_and_asked_anew_meanwhile() {
    let mut world = without_a_common_window();
    world.manager(part("2027-01-26 08:30", &["1"]));
    let withdraw = |request: Option<&str>| Command::CancelPorting { request: request.map(str::to_owned), reason: "x".to_owned() };
    assert_eq!(world.refused(withdraw(Some("1"))), "cutover_scheduled");
    assert_eq!(world.refused(withdraw(None)), "cutover_scheduled");
    world.manager(withdraw(Some("2")));
    assert_eq!(world.cutover(), "scheduled");
    world.manager(Command::SubmitPorting);
    world.answer("3", "2027-01-15 00:00");
    world.manager(schedule("2027-01-26 08:30"));
    assert_eq!(world.project().cutover.as_ref().unwrap().numbers.len(), 2, "now they move together");
}

#[test]
fn another_parts_window_may_pass_while_this_one_has_its_moment() {
    let mut world = without_a_common_window();
    world.manager(part("2027-05-04 08:30", &["2"]));
    world.finish("porting-date");
    world.wait_until("2027-04-13 00:00");
    assert_eq!((world.project().requests[0].state.as_str(), world.cutover()), ("expired", "scheduled"));
}

#[test]
fn an_incident_and_its_ways_out_are_about_the_part_that_moves() {
    let mut world = moving();
    world.settle("pbx.route", done());
    world.settle("porting.perform", refused("dossier closed"));
    assert_eq!((world.cutover(), places(&world)), ("incident", "donor".to_owned()));
    world.manager(abort());
    assert_eq!(numbers(&world, "pbx.unroute"), [BLOCK]);
}

#[test]
fn a_step_done_by_hand_ports_the_part_that_moves() {
    let mut world = moving();
    world.settle("pbx.route", done());
    world.settle("porting.perform", by_hand());
    world.manager(resolve());
    let states: Vec<_> = world.project().requests.iter().map(|request| request.state.as_str()).collect();
    assert_eq!(states, ["performed", "accepted"]);
}

#[test]
fn a_routing_that_arrives_after_another_part_took_its_place_is_taken_away() {
    let mut world = moving();
    world.settle("pbx.route", workflow::effect::Outcome::Waiting { by_hand: false });
    world.manager(abort());
    world.manager(part("2027-05-04 08:30", &["2"]));
    world.finish("porting-date");
    world.settle("pbx.route", done());
    world.wait_until("2027-05-04 08:30");
    assert_eq!((world.cutover(), missing(&world)), ("incident", "routing_being_undone".to_owned()));
    assert_eq!(numbers(&world, "pbx.unroute"), [BLOCK]);
    world.settle("pbx.unroute", done());
    world.manager(Command::RetryCutover);
    assert_eq!(numbers(&world, "pbx.route"), [BLOCK, NUMBER]);
}

#[test]
fn an_earlier_part_in_doubt_is_told_of_and_settled_by_a_person() {
    let doubted = || {
        let mut world = moving();
        for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
            world.settle(kind, done());
        }
        world.manager(part("2027-05-04 08:30", &["2"]));
        world.manager(Command::RecordPortingError { request: "1".to_owned(), errors: "E12".to_owned() });
        assert_eq!(world.cutover(), "scheduled", "the part that moves now is not stopped");
        assert!(in_doubt(&world));
        world
    };
    let mut world = doubted();
    world.manager(resolve());
    assert_eq!(world.project().requests[0].state.as_str(), "performed");
    assert!(!in_doubt(&world));

    let mut world = doubted();
    assert_eq!(world.refused(schedule("2027-05-04 08:30")), "porting_under_way", "nothing in doubt is repeated by itself");
    world.manager(part("2027-01-27 08:30", &["1"]));
}

#[test]
fn a_day_is_agreed_for_the_numbers_that_it_is_about() {
    let mut world = World::scheduled_with(two_donors());
    assert_eq!(world.task("porting-date"), "done (contractor, customer)");
    world.manager(part("2027-01-26 09:00", &["1"]));
    assert_eq!(world.task("porting-date"), "done (contractor, customer)", "fewer numbers, the same day");
    world.manager(schedule("2027-01-26 09:00"));
    assert_eq!(world.task("porting-date"), "open", "a number came with it");
    assert_eq!(json!(world.project().cutover.as_ref().unwrap().numbers).as_array().unwrap().len(), 2);
}

#[test]
fn letters_and_warnings_of_a_contract_go_by_the_day_of_its_own_numbers() {
    let world = {
        let mut world = without_a_common_window();
        world.manager(part("2027-01-26 08:30", &["1"]));
        world
    };
    let day_of = |world: &World, contract: &str| world.project().porting_date_of(contract);
    assert_eq!((day_of(&world, "kpn-isdn"), day_of(&world, "zaak")), (Some(day("2027-01-26")), None), "Ziggo's has none yet");

    let mut world = moving();
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
    }
    assert_eq!((day_of(&world, "kpn-isdn"), day_of(&world, "zaak")), (Some(day("2027-01-26")), None));
    world.manager(part("2027-05-04 08:30", &["2"]));
    let days = (day_of(&world, "kpn-isdn"), day_of(&world, "zaak"));
    assert_eq!(days, (Some(day("2027-01-26")), Some(day("2027-05-04"))), "what has moved stays where it was");
}

#[test]
fn the_window_of_what_does_not_move_is_still_reminded_of() {
    let mut world = without_a_common_window();
    world.manager(part("2027-05-04 08:30", &["2"]));
    let found = workflow::deadline::deadlines(world.project());
    let open = |request: &str| {
        let what = workflow::deadline::What::WindowEnds(request.to_owned());
        found.iter().find(|deadline| deadline.what == what).unwrap().open
    };
    assert_eq!((open("1"), open("2")), (true, false));
}
