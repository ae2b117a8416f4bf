//! Rows of one customer are one project, rows of one contract one contract.

use import::{Import, read, template};
use serde_json::{Value, json};
use workflow::intake::check::check;
use workflow::letter::Language;
use workflow::provider::Directory;

pub(crate) fn import(csv: &str) -> Import {
    read(csv.as_bytes()).unwrap()
}

/// The only project of a file in which nothing is wrong.
fn form(csv: &str) -> Value {
    let import = import(csv);
    let missing_columns = import.faults.first().iter().all(|fault| fault.code == "missing_column");
    assert!(missing_columns, "{:?}", import.faults);
    let [draft] = import.drafts.as_slice() else { panic!("{} projects", import.drafts.len()) };
    assert!(!draft.has_faults);
    draft.form.clone()
}

#[test]
fn the_template_is_a_right_file_in_both_languages() {
    for language in [Language::Nl, Language::En] {
        let form = form(&template(language));
        let form = serde_json::from_value(form).unwrap();
        let intake = check(form, &Directory::built_in(), "2027-01-04".parse().unwrap(), None).unwrap();
        assert_eq!(intake.customer.name, "Bakkerij De Korenaar B.V.");
        assert_eq!(intake.customer.address.street, "Oudegracht 12");
        assert_eq!(intake.customer.address.house_number.as_deref(), Some("12"));
        let [contract] = intake.contracts.as_slice() else { panic!("{:?}", intake.contracts) };
        assert_eq!((contract.id.as_str(), contract.initial_term_months), ("kpn-isdn", Some(36)));
        assert_eq!(contract.carries, ["alarm", "lift"]);
        let numbers: Vec<_> = intake.numbers_of("kpn-isdn").map(ToString::to_string).collect();
        let expected = ["030 100 12 00 – 030 100 12 99", "030 100 13 00 – 030 100 13 09", "030 100 14 00 – 030 100 14 09"];
        assert_eq!(numbers, expected);
        let equipment: Vec<_> = intake.equipment.iter().map(|item| (item.quantity, item.model.as_str())).collect();
        assert_eq!(equipment, [(10, "Yealink T54W"), (2, "Gigaset N670")]);
        let whole = intake.numbers[2].part_of.as_ref().unwrap();
        assert_eq!(whole.series.to_string(), "030 100 14 00 – 030 100 14 99");
        assert_eq!(whole.main_number.to_string(), "030 100 14 50");
    }
}

#[test]
fn what_a_row_leaves_out_counts_as_the_same() {
    let form = form(
        "Nummer;Klant;KvK;Contractnummer;Provider;Klantnummer\n\
         0301001200;Korenaar;12345678;C-1;KPN;77\n\
         0301001201;;;;;\n\
         0301001202;KORENAAR;12345678;C-1;;\n\
         0201001200;Korenaar;12345678;C-2;Ziggo;\n\
         0301001203;;;;;\n\
         0851001200;Korenaar;12345678;;;\n",
    );
    let on = |number: &Value| (number["number"].as_str().unwrap().to_owned(), number["contract"].as_str().map(str::to_owned));
    let numbers: Vec<_> = form["numbers"].as_array().unwrap().iter().map(on).collect();
    let expected = [
        ("0301001200", Some("kpn-c1")),
        ("0301001201", Some("kpn-c1")),
        ("0301001202", Some("kpn-c1")),
        ("0201001200", Some("ziggo-c2")),
        ("0301001203", Some("ziggo-c2")),
        // The customer is named and no contract: it is on none.
        ("0851001200", None),
    ];
    assert_eq!(numbers, expected.map(|(number, contract)| (number.to_owned(), contract.map(str::to_owned))));
}

#[test]
fn customers_are_told_apart_by_number_and_name() {
    let names = |csv: &str| {
        let name = |draft: &import::Draft| draft.form["customer"]["name"].as_str().unwrap_or("?").to_owned();
        import(csv).drafts.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names("Klant;KvK;Nummer\nA;11111111;1\nB;22222222;2\nA;11111111;3\n"), ["A", "B"]);
    assert_eq!(names("Klant;KvK;Nummer\nA Noord;11111111;1\nA Zuid;11111111;2\n"), ["A Noord", "A Zuid"]);
    assert_eq!(names("Klant;KvK;Nummer\nA;11111111;1\n;11111111;2\nA;;3\n"), ["A"]);
    assert_eq!(names("Klant;KvK;Nummer\nA;11111111;1\nA;22222222;2\n"), ["A", "A"]);
}

#[test]
fn a_number_may_be_a_part_of_a_block() {
    let form = form(
        "Klant;KvK;Apparatuur;Nummer;Deel van blok;Hoofdnummer van blok\n\
         A;11111111;geen;0301001200;301001200-301001299;\n\
         ;;;0301001201;0301001200 t/m 0301001299;301001250\n\
         ;;;0301001300;;\n",
    );
    assert_eq!(form["equipment"], json!([]));
    let whole = json!({"number": "0301001200", "block_size": 100});
    let with_main = json!({"number": "0301001200", "block_size": 100, "main_number": "0301001250"});
    let parts: Vec<_> = form["numbers"].as_array().unwrap().iter().map(|number| &number["part_of"]).collect();
    assert_eq!(parts, [&whole, &with_main, &Value::Null]);
}

#[test]
fn a_contract_may_be_named_by_its_id_alone() {
    let csv = "Klant;KvK;Contract;Provider;Contractnummer;Nummer\n\
               A;11111111;lijn 1;KPN;C-1;0301001200\n\
               A;11111111;lijn 1;;;0301001201\n\
               A;11111111;lijn 2;;;0301001202\n";
    let form = form(csv);
    assert_eq!(form["contracts"].as_array().unwrap().len(), 1);
    let contracts: Vec<_> = form["numbers"].as_array().unwrap().iter().map(|number| &number["contract"]).collect();
    assert_eq!(contracts, [&json!("lijn 1"), &json!("lijn 1"), &json!("lijn 2")], "what is unknown is found by the check");
}

#[test]
fn headers_stand_in_any_order_below_a_title() {
    let csv = "Overzicht klanten;;;\n\n\
               Number;Opmerkingen;kvk  nummer;CUSTOMER\n\
               0301001200;belt veel;12345678;Korenaar\n";
    let import = import(csv);
    assert_eq!(
        import.drafts[0].form["customer"],
        json!({"name": "Korenaar", "kvk_number": "12345678", "address": {}, "contact": {}})
    );
    assert_eq!(import.drafts[0].first.cell(), "4");
    let ignored: Vec<_> = import.ignored.iter().map(|place| (place.cell(), place.value.as_str())).collect();
    assert_eq!(ignored, [("B3".to_owned(), "Opmerkingen")]);
}

#[test]
fn a_street_and_its_number_may_have_columns_of_their_own() {
    for (street, number, addition, expected) in [
        ("Oudegracht", "12", "bis", json!({"street": "Oudegracht 12-bis", "house_number": "12", "house_number_addition": "bis"})),
        ("Oudegracht", "12", "", json!({"street": "Oudegracht 12", "house_number": "12"})),
        ("Oudegracht 12 bis", "", "", json!({"street": "Oudegracht 12 bis"})),
    ] {
        let form = form(&format!("Klant;KvK;Straat;Huisnummer;Toevoeging\nA;11111111;{street};{number};{addition}\n"));
        assert_eq!(form["customer"]["address"], expected);
    }
}
