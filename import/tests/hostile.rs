//! Files that mean harm, or are no spreadsheets at all: each is refused, and none takes the memory.

use import::{FAULTS_MAX, FILE_BYTES_MAX, FileFault, read};

use crate::workbook::{archive, relationships, text, workbook};

fn with_strings(strings: &str) -> Vec<u8> {
    let part = |name: &str, content: &str| (name.to_owned(), content.to_owned());
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>";
    archive(&[
        part("_rels/.rels", &relationships(&[("rId1", "officeDocument", "xl/workbook.xml")])),
        part("xl/workbook.xml", "<workbook><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        part("xl/_rels/workbook.xml.rels", &relationships(&[("rId1", "worksheet", "worksheets/sheet1.xml")])),
        part("xl/worksheets/sheet1.xml", sheet),
        part("xl/sharedStrings.xml", strings),
    ])
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused() {
    let bomb = with_strings(&" ".repeat(70 * 1024 * 1024));
    assert!(bomb.len() < 1024 * 1024, "{} bytes", bomb.len());
    assert!(matches!(read(&bomb), Err(FileFault::TooLarge(_))));
}

#[test]
fn a_part_that_promises_more_than_it_holds_is_refused() {
    for promised in ["18446744073709551615", "99999999999999999999999", "1000000000000", "100"] {
        let strings = format!("<sst uniqueCount=\"{promised}\"><si><t>a</t></si></sst>");
        assert!(matches!(read(&with_strings(&strings)), Err(FileFault::Unreadable(_))), "{promised}");
    }
    assert!(read(&with_strings("<sst uniqueCount=\"1\"><si><t>a</t></si></sst>")).is_ok());
}

#[test]
fn a_cell_far_away_makes_no_large_table() {
    let far = "<worksheet><sheetData><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c><c r=\"A1048576\"><v>1</v></c></row></sheetData></worksheet>";
    let part = |name: &str, content: &str| (name.to_owned(), content.to_owned());
    let bytes = archive(&[
        part("_rels/.rels", &relationships(&[("rId1", "officeDocument", "xl/workbook.xml")])),
        part("xl/workbook.xml", "<workbook><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        part("xl/_rels/workbook.xml.rels", &relationships(&[("rId1", "worksheet", "worksheets/sheet1.xml")])),
        part("xl/worksheets/sheet1.xml", far),
    ]);
    assert_eq!(read(&bytes).unwrap().rows, 1);
}

#[test]
fn what_is_no_spreadsheet_is_refused() {
    let whole = workbook(&[("A", vec![vec![text("Klant")]])]);
    let half = whole.get(..whole.len() / 2).unwrap().to_vec();
    for bytes in [b"PK\x03\x04".to_vec(), half, archive(&[]), b"%PDF-1.7\0\0".to_vec()] {
        assert!(matches!(read(&bytes), Err(FileFault::Unreadable(_))), "{bytes:?}");
    }
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    assert!(matches!(read(&vec![b'a'; FILE_BYTES_MAX + 1]), Err(FileFault::TooLarge(_))));
    assert!(matches!(read("a;b\n".repeat(20_001).as_bytes()), Err(FileFault::TooLarge(_))));
    let many: Vec<String> = (0..2_001).map(|i| format!("Klant {i};{i:08}")).collect();
    assert!(matches!(read(format!("Klant;KvK\n{}", many.join("\n")).as_bytes()), Err(FileFault::TooLarge(_))));
}

#[test]
fn no_bytes_make_it_fail() {
    let whole = workbook(&[("Klanten", vec![vec![text("Klant"), text("KvK")], vec![text("A"), text("12345678")]])]);
    // Each byte of the archive, and of a text, is turned round once.
    for bytes in [whole, "Klant;KvK\nA;1\n\"".as_bytes().to_vec()] {
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            let _any = read(&damaged);
        }
    }
}

/// A workbook of which every cell of these rows and columns is the one shared string.
fn one_string_everywhere(string: &str, rows: usize, columns: usize) -> Vec<u8> {
    let row = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(columns));
    let sheet = format!("<worksheet><sheetData>{}</sheetData></worksheet>", row.repeat(rows));
    let part = |name: &str, content: &str| (name.to_owned(), content.to_owned());
    archive(&[
        part("_rels/.rels", &relationships(&[("rId1", "officeDocument", "xl/workbook.xml")])),
        part("xl/workbook.xml", "<workbook><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        part("xl/_rels/workbook.xml.rels", &relationships(&[("rId1", "worksheet", "worksheets/sheet1.xml")])),
        part("xl/worksheets/sheet1.xml", &sheet),
        part("xl/sharedStrings.xml", &format!("<sst uniqueCount=\"1\"><si><t>{string}</t></si></sst>")),
    ])
}

fn too_large(bytes: &[u8]) -> String {
    let Err(FileFault::TooLarge(text)) = read(bytes) else { panic!("it is taken") };
    text.en
}

#[test]
fn a_long_text_that_many_cells_share_is_not_copied_for_each() {
    let megabyte = one_string_everywhere(&"a".repeat(1_000_000), 500, 1);
    assert!(megabyte.len() < 8_000, "{} bytes", megabyte.len());
    assert_eq!(too_large(&megabyte), "A!A1 has more than 32767 characters; shorten the text, or close the quotation mark");
    let longest = "a".repeat(32_767);
    assert!(read(&one_string_everywhere(&longest, 500, 2)).is_ok());
    assert!(too_large(&one_string_everywhere(&longest, 600, 2)).contains("more than 32 MiB of text"));
    assert!(too_large(&one_string_everywhere("a", 20_000, 51)).contains("more than 1000000 filled cells"));
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_told_of() {
    let csv = format!("Klant;KvK\nA;\"{}", "12345678\n".repeat(10_000));
    assert_eq!(too_large(csv.as_bytes()), "B2 has more than 32767 characters; shorten the text, or close the quotation mark");
}

#[test]
fn what_faults_repeat_is_cut() {
    let long = "x".repeat(32_000);
    let csv = format!(
        "Klant;KvK;Plaats{};Gebruikers;Wensdatum;Taal;Opname;Contract\nA;11111111;{long};{long};{long};{long};{long};{long}\n\
         A;11111111;Zeist;;;;;{long}\n",
        "!".repeat(32_000)
    );
    let import = read(csv.as_bytes()).unwrap();
    let faults = import.faults.first();
    assert!(faults.iter().any(|fault| fault.code == "contradiction"), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.code == "wrong_type"), "{faults:?}");
    for fault in faults {
        let header = fault.column.as_ref().map_or(0, String::len);
        let longest = [header, fault.value.len(), fault.detail.nl.len(), fault.detail.en.len()].into_iter().max();
        assert!(longest < Some(400), "{} {}: {longest:?} bytes", fault.cell, fault.code);
    }
}

#[test]
fn faults_are_all_counted_and_the_first_of_the_file_are_kept() {
    // Of each customer the cells of one row can't be read, and those of the next say otherwise.
    const CUSTOMERS: usize = 1_000;
    let rows = |i: usize| {
        format!("A{i};{i:08};veel;ooit;glas;ooit;lang;soms;Utrecht\n").repeat(5)
            + &format!("A{i};{i:08};weinig;nooit;koper;nooit;kort;vaak;Zeist\n").repeat(5)
    };
    let csv: String = (0..CUSTOMERS).map(rows).collect();
    let headers = "Klant;KvK;Gebruikers;Wensdatum;Lijntype;Ingangsdatum;Looptijd;Langere opzegtermijn;Plaats";
    let import = read(format!("{headers}\n{csv}").as_bytes()).unwrap();
    let missing = import.faults.first().iter().filter(|fault| fault.code == "missing_column").count();
    // Users, wish date and town are the customer's; of the contract, which nothing tells apart, each row says other things.
    let of_customer = 2 + 5 * 3;
    let of_contracts = 10 * 4;
    assert_eq!(import.faults.count(), missing + CUSTOMERS * (of_customer + of_contracts));
    assert!(import.drafts.iter().all(|draft| draft.has_faults));
    let first = import.faults.first();
    assert_eq!(first.len(), FAULTS_MAX);
    assert!(first.is_sorted_by_key(|fault| fault.row));
    let cells: Vec<_> = first.iter().skip(missing).take(7).map(|fault| fault.cell.as_str()).collect();
    assert_eq!(cells, ["C2", "D2", "E2", "F2", "G2", "H2", "E3"]);
    assert!(first.last().is_some_and(|fault| fault.row < 3_000), "{:?}", first.last());
}

#[test]
fn of_too_many_contracts_one_too_many_is_kept() {
    let contract = |i: usize| format!("A;11111111;KPN;{i};0301001200\n");
    let csv: String = (0..5_000).map(contract).collect();
    let import = read(format!("Klant;KvK;Provider;Contractnummer;Nummer\n{csv}").as_bytes()).unwrap();
    let form = &import.drafts[0].form;
    assert_eq!(form["contracts"].as_array().unwrap().len(), 201, "a form takes 200");
    assert_eq!(form["numbers"].as_array().unwrap().len(), 5_000);
}

#[test]
fn a_long_contract_id_is_not_repeated_with_each_number() {
    let numbers: Vec<String> = (0..1_000).map(|i| format!(";;;;030100{i:04}")).collect();
    let numbers = numbers.join("\n");
    for provider in ["KPN", ""] {
        let csv = format!("Klant;KvK;Contract;Provider;Nummer\nA;11111111;{};{provider};\n{numbers}", "x".repeat(32_000));
        let import = read(csv.as_bytes()).unwrap();
        let form = import.drafts[0].form.to_string();
        assert!(form.contains("0301000999") && form.len() < 200_000, "{} bytes", form.len());
    }
}
