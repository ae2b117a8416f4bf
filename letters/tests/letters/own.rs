//! A contractor's folder: what it changes, and how its faults are told.

use std::collections::BTreeMap;

use letters::{LetterName, Letters, sample};
use workflow::letter::{Language, LetterKind};

use crate::pdf::words;

const TEXT: &str = "Betreft: Opzegging\n\nBeste {{ provider.name }},\n\n[contracts]\n\n[numbers]\n\n[signature]\n";

fn files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, Vec<u8>> {
    files.into_iter().map(|(file, text)| (file.to_owned(), text.as_bytes().to_vec())).collect()
}

fn faults(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let faults = Letters::with_files(files).err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

/// The faults of a Dutch cancellation, its English one in order.
fn faults_of(text: &str) -> Vec<String> {
    faults(&files([("nl/cancellation.j2", text), ("en/cancellation.j2", TEXT)]))
}

fn embedded(letter: LetterName) -> String {
    std::fs::read_to_string(format!("{}/../templates/letters/{}", env!("CARGO_MANIFEST_DIR"), letter.file())).unwrap()
}

#[test]
fn the_programs_own_texts_are_without_faults() {
    let texts: Vec<_> = LetterName::all().map(|letter| (letter.file(), embedded(letter))).collect();
    assert_eq!(faults(&files(texts.iter().map(|(file, text)| (file.as_str(), text.as_str())))), [""; 0]);
    assert!(texts.len() >= 6);
}

#[test]
fn every_letter_has_a_sample_that_can_be_rendered() {
    let letters = Letters::with_files(&BTreeMap::new()).unwrap();
    for letter in LetterName::all() {
        assert!(letters.render(&sample(letter.kind, letter.language)).is_ok(), "{letter}");
    }
}

#[test]
fn a_text_in_the_folder_takes_the_place_of_the_programs() {
    let windows = format!("\u{feff}{}", TEXT.replace('\n', "\r\n"));
    let letters = Letters::with_files(&files([("nl/cancellation.j2", windows.as_str()), ("en/cancellation.j2", TEXT)])).unwrap();
    let own = letters.render(&sample(LetterKind::Cancellation, Language::Nl)).unwrap();
    assert!(words(&own).contains("Beste KPN B.V.,"), "{}", words(&own));
    let others = letters.render(&sample(LetterKind::PortingNotice, Language::Nl)).unwrap();
    assert!(words(&others).contains("Geachte heer, mevrouw,"));
}

#[test]
fn a_letter_in_one_language_only_is_a_fault() {
    assert_eq!(
        faults(&files([("nl/cancellation.j2", TEXT)])),
        ["nl/cancellation.j2: there is no en/cancellation.j2; write a letter in both languages"]
    );
}

#[test]
fn a_file_without_use_is_a_fault() {
    let said = faults(&files([("nl/cancelation.j2", TEXT), ("notes.txt", "")]));
    assert_eq!(said.len(), 2);
    assert!(
        said[0].starts_with("nl/cancelation.j2: is not used; there can be letters.toml, the logo that it names, nl/"),
        "{said:?}"
    );
}

#[test]
fn every_fault_of_a_text_is_told_with_its_line() {
    let text = "{# 漢 in a remark is no fault #}\nBetreft: a\n\n{{ customer.nmae }}\n{{ customr.name }} 漢\n\n[signature]\n";
    assert_eq!(
        faults_of(text),
        [
            "nl/cancellation.j2:4: there is no value customer.nmae; docs/adding-a-letter.md says where they are listed",
            "nl/cancellation.j2:5: has characters that can't be printed: 漢 (U+6F22)",
            "nl/cancellation.j2:5: there is no value customr.name; docs/adding-a-letter.md says where they are listed",
        ]
    );
}

#[test]
fn a_text_that_cannot_be_read_is_told_with_its_line() {
    let said = faults_of("Betreft: a\n\n{% if porting_on %}\n\n[signature]\n");
    assert!(
        matches!(&said[..], [fault] if fault.starts_with("nl/cancellation.j2:") && fault.contains("unexpected end")),
        "{said:?}"
    );
    let mut files = files([("en/cancellation.j2", TEXT)]);
    files.insert("nl/cancellation.j2".to_owned(), b"Betreft: a\n\nCaf\xe9\n".to_vec());
    assert_eq!(faults(&files), ["nl/cancellation.j2:3: is not in UTF-8; save the file in that encoding"]);
}

#[test]
fn a_text_is_tried_with_facts_that_lack_what_can_be_absent() {
    assert_eq!(
        faults_of(
            "Betreft: a\n\n{{ customer.phone }}\n\n{% if contract.has_numbers %}\n{{ porting_on }}\n{% endif %}\n\n[signature]\n"
        ),
        ["nl/cancellation.j2:3: {{ customer.phone }} can be without a value; test it with `is defined` first"],
        "one at a time: filling in stops at the first"
    );
    assert_eq!(
        faults_of("Betreft: a\n\nBeste\n"),
        ["nl/cancellation.j2: a letter needs [signature], [signature form] or [signature forms]"]
    );
    assert_eq!(
        faults_of("Betreft: a\n\n{% for c in contracts %}{{ c.nmae }}{% endfor %}\n\n[signature]\n"),
        ["nl/cancellation.j2:3: {{ c.nmae }} can be without a value; test it with `is defined` first"]
    );
}

#[test]
fn every_fault_of_the_looks_is_told_with_its_line() {
    let look = "window = \"top\"\n# ours\ncolour = \"#ffff00\"\nlogo = \"logo.png\"\n";
    let said = faults(&files([("letters.toml", look)]));
    assert_eq!(said[0], "letters.toml:1: window: \"top\" is no side; give \"left\" or \"right\"");
    assert!(said[1].starts_with("letters.toml:3: colour: #ffff00 is too light"), "{said:?}");
    assert_eq!(said[2], "letters.toml:4: logo: there is no file \"logo.png\" in the folder");

    let said = faults(&files([("letters.toml", "window = \"left\"\ncolor = \"#000000\"\n")]));
    assert!(matches!(&said[..], [fault] if fault.starts_with("letters.toml:2: unknown field `color`")), "{said:?}");
    let said = faults(&files([("letters.toml", "logo = \"logo.svg\"\n"), ("logo.svg", "<svg/>")]));
    assert!(matches!(&said[..], [fault] if fault.starts_with("logo.svg: can't be read as a PNG: ")), "{said:?}");
}
