//! What can't be a letter, and what its writer is told.

use letters::{LetterError, Letters};
use workflow::letter::{Language, LetterFacts, LetterKind, PrintedContract, Scenario};

use crate::facts::{contract, letter};

/// What both `check` and `render` say.
fn refused(letter: &LetterFacts) -> String {
    let letters = Letters::embedded().unwrap();
    let error = letters.check(letter).unwrap_err();
    assert_eq!(letters.render(letter).unwrap_err(), error);
    error.to_string()
}

#[test]
fn a_missing_fact_is_named() {
    let cancellation = letter(LetterKind::Cancellation, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    let without = |change: fn(&mut LetterFacts)| {
        let mut letter = cancellation.clone();
        change(&mut letter);
        refused(&letter)
    };
    let missing =
        |field: &str| format!("Dutch cancellation: {field} is missing; complete the project's data and make the letter again");
    assert_eq!(without(|letter| letter.sender.kvk_number = None), missing("sender.kvk_number"));
    assert_eq!(without(|letter| letter.recipient.address.city = " ".to_owned()), missing("recipient.address.city"));
    assert_eq!(without(|letter| letter.contracts[0].contract_number.clear()), missing("contracts[0].contract_number"));
}

#[test]
fn a_plain_cancellation_without_its_date_names_the_place_in_the_template() {
    let contract = PrintedContract { ends_on: None, numbers: Vec::new(), ..contract(Scenario::EndOfContract) };
    let said = refused(&letter(LetterKind::Cancellation, Language::Nl, vec![contract]));
    assert!(said.starts_with("templates/letters/nl/cancellation.j2, line "), "{said}");
    assert!(said.contains("{{ contract.ends_on }} has no value"), "{said}");
}

#[test]
fn a_character_without_a_glyph_is_named_with_its_code_and_field() {
    let mut notice = letter(LetterKind::PortingNotice, Language::En, vec![contract(Scenario::EndOfContract)]);
    notice.sender.name = "Καφέ\n漢".to_owned();
    assert_eq!(
        refused(&notice),
        "English porting notice: sender.name has characters that can't be printed: Κ (U+039A), α (U+03B1), φ (U+03C6), έ (U+03AD), \
         U+000A, 漢 (U+6F22); write them in Latin script on one line"
    );
}

#[test]
fn a_contract_that_goes_on_or_has_ended_has_no_cancellation() {
    for (scenario, why) in
        [(Scenario::Continuation, "goes on without its numbers"), (Scenario::AfterTermination, "has already ended")]
    {
        let said = refused(&letter(LetterKind::Cancellation, Language::Nl, vec![contract(scenario)]));
        assert_eq!(
            said,
            format!(
                "Dutch cancellation: contract C-778899 {why}; it has no cancellation, its numbers are announced by the porting notice"
            )
        );
    }
}

#[test]
fn a_cancellation_is_about_one_contract_and_others_about_at_least_one() {
    let two = vec![contract(Scenario::EndOfContract), contract(Scenario::EndOfContract)];
    for (kind, contracts) in
        [(LetterKind::Cancellation, two), (LetterKind::Authorization, Vec::new()), (LetterKind::PortingNotice, Vec::new())]
    {
        let count = contracts.len();
        let error = Letters::embedded().unwrap().check(&letter(kind, Language::Nl, contracts)).unwrap_err();
        assert!(matches!(error, LetterError::ContractCount { count: counted, .. } if counted == count), "{error}");
    }
}

#[test]
fn a_notice_or_authorization_names_only_contracts_with_numbers() {
    let empty = PrintedContract { numbers: Vec::new(), ..contract(Scenario::EndOfContract) };
    for kind in [LetterKind::PortingNotice, LetterKind::Authorization] {
        let said = refused(&letter(kind, Language::Nl, vec![contract(Scenario::EndOfContract), empty.clone()]));
        assert!(
            said.ends_with("contract C-778899 has no numbers to port; leave it out and cancel it by a letter of its own"),
            "{said}"
        );
    }
}

#[test]
fn a_name_that_fits_in_no_letterhead_is_refused_rather_than_cut() {
    let mut notice = letter(LetterKind::PortingNotice, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    notice.sender.name = "Maatschappij ".repeat(100);
    assert_eq!(refused(&notice), "Dutch porting notice: sender.name is too long for a letter; shorten it");
}
