//! Numbers that are forwarded: to temporary ones before the porting, to whatever can be reached while they can't be after it.

use workflow::actor::Role;
use workflow::command::Command;
use workflow::cutover::place::NumberState;
use workflow::effect::Action;
use workflow::forwarding::{Destination, ForwardingSaid, ForwardingTried, ForwardingWish, Means, OnPbx};
use workflow::letter::{LetterKind, Particulars};
use workflow::number::{Series, mobile};
use workflow::project::Project;
use workflow::view::{forwardings_view, next_actions};
use workflow::warning::warnings;

use crate::cutover::abort;
use crate::world::{World, at, by_hand, day, done, form, intake, lost, name, refused, told, unavailable};

fn series(number: &str, size: u32) -> Series {
    Series::parse(number, Some(size)).unwrap()
}

/// The customer's block, to as many temporary numbers, from 18 January.
pub(crate) fn block() -> ForwardingWish {
    ForwardingWish {
        numbers: series("030 100 12 00", 100),
        to: Destination::Temporary(series("085 100 12 00", 100)),
        set_by: None,
        means: None,
        on: Some(day("2027-01-18")),
        costs: None,
    }
}

/// The main number alone.
fn main_number() -> ForwardingWish {
    let to = Destination::Temporary(series("085 100 12 00", 1));
    ForwardingWish { numbers: series("030 100 12 00", 1), to, ..block() }
}

fn to_mobile() -> ForwardingWish {
    ForwardingWish { to: Destination::Mobile(mobile("06-12345678").unwrap()), on: None, ..main_number() }
}

/// Something said of a forwarding.
pub(crate) fn said(id: &str) -> ForwardingSaid {
    ForwardingSaid { id: id.to_owned(), note: None }
}

fn set() -> Command {
    Command::RecordForwardingSet(said("1"))
}

fn tested(arrived: bool) -> Command {
    Command::RecordForwardingTested(ForwardingTried { id: "1".to_owned(), arrived, note: None })
}

fn end() -> Command {
    Command::EndForwarding(said("1"))
}

/// The PBX is ready, and answers the temporary numbers that were asked for.
fn asked(wish: ForwardingWish) -> World {
    let mut world = World::scheduled();
    world.manager(Command::AskForwarding(wish));
    world.settle("pbx.route", done());
    world
}

/// Calls to the numbers arrive on the new PBX already.
fn forwarded(wish: ForwardingWish) -> World {
    let mut world = asked(wish);
    world.manager(set());
    world.manager(tested(true));
    world
}

/// `status (party: what is to be done)`.
fn stands(world: &World) -> String {
    let views = forwardings_view(world.project());
    let told = views.iter().map(|view| match &view.to_do {
        Some(to_do) => format!("{} ({}: {})", name(&view.status), to_do.party.as_str(), to_do.text.en),
        None => name(&view.status),
    });
    told.collect::<Vec<_>>().join(", ")
}

fn codes(world: &World) -> String {
    let all = warnings(world.project(), world.now.date_naive());
    let about = all.iter().filter(|warning| warning.code.starts_with("forward"));
    about.map(|warning| format!("{} {}", name(&warning.severity), warning.code)).collect::<Vec<_>>().join(", ")
}

fn place(world: &World) -> String {
    let states = world.project().numbers_in_cutover().map(|series| NumberState::of(world.project(), series));
    states.map(|state| format!("{}: {}", name(&state.place), state.text.en)).collect::<Vec<_>>().join(", ")
}

#[test]
fn numbers_are_forwarded_to_temporary_ones_until_they_are_ported_and_these_are_free_again_afterwards() {
    let mut world = World::scheduled();
    world.manager(Command::AskForwarding(block()));
    assert_eq!(stands(&world), "asked", "the PBX answers before anybody forwards");
    let Some(Action::Route(routing)) = world.actions("pbx.route").pop() else { panic!() };
    assert_eq!(routing.numbers, [series("085 100 12 00", 100)]);
    assert_eq!(routing.stands_for, Some(series("030 100 12 00", 100)), "where they will ring");
    world.settle("pbx.route", done());
    assert_eq!(
        stands(&world),
        "asked (customer: call KPN B.V. (customer number 100200300, contract number C-778899) and have all calls to 030 100 12 00 – \
         030 100 12 99 forwarded to 085 100 12 00 – 085 100 12 99 at once; ask what it costs: forwarded calls are usually charged to the \
         old line)"
    );
    world.act(Role::Customer, set()).unwrap();
    assert!(stands(&world).starts_with("set (contractor: call 030 100 12 00 – 030 100 12 99 from outside"), "{}", stands(&world));
    assert_eq!(codes(&world), "warning forwarding_not_tested, info forwarded_caller");
    let set = world.project().forwardings[0].set.clone().unwrap();
    assert_eq!((set.by.role, set.at), (Role::Customer, world.now), "who said so, and when");
    world.act(Role::Engineer, tested(true)).unwrap();
    assert_eq!((stands(&world).as_str(), codes(&world).as_str()), ("works", "info forwarded_caller"));
    assert_eq!(
        place(&world),
        "forwarded: still with the current provider, which forwards calls; 030 100 12 00 – 030 100 12 99 is forwarded to 085 100 12 00 – \
         085 100 12 99"
    );

    world.wait_until("2027-01-26 08:30");
    let Some(Action::Route(routing)) = world.actions("pbx.route").pop() else { panic!() };
    assert_eq!(
        (routing.numbers[0].clone(), &routing.stands_for),
        (series("030 100 12 00", 100), &None),
        "the PBX routes them themselves"
    );
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
    }
    assert_eq!(place(&world), "ported: ported: calls arrive on the new PBX");
    assert!(stands(&world).starts_with("works (contractor: forwarding 1 ("), "{}", stands(&world));
    assert_eq!(world.pending(), [""; 0], "nothing goes by itself while somebody may still call by it");
    let mut ended = forwarded(block());
    ended.wait_until("2027-01-26 08:30");
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        ended.settle(kind, done());
    }
    ended.finish("delivery aftercare invoicing");
    ended.manager(Command::Advance);
    ended.manager(Command::Advance);
    assert!(
        stands(&ended).starts_with("works (contractor: forwarding 1 ("),
        "also when the project has ended: {}",
        stands(&ended)
    );
    world.manager(end());
    assert_eq!(world.project().temporary_numbers().count(), 1, "held until the PBX has forgotten them");
    world.settle("pbx.unroute", done());
    assert_eq!((stands(&world).as_str(), world.project().temporary_numbers().count()), ("ended", 0));
    assert_eq!(Project::replay(&world.trail).as_ref(), Some(world.project()));
}

#[test]
fn who_sets_it_and_how_follows_from_the_numbers_where_nobody_says() {
    let tell = |wish: ForwardingWish| {
        let plan = asked(wish).project().forwardings[0].plan.clone();
        format!("{} by {}", name(&plan.means), plan.set_by.as_str())
    };
    assert_eq!(tell(block()), "provider by customer", "a line dials for itself only");
    assert_eq!(tell(main_number()), "star_code by customer");
    assert_eq!(tell(ForwardingWish { means: Some(Means::Portal), ..block() }), "portal by customer");
    let world = asked(ForwardingWish { costs: Some("€ 2,50 a month".to_owned()), ..main_number() });
    assert_eq!(
        stands(&world),
        "asked (customer: dial on the line of 030 100 12 00: *21*0851001200# and wait for the confirmation (*#21# asks how it stands); \
         costs: € 2,50 a month)"
    );
}

#[test]
fn what_can_not_be_forwarded_is_refused() {
    let refused = |wish: ForwardingWish| World::scheduled().refused(Command::AskForwarding(wish));
    let to = |number, size| ForwardingWish { to: Destination::Temporary(series(number, size)), ..block() };
    assert_eq!(
        refused(ForwardingWish { numbers: series("030 100 13 00", 1), ..main_number() }),
        "/numbers/number not_in_project"
    );
    assert_eq!(refused(to("085 100 12 00", 10)), "/to/number block_size_mismatch");
    assert_eq!(refused(to("030 100 12 50", 1)), "/to/number is_to_be_ported");
    assert_eq!(refused(to("0900 1234", 1)), "/to/number service_number");
    assert_eq!(refused(ForwardingWish { on: Some(day("2027-01-03")), ..block() }), "/on in_the_past");
    assert_eq!(refused(ForwardingWish { means: Some(Means::OwnNetwork), ..block() }), "/means not_ported");
    let mut world = asked(main_number());
    assert_eq!(
        world.refused(Command::AskForwarding(block())),
        "/numbers/number already_forwarded, /to/number duplicate_number",
        "by the temporary number the PBX sees who was called"
    );
    let mut form = form();
    form["numbers"].as_array_mut().unwrap().push(serde_json::json!({"number": "085 100 12 00", "contract": "kpn-isdn"}));
    assert_eq!(world.refused(Command::ChangeIntake { intake: intake(form.clone()) }), "/numbers/1/number duplicate_number");
    form["numbers"].as_array_mut().unwrap().pop();
    form["contracts"][0]["scenario"] = serde_json::json!("after_termination");
    form["contracts"][0]["ends_on"] = serde_json::json!("2027-01-02");
    let mut world = World::in_implementation_with(form);
    assert_eq!(world.refused(Command::AskForwarding(block())), "/numbers/number line_ended");
    assert_eq!(World::in_order().refused(Command::AskForwarding(block())), "wrong_phase");
}

#[test]
fn only_what_was_set_is_tested_and_what_has_ended_is_over() {
    let mut world = asked(block());
    assert_eq!(world.refused(tested(true)), "no_such_forwarding");
    world.manager(end());
    for command in [set(), tested(true), end()] {
        assert_eq!(world.refused(command), "no_such_forwarding");
    }
    assert_eq!(world.refused(Command::EndForwarding(said("2"))), "not_found");
    for (role, may) in [(Role::Customer, false), (Role::Engineer, true), (Role::Integration, false)] {
        let asks = World::scheduled().act(role, Command::AskForwarding(block()));
        assert_eq!(asks.as_ref().map_err(told).is_ok(), may, "{role:?}");
    }
}

#[test]
fn calls_that_do_not_arrive_are_told_until_they_do() {
    let mut world = asked(block());
    world.manager(set());
    world.manager(tested(false));
    assert_eq!(codes(&world), "error forwarding_fails");
    assert!(
        stands(&world).starts_with("fails (customer: a call to 030 100 12 00 – 030 100 12 99 did not arrive"),
        "{}",
        stands(&world)
    );
    assert!(place(&world).starts_with("donor: "), "{}", place(&world));
    world.manager(set());
    assert_eq!(codes(&world), "warning forwarding_not_tested, info forwarded_caller", "set anew, it is tested anew");
}

#[test]
fn who_forwards_before_the_pbx_answers_is_warned() {
    let mut world = World::scheduled();
    world.manager(Command::AskForwarding(block()));
    world.settle("pbx.route", by_hand());
    let told: Vec<_> = next_actions(world.project()).into_iter().map(|action| action.text.en).collect();
    let by_hand = "route on the PBX to \"Bakkerij De Korenaar B.V.\", as a temporary number for 030 100 12 00 – 030 100 12 99: 085 100 12 00 \
                   to 085 100 12 99";
    assert!(told.contains(&by_hand.to_owned()), "{told:?}");
    world.manager(set());
    assert!(codes(&world).contains("error forwarding_fails"), "{}", codes(&world));
    world.settle("pbx.route", done());
    assert!(!codes(&world).contains("forwarding_fails"), "{}", codes(&world));
}

#[test]
fn what_answers_on_the_old_line_is_not_called_any_more() {
    let mut form = form();
    form["contracts"][0]["carries"] = serde_json::json!(["alarm", "internet"]);
    let mut world = World::scheduled_with(form);
    world.manager(Command::AskForwarding(block()));
    assert_eq!(codes(&world), "warning forwarded_device");
    let warning = warnings(world.project(), day("2027-01-04")).into_iter().find(|warning| warning.code == "forwarded_device");
    assert!(warning.unwrap().text.en.starts_with("on the line is also: alarm;"));
}

#[test]
fn who_sets_it_is_reminded_until_it_is_set() {
    let mut world = World::scheduled();
    world.manager(Command::AskForwarding(ForwardingWish { on: Some(day("2027-01-22")), ..block() }));
    world.settle("pbx.route", done());
    world.settings.reminders_by_mail = true;
    let before = world.trail.len();
    world.wait_until("2027-01-19 09:00");
    let reminded = |world: &World| {
        let told = world.trail[before..].iter().map(|recorded| recorded.event.kind_and_data().unwrap().1);
        told.filter(|data| data["what"] == "forward_by/1").map(|data| data["text"]["en"].to_string()).collect::<Vec<_>>()
    };
    let told =
        |left: &str| format!("\"Forward 030 100 12 00 – 030 100 12 99 to 085 100 12 00 – 085 100 12 99: 2027-01-22, {left}\"");
    assert_eq!(reminded(&world), [told("10 working days left"), told("3 working days left")]);
    let Some(Action::SendMail(mail)) = world.actions("mail.send").pop() else { panic!() };
    assert!(
        mail.to == "j.devries@korenaar.example" && mail.text.contains("\n  bel KPN B.V. (klantnummer 100200300"),
        "{}",
        mail.text
    );
    world.manager(set());
    world.wait_until("2027-01-25 09:00");
    assert_eq!(reminded(&world).len(), 2);
}

#[test]
fn a_pbx_that_does_not_answer_them_waits_for_a_person_and_what_may_have_arrived_is_undone() {
    let mut world = World::scheduled();
    world.manager(Command::AskForwarding(block()));
    world.settle("pbx.route", refused("no licence"));
    assert_eq!(world.pending(), ["pbx.route"]);
    assert!(next_actions(world.project()).iter().any(|action| action.text.en.contains("no licence")));
    world.manager(end());
    assert_eq!(world.pending(), [""; 0], "it was refused, so nothing is to be undone");
    assert_eq!(world.project().forwardings[0].on_pbx, OnPbx::No);

    let mut world = World::scheduled();
    world.manager(Command::AskForwarding(block()));
    world.settle("pbx.route", lost());
    world.manager(end());
    assert_eq!(world.pending(), ["pbx.route"], "what is on its way is waited for");
    world.settle("pbx.route", unavailable());
    world.settle("pbx.route", done());
    assert_eq!(world.pending(), ["pbx.unroute"]);
    world.settle("pbx.unroute", done());
    assert_eq!(world.project().temporary_numbers().count(), 0);
}

#[test]
fn the_pbx_answers_them_once_it_has_the_tenant_and_not_while_the_project_is_on_hold() {
    let mut world = World::in_implementation();
    world.manager(Command::AskForwarding(block()));
    assert_eq!(world.pending(), ["pbx.provision"]);
    world.manager(Command::Hold { reason: "de klant verhuist".to_owned() });
    assert_eq!(world.refused(Command::AskForwarding(main_number())), "on_hold");
    world.settle("pbx.provision", done());
    assert_eq!(world.pending(), [""; 0]);
    world.manager(Command::Resume);
    assert_eq!(world.pending(), ["pbx.route"]);
}

#[test]
fn a_project_that_is_called_off_keeps_what_is_forwarded_until_nobody_forwards_any_more() {
    let mut world = forwarded(main_number());
    world.manager(Command::Cancel { reason: "gaat niet door".to_owned() });
    assert_eq!(world.pending(), ["porting.cancel"], "calls still arrive by it");
    assert!(
        stands(&world)
            .starts_with("works (customer: take the forwarding of 030 100 12 00 to 085 100 12 00 away (dial #21# on the line of"),
        "{}",
        stands(&world)
    );
    assert!(next_actions(world.project()).iter().any(|action| action.text.en.starts_with("take the forwarding of")));
    world.act(Role::Customer, end()).unwrap();
    assert_eq!(world.pending(), ["pbx.unroute", "porting.cancel"]);
    let mut world = asked(block());
    world.manager(Command::Cancel { reason: "gaat niet door".to_owned() });
    assert_eq!(world.pending(), ["pbx.unroute", "porting.cancel"], "nobody had forwarded yet");
}

#[test]
fn giving_the_cutover_up_changes_nothing_about_it() {
    let mut world = forwarded(block());
    world.wait_until("2027-01-26 08:30");
    world.settle("pbx.route", done());
    world.settle("porting.perform", refused("no"));
    world.manager(abort());
    world.settle("pbx.unroute", done());
    assert_eq!((stands(&world).as_str(), world.project().forwardings[0].on_pbx), ("works", OnPbx::Yes));
}

#[test]
fn the_announcement_and_the_delivery_document_tell_of_it() {
    let mut world = forwarded(block());
    let told = |world: &World, kind| {
        let letter = world.project().letters.iter().rev().find(|letter| letter.kind == kind).unwrap();
        match &world.letters[&letter.id].particulars {
            Some(Particulars::Cutover { forwarded, .. } | Particulars::Delivery { forwarded, .. }) => {
                forwarded.iter().map(|own| format!("{} {}", own.to, own.since)).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        }
    };
    let temporary = ["085 100 12 00 – 085 100 12 99 2027-01-04"];
    assert_eq!(told(&world, LetterKind::CutoverAnnouncement), temporary);
    world.hand_over_letters();
    world.manager(tested(false));
    let announced =
        world.project().letters.iter().find(|letter| letter.kind == LetterKind::CutoverAnnouncement && letter.is_sent());
    assert_eq!(announced.unwrap().changes, [], "nobody is misled by it");
    world.wait_until("2027-01-26 08:30");
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
    }
    assert_eq!(told(&world, LetterKind::Delivery), temporary);
}

#[test]
fn numbers_that_can_not_be_reached_after_the_porting_are_forwarded_until_they_can() {
    let mut world = World::ported();
    for _ in 0..3 {
        world.settle("pbx.test_call", refused("no ring"));
        world.now += chrono::TimeDelta::minutes(5);
        if world.cutover() == "incident" {
            break;
        }
    }
    let incident = world.project().cutover.as_ref().unwrap().incident.clone().unwrap();
    assert_eq!(incident.can.iter().map(name).collect::<Vec<_>>().join(", "), "retry, resolve, forward_calls");
    world.act(Role::Engineer, Command::AskForwarding(to_mobile())).unwrap();
    assert_eq!(
        stands(&world),
        "asked (contractor: call KPN B.V. (customer number 100200300, contract number C-778899) and have all calls to 030 100 12 00 \
         forwarded to +31612345678 at once; ask what it costs: forwarded calls are usually charged to the old line)"
    );
    assert_eq!(world.pending(), [""; 0], "a mobile is nobody's to route");
    world.act(Role::Engineer, set()).unwrap();
    world.act(Role::Engineer, tested(true)).unwrap();
    let incident = world.project().cutover.as_ref().unwrap().incident.clone().unwrap();
    let numbers = &incident.numbers[0];
    assert_eq!(
        (name(&numbers.place).as_str(), numbers.text.en.as_str()),
        ("ported", "ported; no test call has arrived on the new PBX yet; 030 100 12 00 is forwarded to +31612345678")
    );
    world.now = at("2027-01-26 11:00");
    world.manager(Command::RetryCutover);
    world.settle("pbx.test_call", done());
    assert!(
        stands(&world).starts_with("works (contractor: take the forwarding of 030 100 12 00 to +31612345678 away"),
        "{}",
        stands(&world)
    );
    world.manager(end());
    assert_eq!(stands(&world), "ended");
}

#[test]
fn a_number_of_which_nobody_knows_where_it_is_is_forwarded_as_if_it_had_moved() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    world.settle("porting.perform", lost());
    world.manager(Command::AskForwarding(ForwardingWish { means: Some(Means::OwnNetwork), ..to_mobile() }));
    assert_eq!(stands(&world), "asked (contractor: forward all calls to 030 100 12 00 to +31612345678 in your own network)");
}

#[test]
fn a_mobile_number_is_read_as_people_write_it() {
    for written in ["06-12345678", "06 12 34 56 78", "+31612345678", "0031 6 12345678"] {
        assert_eq!(mobile(written).as_deref(), Some("+31612345678"), "{written}");
    }
    for other in ["030 100 12 00", "0970 12345678", "06-1234567", "+32 470 12 34 56", "", "0900 1234"] {
        assert_eq!(mobile(other), None, "{other}");
    }
}

#[test]
fn a_forwarding_from_the_porting_day_on_helps_nobody() {
    let on = |when: &str| Command::AskForwarding(ForwardingWish { on: Some(day(when)), ..block() });
    let mut world = World::scheduled();
    assert_eq!(world.refused(on("2027-01-26")), "/on not_before_porting");
    world.manager(abort());
    assert_eq!(world.refused(on("2027-01-27")), "/on not_before_porting", "the wish date counts while there is no other");
    world.manager(on("2027-01-25"));
}
