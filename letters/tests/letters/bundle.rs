//! Letters put together for the printer.

use letters::{Pdf, bundle};
use workflow::letter::{Language, LetterKind, Scenario};

use crate::facts::{contract, letter, single};
use crate::pdf::{info, rendered, text};

fn bundled(letters: &[&Pdf]) -> Pdf {
    let bytes = bundle(letters.iter().map(|letter| letter.bytes.as_slice())).unwrap();
    Pdf { bytes, pages: letters.iter().map(|letter| letter.pages).sum(), title: String::new() }
}

#[test]
fn a_bundle_has_every_page_of_every_letter_in_order() {
    let mut long = contract(Scenario::EndOfContract);
    long.numbers = (0..100).map(|n| single(&format!("030 100 {n:02} 00"))).collect();
    let first = rendered(&letter(LetterKind::Cancellation, Language::Nl, vec![long]));
    let second = rendered(&letter(LetterKind::Authorization, Language::En, vec![contract(Scenario::Continuation)]));
    assert!(first.pages > 1);
    let together = bundled(&[&first, &second, &first]);
    assert_eq!(text(&together), format!("{0}{1}{0}", text(&first), text(&second)));
    let info = info(&together);
    assert!(info.lines().any(|line| line.split_whitespace().eq(["Pages:", &together.pages.to_string()])), "{info}");
    assert!(info.contains("A4"), "{info}");
    assert_eq!(together.bytes, bundled(&[&first, &second, &first]).bytes, "the same letters give the same bytes");
}

#[test]
fn what_is_not_a_letter_is_refused() {
    let right = rendered(&letter(LetterKind::Authorization, Language::Nl, vec![contract(Scenario::EndOfContract)]));
    let error = bundle([right.bytes.as_slice(), b"no PDF"]).unwrap_err();
    assert!(error.to_string().starts_with("letter 2 can't be read back"), "{error}");
}
