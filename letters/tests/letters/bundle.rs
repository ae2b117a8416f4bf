//! Letters put together for the printer.

use letters::{Pdf, Sides, bundle};
use workflow::letter::{Language, LetterKind, Scenario};

use crate::facts::{contract, letter, single};
use crate::pdf::{info, rendered, text};

fn bundled(letters: &[&Pdf]) -> Pdf {
    printed(letters, Sides::One)
}

fn printed(letters: &[&Pdf], sides: Sides) -> Pdf {
    let bytes = bundle(letters.iter().map(|letter| letter.bytes.as_slice()), sides).unwrap();
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
fn printed_on_both_sides_each_letter_begins_on_a_sheet_of_its_own() {
    let with_numbers = |count: u32| {
        let mut long = contract(Scenario::EndOfContract);
        long.numbers = (0..count).map(|n| single(&format!("030 1{:02} {:02} 00", n / 100, n % 100))).collect();
        rendered(&letter(LetterKind::PortingNotice, Language::Nl, vec![long]))
    };
    let one = rendered(&letter(LetterKind::Cancellation, Language::Nl, vec![contract(Scenario::EndOfContract)]));
    let (two, three) = (with_numbers(120), with_numbers(300));
    assert_eq!([&one, &two, &three].map(|letter| letter.pages), [1, 2, 3]);
    let together = printed(&[&one, &two, &three, &one], Sides::Both);
    // Pages end in a form feed, blank ones too.
    let blank = "\u{c}";
    assert_eq!(text(&together), format!("{0}{blank}{1}{2}{blank}{0}{blank}", text(&one), text(&two), text(&three)));
    let info = info(&together);
    assert!(info.lines().any(|line| line.split_whitespace().eq(["Pages:", "10"])), "{info}");
    assert!(info.contains("A4"), "{info}");
}

#[test]
fn what_is_not_a_letter_is_refused() {
    let right = rendered(&letter(LetterKind::Authorization, Language::Nl, vec![contract(Scenario::EndOfContract)]));
    let error = bundle([right.bytes.as_slice(), b"no PDF"], Sides::One).unwrap_err();
    assert!(error.to_string().starts_with("letter 2 can't be read back"), "{error}");
}
