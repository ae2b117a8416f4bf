//! Asking for numbers, what donors answer, choosing the moment, withdrawing, expiry.

use serde_json::{Value, json};
use workflow::actor::Role;
use workflow::command::Command;
use workflow::effect::{Action, Outcome};
use workflow::porting::DonorAnswer;
use workflow::project::AttachmentKind;
use workflow::timer::Timer;

use crate::world::{
    World, answer, at, attachment, by_hand, contract, done, first_possible, form, intake, name, refused, said, schedule,
};

/// Two contracts with KPN and one with Ziggo; geographic, company and service numbers.
fn mixed() -> Value {
    let mut form = form();
    form["contracts"] = json!([contract("isdn", "KPN B.V."), contract("pstn", "KPN B.V."), contract("zaak", "Ziggo")]);
    form["numbers"] = json!([
        {"number": "030 100 12 00", "block_size": 10, "contract": "isdn"},
        {"number": "030 100 13 00", "contract": "isdn"},
        {"number": "088 123 45 67", "contract": "isdn"},
        {"number": "0800 1234", "contract": "isdn"},
        {"number": "030 200 12 00", "contract": "pstn"},
        {"number": "085 123 45 67", "contract": "zaak"}
    ]);
    form
}

/// Two blocks on one contract.
fn two_series() -> Value {
    let mut form = form();
    form["numbers"] = json!([
        {"number": "030 100 12 00", "block_size": 10, "contract": "kpn-isdn"},
        {"number": "030 100 13 00", "contract": "kpn-isdn"}
    ]);
    form
}

fn record(request: Option<&str>, answer: DonorAnswer) -> Command {
    Command::RecordAnswer { request: request.map(str::to_owned), answer }
}

fn states(world: &World) -> Vec<&'static str> {
    world.project().requests.iter().map(|request| request.state.as_str()).collect()
}

fn status(world: &World) -> &'static str {
    world.project().porting_status().as_str()
}

fn numbers(request: &workflow::porting::PortingRequest) -> String {
    request.series.iter().map(|asked| asked.series.national_first()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_request_is_made_per_contract_and_kind_of_number() {
    let world = World::asked_with(mixed());
    let mut found: Vec<_> = world
        .project()
        .requests
        .iter()
        .map(|request| format!("{} {} {}: {}", request.provider, request.contract, request.group, numbers(request)))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "KPN B.V. isdn geographic: 0301001200 0301001300",
            "KPN B.V. isdn non_geographic: 0881234567",
            "KPN B.V. isdn service: 08001234",
            "KPN B.V. pstn geographic: 0302001200",
            "Ziggo zaak non_geographic: 0851234567",
        ]
    );
    let mut dossiers: Vec<_> = world.project().requests.iter().map(|request| request.dossier_id.as_str()).collect();
    dossiers.dedup();
    assert_eq!(
        dossiers,
        ["DYNX-20270001-1", "DYNX-20270001-2", "DYNX-20270001-3", "DYNX-20270001-4", "DYNX-20270001-5"],
        "M11: a dossier each"
    );
    assert_eq!(world.pending(), ["porting.request"; 5]);
    assert_eq!(world.task("porting-wish-date"), "done (contractor)");
}

#[test]
fn all_that_is_missing_for_a_request_is_told_at_once() {
    let mut form = form();
    form["numbers"] = json!([{"number": "030 100 12 00", "contract": "kpn-isdn"}, {"number": "030 100 12 01"}]);
    let mut world = World::in_offer_with(form);
    let all = "number_not_covered, contract-end-dates, signed_authorization";
    assert_eq!(world.refused(Command::SubmitPorting), format!("wrong_phase: {all}"));
    world.manager(Command::Hold { reason: "vakantie".to_owned() });
    assert_eq!(world.refused(Command::SubmitPorting), format!("on_hold: wrong_phase, {all}"));
    world.manager(Command::Resume);
    world.finish("contract-end-dates scope connectivity-test poe-switch-check");
    world.manager(Command::Advance);
    world.manager(Command::ReopenTask { key: "contract-end-dates".to_owned(), reason: "x".to_owned() });
    assert_eq!(
        world.refused(Command::SubmitPorting),
        "porting_not_ready: number_not_covered, contract-end-dates, signed_authorization"
    );
    assert_eq!(world.pending(), [""; 0]);
}

#[test]
fn only_numbers_that_no_live_request_speaks_for_are_asked_for_anew() {
    let mut world = World::asked_with(mixed());
    assert_eq!(world.refused(Command::SubmitPorting), "nothing_to_port");
    let pstn = world.project().requests.iter().find(|request| request.contract == "pstn").unwrap().id.clone();
    world.manager(record(Some(&pstn), answer(vec![said(None, None, Some(63))])));
    world.manager(Command::SubmitPorting);
    let newest = world.project().requests.last().unwrap();
    assert_eq!((newest.id.as_str(), newest.dossier_id.as_str()), ("6", "DYNX-20270001-6"));
    assert_eq!(numbers(newest), "0302001200");
}

#[test]
fn a_donors_yes_completes_the_providers_task() {
    let mut world = World::asked_with(form());
    world.settle("porting.request", done());
    assert_eq!((status(&world), world.task("provider-acceptance")), ("requested", "open".to_owned()));
    world.manager(record(None, first_possible("2027-01-12 00:00")));
    assert_eq!((status(&world), world.task("provider-acceptance")), ("accepted", "done (provider)".to_owned()));
    let request = &world.project().requests[0];
    assert_eq!(request.first_possible_at(), Some(at("2027-01-12 00:00")));
    assert_eq!(request.donor_operator.as_deref(), Some("PTT"));
    assert_eq!(world.timer("window_end/1").as_deref(), Some("2027-04-13 00:00"));
}

#[test]
fn the_same_answer_twice_changes_nothing_the_second_time() {
    let mut world = World::accepted_with(form());
    assert_eq!(world.manager(record(Some("1"), first_possible("2027-01-12 00:00"))), []);
    assert_eq!(world.manager(record(Some("1"), first_possible("2027-02-01 00:00"))), [], "the first answer stands");
    assert_eq!(world.refused(record(None, first_possible("2027-01-12 00:00"))), "no_such_request");
}

#[test]
fn an_answer_may_come_before_our_message_was_confirmed() {
    let mut world = World::asked_with(form());
    let sending = world.effect("porting.request");
    world.answer("1", "2027-01-12 00:00");
    assert_eq!(status(&world), "accepted");
    let late = world.settle_id(sending, done()).unwrap_err();
    assert_eq!(crate::world::told(&late), "effect_settled");
}

#[test]
fn an_announced_delay_moves_the_day_and_is_over_with_the_answer() {
    let mut world = World::asked_with(form());
    let delay = |until: &str| Command::RecordDelay {
        request: "1".to_owned(),
        answer_due_at: Some(at(until)),
        reason_code: Some("12".to_owned()),
    };
    for until in ["2027-01-08 12:00", "2027-01-11 12:00"] {
        world.manager(delay(until));
        assert_eq!(world.project().requests[0].answer_due_at, Some(at(until)));
    }
    world.answer("1", "2027-01-12 00:00");
    assert_eq!(world.manager(delay("2027-01-20 12:00")), []);
    assert_eq!(status(&world), "accepted");
}

#[test]
fn a_blocked_dossier_is_refused_whole_and_keeps_no_dates() {
    let mut world = World::asked_with(two_series());
    let series = vec![said(Some("030 100 12 00"), None, Some(63)), said(Some("030 100 13 00"), Some("2027-01-12 00:00"), None)];
    world.manager(record(None, DonorAnswer { blocking: true, ..answer(series) }));
    assert_eq!((states(&world), status(&world)), (vec!["refused"], "refused"));
    let codes: Vec<_> = world.project().requests[0].series.iter().map(|asked| asked.blocking_code).collect();
    assert_eq!(codes, [Some(63), None]);
    assert_eq!(world.project().requests[0].first_possible_at(), None);
    assert_eq!(world.task("porting-wish-date"), "open", "it is to be asked for anew");
    world.manager(Command::SubmitPorting);
    assert_eq!(states(&world), ["refused", "requested"]);
    assert_eq!(world.task("porting-wish-date"), "done (contractor)");
}

#[test]
fn a_code_at_one_series_refuses_that_series_only() {
    let mut world = World::asked_with(two_series());
    let series = vec![said(Some("030 100 12 00"), Some("2027-01-12 00:00"), None), said(Some("030 100 13 00"), None, Some(42))];
    world.manager(record(None, answer(series)));
    assert_eq!((states(&world), status(&world)), (vec!["accepted"], "refused"));
    assert_eq!(world.project().requests[0].blocking_code(), Some(42), "M8: an unknown code is shown as it is");
    assert_eq!(world.task("provider-acceptance"), "waiting");
    world.manager(Command::SubmitPorting);
    assert_eq!(numbers(&world.project().requests[1]), "0301001300");
    world.answer("2", "2027-01-14 00:00");
    assert_eq!((status(&world), world.task("provider-acceptance")), ("accepted", "done (provider)".to_owned()));
}

#[test]
fn an_answer_that_says_nothing_or_something_else_is_told_to_be_wrong() {
    let mut world = World::asked_with(two_series());
    assert_eq!(world.refused(record(None, answer(Vec::new()))), "/series missing");
    assert_eq!(
        world.refused(record(None, answer(vec![said(None, None, None), said(Some("030 200 12 00"), None, Some(1))]))),
        "/series/0/first_possible_at missing, /series/1/number not_in_request"
    );
    assert_eq!(world.refused(record(Some("7"), first_possible("2027-01-12 00:00"))), "not_found");
    assert_eq!(states(&world), ["requested"]);
    let mut world = World::asked_with(mixed());
    assert_eq!(world.refused(record(None, first_possible("2027-01-12 00:00"))), "/request missing");
}

#[test]
fn a_portal_may_answer_at_once() {
    let mut world = World::asked_with(form());
    let data = json!({"first_possible_at": "2027-01-11T23:00:00Z"});
    world.settle("porting.request", Outcome::Done { detail: None, data });
    assert_eq!(world.project().requests[0].first_possible_at(), Some(at("2027-01-12 00:00")));
    let mut world = World::asked_with(form());
    world.settle("porting.request", Outcome::Done { detail: None, data: json!({"series": []}) });
    assert_eq!(status(&world), "requested", "what says nothing is no answer");
}

#[test]
fn a_person_may_ask_by_hand_and_record_the_answer() {
    let mut world = World::asked_with(form());
    world.settle("porting.request", by_hand());
    assert!(world.project().effects.values().next().unwrap().by_hand.en.contains("DYNX-20270001-1"));
    world.answer("1", "2027-01-12 00:00");
    assert_eq!((status(&world), world.pending()), ("accepted", vec![]));
}

#[test]
fn a_request_that_can_not_be_made_or_was_found_wrong_is_asked_for_anew() {
    let mut world = World::asked_with(form());
    world.settle("porting.request", refused("1000 invalid postcode"));
    assert_eq!((status(&world), world.task("porting-wish-date")), ("refused", "open".to_owned()));

    let mut world = World::asked_with(form());
    world.manager(Command::RecordPortingError { request: "1".to_owned(), errors: "E01 unknown number".to_owned() });
    assert_eq!((status(&world), world.task("porting-wish-date")), ("refused", "open".to_owned()));
    assert_eq!(world.project().requests[0].detail.as_deref(), Some("E01 unknown number"));
    assert_eq!(world.pending(), [""; 0]);
}

#[test]
fn the_moment_lies_in_the_window_on_a_working_day_in_the_porting_hours() {
    let mut world = World::in_implementation();
    for (moment, reason) in [
        ("2027-01-04 08:30", "in_the_past"),
        ("2027-01-11 08:30", "before_first_possible_date: before_first_possible_date"),
        ("2027-01-16 10:00", "not_a_working_day: not_a_working_day"),
        ("2027-01-26 07:59", "outside_porting_hours: outside_porting_hours"),
        ("2027-01-26 17:00", "outside_porting_hours: outside_porting_hours"),
        ("2027-03-29 20:00", "not_a_working_day: not_a_working_day, outside_porting_hours"),
        ("2027-04-13 10:00", "porting_window_expired: porting_window_expired"),
    ] {
        assert_eq!(world.refused(schedule(moment)), reason, "{moment}");
    }
    for moment in ["2027-01-26 08:00", "2027-04-12 16:59"] {
        world.manager(schedule(moment));
        assert_eq!(world.project().cutover.as_ref().unwrap().at, at(moment));
    }
    assert_eq!(status(&world), "scheduled");
    assert_eq!(world.manager(schedule("2027-04-12 16:59")), [], "the same moment twice");
}

#[test]
fn day_and_hours_can_be_overridden_with_a_reason_and_the_window_can_not() {
    let mut world = World::in_implementation();
    let overridden = |moment: &str| Command::SchedulePorting {
        at: at(moment),
        override_reason: Some("winkel dicht".to_owned()),
        requests: None,
    };
    assert_eq!(world.refused(overridden("2027-04-13 10:00")), "porting_window_expired: porting_window_expired", "P5");
    let events = world.manager(overridden("2027-01-16 07:30"));
    let (kind, data) = events[0].kind_and_data().unwrap();
    assert_eq!((kind.as_str(), &data["override_reason"]), ("cutover_scheduled", &json!("winkel dicht")), "P6");
}

#[test]
fn all_numbers_must_be_accepted_in_a_window_that_they_share() {
    let mut world = World::accepted_with(form());
    assert_eq!(world.refused(schedule("2027-01-26 08:30")), "wrong_phase");
    // (the two series' first possible dates, a moment, what is said of it)
    for (one, other, moment, outcome) in [
        ("2027-01-12 00:00", "2027-02-15 00:00", "2027-02-12 10:00", "before_first_possible_date: before_first_possible_date"),
        ("2027-01-12 00:00", "2027-02-15 00:00", "2027-04-13 10:00", "porting_window_expired: porting_window_expired"),
        ("2027-01-12 00:00", "2027-02-15 00:00", "2027-02-15 10:00", "scheduled"),
        ("2027-01-12 00:00", "2027-05-03 00:00", "2027-05-03 10:00", "no_common_window: request_window"),
        ("2027-01-12 14:30", "2027-01-12 00:00", "2027-01-12 09:00", "before_first_possible_date: before_first_possible_date"),
        ("2027-01-12 14:30", "2027-01-12 00:00", "2027-01-12 14:30", "scheduled"),
    ] {
        let mut world = World::asked_with(two_series());
        let series = vec![said(Some("030 100 12 00"), Some(one), None), said(Some("030 100 13 00"), Some(other), None)];
        world.manager(record(None, answer(series)));
        world.enter_implementation();
        let found = match world.act(Role::Manager, schedule(moment)) {
            Ok(_) => world.cutover().to_owned(),
            Err(rejection) => crate::world::told(&rejection),
        };
        assert_eq!(found, outcome, "{one} and {other} at {moment}");
    }
}

#[test]
fn a_lift_must_be_acknowledged_before_the_moment_is_chosen() {
    let mut form = form();
    form["contracts"][0]["carries"] = json!(["lift"]);
    let mut world = World::in_implementation_with(form);
    assert_eq!(world.refused(schedule("2027-01-26 08:30")), "lift_not_acknowledged: line_bound_device");
    let acknowledge = |contract: Option<&str>| Command::AcknowledgeWarning {
        code: "line_bound_device".to_owned(),
        contract: contract.map(str::to_owned),
        note: "4G geplaatst".to_owned(),
    };
    assert_eq!(world.refused(acknowledge(None)), "no_such_warning");
    world.manager(acknowledge(Some("kpn-isdn")));
    world.manager(schedule("2027-01-26 08:30"));
}

#[test]
fn withdrawing_a_request_tells_the_donor_and_asks_anew_is_open() {
    let mut world = World::accepted_with(mixed());
    let cancel = |request: Option<&str>| Command::CancelPorting {
        request: request.map(str::to_owned),
        reason: "verkeerd klantnummer".to_owned(),
    };
    world.manager(cancel(Some("2")));
    assert_eq!((states(&world)[1], status(&world)), ("cancelled", "cancelled"));
    let Action::CancelPorting(withdrawal) = world.actions("porting.cancel")[0] else { panic!() };
    assert_eq!((withdrawal.dossier_id.as_str(), withdrawal.reason.as_str()), ("DYNX-20270001-2", "verkeerd klantnummer"));
    assert_eq!(world.task("porting-wish-date"), "open");
    assert_eq!(world.refused(cancel(Some("2"))), "no_such_request");
    assert_eq!(world.refused(cancel(Some("9"))), "not_found");
    world.manager(cancel(None));
    assert_eq!(states(&world), ["cancelled"; 5]);
    assert_eq!(world.manager(record(Some("1"), first_possible("2027-01-12 00:00"))), [], "a late answer changes nothing");
}

#[test]
fn a_scheduled_porting_is_withdrawn_only_after_the_cutover() {
    let mut world = World::scheduled();
    let cancel = || Command::CancelPorting { request: None, reason: "x".to_owned() };
    assert_eq!(world.refused(cancel()), "cutover_scheduled");
    world.manager(Command::AbortCutover { reason: "x".to_owned() });
    world.manager(cancel());
    assert_eq!(status(&world), "cancelled");
}

#[test]
fn a_withdrawal_that_is_refused_becomes_a_persons_turn() {
    let mut world = World::accepted_with(form());
    world.manager(Command::CancelPorting { request: None, reason: "x".to_owned() });
    world.settle("porting.cancel", refused("dossier unknown"));
    assert_eq!(world.pending(), ["porting.cancel"]);
    assert!(world.project().effects.values().all(workflow::project::PendingEffect::needs_a_person));
    world.settle("porting.cancel", done());
    assert_eq!(world.pending(), [""; 0]);
}

#[test]
fn a_window_that_passes_expires_the_request_and_reopens_the_asking() {
    let mut world = World::scheduled();
    world.manager(schedule("2027-04-12 16:30"));
    world.manager(Command::AbortCutover { reason: "klant ziek".to_owned() });
    world.wait_until("2027-04-12 23:59");
    assert_eq!(status(&world), "accepted", "P11: the last day counts");
    world.wait_until("2027-04-13 00:00");
    assert_eq!((states(&world), status(&world)), (vec!["expired"], "expired"));
    let open = ["porting-wish-date", "provider-acceptance", "porting-date"].map(|key| world.task(key));
    assert_eq!(open, ["open", "waiting", "open"]);
    world.manager(Command::SubmitPorting);
    assert_eq!(states(&world), ["expired", "requested"]);
}

#[test]
fn an_expiring_window_takes_the_ground_from_a_scheduled_cutover() {
    let mut world = World::in_implementation();
    world.manager(schedule("2027-04-12 16:59"));
    // The server was away at the moment, and the window's timer is the first that it comes to.
    world.now = at("2027-04-13 06:00");
    world.act(Role::System, Command::TimerDue(Timer::WindowEnd("1".to_owned()))).unwrap();
    assert_eq!((status(&world), world.cutover()), ("expired", "aborted"));
    assert_eq!(world.timer("cutover"), None);
}

#[test]
fn numbers_in_a_live_request_stay_as_they_are() {
    let mut world = World::accepted_with(two_series());
    let change = |form: Value| Command::ChangeIntake { intake: intake(form) };
    let mut fewer = two_series();
    fewer["numbers"].as_array_mut().unwrap().remove(0);
    assert_eq!(world.refused(change(fewer.clone())), "number_in_porting: number_in_porting");
    world.manager(Command::CancelPorting { request: None, reason: "x".to_owned() });
    world.manager(change(fewer));
    assert_eq!(world.project().intake.numbers.len(), 1);
}

#[test]
fn added_numbers_are_to_be_asked_for() {
    let mut world = World::accepted_with(form());
    let mut more = form();
    more["numbers"].as_array_mut().unwrap().push(json!({"number": "030 200 12 00", "contract": "kpn-isdn"}));
    world.manager(Command::ChangeIntake { intake: intake(more) });
    assert_eq!((status(&world), world.task("porting-wish-date")), ("requested", "open".to_owned()));
    assert_eq!(world.refused(Command::SubmitPorting), "porting_not_ready: signed_authorization", "nobody has signed for it");
    world.attach(AttachmentKind::SignedAuthorization);
    world.manager(Command::SubmitPorting);
    assert_eq!(numbers(&world.project().requests[1]), "0302001200");
}

#[test]
fn numbers_are_not_added_to_a_cutover_that_is_under_way_or_over() {
    let mut more = form();
    more["numbers"].as_array_mut().unwrap().push(json!({"number": "030 200 12 00", "contract": "kpn-isdn"}));
    let change = || Command::ChangeIntake { intake: intake(more.clone()) };
    assert_eq!(World::scheduled().refused(change()), "cutover_scheduled");
    assert_eq!(World::in_maintenance().refused(change()), "numbers_ported");
}

#[test]
fn the_status_says_what_a_person_must_act_upon() {
    assert_eq!(status(&World::in_order()), "none");
    let mut world = World::asked_with(mixed());
    assert_eq!(status(&world), "requested");
    world.answer("1", "2027-01-12 00:00");
    assert_eq!(status(&world), "requested", "not all have answered");
    world.manager(record(Some("2"), answer(vec![said(None, None, Some(1))])));
    assert_eq!(status(&world), "refused", "before what goes by itself");
    assert_eq!(status(&World::accepted_with(form())), "accepted");
    assert_eq!(status(&World::scheduled()), "scheduled");
    assert_eq!(status(&World::running()), "scheduled");
    assert_eq!(status(&World::ported()), "performed");
    let mut world = World::asked_with(form());
    world.manager(Command::CancelPorting { request: None, reason: "x".to_owned() });
    let mut bare = form();
    bare["numbers"] = json!([]);
    world.manager(Command::ChangeIntake { intake: intake(bare) });
    assert_eq!(status(&world), "none", "nothing is left to port");
}

#[test]
fn a_refusal_comes_before_a_number_that_was_added_and_not_asked_for() {
    let mut world = World::asked_with(form());
    world.manager(record(Some("1"), answer(vec![said(None, None, Some(1))])));
    let mut more = form();
    more["numbers"].as_array_mut().unwrap().insert(0, json!({"number": "030 200 12 00", "contract": "kpn-isdn"}));
    world.manager(Command::ChangeIntake { intake: intake(more.clone()) });
    assert_eq!(status(&world), "refused");
    more["numbers"].as_array_mut().unwrap().pop();
    world.manager(Command::ChangeIntake { intake: intake(more) });
    assert_eq!(status(&world), "none", "of what is left nothing was asked");
}

#[test]
fn an_order_says_all_that_any_porting_adapter_needs() {
    let mut form = form();
    form["customer"]["address"]["street"] = json!("Oudegracht 12-bis");
    form["contracts"][0]["scenario"] = json!("early_termination");
    let world = World::asked_with(form);
    insta::assert_json_snapshot!(world.actions("porting.request")[0], @r#"
    {
      "kind": "porting.request",
      "data": {
        "request": "1",
        "dossier_id": "DYNX-20270001-1",
        "recipient_operator": "DYNX",
        "provider": "KPN B.V.",
        "scenario": "early_termination",
        "company_name": "Bakkerij De Korenaar B.V.",
        "postal_code": "3511 AB",
        "house_number": "12",
        "house_number_addition": "bis",
        "customer_number": "100200300",
        "contract_number": "C-778899",
        "numbers": [
          {
            "number": "+31301001200",
            "block_size": 100
          }
        ],
        "wish_date": "2027-01-26",
        "at": "2027-01-04T08:00:00Z"
      }
    }
    "#);
}

#[test]
fn invoices_are_not_needed_for_a_request_but_the_authorization_is() {
    let mut world = World::in_order();
    world.manager(attachment(AttachmentKind::Invoice, Some("kpn-isdn")));
    assert_eq!(world.refused(Command::SubmitPorting), "porting_not_ready: signed_authorization");
    world.manager(attachment(AttachmentKind::SignedAuthorization, Some("kpn-isdn")));
    world.manager(Command::SubmitPorting);
    assert_eq!(name(&world.project().requests[0].scenario), "end_of_contract");
}
