//! Reading an intake, and changing one by a JSON merge patch (RFC 7396): intake → form → merge → shape → rules.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use workflow::actor::Moment;
use workflow::intake::check::check;
use workflow::intake::{FieldError, Intake, IntakeForm};
use workflow::provider::Directory;

use crate::problem::Problem;
use crate::shape::Shape;

/// Faults that say something about two fields: not to be trusted while one of them had to be filled in.
const ACROSS_FIELDS: [&str; 5] =
    ["unknown_contract", "duplicate_contract", "duplicate_number", "duplicate_extension", "not_in_block"];

/// The intake that was sent, or everything that is wrong with it, of shape and of substance.
pub(crate) fn read(
    form: Value,
    providers: &Directory,
    today: NaiveDate,
    before: Option<&Intake>,
) -> Result<Intake, Vec<FieldError>> {
    let shape = Shape::of::<IntakeForm>();
    match shape.read::<IntakeForm>(form.clone()) {
        Ok(form) => check(form, providers, today, before),
        Err(mut faults) => {
            faults.extend(faults_of_the_rest(form, &faults, providers, today, before));
            Err(faults)
        }
    }
}

/// What is wrong in substance where the shape is right: what is of a wrong shape is filled in from an example, so that the rest can be looked
/// at, and what is found there is left out.
fn faults_of_the_rest(
    form: Value,
    faults: &[FieldError],
    providers: &Directory,
    today: NaiveDate,
    before: Option<&Intake>,
) -> Vec<FieldError> {
    let (mut mended, example) = (form, example());
    for fault in faults {
        mend(&mut mended, &fault.pointer, &example);
    }
    let Ok(form) = Shape::of::<IntakeForm>().read::<IntakeForm>(mended) else { return Vec::new() };
    let Err(mut more) = check(form, providers, today, before) else { return Vec::new() };
    let filled_in: HashSet<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    more.retain(|fault| {
        !ACROSS_FIELDS.contains(&fault.code.as_str()) && !itself_and_around(&fault.pointer).any(|place| filled_in.contains(place))
    });
    more
}

/// A pointer, and those of all that it lies in: `/numbers/0/number`, `/numbers/0`, `/numbers` and the whole.
fn itself_and_around(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |inner| inner.rsplit_once('/').map(|(outer, _)| outer))
}

/// Puts the example's value in the place of a pointer; takes away what the example does not know.
fn mend(form: &mut Value, pointer: &str, example: &Value) {
    let Some((parent, field)) = pointer.rsplit_once('/') else {
        *form = example.clone();
        return;
    };
    let in_example = |pointer: &str| {
        let of_first: Vec<&str> = pointer.split('/').map(|part| if part.parse::<usize>().is_ok() { "0" } else { part }).collect();
        example.pointer(&of_first.join("/")).cloned()
    };
    match (form.pointer_mut(parent), in_example(pointer)) {
        (Some(Value::Object(fields)), Some(value)) => {
            fields.insert(field.to_owned(), value);
        }
        (Some(Value::Object(fields)), None) => {
            fields.remove(field);
        }
        (Some(Value::Array(items)), Some(value)) => {
            if let Some(item) = field.parse().ok().and_then(|i: usize| items.get_mut(i)) {
                *item = value;
            }
        }
        _ => {}
    }
}

/// An intake in which nothing is wrong and everything is filled in.
fn example() -> Value {
    let address = json!({"street": "Straat 1", "postal_code": "1000 AA", "city": "Plaats", "house_number": "1", "house_number_addition": "a"});
    let number = "030 100 12 00";
    json!({
        "customer": {
            "name": "Naam", "kvk_number": "12345678", "address": address,
            "contact": {"name": "Naam", "email": "naam@bedrijf.example", "phone": "+31301001234"},
        },
        "users": [{"name": "Naam", "email": "naam@bedrijf.example", "extension": "100", "device": "Toestel", "smartphone": "iOS 17"}],
        "equipment": [{"model": "Toestel", "quantity": 1}],
        "call_recording": "off",
        "contracts": [{
            "id": "contract", "provider": {"name": "Naam", "address": address, "known": null}, "customer_number": "1", "contract_number": "1",
            "line_type": "other", "start_date": "2020-01-01", "initial_term_months": 12, "notice_period_months": 1,
            "longer_notice_agreed": false, "carries": ["fax"], "scenario": "end_of_contract", "ends_on": null,
        }],
        "numbers": [{
            "number": number, "block_size": 1, "contract": "contract",
            "part_of": {"number": number, "block_size": 10, "main_number": number},
        }],
        "wish_date": null,
        "installation": {"on": "2100-01-01", "from": "09:00", "until": "10:00", "note": "Opmerking"},
        "language": "nl",
    })
}

/// The intake with the patch applied, or everything that is wrong with the result.
pub(crate) fn patched(before: &Intake, patch: &Value, providers: &Directory, moment: &Moment) -> Result<Intake, Problem> {
    // An intake as JSON is again a form.
    let mut merged = serde_json::to_value(before).map_err(|error| Problem::internal(&error))?;
    merge(&mut merged, patch.clone());
    forget_house_number(&mut merged, patch);
    read(merged, providers, moment.today(), Some(before)).map_err(Problem::input)
}

/// RFC 7396, section 2.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(fields) = target.as_object_mut() else { return };
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(&name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// The house number was taken from the street. A patch that gives another street and no house number means that of the new street.
fn forget_house_number(merged: &mut Value, patch: &Value) {
    let Some(given) = patch.pointer("/customer/address") else { return };
    if given.get("street").is_none() || given.get("house_number").is_some() {
        return;
    }
    if let Some(address) = merged.pointer_mut("/customer/address").and_then(Value::as_object_mut) {
        address.remove("house_number");
        if given.get("house_number_addition").is_none() {
            address.remove("house_number_addition");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use serde_json::Value;

    use workflow::provider::Directory;

    use super::{example, forget_house_number, merge, read};

    fn faults(form: Value) -> Vec<(String, String)> {
        let today = "2027-01-04".parse().unwrap_or_default();
        read(form, &Directory::built_in(), today, None)
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect()
    }

    #[test]
    fn nothing_is_wrong_with_the_example() {
        assert_eq!(faults(example()), []);
    }

    #[test]
    fn faults_of_shape_and_of_substance_are_named_together() {
        let mut form = example();
        form["customer"]["name"] = json!(7);
        form["customer"]["kvk_number"] = json!("12");
        form["numbers"][0]["number"] = json!("112");
        form["contracts"][0]["start_date"] = json!("2027-02-30");
        form["surprise"] = json!(true);
        let mut found = faults(form);
        found.sort();
        let expected = [
            ("/contracts/0/start_date", "invalid_date"),
            ("/customer/kvk_number", "invalid_kvk_number"),
            ("/customer/name", "wrong_type"),
            ("/numbers/0/number", "short_code"),
            ("/surprise", "unknown_field"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    }

    #[test]
    fn every_fault_of_a_form_of_nothing_but_faults_is_named() {
        let mut form = example();
        let number = |i: usize| {
            if i.is_multiple_of(2) { json!({"number": 1, "block_size": "x", "contract": 1}) } else { json!({"number": "112"}) }
        };
        form["numbers"] = (0..5_000).map(number).collect();
        let found = faults(form);
        let with = |code: &str| found.iter().filter(|(_, found)| found == code).count();
        assert_eq!((with("wrong_type"), with("short_code"), found.len()), (7_500, 2_500, 10_000));
    }

    #[test]
    fn what_lies_in_something_that_was_filled_in_is_not_judged() {
        let places: Vec<&str> = super::itself_and_around("/users/10/name").collect();
        assert_eq!(places, ["/users/10/name", "/users/10", "/users", ""]);
        let mut form = example();
        form["numbers"] = json!(["x", {"number": "112"}]);
        form["users"] = json!([{"name": 1, "email": "x"}]);
        let mut found = faults(form);
        found.sort();
        let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/numbers/0", "/numbers/1/number", "/users/0/email", "/users/0/name"]);
    }

    /// The examples of RFC 7396, appendix A.
    #[test]
    fn a_patch_is_merged_as_the_rfc_says() {
        for (original, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut merged = original.clone();
            merge(&mut merged, patch.clone());
            assert_eq!(merged, result, "{original} patched with {patch}");
        }
    }

    #[test]
    fn another_street_brings_its_own_house_number() {
        let address = |fields| json!({"customer": {"address": fields}});
        let mut merged = address(json!({"street": "Kerkstraat 5", "house_number": "12", "house_number_addition": "bis"}));
        forget_house_number(&mut merged, &address(json!({"street": "Kerkstraat 5"})));
        assert_eq!(merged, address(json!({"street": "Kerkstraat 5"})));

        let mut merged = address(json!({"street": "Kerkstraat", "house_number": "5"}));
        forget_house_number(&mut merged, &address(json!({"street": "Kerkstraat", "house_number": "5"})));
        assert_eq!(merged, address(json!({"street": "Kerkstraat", "house_number": "5"})));
    }
}
