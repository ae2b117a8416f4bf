//! What is wrong is told by its cell, with what stands there and what would be right.

use import::{Fault, Faults, Import, overlaps};
use workflow::intake::FieldError;
use workflow::intake::check::check;
use workflow::provider::Directory;

use crate::rows::import;

/// What is wrong with the rows, in the order of the file.
fn of_rows(import: &Import) -> Vec<Fault> {
    import.faults.first().into_iter().filter(|fault| fault.code != "missing_column").collect()
}

/// `cell code` of each of them.
fn faults(import: &Import) -> Vec<String> {
    of_rows(import).iter().map(|fault| format!("{} {}", fault.cell, fault.code)).collect()
}

#[test]
fn what_cannot_be_read_is_told_of_its_cell() {
    let import = import(
        "Klant;KvK;Gebruikers;Wensdatum;Lijntype;Ingangsdatum;Looptijd;Langere opzegtermijn;Nummer\n\
         A;11111111;veel;1-3-27;glas;30-2-2021;lang;soms;3,01E+08\n",
    );
    assert_eq!(
        faults(&import),
        [
            "C2 wrong_type",
            "D2 invalid_date",
            "E2 not_one_of",
            "F2 invalid_date",
            "G2 wrong_type",
            "H2 not_one_of",
            "I2 rounded_number",
        ]
    );
    let fault = &of_rows(&import)[0];
    assert_eq!((fault.column.as_deref(), fault.value.as_str(), fault.row), (Some("Gebruikers"), "veel", 2));
    assert!(fault.detail.nl.contains("\"veel\"") && fault.detail.en.contains("whole number"), "{:?}", fault.detail);
}

#[test]
fn rows_that_contradict_each_other_are_told() {
    let import = import(
        "Klant;KvK;Plaats;Contractnummer;Provider\nA;11111111;Utrecht;C-1;KPN\nA;11111111;Zeist;C-1;kpn\nA;11111111;Utrecht;;\n",
    );
    assert_eq!(faults(&import), ["C3 contradiction"]);
    assert!(of_rows(&import)[0].detail.nl.contains("C2 staat \"Utrecht\""));
}

#[test]
fn rows_that_name_no_customer_or_several_are_told() {
    let csv =
        "Klant;KvK;Nummer\n;;0301001200\nA;11111111;0301001201\nB;11111111;0301001202\n;11111111;0301001203\n;;0301001204\n";
    assert_eq!(faults(&import(csv)), ["2 no_customer", "5 ambiguous_customer", "6 no_customer"]);
}

#[test]
fn headers_are_held_against_what_is_needed() {
    let codes = |csv: &str| {
        let fault = |fault: &Fault| format!("{} {}: {}", fault.cell, fault.code, fault.detail.en);
        import(csv).faults.first().iter().map(fault).collect::<Vec<_>>()
    };
    let all = "Klant;KvK;Straat;Postcode;Plaats;Contactpersoon;E-mail;Telefoon;Gebruikers";
    assert_eq!(codes(&format!("{all}\n")), [""; 0]);
    assert_eq!(
        codes(&format!("{all};Nummer;Bedrijfsnaam\n")),
        ["K1 duplicate_column: \"Bedrijfsnaam\" says the same as A1; keep one of them"]
    );
    assert_eq!(codes(&all.replace("Plaats;", "")), ["1 missing_column: the column \"City\" is missing; add it"]);
    assert_eq!(codes(&format!("{all};Provider\n")).len(), 4, "with one column of contracts there must be the others");
    assert_eq!(codes(""), ["1 empty: the file is empty"]);
}

fn check_all(import: &Import) -> Vec<FieldError> {
    let today = "2027-01-04".parse().unwrap();
    let wrong = |draft: &import::Draft| {
        check(serde_json::from_value(draft.form.clone()).unwrap(), &Directory::built_in(), today, None).err().unwrap_or_default()
    };
    import.drafts.iter().flat_map(wrong).collect()
}

const HEADERS: &str = "Klant;KvK;Straat;Postcode;Plaats;Contactpersoon;E-mail;Telefoon;Gebruikers;Contract;Provider;Klantnummer;Contractnummer;Lijntype;Ingangsdatum;Nummer;T/m;Blokgrootte";

fn customer(name: &str, kvk: &str, numbers: &str) -> String {
    format!("{name};{kvk};Weg 1;3511 AB;Utrecht;Jan;jan@a.example;0301001200;5;lijn;KPN;1;2;isdn2;1-3-2021;{numbers}\n")
}

#[test]
fn what_the_check_finds_is_led_back_to_its_cell() {
    let rows = [
        customer("A", "123", "0301001200;0301001209;"),
        customer("A", "123", "0301001205;;"),
        customer("A", "123", "0612345678;;"),
        customer("A", "123", "0301001303;;50"),
    ];
    let csv = format!("{HEADERS}\n{}", rows.concat());
    let import = import(&csv);
    let draft = &import.drafts[0];
    let wrong = check_all(&import);
    let mut told: Vec<_> = wrong
        .iter()
        .filter_map(|error| draft.fault(error))
        .map(|fault| format!("{} {}: {}", fault.cell, fault.code, fault.detail.en))
        .collect();
    told.sort();
    let starts = [
        "B2 invalid_kvk_number: \"123\" is not a KvK number",
        "P2 duplicate_number: also stands in P3 (030 100 12 05)",
        "P3 duplicate_number: also stands in P2 (030 100 12 00 – 030 100 12 09)",
        "P4 mobile_number: Mobile",
        "P5 block_not_aligned: A block",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (told, start) in told.iter().zip(starts) {
        assert!(told.starts_with(start), "{told:?} begins with {start:?}");
    }
}

#[test]
fn faults_of_equipment_and_of_a_whole_block_are_led_back_to_their_cells() {
    let unread = import(
        "Klant;KvK;Apparatuur;Nummer;Deel van blok;Hoofdnummer van blok\n\
         A;11111111;\"2 x Snom; Yealink T54W\";0301001200;0301001200;\n\
         A;11111111;;0301001201;030-100 12 99 t/m 00;3,01E+08\n\
         A;11111111;;0301001202;0612345600 t/m 99;\n",
    );
    let told: Vec<_> =
        of_rows(&unread).iter().map(|fault| format!("{} {}: {}", fault.cell, fault.code, fault.detail.en)).collect();
    let starts = [
        "C2 invalid_value: of \"2 x Snom; Yealink T54W\" part 2 has no quantity; give for example 10 x",
        "E2 invalid_block_size: \"0301001200\" is one number; give the whole block",
        "E3 invalid_range: ",
        "F3 rounded_number: ",
        "E4 mobile_number: ",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    assert!(told.iter().zip(starts).all(|(told, start)| told.starts_with(start)), "{told:#?}");

    let headers = HEADERS.replace("T/m;Blokgrootte", "Deel van blok;Hoofdnummer van blok") + ";Apparatuur\n";
    let rows = [
        customer("A", "12345678", "0301001200;030-100 13 00 t/m 99;;0 x Snom"),
        customer("A", "12345678", "0301001201;030-100 12 00 t/m 99;0301001300;"),
    ];
    let wrong = import(&(headers + &rows.concat()));
    let draft = &wrong.drafts[0];
    let told: Vec<_> = check_all(&wrong).iter().filter_map(|error| draft.fault(error)).collect();
    let mut told: Vec<_> = told.iter().map(|fault| format!("{} {}", fault.cell, fault.code)).collect();
    told.sort();
    assert_eq!(told, ["Q2 not_in_block", "Q3 not_in_block", "S2 out_of_range"]);

    let missing = FieldError::new("/numbers/0/part_of/number", "missing", "ontbreekt", "is missing");
    for (columns, cells, cell) in [
        ("Deel van blok;Hoofdnummer van blok", ";0301001200", "D2"),
        ("Hoofdnummer van blok", "0301001200", "D2"),
        ("Hoofdnummer van blok;Deel van blok", "0301001200;", "E2"),
    ] {
        let import = import(&format!("Klant;KvK;Nummer;{columns}\nA;11111111;0301001201;{cells}\n"));
        assert_eq!(import.drafts[0].fault(&missing).map(|fault| fault.cell).as_deref(), Some(cell), "{columns}");
    }
}

#[test]
fn what_is_told_of_a_cell_or_a_column_is_not_told_again() {
    let csv = HEADERS.replace("Plaats;", "")
        + "\n"
        + &customer("A", "12345678", "0301001200;;").replace("Utrecht;", "").replace("1-3-2021", "ooit");
    let import = import(&csv);
    let draft = &import.drafts[0];
    let missing = |pointer: &str| FieldError::new(pointer, "missing", "ontbreekt", "is missing");
    assert_eq!(draft.fault(&missing("/customer/address/city")), None, "there is no such column");
    assert_eq!(draft.fault(&missing("/contracts/0/start_date")), None, "the cell could not be read");
    assert_eq!(
        draft.fault(&missing("/contracts/0/provider/address")).unwrap().cell,
        "J2",
        "it is the provider that is not known"
    );
}

#[test]
fn a_number_with_two_customers_is_told_with_both() {
    let rows = [
        customer("A", "11111111", "0301001200;;100"),
        customer("B", "not a number", "0301001250;;"),
        customer("C", "33333333", "0301001299;0301001299;"),
        customer("D", "44444444", "0301001300;;"),
    ];
    let import = import(&format!("{HEADERS}\n{}", rows.concat()));
    let drafts: Vec<_> = import.drafts.iter().collect();
    let mut faults = Faults::default();
    let projects = overlaps(&drafts, &mut faults);
    assert_eq!(projects.into_iter().collect::<Vec<_>>(), [0, 1, 2]);
    let told: Vec<_> = faults.first().iter().map(|fault| format!("{} {}", fault.cell, fault.detail.en)).collect();
    assert_eq!(
        told,
        [
            "P2 also stands in P3 (030 100 12 50), with B",
            "P2 also stands in P4 (030 100 12 99), with C",
            "P3 also stands in P2 (030 100 12 00 – 030 100 12 99), with A",
            "P4 also stands in P2 (030 100 12 00 – 030 100 12 99), with A",
        ]
    );
}
