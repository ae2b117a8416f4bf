//! A contractor's own texts.

use std::collections::BTreeMap;
use std::fmt::Write;

use letters::Letters;
use workflow::letter::{Language, LetterKind, PrintedCompany, PrintedContract, Scenario};

use crate::facts::{block, contract, letter, to_customer};
use crate::pdf::info;

/// The letters with this text for the Dutch porting notice.
fn with_notice(text: &str) -> Result<Letters, String> {
    let own = BTreeMap::from([((LetterKind::PortingNotice, Language::Nl), text.to_owned())]);
    Letters::with_texts(&own).map_err(|error| error.to_string())
}

#[test]
fn a_contractors_own_text_takes_the_place_of_the_embedded_one() {
    let letters = with_notice("Betreft: Wij gaan om – één reünie (€)\n\nBeste {{ provider.name }},\n\n[signature]\n").unwrap();
    let notice = letter(LetterKind::PortingNotice, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    let pdf = letters.render(&notice).unwrap();
    assert_eq!(pdf.title, "Wij gaan om – één reünie (€)");
    assert!(info(&pdf).contains("Title:           Wij gaan om – één reünie (€)\n"), "{}", info(&pdf));
    let other = letter(LetterKind::PortingNotice, Language::En, vec![contract(Scenario::EndOfContract)]);
    assert_eq!(letters.render(&other).unwrap().title, "Notice of the porting of our telephone numbers");
}

#[test]
fn a_text_that_names_an_unknown_value_is_refused_when_loaded_even_in_a_branch_not_taken() {
    let text = "Betreft: a\n\n{% if reference == \"never\" %}{{ customer.nmae }}{% endif %}\n\n[signature]\n";
    assert_eq!(
        with_notice(text).err(),
        Some(
            "templates/letters/nl/porting_notice.j2: there is no value customer.nmae; templates/letters/README.md lists those there are"
                .to_owned()
        )
    );
}

#[test]
fn a_text_that_cannot_be_read_is_refused_with_its_line() {
    let said = with_notice("Betreft: a\n\n{% if porting_on %}\n\n[signature]\n").err().unwrap();
    assert!(said.starts_with("templates/letters/nl/porting_notice.j2: line "), "{said}");
}

#[test]
fn a_text_without_a_place_to_sign_is_refused_when_filled_in() {
    let letters = with_notice("Betreft: a\n\nBeste,\n").unwrap();
    let notice = letter(LetterKind::PortingNotice, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    assert_eq!(
        letters.check(&notice).unwrap_err().to_string(),
        "templates/letters/nl/porting_notice.j2: a letter needs [signature], [signature form] or [signature forms]"
    );
}

#[test]
fn every_value_that_the_readme_lists_can_be_used() {
    let mut text = "Betreft: a\n\n".to_owned();
    for value in ["reference", "written_on", "porting_on", "customer_numbers", "has_numbers", "contracts | length"] {
        write!(text, "{{{{ {value} }}}} ").unwrap();
    }
    for company in ["customer", "provider", "contractor"] {
        for value in ["name", "street", "postal_code", "city", "kvk_number", "contact", "email", "phone", "reach"] {
            write!(text, "{{{{ {company}.{value} }}}} ").unwrap();
        }
    }
    for value in
        ["contract_number", "customer_number", "line", "scenario", "ends_on", "carries", "has_numbers", "provider", "parts_of"]
    {
        write!(text, "{{{{ contract.{value} }}}} ").unwrap();
    }
    text.push_str("\n\n[signature]\n");
    let own = BTreeMap::from([((LetterKind::Cancellation, Language::Nl), text)]);
    let letters = Letters::with_texts(&own).unwrap();

    let contract = PrintedContract {
        carries: vec!["internet".to_owned()],
        parts_of: vec![block("030 100 12 00", "030 100 12 99", 100)],
        ..contract(Scenario::EndOfContract)
    };
    let mut cancellation = letter(LetterKind::Cancellation, Language::Nl, vec![contract]);
    for company in [&mut cancellation.recipient, &mut cancellation.contractor] {
        *company = PrintedCompany { name: company.name.clone(), address: company.address.clone(), ..cancellation.sender.clone() };
    }
    assert_eq!(letters.check(&cancellation), Ok(()));
}

#[test]
fn what_only_letters_of_one_kind_say_can_be_used_in_these_alone() {
    let values = [
        (LetterKind::InstallationAppointment, "user_count appointment.on appointment.from appointment.until appointment.note"),
        (LetterKind::InstallationAppointment, "appointment.has_devices"),
        (LetterKind::CutoverAnnouncement, "cutover.on cutover.at"),
        (LetterKind::Delivery, "user_count delivery.has_users delivery.has_devices delivery.has_steps delivery.points"),
        (LetterKind::RecordingAnnouncement, "recording.retention_days"),
    ];
    for (kind, values) in values {
        for value in values.split(' ') {
            let text = format!("Betreft: a\n\nHier: {{{{ {value} }}}}\n\n[signature]\n");
            let own = BTreeMap::from([((kind, Language::Nl), text.clone()), ((LetterKind::FraudSafety, Language::Nl), text)]);
            let letters = Letters::with_texts(&own).unwrap();
            let letter = |kind| to_customer(kind, Language::Nl, Vec::new());
            assert_eq!(letters.check(&letter(kind)), Ok(()), "{value}");
            let said = letters.check(&letter(LetterKind::FraudSafety)).unwrap_err().to_string();
            assert!(said.contains("has no value"), "{said}");
        }
    }
}
