//! What a project manager sees: on whom a project waits, what to do next, by when.

use workflow::actor::Moment;
use workflow::command::Command;
use workflow::process::Party;
use workflow::view::{next_actions, project_view, tasks_view, waiting_on};

use crate::world::{World, answer, by_hand, complete, done, form, lost, said, schedule, unavailable};

/// `party: task or effect's kind` of each action.
pub(crate) fn actions(world: &World) -> Vec<String> {
    next_actions(world.project())
        .iter()
        .map(|action| {
            let effect = action.effect.map(|id| format!("({})", world.outbox[&id].0.action.kind()));
            let what = [action.task.clone(), effect].into_iter().flatten().collect::<Vec<_>>().join(" ");
            format!("{}: {}", action.party.as_str(), if what.is_empty() { &action.text.en } else { &what })
        })
        .collect()
}

fn waits(world: &World) -> String {
    waiting_on(world.project()).iter().map(|party| party.as_str()).collect::<Vec<_>>().join(", ")
}

fn due(world: &World, key: &str) -> String {
    let view = tasks_view(world.project(), &Moment { now: world.now }).into_iter().find(|task| task.key == key).unwrap();
    let overdue = if view.overdue { " overdue" } else { "" };
    view.due_on.map_or("never".to_owned(), |day| format!("{day}{overdue}"))
}

#[test]
fn open_tasks_are_for_those_who_have_not_confirmed() {
    let mut world = World::in_offer();
    assert_eq!(
        actions(&world),
        [
            "customer: contract-end-dates",
            "customer: scope",
            "contractor: scope",
            "contractor: connectivity-test",
            "contractor: poe-switch-check"
        ]
    );
    assert_eq!(waits(&world), "customer, contractor");
    world.manager(complete("scope", Some(Party::Contractor)));
    world.finish("connectivity-test poe-switch-check");
    assert_eq!((actions(&world).len(), waits(&world)), (2, "customer".to_owned()));
    world.finish("contract-end-dates");
    world.manager(complete("scope", Some(Party::Customer)));
    assert_eq!(actions(&world), ["contractor: all of this phase is done: move on to the next"]);
}

#[test]
fn a_donor_that_has_been_asked_is_waited_for_and_one_that_has_not_is_not() {
    let mut world = World::asked_with(form());
    let provider = |world: &World| actions(world).contains(&"provider: provider-acceptance".to_owned());
    assert!(!provider(&world), "the request is being sent");
    world.settle("porting.request", by_hand());
    assert!(!provider(&world), "a person has to enter it first");
    assert!(actions(&world).contains(&"contractor: porting-wish-date (porting.request)".to_owned()));
    world.settle("porting.request", done());
    assert!(provider(&world));
    assert!(waits(&world).contains("provider"));
    world.manager(Command::RecordAnswer { request: None, answer: answer(vec![said(None, None, Some(63))]) });
    assert!(!provider(&world), "it has answered; now it is the contractor's turn");
    assert!(actions(&world).contains(&"contractor: porting-wish-date".to_owned()));
}

#[test]
fn what_goes_by_itself_is_nobodys_to_do() {
    let mut world = World::in_implementation();
    assert_eq!((actions(&world), waits(&world)), (vec![], String::new()), "the tenant is being made");
    world.settle("pbx.provision", unavailable());
    assert_eq!(actions(&world), [""; 0], "and tried again");
    world.settle("pbx.provision", by_hand());
    assert_eq!(actions(&world), ["contractor: users-and-orders (pbx.provision)"], "once, not as a task too");
    world.settle("pbx.provision", done());
    assert_eq!(waits(&world), "customer, contractor");

    let mut world = World::scheduled();
    assert_eq!(actions(&world), ["contractor: send to the customer: cutover announcement"]);
    world.hand_over_letters();
    assert_eq!((actions(&world), waits(&world)), (vec![], String::new()), "the cutover comes by itself");
    assert_eq!(actions(&World::running()), [""; 0]);
}

#[test]
fn what_a_peer_has_taken_on_is_not_a_persons_to_do() {
    let mut world = World::running();
    world.settle("pbx.route", workflow::effect::Outcome::Waiting { by_hand: false });
    assert_eq!(actions(&world), [""; 0]);
    assert!(world.steps().contains("route waiting"));
}

#[test]
fn a_date_is_settled_by_the_contractor_first_and_confirmed_by_both() {
    let mut world = World::in_implementation();
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance");
    assert_eq!(actions(&world), ["contractor: porting-date"]);
    assert_eq!(next_actions(world.project())[0].text.en, "schedule the cutover, as agreed with the customer");
    world.manager(schedule("2027-01-26 08:30"));
    let letter = "contractor: send to the customer: cutover announcement";
    assert_eq!(actions(&world), ["contractor: porting-date", "customer: porting-date", letter]);
    world.finish("porting-date");
    world.manager(Command::AbortCutover { reason: "x".to_owned() });
    assert_eq!(actions(&world), ["contractor: porting-date"]);
}

#[test]
fn an_incident_comes_first_and_once() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    for _ in 0..3 {
        world.settle("porting.perform", lost());
    }
    assert_eq!(actions(&world), ["contractor: number-porting", "contractor: number-porting (porting.perform)"]);
    assert!(
        next_actions(world.project())[0]
            .text
            .en
            .starts_with("incident in the cutover: the step 'taking the numbers over' failed")
    );
    assert!(next_actions(world.project())[1].text.en.ends_with("(no answer)"), "with what went wrong");
}

#[test]
fn on_hold_nothing_is_asked_of_anybody_but_undoing() {
    let mut world = World::accepted_with(form());
    world.manager(Command::CancelPorting { request: None, reason: "x".to_owned() });
    world.settle("porting.cancel", by_hand());
    world.manager(Command::Hold { reason: "x".to_owned() });
    assert_eq!(actions(&world), ["contractor: (porting.cancel)"]);
    assert!(!project_view(world.project(), 1, &Moment { now: world.now }).gate.ready);
}

#[test]
fn in_maintenance_nothing_has_to_be_done() {
    let mut world = World::in_maintenance();
    let letters = "contractor: send to the customer: delivery document, safety sheet against telephony fraud";
    assert_eq!(actions(&world), [letters]);
    world.hand_over_letters();
    assert_eq!(actions(&world), [""; 0]);
}

#[test]
fn due_dates_are_counted_from_the_planned_porting_and_never_lie_before_the_beginning() {
    let mut form = form();
    form["wish_date"] = serde_json::json!("2027-03-16");
    let mut world = World::in_offer_with(form.clone());
    // (task, working days before or after Tuesday 16 March)
    for (key, day) in [
        ("contract-end-dates", "2027-01-19"),
        ("contract-signature", "2027-02-16"),
        ("porting-date", "2027-03-11"),
        ("number-porting", "2027-03-16"),
        ("delivery", "2027-03-18"),
        ("aftercare", "2027-03-31"),
        ("registrations", "never"),
    ] {
        assert_eq!(due(&world, key), day, "{key}");
    }
    world.wait_until("2027-01-19 23:59");
    assert_eq!(due(&world, "contract-end-dates"), "2027-01-19");
    world.wait_until("2027-01-20 00:00");
    assert_eq!(due(&world, "contract-end-dates"), "2027-01-19 overdue");
    assert!(world.kinds_since(0).contains(&"due_date_passed".to_owned()));
    assert_eq!(due(&world, "contract-signature"), "2027-02-16", "what waits is not overdue");
    form["wish_date"] = serde_json::json!("2027-01-26");
    assert_eq!(due(&World::in_offer_with(form.clone()), "contract-end-dates"), "2027-01-05", "begun on the 4th");
    form["wish_date"] = serde_json::Value::Null;
    assert_eq!(due(&World::in_offer_with(form), "contract-end-dates"), "never");
}

#[test]
fn a_cancellation_is_due_by_its_post_by_day() {
    let mut form = form();
    form["wish_date"] = serde_json::json!("2027-06-30");
    // The term ends on 31 May 2027: notice by 30 April, posted by 22 April (N12).
    form["contracts"][0]["start_date"] = serde_json::json!("2025-05-31");
    form["contracts"][0]["initial_term_months"] = serde_json::json!(24);
    let world = World::in_offer_with(form);
    assert_eq!(due(&world, "cancellation-letters"), "2027-04-22");
}

#[test]
fn the_planned_date_is_the_cutovers_else_the_wish() {
    let mut world = World::scheduled();
    world.manager(schedule("2027-02-02 08:30"));
    let planned = |world: &World| world.project().planned_porting_date().unwrap().to_string();
    assert_eq!(planned(&world), "2027-02-02");
    world.manager(Command::AbortCutover { reason: "x".to_owned() });
    assert_eq!(planned(&world), "2027-01-26");
}

#[test]
fn the_gate_is_shown_as_advance_would_judge_it() {
    let mut world = World::in_offer();
    let gate = |world: &World| project_view(world.project(), 1, &Moment { now: world.now }).gate;
    assert_eq!((gate(&world).ready, gate(&world).unmet.len()), (false, 4));
    world.finish("contract-end-dates scope connectivity-test poe-switch-check");
    assert!(gate(&world).ready);
    world.manager(Command::Advance);
}
