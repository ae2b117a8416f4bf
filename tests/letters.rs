//! `overstap letters`, and a server with a contractor's own texts.

use std::path::PathBuf;

use crate::support::process::run;

const TEXT: &str = "Betreft: Opzegging\n\nBeste {{ provider.name }},\n\n[contracts]\n\n[numbers]\n\n[signature]\n";

/// A contractor's folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("letters-{name}-{}", std::process::id()));
    let _left = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// The exit code of `overstap letters …` and what it says.
fn letters(arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(&[&["letters"], arguments].concat());
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn kinds_are_listed_each_once() {
    let (code, said) = letters(&["list"]);
    assert_eq!(code, Some(0));
    assert!(said.starts_with("porting_notice\ncancellation\nauthorization\n"), "{said}");
}

#[test]
fn a_folder_in_order_is_checked_and_previewed() {
    let folder = folder("right", &[("nl/cancellation.j2", TEXT), ("en/cancellation.j2", TEXT), (".git/x/y/config", "")]);
    let templates = ["--templates", folder.to_str().unwrap()];
    let (code, said) = letters(&[&["check"], &templates[..]].concat());
    assert_eq!((code, said.ends_with(" letters in 2 languages are in order\n")), (Some(0), true), "{said}");

    let out = folder.join("letter.pdf");
    let (code, said) =
        letters(&[&["preview", "cancellation", "--lang", "en", "--out", out.to_str().unwrap()], &templates[..]].concat());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("letter.pdf: Opzegging, 1 page(s), "), "{said}");
    assert!(std::fs::read(out).unwrap().starts_with(b"%PDF-"));
    let (code, said) = letters(&["preview", "invoice"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("there is no letter \"invoice\"; there are porting_notice, cancellation, authorization"), "{said}");
}

#[test]
fn faults_are_told_by_file_and_line_and_no_server_starts_with_them() {
    let without_letters = "Subject: Your letters\n\nPlease sign them.\n\n[signature]\n";
    let files = [
        ("nl/cancellation.j2", "Betreft: {{ customer.nmae }}\n"),
        ("nl/cover.j2", "Betreft: Uw brieven\n\n[letters]\n\n[signature]\n"),
        ("en/cover.j2", without_letters),
        ("letters.toml", "\ncolour = 'red'"),
    ];
    let folder = folder("wrong", &files);
    let shown = folder.to_str().unwrap();
    let (code, said) = letters(&["check", "--templates", shown]);
    assert_eq!(code, Some(1));
    let serve =
        run(&["serve", "--database-url", &format!("sqlite://{shown}/x.db"), "--listen", "127.0.0.1:0", "--templates", shown]);
    assert_eq!(serve.status.code(), Some(1));
    let serve = String::from_utf8(serve.stderr).unwrap();
    for fault in [
        "letters.toml:2: colour: \"red\" is no colour",
        "nl/cancellation.j2:1: there is no value customer.nmae",
        "nl/cancellation.j2: there is no en/cancellation.j2",
        "en/cover.j2: [letters] is missing: it says which letters to sign, to whom they go and by when",
    ] {
        let fault = format!("{shown}/{fault}");
        assert!(said.contains(&fault) && serve.contains(&fault), "{fault}: {said}\n{serve}");
    }
}

#[test]
fn no_server_starts_with_particulars_for_which_letters_have_no_room() {
    let folder = folder("particulars", &[]);
    let name = format!("Dynamx {}", "Telecommunicatie".repeat(20));
    let database = format!("sqlite://{}/x.db", folder.display());
    let serve = ["serve", "--database-url", &database, "--listen", "127.0.0.1:0"];
    let codes = folder.join("codes.toml");
    std::fs::write(&codes, "[[code]]\ncode = 700\n").unwrap();
    let codes = codes.to_str().unwrap();
    let wrong = ["--contractor-name", &name, "--contractor-email", "migraties", "--blocking-codes", codes];
    let output = run(&[&serve[..], &wrong].concat());
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    for fault in [
        "OVERSTAP_CONTRACTOR_EMAIL: \"migraties\" is not an e-mail address; give for example \"name@company.nl\"",
        "OVERSTAP_CONTRACTOR_…: Dutch authorization: contractor.name is too long for a letter; shorten it",
        &format!("OVERSTAP_BLOCKING_CODES: {codes}: TOML parse error at line 2"),
    ] {
        assert_eq!(said.matches(fault).count(), 1, "{fault}: {said}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let (code, said) = letters(&["check", "--templates", "/nowhere"]);
    assert_eq!(code, Some(1));
    assert_eq!(said, "OVERSTAP_TEMPLATES: /nowhere can't be read: No such file or directory (os error 2)\n");
}
