//! Changing an intake by a JSON merge patch (RFC 7396): intake → form → merge → shape → rules.

use serde_json::{Map, Value};
use workflow::actor::Moment;
use workflow::intake::check::check;
use workflow::intake::{Intake, IntakeForm, NumberForm, WholeBlockForm};

use crate::problem::Problem;
use crate::shape::Shape;

/// The intake with the patch applied, or everything that is wrong with the result.
pub(crate) fn patched(before: &Intake, patch: &Value, moment: &Moment) -> Result<Intake, Problem> {
    let mut merged = serde_json::to_value(form_of(before)).map_err(|error| Problem::internal(&error))?;
    merge(&mut merged, patch.clone());
    forget_house_number(&mut merged, patch);
    let form: IntakeForm = Shape::of::<IntakeForm>().read(merged).map_err(Problem::input)?;
    check(form, moment.today(), Some(before)).map_err(Problem::input)
}

/// An intake as somebody would fill it in.
fn form_of(intake: &Intake) -> IntakeForm {
    let numbers = intake.numbers.iter().map(|entry| NumberForm {
        number: entry.series.first(),
        block_size: Some(entry.series.block_size()),
        contract: entry.contract.clone(),
        part_of: entry.part_of.as_ref().map(|whole| WholeBlockForm {
            number: whole.series.first(),
            block_size: whole.series.block_size(),
            main_number: Some(whole.main_number.first()),
        }),
    });
    IntakeForm {
        customer: intake.customer.clone(),
        users: intake.users.clone(),
        equipment: intake.equipment.clone(),
        call_recording: intake.call_recording,
        contracts: intake.contracts.clone(),
        numbers: numbers.collect(),
        wish_date: intake.wish_date,
        language: intake.language,
    }
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

    use super::{forget_house_number, merge};

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
