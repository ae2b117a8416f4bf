//! The warnings: for each a table of when it stands.

use serde_json::{Value, json};
use workflow::command::Command;
use workflow::letter::LetterKind;
use workflow::letter::proof::Sending;
use workflow::warning::{Severity, Warning, warnings};

use crate::world::{World, answer, day, form, name, said};

fn of(world: &World) -> Vec<Warning> {
    warnings(world.project(), workflow::calendar::local_date(world.now))
}

fn find(form: Value, code: &str) -> Option<Warning> {
    of(&World::in_offer_with(form)).into_iter().find(|warning| warning.code == code)
}

/// The English text of a warning on the day on which the project begins, or `none`.
fn told(form: Value, code: &str) -> String {
    find(form, code).map_or("none".to_owned(), |warning| format!("{}: {}", name(&warning.severity), warning.text.en))
}

fn with_contract(changes: &Value) -> Value {
    let mut form = form();
    let contract = form["contracts"][0].as_object_mut().unwrap();
    for (field, value) in changes.as_object().unwrap() {
        contract.insert(field.clone(), value.clone());
    }
    form
}

fn with_number(number: &Value) -> Value {
    let mut form = form();
    form["numbers"] = json!([number]);
    form
}

#[test]
fn the_contracts_end_is_held_against_the_porting_date() {
    // P12 to P14: (the contract ends, porting, the warning)
    for (ends_on, porting_on, expected) in [
        ("2027-02-04", "2027-02-04", ""),
        (
            "2027-04-04",
            "2027-01-26",
            "double_costs warning: the contract ends on 2027-04-04, 68 days (2.2 months) after the porting on 2027-01-26: double costs",
        ),
        (
            "2027-02-05",
            "2027-02-04",
            "double_costs warning: the contract ends on 2027-02-05, 1 days (0.0 months) after the porting on 2027-02-04: double costs",
        ),
        (
            "2027-02-04",
            "2027-02-10",
            "service_gap warning: the contract ends on 2027-02-04, 6 days before the porting on 2027-02-10: so long there is no service; the numbers can be retrieved until 2027-03-04",
        ),
        (
            "2027-02-04",
            "2027-03-04",
            "service_gap warning: the contract ends on 2027-02-04, 28 days before the porting on 2027-03-04: so long there is no service; the numbers can be retrieved until 2027-03-04",
        ),
        (
            "2027-02-04",
            "2027-03-08",
            "number_retention_expired error: the contract ends on 2027-02-04; numbers can be taken along until 2027-03-04 (Tw art. 4.10(3)), the porting on 2027-03-08 is too late",
        ),
    ] {
        let mut form = with_contract(&json!({"ends_on": ends_on}));
        form["wish_date"] = json!(porting_on);
        let codes = ["double_costs", "service_gap", "number_retention_expired"];
        let found: Vec<_> = of(&World::in_offer_with(form))
            .into_iter()
            .filter(|warning| codes.contains(&warning.code.as_str()))
            .map(|warning| format!("{} {}: {}", warning.code, name(&warning.severity), warning.text.en))
            .collect();
        assert_eq!(found.join("; "), expected, "{ends_on}, {porting_on}");
    }
}

#[test]
fn a_contract_whose_end_is_not_settled_goes_on_until_the_porting() {
    // Notice received today ends the renewed contract on 4 February at the earliest.
    for (scenario, porting_on, double) in [
        ("end_of_contract", "2027-01-26", true),
        ("end_of_contract", "2027-02-10", false),
        ("early_termination", "2027-01-26", false),
        ("continuation", "2027-01-26", false),
    ] {
        let mut form = with_contract(&json!({"scenario": scenario}));
        form["wish_date"] = json!(porting_on);
        assert_eq!(find(form.clone(), "double_costs").is_some(), double, "{scenario}, {porting_on}");
        assert_eq!(find(form, "service_gap"), None);
    }
}

#[test]
fn the_day_on_which_the_cancellation_was_sent_counts() {
    let mut world = World::in_order();
    let letter = world.project().letters.iter().find(|letter| letter.kind == LetterKind::Cancellation).unwrap().id;
    world.manager(Command::RecordLetterSent { letter, sent_on: Some(day("2026-12-20")), sending: Sending::default() });
    world.now = crate::world::at("2027-01-20 09:00");
    assert!(of(&world).iter().all(|warning| warning.code != "double_costs"), "it ends on 20 January, before the porting");
}

#[test]
fn internet_on_a_line_that_ends() {
    for (carries, scenario, stands) in [
        (json!(["internet"]), "end_of_contract", true),
        (json!(["internet"]), "early_termination", true),
        (json!(["internet"]), "continuation", false),
        (json!(["alarm"]), "end_of_contract", false),
    ] {
        let form = with_contract(&json!({"carries": carries, "scenario": scenario}));
        assert_eq!(find(form, "internet_on_line").is_some(), stands, "{carries}, {scenario}");
    }
}

#[test]
fn devices_on_a_line_that_ends() {
    for (carries, scenario, expected) in [
        (json!([]), "end_of_contract", "none"),
        (json!(["internet"]), "end_of_contract", "none"),
        (json!(["alarm"]), "continuation", "none"),
        (json!(["alarm"]), "end_of_contract", "warning: on this line hangs: alarm; it stops working when the line ends"),
        (
            json!(["payment_terminal", "fax", "alarm"]),
            "early_termination",
            "warning: on this line hangs: alarm, fax, payment terminal; it stops working when the line ends",
        ),
        (
            json!(["alram", "noodtelefoon", "liftalarm"]),
            "end_of_contract",
            "error: on this line hangs: lift, alram, noodtelefoon; it stops working when the line ends",
        ),
        (json!(["lift"]), "after_termination", "error: on this line hangs: lift; it stops working when the line ends"),
    ] {
        let form = with_contract(&json!({"carries": carries, "scenario": scenario}));
        assert_eq!(told(form, "line_bound_device"), expected, "{carries}, {scenario}");
    }
}

#[test]
fn a_warning_that_was_acknowledged_says_so() {
    let mut world = World::in_offer_with(with_contract(&json!({"carries": ["lift"]})));
    world.manager(Command::AcknowledgeWarning {
        code: "line_bound_device".to_owned(),
        contract: Some("kpn-isdn".to_owned()),
        note: "4G".to_owned(),
    });
    let acknowledged: Vec<_> =
        of(&world).into_iter().filter(|warning| warning.acknowledged).map(|warning| warning.code).collect();
    assert_eq!(acknowledged, ["line_bound_device"]);
}

#[test]
fn notice_that_comes_too_late_for_the_term() {
    // Started 2025-02-10 for 24 months: notice is possible until 10 January 2027.
    for (start, notice, scenario, expected) in [
        ("2025-02-10", 1, "end_of_contract", "none"),
        (
            "2025-02-03",
            1,
            "end_of_contract",
            "warning: notice was possible until 2027-01-03; the contract now ends on 2027-02-04 at the earliest",
        ),
        (
            "2025-02-10",
            3,
            "end_of_contract",
            "warning: notice was possible until 2026-11-10; the contract now ends on 2027-02-10 at the earliest",
        ),
        ("2025-02-03", 1, "continuation", "none"),
        ("2024-02-03", 1, "end_of_contract", "none"),
    ] {
        let form = with_contract(&json!({
            "start_date": start, "initial_term_months": 24, "notice_period_months": notice, "scenario": scenario
        }));
        assert_eq!(told(form, "notify_by_passed"), expected, "{start}, {notice}, {scenario}");
    }
}

#[test]
fn what_the_law_says_of_notice_and_term() {
    for (changes, code, stands) in [
        (json!({"notice_period_months": 3, "longer_notice_agreed": true}), "longer_notice_not_binding", true),
        (json!({"notice_period_months": 1, "longer_notice_agreed": true}), "longer_notice_not_binding", false),
        (json!({"notice_period_months": 3}), "longer_notice_not_binding", false),
        (
            json!({"notice_period_months": 3, "longer_notice_agreed": true, "initial_term_months": null}),
            "longer_notice_not_binding",
            false,
        ),
        (json!({"initial_term_months": 24}), "term_over_24_months", false),
        (json!({"initial_term_months": 25}), "term_over_24_months", true),
        (json!({"initial_term_months": null}), "term_over_24_months", false),
    ] {
        let found = find(with_contract(&changes), code);
        assert_eq!(found.is_some(), stands, "{changes} {code}");
        assert!(found.is_none_or(|warning| warning.severity == Severity::Info));
    }
}

#[test]
fn a_request_made_more_than_ninety_days_before_the_wish_date_can_lapse() {
    // P9, and the last day on which it is too early.
    for (wish_date, expected) in [
        (json!("2027-06-01"), "warning: the wish date 2027-06-01 is 148 days away; a porting asked for now can lapse before it"),
        (json!("2027-04-05"), "warning: the wish date 2027-04-05 is 91 days away; a porting asked for now can lapse before it"),
        (json!("2027-04-04"), "none"),
        (json!(null), "none"),
    ] {
        let mut form = form();
        form["wish_date"] = wish_date.clone();
        assert_eq!(told(form, "submit_too_early"), expected, "{wish_date}");
    }
}

#[test]
fn a_part_of_a_block() {
    let whole = json!({"number": "030 200 12 00", "block_size": 100});
    for (number, size, part_of, expected) in [
        ("030 200 12 00", 100, Some(&whole), "none"),
        ("030 200 12 50", 50, Some(&whole), "warning: a part of a block is ported"),
        (
            "030 200 12 50",
            7,
            Some(&whole),
            "warning: a part of a block is ported that is not a multiple of 10: the donor may refuse",
        ),
        ("030 200 12 50", 7, None, "warning: a part of a block is ported that is not a multiple of 10: the donor may refuse"),
        ("030 200 12 50", 1, None, "none"),
        ("030 200 12 50", 50, None, "none"),
    ] {
        let form = with_number(&json!({"number": number, "block_size": size, "contract": "kpn-isdn", "part_of": part_of}));
        assert_eq!(told(form, "part_of_block"), expected, "{number}, {size}");
    }
}

#[test]
fn a_main_number_that_leaves_its_block() {
    for (number, size, main, stands) in [
        ("030 200 12 00", 50, None, true),
        ("030 200 12 50", 50, None, false),
        ("030 200 12 50", 50, Some("030 200 12 70"), true),
        ("030 200 12 00", 100, None, false),
    ] {
        let part_of = json!({"number": "030 200 12 00", "block_size": 100, "main_number": main});
        let form = with_number(&json!({"number": number, "block_size": size, "contract": "kpn-isdn", "part_of": part_of}));
        assert_eq!(find(form, "main_number_change_needed").is_some(), stands, "B5: {number}, {size}, {main:?}");
    }
}

#[test]
fn a_number_without_a_contract() {
    assert!(find(with_number(&json!({"number": "030 200 12 00"})), "number_not_covered").is_some());
    assert!(find(form(), "number_not_covered").is_none());
}

#[test]
fn a_number_outside_the_customers_area() {
    // B10: the town tells, and where it is not known the contact's own fixed number.
    for (city, phone, number, stands) in [
        ("Utrecht", "+31301001234", "030 200 12 00", false),
        ("Utrecht", "+31301001234", "020 200 12 00", true),
        ("Utrecht", "+31301001234", "088 123 45 67", false),
        ("Lutjebroek", "+31301001234", "020 200 12 00", true),
        ("Lutjebroek", "+31301001234", "030 200 12 00", false),
        ("Lutjebroek", "+31612345678", "020 200 12 00", false),
    ] {
        let mut form = with_number(&json!({"number": number, "contract": "kpn-isdn"}));
        form["customer"]["address"]["city"] = json!(city);
        form["customer"]["contact"]["phone"] = json!(phone);
        assert_eq!(find(form, "outside_area").is_some(), stands, "{city}, {phone}, {number}");
    }
}

#[test]
fn a_number_that_its_donor_refused() {
    let mut world = World::asked_with(form());
    let refused = |world: &World| of(world).into_iter().find(|warning| warning.code == "number_refused");
    assert_eq!(refused(&world), None);
    world.manager(Command::RecordAnswer { request: None, answer: answer(vec![said(None, None, Some(63))]) });
    let warning = refused(&world).unwrap();
    assert_eq!(warning.text.en, "the current provider refused this number (code 63), in dossier DYNX-20270001-1");
    assert_eq!(warning.number.map(|number| number.national_first()).as_deref(), Some("0301001200"));
    world.manager(Command::SubmitPorting);
    assert_eq!(refused(&world), None, "it has been asked for anew");
}

#[test]
fn a_donor_that_lets_numbers_go_after_the_wish_date() {
    for (first_possible, expected) in [
        ("2027-01-25 14:00", None),
        ("2027-01-26 14:00", None),
        (
            "2027-01-27 00:00",
            Some("KPN B.V. lets the numbers go from 2027-01-27 only; the porting date 2027-01-26 is not possible"),
        ),
    ] {
        let mut world = World::asked_with(form());
        let too_early = |world: &World| of(world).into_iter().find(|warning| warning.code == "wish_date_too_early");
        assert_eq!(too_early(&world), None);
        world.answer("1", first_possible);
        let warning = too_early(&world);
        assert_eq!(warning.as_ref().map(|warning| warning.text.en.as_str()), expected);
        assert!(warning.is_none_or(|warning| warning.contract.as_deref() == Some("kpn-isdn")));
        let mut later = form();
        later["wish_date"] = json!("2027-01-28");
        world.manager(Command::ChangeIntake { intake: crate::world::intake(later) });
        assert_eq!(too_early(&world), None, "another day was agreed");
    }
}

#[test]
fn a_cancelled_project_warns_of_nothing() {
    let mut world = World::in_offer_with(with_contract(&json!({"carries": ["lift"]})));
    assert!(!of(&world).is_empty());
    world.manager(Command::Cancel { reason: "x".to_owned() });
    assert_eq!(of(&world), []);
}
