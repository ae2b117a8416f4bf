//! The provider directory: who is recognised, what an operator's file changes, what an intake takes from it.

use serde_json::{Value, json};
use workflow::command::Command;
use workflow::intake::{FieldError, Intake, check::check};
use workflow::porting::DonorAnswer;
use workflow::provider::{Directory, DirectoryError};
use workflow::warning::warnings;

use crate::world::{World, contract, day, first_possible, form};

const OPERATORS_FILE: &str = r#"
    [[provider]]
    key = "ziggo"
    address = { street = "Postbus 1", postal_code = "3500 AA", city = "Utrecht" }

    [[provider]]
    key = "belco"
    names = ["Belco Telecom B.V.", "Belco"]
"#;

fn extended(toml: &str) -> Result<Directory, String> {
    Directory::built_in().extended(toml).map_err(|error| error.to_string())
}

fn checked(form: Value, providers: &Directory) -> Result<Intake, Vec<FieldError>> {
    check(serde_json::from_value(form).unwrap(), providers, day("2027-01-04"), None)
}

/// A form whose only contract is with this provider, of which only the name is given.
fn with_provider(name: &str) -> Value {
    let mut form = form();
    form["contracts"][0]["provider"] = json!({"name": name});
    form
}

#[test]
fn a_provider_is_recognised_however_its_name_is_written() {
    let directory = Directory::built_in();
    for (name, key) in [
        ("KPN B.V.", Some("kpn")),
        ("kpn bv", Some("kpn")),
        (" KPN   Zakelijk ", Some("kpn")),
        ("T-Mobile", Some("odido")),
        ("Odido Netherlands BV", Some("odido")),
        ("VodafoneZiggo Zakelijk", Some("ziggo")),
        ("RoutIT", Some("routit")),
        ("KPN en Ziggo", None),
        ("B.V.", None),
        ("", None),
    ] {
        assert_eq!(directory.find(name).map(|entry| entry.key.as_str()), key, "{name:?}");
    }
}

#[test]
fn what_is_known_of_a_provider_says_where_it_comes_from() {
    for entry in Directory::built_in().entries() {
        let sourced = |field: &str| entry.sources.iter().any(|source| source.of.contains(field));
        for (field, is_known) in [
            ("address", entry.address.is_some()),
            ("operator_code", entry.operator_code.is_some()),
            ("demands", !entry.demands.is_empty()),
            ("traps", !entry.traps.is_empty()),
        ] {
            assert_eq!(is_known, sourced(field), "{}: {field}", entry.key);
        }
    }
}

#[test]
fn a_search_looks_in_every_name() {
    let directory = Directory::built_in();
    let found = |text| directory.search(text).map(|entry| entry.key.as_str()).collect::<Vec<_>>();
    assert_eq!(found("vodafone"), ["ziggo", "vodafone"]);
    assert_eq!(found("T-Mobile"), ["odido"]);
    assert_eq!(found("nobody"), [""; 0]);
    assert_eq!(found("").len(), directory.entries().len());
}

#[test]
fn an_operators_file_adds_providers_and_corrects_fields() {
    let directory = extended(OPERATORS_FILE).unwrap();
    let ziggo = directory.find("Ziggo Zakelijk").unwrap();
    assert_eq!(ziggo.address.as_ref().unwrap().street, "Postbus 1", "given");
    assert_eq!(ziggo.names, Directory::built_in().find("Ziggo").unwrap().names, "not given, so kept");
    assert_eq!(directory.find("belco").unwrap().key, "belco");
    assert_eq!(directory.entries().len(), Directory::built_in().entries().len() + 1);
}

#[test]
fn all_that_is_wrong_with_an_operators_file_is_told() {
    let wrong = r#"
        [[provider]]
        key = "Kroon"
        names = ["KPN", " "]
        address = { street = "", postal_code = "3500AA", city = "Utrecht" }
        operator_code = "ptt"
        demands = [{ nl = "brief", en = "" }]
    "#;
    let expected = [
        "provider `Kroon`: a key has lower-case letters, digits and hyphens only",
        "provider `Kroon`: `names` needs at least one name, and none may be empty",
        "provider `Kroon`: `address` needs a street and a city",
        "provider `Kroon`: postal code \"3500AA\": write it as \"1234 AB\"",
        "provider `Kroon`: operator code \"ptt\": give 3 to 6 capitals or digits",
        "provider `Kroon`: each text stands in Dutch and in English",
        "provider `Kroon`: \"KPN\" is also a name of `kpn`",
    ];
    let faults = Directory::built_in().extended(wrong).unwrap_err();
    assert_eq!(faults, DirectoryError::Faults(expected.map(str::to_owned).to_vec()));
    assert!(extended("[[provider]]\nkey = \"kpn\"\nphone = 1").unwrap_err().contains("unknown field `phone`"));
    assert!(extended("[[provider]]\nkey = \"a\"").unwrap_err().contains("missing field `names`"));
    let twice = "[[provider]]\nkey = \"kpn\"\n[[provider]]\nkey = \"kpn\"";
    assert_eq!(extended(twice).unwrap_err(), "provider `kpn` stands twice");
}

#[test]
fn an_address_may_be_left_out_where_the_directory_has_it() {
    let intake = checked(with_provider("kpn zakelijk"), &Directory::built_in()).unwrap();
    let provider = &intake.contracts[0].provider;
    assert_eq!((provider.name.as_str(), provider.address.street.as_str()), ("kpn zakelijk", "Postbus 30000"));
    for name in ["Ziggo", "Belco"] {
        let faults = checked(with_provider(name), &Directory::built_in()).unwrap_err();
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        assert_eq!((fault.pointer.as_str(), fault.code.as_str()), ("/contracts/0/provider/address", "missing"));
        assert!(fault.detail.en.contains(name), "{}", fault.detail.en);
    }
    let known = extended(OPERATORS_FILE).unwrap();
    assert_eq!(checked(with_provider("Ziggo"), &known).unwrap().contracts[0].provider.address.street, "Postbus 1");
}

#[test]
fn an_address_that_is_given_is_kept() {
    let mut form = with_provider("KPN");
    form["contracts"][0]["provider"]["address"] = json!({"street": "Weg 1", "postal_code": "1000aa", "city": "Plaats"});
    let intake = checked(form, &Directory::built_in()).unwrap();
    assert_eq!(intake.contracts[0].provider.address.street, "Weg 1");
}

#[test]
fn what_the_directory_knew_is_asked_anew_with_each_change() {
    let intake = checked(with_provider("KPN"), &Directory::built_in()).unwrap();
    let mut again = serde_json::to_value(&intake).unwrap();
    assert_eq!(checked(again.clone(), &Directory::built_in()).unwrap(), intake, "an intake is again a form");
    again["contracts"][0]["provider"]["name"] = json!("Belco");
    assert_eq!(checked(again, &Directory::built_in()).unwrap().contracts[0].provider.known, None, "Belco is not KPN");
}

#[test]
fn a_providers_traps_are_warned_of() {
    let mut form = form();
    form["contracts"] = json!([contract("kpn-isdn", "KPN B.V."), contract("lijn", "ZakelijkeNummers.nl")]);
    let world = World::in_offer_with(form);
    let all = warnings(world.project(), day("2027-01-04"));
    let traps: Vec<_> = all.iter().filter(|warning| warning.code == "provider_trap").collect();
    let [trap] = traps.as_slice() else { panic!("{traps:?}") };
    assert_eq!(trap.contract.as_deref(), Some("lijn"));
    assert!(trap.text.nl.starts_with("ZakelijkeNummers.nl: ") && trap.text.nl.contains("€ 750"), "{}", trap.text.nl);
    assert!(trap.to_do.en.contains("entitled to sign"), "{}", trap.to_do.en);
}

/// COIN's answer may leave the donor's code out (NP v3: optional), while `portingperformed` must name it.
#[test]
fn the_directorys_operator_code_stands_in_until_the_donor_names_its_own() {
    for (provider, answered, expected) in [
        ("KPN B.V.", None, Some("PTT")),
        ("KPN B.V.", Some("XENO"), Some("XENO")),
        ("Belco", None, None),
        ("Belco", Some("XENO"), Some("XENO")),
    ] {
        let mut form = form();
        form["contracts"] = json!([contract("kpn-isdn", provider)]);
        let mut world = World::asked_with(form);
        let answer = DonorAnswer { donor_operator: answered.map(str::to_owned), ..first_possible("2027-01-12 00:00") };
        world.manager(Command::RecordAnswer { request: None, answer });
        assert_eq!(world.project().requests[0].donor_operator.as_deref(), expected, "{provider}, answered {answered:?}");
    }
}
