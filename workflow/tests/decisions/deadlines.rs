//! Everything that has a day, when it is late, and when who must act is reminded of it.

use serde_json::{Value, json};
use workflow::calendar::{add_working_days, subtract_working_days};
use workflow::command::Command;
use workflow::deadline::{deadlines, next_due_on};
use workflow::event::Event;
use workflow::letter::LetterKind;
use workflow::letter::proof::Sending;
use workflow::process::Party;
use workflow::view::{deadlines_view, letter_view, next_actions};
use workflow::why::{Dated, Rule};

use crate::sending::confirmed;
use crate::world::{World, day, done, first_possible, form, intake, schedule};

/// Its term ends on 28 February 2027: notice by 31 January, posted by 25 January (N10).
fn ending(id: &str, provider: &str) -> Value {
    let mut contract = crate::world::contract(id, provider);
    contract["start_date"] = json!("2026-02-28");
    contract["initial_term_months"] = json!(12);
    contract
}

fn ending_form() -> Value {
    let mut form = form();
    form["contracts"] = json!([ending("kpn-isdn", "KPN B.V.")]);
    form["wish_date"] = json!("2027-03-16");
    form
}

/// `day key (who)` of each but the tasks; in brackets where nobody is late with it.
fn told(world: &World) -> Vec<String> {
    let deadlines = deadlines(world.project()).into_iter().filter(|deadline| deadline.what.kind() != "task");
    deadlines
        .map(|deadline| {
            let who = deadline.who.iter().map(|party| party.as_str()).collect::<Vec<_>>().join(", ");
            let who = if who.is_empty() { who } else { format!(" ({who})") };
            let told = format!("{} {}{who}", deadline.on.day, deadline.what);
            if deadline.open { told } else { format!("[{told}]") }
        })
        .collect()
}

/// `day: key` of each reminder since the trail had this length, with how many working days are left.
fn reminded(world: &World, since: usize) -> Vec<String> {
    world.trail[since..]
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::ReminderDue { what, working_days_left, .. } => {
                let at = workflow::calendar::local_time(recorded.at).format("%m-%d %H:%M");
                Some(format!("{at} {what}: {working_days_left}"))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn whatever_has_a_day_stands_in_the_list_until_it_is_done() {
    let mut world = World::in_offer_with(ending_form());
    let asking = ["[2026-12-16 submit_from]", "2027-03-11 submit_by (contractor)", "2027-03-16 porting (contractor)"];
    let posting = [
        "2027-01-25 post_by/kpn-isdn (contractor)",
        "2027-01-25 post_notice/KPN B.V. (contractor)",
        "[2027-01-31 notify_by/kpn-isdn]",
    ];
    assert_eq!(told(&world), [&asking[..1], &posting, &asking[1..]].concat(), "the contractor makes for the letters");

    world.finish("contract-end-dates scope connectivity-test poe-switch-check");
    world.manager(Command::Advance);
    assert_eq!(told(&world)[1], "2027-01-25 post_by/kpn-isdn (customer)", "there it is, to be posted");
    let letters: Vec<_> = world.project().letters.iter().map(|letter| (letter.kind, letter.id)).collect();
    for (kind, id) in letters.into_iter().filter(|(kind, _)| *kind != LetterKind::Authorization) {
        world.manager(Command::RecordLetterSent { letter: id, sent_on: None, sending: Sending::default() });
        assert!(!told(&world).contains(&posting[usize::from(kind == LetterKind::PortingNotice)].to_owned()));
    }
    let confirming = "2027-01-18 confirm_by/kpn-isdn (customer)";
    assert_eq!(told(&world), [&asking[..1], &[confirming], &asking[1..]].concat(), "posted");
    let cancellation = world.project().letters.iter().find(|letter| letter.kind == LetterKind::Cancellation).unwrap().id;
    world.manager(Command::RecordLetterConfirmed { letter: cancellation, confirmation: confirmed("2027-01-04", None) });
    assert_eq!(told(&world), asking, "confirmed");
}

#[test]
fn the_numbers_of_a_contract_that_ends_are_to_be_moved_within_a_month_of_its_end() {
    let mut form = form();
    form["contracts"][0]["ends_on"] = json!("2027-01-31");
    let of_contract = |world: &World| -> Vec<String> {
        let all = told(world).into_iter();
        all.filter(|deadline| deadline.contains("contract_ends") || deadline.contains("retrieve_by")).collect()
    };
    let mut world = World::in_offer_with(form.clone());
    let ends = "[2027-01-31 contract_ends/kpn-isdn]";
    assert_eq!(of_contract(&world), [ends, "2027-02-28 retrieve_by/kpn-isdn (contractor)"]);
    let why = deadlines(world.project()).into_iter().find(|deadline| deadline.what.kind() == "retrieve_by").unwrap().on.why();
    assert_eq!(
        why.text.nl,
        "de laatste dag om de nummers mee te nemen [kpn-isdn] is 2027-02-28: 1 maand na het einde van het contract [kpn-isdn] (2027-01-31)"
    );
    world.wait_until("2027-03-02 12:00");
    let reminders: Vec<_> = reminded(&world, 0).into_iter().filter(|reminder| reminder.contains("retrieve_by")).collect();
    let expected = ["02-15 08:00", "02-24 08:00", "02-26 08:00"].into_iter().zip([9, 2, 0]);
    let expected = expected.map(|(at, left)| format!("{at} retrieve_by/kpn-isdn: {left}"));
    assert_eq!(reminders, expected.collect::<Vec<_>>(), "28 February is a Sunday: the last reminder comes on Friday");
    let last = world.trail.iter().rev().find_map(|recorded| match &recorded.event {
        Event::ReminderDue { text, what, .. } if what.kind() == "retrieve_by" => Some(text.en.clone()),
        _ => None,
    });
    let expected = "Last day to take the numbers along from KPN B.V.: 2027-02-28, today is the last working day before it";
    assert_eq!(last.as_deref(), Some(expected));

    let world = World::scheduled_with(form);
    assert_eq!(of_contract(&world), [ends, "[2027-02-28 retrieve_by/kpn-isdn]"], "it comes by itself");
    assert_eq!(of_contract(&World::in_offer_with(self::form())), [""; 0], "no end is settled");
}

#[test]
fn an_appointment_is_good_to_know() {
    let mut form = form();
    form["installation"] = json!({"on": "2027-01-20", "from": "09:00", "until": "12:30"});
    assert!(told(&World::in_offer_with(form)).contains(&"[2027-01-20 installation]".to_owned()));
}

#[test]
fn the_portings_own_days_follow_the_request() {
    let mut world = World::asked_with(form());
    assert_eq!(told(&world), ["[2027-01-07 answer_by/1]", "2027-01-26 porting (contractor)"], "asked on the 4th");
    world.settle("porting.request", done());
    let until = Some(crate::world::at("2027-01-12 12:00"));
    world.manager(Command::RecordDelay { request: "1".to_owned(), answer_due_at: until, reason_code: None });
    assert_eq!(told(&world)[0], "[2027-01-12 answer_by/1]", "as announced");
    world.manager(Command::RecordAnswer { request: None, answer: first_possible("2027-01-12 00:00") });
    assert_eq!(
        told(&world),
        ["[2027-01-12 window_opens/1]", "2027-01-26 porting (contractor)", "2027-04-12 window_ends/1 (contractor)"]
    );
    let world = World::scheduled();
    assert!(told(&world).iter().all(|deadline| deadline.starts_with('[')), "it comes by itself: {:?}", told(&world));
}

#[test]
fn a_letter_knows_its_last_day_to_post() {
    let mut form = ending_form();
    let mut later = ending("zaak", "KPN B.V.");
    later["start_date"] = json!("2026-05-31");
    form["contracts"].as_array_mut().unwrap().push(later);
    form["contracts"].as_array_mut().unwrap().push(crate::world::contract("renewed", "Ziggo"));
    form["numbers"].as_array_mut().unwrap().push(json!({"number": "030 200 12 00", "contract": "zaak"}));
    form["numbers"].as_array_mut().unwrap().push(json!({"number": "030 200 13 00", "contract": "renewed"}));
    let world = World::in_order_with(form);
    let letters = world.project().letters.iter().map(|letter| letter_view(world.project(), letter));
    let told: Vec<_> = letters
        .map(|letter| {
            let of = letter.contract.or(letter.provider).unwrap_or("customer".to_owned());
            let post_by = letter.post_by.map_or("-".to_owned(), |day| day.to_string());
            format!("{} {of}: {post_by}", crate::world::name(&letter.kind))
        })
        .collect();
    assert_eq!(
        told,
        [
            "porting_notice KPN B.V.: 2027-01-25",
            "authorization KPN B.V.: -",
            "porting_notice Ziggo: -",
            "authorization Ziggo: -",
            "cancellation kpn-isdn: 2027-01-25",
            "cancellation zaak: 2027-04-22",
            "cancellation renewed: -",
            "cover customer: -",
        ],
        "a notice the earliest of its contracts; a renewed term none"
    );
}

#[test]
fn a_contract_that_goes_on_or_has_notice_needs_no_letter_in_time() {
    for (field, value) in [("scenario", "continuation"), ("scenario", "after_termination"), ("ends_on", "2027-02-28")] {
        let mut form = ending_form();
        form["contracts"][0][field] = json!(value);
        let world = World::in_offer_with(form);
        assert!(!told(&world).iter().any(|deadline| deadline.contains("post_")), "{field} {value}: {:?}", told(&world));
    }
}

#[test]
fn what_could_not_be_known_before_is_due_on_the_first_working_day() {
    let mut form = ending_form();
    // Posted by Monday 28 December, and the project begins on Monday 4 January: still to be received by 4 January.
    form["contracts"][0]["start_date"] = json!("2026-02-04");
    let world = World::in_offer_with(form.clone());
    assert!(told(&world).contains(&"2027-01-05 post_by/kpn-isdn (contractor)".to_owned()), "{:?}", told(&world));
    form["contracts"][0]["start_date"] = json!("2026-02-03");
    let world = World::in_offer_with(form);
    assert!(!told(&world).iter().any(|deadline| deadline.contains("post_by")), "by 3 January: it can't be in time any more");
}

#[test]
fn late_is_what_is_open_and_past_its_day() {
    let mut world = World::in_offer_with(ending_form());
    let late = |world: &World, today: &str| -> Vec<String> {
        let view = deadlines_view(world.project(), day(today)).into_iter().filter(|deadline| deadline.late);
        view.map(|deadline| format!("{} {}", deadline.key, deadline.working_days_left)).collect()
    };
    world.finish("contract-end-dates scope connectivity-test poe-switch-check");
    assert_eq!(late(&world, "2027-01-25"), [""; 0]);
    assert_eq!(late(&world, "2027-01-27"), ["post_by/kpn-isdn -2", "post_notice/KPN B.V. -2"]);
    assert_eq!(next_due_on(world.project()), Some(day("2027-01-25")), "and the list of projects goes by it");
    world.manager(Command::Hold { reason: "x".to_owned() });
    assert_eq!((late(&world, "2027-01-27"), next_due_on(world.project())), (vec![], None));
}

#[test]
fn the_next_action_is_due_when_the_first_of_its_deadlines_is() {
    let world = World::in_order_with(ending_form());
    let due = |task: &str| {
        let actions = next_actions(world.project());
        actions.into_iter().find(|action| action.task.as_deref() == Some(task)).unwrap().due_on.unwrap().to_string()
    };
    assert_eq!(due("porting-notice"), "2027-01-25", "though the task itself is due on 9 February");
    assert_eq!(due("porting-wish-date"), "2027-02-16");
}

#[test]
fn who_must_act_is_reminded_ten_and_three_working_days_before_and_on_the_day() {
    let mut world = World::in_offer_with(ending_form());
    world.finish("contract-end-dates scope connectivity-test poe-switch-check");
    world.wait_until("2027-02-01 00:00");
    assert_eq!(
        reminded(&world, 0),
        [
            "01-11 08:00 post_by/kpn-isdn: 10",
            "01-11 08:00 post_notice/KPN B.V.: 10",
            "01-20 08:00 post_by/kpn-isdn: 3",
            "01-20 08:00 post_notice/KPN B.V.: 3",
            "01-25 08:00 post_by/kpn-isdn: 0",
            "01-25 08:00 post_notice/KPN B.V.: 0",
        ]
    );
    let told = world.trail.iter().find_map(|recorded| match &recorded.event {
        Event::ReminderDue { to, text, task, on, .. } => Some((to.clone(), text.clone(), task.clone(), *on)),
        _ => None,
    });
    let (to, text, task, on) = told.unwrap();
    assert_eq!((to, task.as_deref(), on), (vec![Party::Contractor], Some("cancellation-letters"), day("2027-01-25")));
    assert_eq!(text.nl, "Opzegging aan KPN B.V. uiterlijk posten: 2027-01-25, nog 10 werkdagen");
    assert_eq!(text.en, "Last day to post the cancellation to KPN B.V.: 2027-01-25, 10 working days left");
}

#[test]
fn of_moments_that_passed_unseen_only_the_nearest_is_told() {
    let mut near = form();
    near["wish_date"] = json!("2027-01-08");
    let mut world = World::in_offer_with(near);
    world.wait_until("2027-01-04 23:00");
    assert_eq!(reminded(&world, 0), [""; 0], "on the day it begins everybody has just seen it");
    world.wait_until("2027-01-05 08:00");
    let first = reminded(&world, 0);
    assert!(first.contains(&"01-05 08:00 task/scope: 0".to_owned()), "{first:?}");
    assert_eq!(first.iter().filter(|reminder| reminder.contains("task/scope")).count(), 1, "{first:?}");
    let since = world.trail.len();
    world.wait_until("2027-01-20 00:00");
    assert!(!reminded(&world, since).iter().any(|reminder| reminder.contains("task/scope")), "told once");
}

/// The task waits for another, and opens with five working days left.
#[test]
fn what_opens_late_is_told_on_the_next_working_morning() {
    let mut near = form();
    near["wish_date"] = json!("2027-03-16");
    let mut world = World::in_implementation_with(near);
    world.wait_until("2027-02-23 10:00");
    let since = world.trail.len();
    world.settle("pbx.provision", done());
    assert_eq!(world.task("base-configuration"), "open");
    world.wait_until("2027-02-26 00:00");
    assert_eq!(reminded(&world, since), ["02-24 08:00 task/base-configuration: 4", "02-25 08:00 task/base-configuration: 3"]);
}

#[test]
fn nobody_is_reminded_on_hold_or_of_what_is_done_or_goes_by_itself() {
    let mut world = World::in_offer_with(ending_form());
    world.manager(Command::Hold { reason: "x".to_owned() });
    world.wait_until("2027-01-22 12:00");
    assert_eq!(reminded(&world, 0), [""; 0], "on hold");
    world.manager(Command::Resume);
    world.wait_until("2027-01-22 23:00");
    assert_eq!(reminded(&world, 0), [""; 0], "who resumed it has just seen it");
    world.wait_until("2027-01-25 08:00");
    let after = reminded(&world, 0);
    assert!(after.contains(&"01-25 08:00 post_by/kpn-isdn: 0".to_owned()), "{after:?}");
    assert_eq!(after.iter().filter(|reminder| reminder.contains("post_by")).count(), 1, "the nearest: {after:?}");

    let mut world = World::scheduled();
    let since = world.trail.len();
    world.wait_until("2027-01-26 08:29");
    assert_eq!(reminded(&world, since), [""; 0], "everything is done, and the cutover comes by itself");
}

#[test]
fn another_day_is_reminded_of_anew() {
    let mut world = World::in_offer_with(ending_form());
    world.finish("contract-end-dates scope connectivity-test poe-switch-check");
    world.wait_until("2027-01-12 00:00");
    let since = world.trail.len();
    let mut moved = ending_form();
    moved["contracts"][0]["start_date"] = json!("2026-03-02");
    world.manager(Command::ChangeIntake { intake: intake(moved) });
    world.wait_until("2027-02-12 00:00");
    let posting: Vec<_> = reminded(&world, since).into_iter().filter(|reminder| reminder.contains("post_by")).collect();
    assert_eq!(
        posting,
        ["01-12 08:00 post_by/kpn-isdn: 10", "01-21 08:00 post_by/kpn-isdn: 3", "01-26 08:00 post_by/kpn-isdn: 0"],
        "notice by 2 February, posted by 26 January"
    );
}

#[test]
fn an_open_window_is_reminded_of_until_a_cutover_is_scheduled() {
    let mut world = World::in_implementation();
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance");
    let ends = world.project().requests[0].window().unwrap().ends_on.day;
    world.wait_until("2027-03-29 23:00");
    let window = |world: &World| -> Vec<String> {
        reminded(world, 0).into_iter().filter(|reminder| reminder.contains("window_ends")).collect()
    };
    let [told] = window(&world).try_into().unwrap();
    assert!(told.ends_with(" window_ends/1: 10"), "{told}");
    world.manager(schedule("2027-03-30 08:30"));
    world.wait_until("2027-03-30 08:29");
    assert_eq!(window(&world).len(), 1, "its end is {ends}");
}

/// The explanation of each deadline leads to its day, whatever phase the project is in.
#[test]
fn every_deadline_says_why() {
    for world in [
        World::in_offer_with(ending_form()),
        World::in_order_with(ending_form()),
        World::asked_with(form()),
        World::in_implementation(),
        World::scheduled(),
    ] {
        let found = deadlines(world.project());
        assert!(found.len() > 3);
        for deadline in found {
            leads_to_its_day(&deadline.on);
            assert!(deadline.on.why().text.nl.contains(&deadline.on.day.to_string()));
        }
    }
}

fn leads_to_its_day(dated: &Dated) {
    let mut from = dated.from.iter().map(|from| from.day);
    match dated.rule {
        Rule::Given => assert_eq!(from.next(), None),
        Rule::Earliest => assert_eq!(from.min(), Some(dated.day)),
        Rule::Latest => assert_eq!(from.max(), Some(dated.day)),
        Rule::WorkingDaysBefore(days, _) => {
            assert_eq!(subtract_working_days(from.next().unwrap(), days), dated.day);
        }
        Rule::WorkingDaysAfter(days, _) => {
            assert_eq!(add_working_days(from.next().unwrap(), days), dated.day);
        }
        Rule::DaysAfter(days, _) => assert_eq!((dated.day - from.next().unwrap()).num_days(), i64::from(days)),
        Rule::DaysBefore(days, _) => assert_eq!((from.next().unwrap() - dated.day).num_days(), i64::from(days)),
        Rule::MonthsAfter(..) | Rule::LastDayMonthsBefore(..) => assert!(from.next().is_some()),
    }
    dated.from.iter().for_each(leads_to_its_day);
}
