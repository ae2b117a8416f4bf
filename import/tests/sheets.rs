//! XLSX: sheets beside each other, and cells as spreadsheets keep them.

use import::{Import, read};
use serde_json::json;

use crate::workbook::{Written, text, workbook};

fn import(sheets: &[(&str, Vec<Vec<Written>>)]) -> Import {
    read(&workbook(sheets)).unwrap()
}

#[test]
fn customers_contracts_and_numbers_may_have_sheets_of_their_own() {
    let import = import(&[
        (
            "Nummers",
            vec![
                vec![text("KvK"), text("Contract"), text("Nummer")],
                vec![text("12345678"), text("isdn"), Written::Number(301_001_200.0)],
            ],
        ),
        ("Uitleg", vec![vec![text("Vul dit in")]]),
        (
            "Contracten",
            vec![
                vec![text("KvK"), text("Contract"), text("Provider"), text("Ingangsdatum")],
                vec![text("12345678"), text("isdn"), text("KPN"), Written::Day(44_256.0)],
            ],
        ),
        ("Klanten", vec![vec![text("Klant"), text("KvK")], vec![text("Korenaar"), Written::Number(12_345_678.0)]]),
    ]);
    let [draft] = import.drafts.as_slice() else { panic!("{:?}", import.drafts) };
    assert_eq!(draft.form["customer"]["name"], "Korenaar");
    assert_eq!(draft.form["contracts"], json!([{"id": "isdn", "provider": {"name": "KPN"}, "start_date": "2021-03-01"}]));
    assert_eq!(draft.form["numbers"], json!([{"number": "0301001200", "contract": "isdn"}]));
    assert_eq!(draft.place("/numbers/0/number").cell(), "Nummers!C2");
    assert_eq!(import.ignored.iter().map(import::Place::cell).collect::<Vec<_>>(), ["Uitleg"]);
}

#[test]
fn cells_are_read_as_spreadsheets_keep_them() {
    let header = ["Klant", "KvK", "Gebruikers", "Wensdatum", "Telefoon", "Nummer", "Blokgrootte"].map(text);
    let row = vec![
        text("Eetcaf\u{e9} &amp; Co"),
        Written::Number(1_234_567.0),
        Written::Number(12.0),
        Written::Day(46_413.0),
        Written::Number(612_345_678.0),
        Written::Number(301_001_200.0),
        Written::Number(10.0),
    ];
    let import = import(&[("Blad1", vec![header.into(), row])]);
    let form = &import.drafts[0].form;
    assert_eq!(form["customer"]["name"], "Eetcafé & Co");
    assert_eq!(form["customer"]["kvk_number"], "01234567");
    assert_eq!(form["customer"]["contact"]["phone"], "0612345678");
    assert_eq!((&form["users"], &form["wish_date"]), (&json!(12), &json!("2027-01-26")));
    assert_eq!(form["numbers"], json!([{"number": "0301001200", "block_size": 10}]));
}

#[test]
fn a_formula_that_came_to_nothing_is_a_fault() {
    let import = import(&[(
        "Blad1",
        vec![vec![text("Klant"), text("KvK"), text("Plaats")], vec![text("A"), text("12345678"), Written::Error("#N/A")]],
    )]);
    let faults = import.faults.first();
    let Some(fault) = faults.iter().find(|fault| fault.code != "missing_column") else { panic!("{faults:?}") };
    assert_eq!((fault.cell.as_str(), fault.code.as_str(), fault.value.as_str()), ("Blad1!C2", "formula_error", "#N/A"));
}
