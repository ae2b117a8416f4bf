//! Turning a form into an intake, or saying all that is wrong with it.

use proptest::prelude::*;
use serde_json::{Value, json};
use workflow::actor::Moment;
use workflow::intake::{FieldError, Intake, IntakeForm, check::check};
use workflow::provider::Directory;

use crate::world::{contract, day, form, intake};

fn checked(form: Value, before: Option<&Intake>) -> Result<Intake, Vec<FieldError>> {
    check(serde_json::from_value(form).unwrap(), &Directory::built_in(), day("2027-01-04"), before)
}

/// `/pointer code` of each fault, sorted.
fn faults(form: Value) -> Vec<String> {
    let mut faults: Vec<_> = match checked(form, None) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect(),
    };
    faults.sort();
    faults
}

/// The specification's form with one value changed.
fn with(pointer: &str, value: Value) -> Value {
    let mut form = form();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = if parent.is_empty() { &mut form } else { form.pointer_mut(parent).unwrap() };
    parent[field] = value;
    form
}

#[test]
fn the_specifications_intake_is_right() {
    let intake = checked(form(), None).unwrap();
    assert_eq!(intake.numbers[0].series.first(), "+31301001200");
    assert_eq!(intake.customer.address.house_number.as_deref(), Some("12"));
    assert_eq!(intake.contracts[0].provider.address.house_number, None, "a PO box has none");
    assert_eq!(Moment { now: crate::world::at("2027-01-04 00:30") }.today(), day("2027-01-04"));
}

#[test]
fn each_field_is_checked() {
    for (pointer, value, expected) in [
        ("/customer/name", json!(" "), "/customer/name empty"),
        ("/customer/name", json!("漢字"), "/customer/name unprintable_character"),
        ("/customer/kvk_number", json!("1234567"), "/customer/kvk_number invalid_kvk_number"),
        ("/customer/address/postal_code", json!("0511 AB"), "/customer/address/postal_code invalid_postal_code"),
        ("/customer/address/house_number", json!("123456"), "/customer/address/house_number too_long"),
        ("/customer/address/house_number_addition", json!("achter"), "/customer/address/house_number_addition too_long"),
        ("/customer/contact/email", json!("jan"), "/customer/contact/email invalid_email"),
        ("/customer/contact/phone", json!("123"), "/customer/contact/phone invalid_phone"),
        ("/users", json!(0), "/users out_of_range"),
        ("/users", json!([]), "/users empty"),
        ("/users", json!([{"name": "Jan", "extension": "1"}]), "/users/0/extension invalid_extension"),
        (
            "/users",
            json!([{"name": "Jan", "extension": "101"}, {"name": "Piet", "extension": "101"}]),
            "/users/1/extension duplicate_extension",
        ),
        ("/users", json!([{"name": "Jan", "smartphone": "Windows Phone 8"}]), "/users/0/smartphone app_not_supported"),
        ("/equipment/0/quantity", json!(0), "/equipment/0/quantity out_of_range"),
        ("/contracts/0/initial_term_months", json!(0), "/contracts/0/initial_term_months out_of_range"),
        ("/contracts/0/notice_period_months", json!(25), "/contracts/0/notice_period_months out_of_range"),
        ("/contracts/0/start_date", json!("0021-03-01"), "/contracts/0/start_date out_of_range"),
        ("/contracts/0/carries", json!(["Lift!"]), "/contracts/0/carries/0 invalid_service"),
        ("/numbers/0/contract", json!("x"), "/numbers/0/contract unknown_contract"),
        ("/numbers/0/number", json!("06 12345678"), "/numbers/0/number mobile_number"),
        ("/numbers/0/number", json!("112"), "/numbers/0/number short_code"),
        ("/numbers/0/block_size", json!(0), "/numbers/0/block_size invalid_block_size"),
        ("/numbers/0/number", json!("030 100 12 05"), "/numbers/0/number block_not_aligned"),
        ("/wish_date", json!("2027-01-03"), "/wish_date in_the_past"),
    ] {
        assert_eq!(faults(with(pointer, value.clone())), [expected], "{pointer} = {value}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let mut form = form();
    form["customer"]["name"] = json!("");
    form["customer"]["contact"]["email"] = json!("jan");
    form["contracts"] = json!([contract("a", "KPN B.V."), contract("a", "")]);
    form["numbers"] = json!([
        {"number": "030 200 12 00", "block_size": 100, "contract": "a"},
        {"number": "030 200 12 34", "contract": "a"},
        {"number": "06 12345678"},
        {"number": "030 300 12 00", "contract": "b"}
    ]);
    assert_eq!(
        faults(form),
        [
            "/contracts/1/id duplicate_contract",
            "/contracts/1/provider/name empty",
            "/customer/contact/email invalid_email",
            "/customer/name empty",
            // B6: both places are named.
            "/numbers/0/number duplicate_number",
            "/numbers/1/number duplicate_number",
            "/numbers/2/number mobile_number",
            "/numbers/3/contract unknown_contract",
        ]
    );
}

#[test]
fn every_fault_is_told_in_both_languages() {
    let mut form = form();
    form["customer"]["kvk_number"] = json!("x");
    form["numbers"][0]["number"] = json!("112");
    for fault in checked(form, None).unwrap_err() {
        assert!(!fault.detail.nl.is_empty() && !fault.detail.en.is_empty() && fault.detail.nl != fault.detail.en, "{fault:?}");
    }
}

#[test]
fn every_number_that_overlaps_another_is_named() {
    let mut form = form();
    form["numbers"] = json!([
        {"number": "030 200 12 00", "block_size": 100},
        {"number": "030 200 12 10"},
        {"number": "030 200 12 20"}
    ]);
    let faults = faults(form);
    for i in 0..3 {
        assert!(faults.contains(&format!("/numbers/{i}/number duplicate_number")), "{faults:?}");
    }
}

#[test]
fn a_block_must_hold_the_part_and_the_main_number() {
    for (part_of, expected) in [
        (json!({"number": "030 100 12 00", "block_size": 1000}), &[][..]),
        (json!({"number": "030 200 12 00", "block_size": 100}), &["/numbers/0/part_of not_in_block"][..]),
        (
            json!({"number": "030 100 12 00", "block_size": 200, "main_number": "030 200 12 00"}),
            &["/numbers/0/part_of not_in_block"][..],
        ),
        (
            json!({"number": "030 100 12 00", "block_size": 200, "main_number": "112"}),
            &["/numbers/0/part_of/main_number short_code"][..],
        ),
    ] {
        assert_eq!(faults(with("/numbers/0/part_of", part_of.clone())), expected, "{part_of}");
    }
}

#[test]
fn a_contract_that_has_ended_has_not_an_end_in_the_future() {
    let mut form = with("/contracts/0/scenario", json!("after_termination"));
    form["contracts"][0]["ends_on"] = json!("2027-01-05");
    assert_eq!(faults(form.clone()), ["/contracts/0/ends_on in_the_future"]);
    form["contracts"][0]["ends_on"] = json!("2027-01-04");
    assert_eq!(faults(form), [""; 0]);
}

#[test]
fn what_was_known_before_is_not_held_against_a_change() {
    let before = intake(form());
    let form = serde_json::from_value(form()).unwrap();
    assert!(check(form, &Directory::built_in(), day("2027-06-01"), Some(&before)).is_ok(), "the wish date has passed since");
}

#[test]
fn an_unknown_field_is_refused() {
    assert!(serde_json::from_value::<IntakeForm>(with("/colour", json!("red"))).is_err());
    assert!(serde_json::from_value::<IntakeForm>(with("/contracts/0/colour", json!("red"))).is_err());
}

fn any_form() -> impl Strategy<Value = Value> {
    let street = prop_oneof!["[A-Z][a-z]{2,9}gracht [1-9][0-9]{0,3}( ?[a-z]{1,3}|-[a-z]{1,3})?", "Postbus [1-9][0-9]{2,4}"];
    let users = prop_oneof![
        (1_u32..500).prop_map(|count| json!(count)),
        Just(json!([{"name": "Jan", "extension": "101", "smartphone": "iOS 17"}, {"name": "Piet", "email": "p@x.nl"}])),
    ];
    let scenario =
        prop_oneof![Just("end_of_contract"), Just("early_termination"), Just("continuation"), Just("after_termination")];
    let term = proptest::option::of(1_u32..60);
    let number = (0_u32..900, prop_oneof![Just(1_u32), Just(7), Just(10), Just(20)], any::<bool>(), any::<bool>());
    let rest = (proptest::option::of(Just("2027-03-01")), proptest::option::of(Just("2027-02-01")), any::<bool>());
    (street, users, scenario, term, proptest::collection::vec(number, 0..6), rest).prop_map(
        |(street, users, scenario, term, numbers, (wish_date, ends_on, english))| {
            let mut form = form();
            form["customer"]["address"]["street"] = json!(street);
            form["users"] = users;
            form["contracts"][0]["scenario"] = json!(scenario);
            form["contracts"][0]["initial_term_months"] = json!(term);
            if scenario != "after_termination" {
                form["contracts"][0]["ends_on"] = json!(ends_on);
            }
            form["wish_date"] = json!(wish_date);
            form["language"] = json!(if english { "en" } else { "nl" });
            let number = |(i, (first, size, covered, part)): (usize, (u32, u32, bool, bool))| {
                let first = format!("030{i}{first:03}000");
                json!({
                    "number": first, "block_size": size,
                    "contract": covered.then_some("kpn-isdn"),
                    "part_of": part.then(|| json!({"number": first, "block_size": 100})),
                })
            };
            form["numbers"] = json!(numbers.into_iter().enumerate().map(|(i, given)| number((i + 1, given))).collect::<Vec<_>>());
            form
        },
    )
}

proptest! {
    /// A change is: intake to JSON, merge, form, check. So what was taken in is again a form, and gives the same.
    #[test]
    fn an_intake_written_as_json_is_again_a_form_that_gives_the_same(form in any_form()) {
        let intake = checked(form, None).unwrap();
        let written = serde_json::to_value(&intake).unwrap();
        prop_assert_eq!(checked(written, None).unwrap(), intake);
    }
}

#[test]
fn white_space_does_not_make_another_provider() {
    let mut form = form();
    form["contracts"] = json!([contract("one", "KPN B.V."), contract("two", " KPN  B.V. ")]);
    form["numbers"][0]["contract"] = json!("one");
    let intake = checked(form, None).unwrap();
    assert_eq!(intake.contracts[0].provider.name, intake.contracts[1].provider.name);
}
