//! Where each number is on the porting morning, and how long it could not be reached.

use workflow::calendar::local_time;
use workflow::command::Command;
use workflow::cutover::place::NumberState;
use workflow::letter::{LetterKind, Particulars};
use workflow::project::Project;

use crate::cutover::{resolve, two_donors};
use crate::world::{World, at, done, form, lost, refused, schedule, unavailable};

/// `place from-until` of each number of the cutover, by Amsterdam's clock.
fn numbers(world: &World) -> Vec<String> {
    let clock = |at| local_time(at).format("%H:%M:%S").to_string();
    let told = |state: NumberState| {
        let out = state.out_of_service.map(|out| format!(" {}-{}", clock(out.from), out.until.map(clock).unwrap_or_default()));
        format!("{}{}", crate::world::name(&state.place), out.unwrap_or_default())
    };
    world.project().numbers_in_cutover().map(|series| told(NumberState::of(world.project(), series))).collect()
}

#[test]
fn a_number_is_out_of_service_from_the_beginning_of_its_taking_over_until_a_test_call_arrives() {
    let mut world = World::scheduled_with(two_donors());
    world.wait_until("2027-01-26 08:30");
    assert_eq!(numbers(&world), ["donor", "donor"]);
    world.settle("pbx.route", done());
    world.now = at("2027-01-26 08:31");
    let portings: Vec<_> = world.asked.iter().filter(|effect| effect.action.kind() == "porting.perform").cloned().collect();
    world.settle_id(portings[0].id, done()).unwrap();
    assert_eq!(
        numbers(&world),
        ["ported 08:30:00-", "unknown"],
        "from when it was asked for, as that may have been when it happened"
    );
    world.settle_id(portings[1].id, done()).unwrap();
    world.now = at("2027-01-26 08:35");
    world.settle("pbx.test_call", refused("no ring"));
    assert_eq!(numbers(&world), ["ported 08:30:00-", "ported 08:30:00-"], "other networks follow later");
    world.wait_until("2027-01-26 08:40");
    world.settle("pbx.test_call", done());
    assert_eq!(numbers(&world), ["ported 08:30:00-08:40:00", "ported 08:30:00-08:40:00"]);
    assert_eq!(Project::replay(&world.trail).as_ref(), Some(world.project()));
}

#[test]
fn an_attempt_whose_outcome_is_unknown_counts_from_its_beginning() {
    let mut world = World::scheduled();
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", done());
    world.settle("porting.perform", lost());
    assert_eq!(numbers(&world), ["unknown"]);
    world.now = at("2027-01-26 08:33");
    world.settle("porting.perform", done());
    assert_eq!(numbers(&world), ["ported 08:30:00-"]);
}

#[test]
fn an_attempt_that_did_not_happen_does_not_count() {
    let mut world = World::scheduled();
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", done());
    world.settle("porting.perform", refused("not now"));
    world.now = at("2027-01-26 09:00");
    world.manager(Command::RetryCutover);
    world.settle("porting.perform", unavailable());
    world.settle("porting.perform", done());
    world.manager(resolve());
    assert_eq!(numbers(&world), ["ported 09:00:00-09:00:01"], "who tested by hand says that it is reached");
}

/// The first part's cutover has made room for the second's by then.
#[test]
fn the_delivery_document_says_it_of_every_number_in_whichever_part_it_moved() {
    let mut world = World::scheduled_with(two_donors());
    let part = |moment: &str, request: &str| Command::SchedulePorting {
        at: at(moment),
        override_reason: None,
        requests: Some(vec![request.to_owned()]),
    };
    for (moment, request) in [("2027-01-26 08:30", "1"), ("2027-01-27 08:30", "2")] {
        world.manager(part(moment, request));
        if world.task("porting-date") == "open" {
            world.finish("porting-date");
        }
        world.wait_until(moment);
        world.settle("pbx.route", done());
        world.settle("porting.perform", done());
        world.now += chrono::TimeDelta::seconds(68);
        world.settle("pbx.test_call", done());
    }
    let delivery = world.letters.values().find(|letter| letter.kind == LetterKind::Delivery).unwrap();
    let Some(Particulars::Delivery { out_of_service, .. }) = &delivery.particulars else { panic!() };
    let told: Vec<_> =
        out_of_service.iter().map(|out| format!("{} {} {:?}", out.numbers.first, out.from.date(), out.seconds)).collect();
    assert_eq!(told, ["030 100 12 00 2027-01-26 Some(68)", "030 200 12 00 2027-01-27 Some(68)"]);
    let mut without = World::scheduled_with(form());
    without.manager(schedule("2027-01-26 09:00"));
    assert_eq!(numbers(&without), ["donor"]);
}
