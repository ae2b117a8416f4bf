//! What a contractor's own text must not lose: each letter as it comes with the program, with one thing taken out.

use std::collections::BTreeMap;

use letters::{LetterName, Letters};
use workflow::letter::{Language, LetterKind};

fn embedded(letter: LetterName) -> String {
    std::fs::read_to_string(format!("{}/../templates/letters/{}", env!("CARGO_MANIFEST_DIR"), letter.file())).unwrap()
}

/// The faults of the Dutch letter with these parts replaced, its English one as it is.
fn faults(kind: LetterKind, replaced: &[(&str, &str)]) -> Vec<String> {
    let [nl, en] = [Language::Nl, Language::En].map(|language| LetterName { kind, language });
    let mut text = embedded(nl);
    for (part, other) in replaced {
        assert!(text.contains(part), "{nl} has no {part:?}");
        text = text.replace(part, other);
    }
    let files = [(nl.file(), text), (en.file(), embedded(en))].map(|(file, text)| (file, text.into_bytes()));
    let faults = Letters::with_files(&BTreeMap::from(files)).err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_text_without_what_its_letter_cannot_do_without_is_refused_with_the_reason() {
    let contracts = ("[contracts]\n", "");
    let numbers = ("[numbers]\n", "");
    for (kind, replaced, missing, why) in [
        (LetterKind::PortingNotice, &[numbers][..], "[numbers] is missing", "which numbers to keep working"),
        (
            LetterKind::PortingNotice,
            &[contracts, ("{{ customer_numbers }}", "zie onder")],
            "[contracts] or {{ contract.customer_number }} or {{ customer_numbers }} is missing",
            "finds its customer",
        ),
        (LetterKind::Cancellation, &[numbers], "[numbers] is missing", "art. 4.10 Telecommunicatiewet"),
        (
            LetterKind::Cancellation,
            &[("{{ contract.contract_number }}", "ons contract")],
            "[contracts] or {{ contract.contract_number }} is missing",
            "end this contract and no other",
        ),
        (
            LetterKind::Cancellation,
            &[("{{ contract.customer_number }}", "bekend")],
            "[contracts] or {{ contract.customer_number }} or {{ customer_numbers }} is missing",
            "finds its customer",
        ),
        (
            LetterKind::Cancellation,
            &[("contract.scenario == \"early_termination\"", "false"), ("contract.scenario == \"end_of_contract\"", "true")],
            "[contracts] or {% if contract.scenario == … %} is missing",
            "before its term",
        ),
        (LetterKind::Authorization, &[numbers], "[numbers] is missing", "change request 1275"),
        (
            LetterKind::Authorization,
            &[("{{ contract.contract_number }}", "hieronder")],
            "[contracts] or {{ contract.contract_number }} is missing",
            "change request 1275",
        ),
        (
            LetterKind::Authorization,
            &[("{{ provider.name }}", "de aanbieder")],
            "{{ provider.name }} is missing",
            "whose numbers",
        ),
        (
            LetterKind::Authorization,
            &[("[signature form]", "[signature]")],
            "[signature form] or [signature forms] is missing",
            "dated, and signed",
        ),
        (LetterKind::Cover, &[("[letters]\n", "")], "[letters] is missing", "by when"),
        (
            LetterKind::InstallationAppointment,
            &[("{{ appointment.on }}", "maandag")],
            "{{ appointment.on }} is missing",
            "no appointment",
        ),
        (
            LetterKind::InstallationAppointment,
            &[("tussen {{ appointment.from }} en {{ appointment.until }} uur", "die ochtend")],
            "{{ appointment.from }} is missing",
            "from when to be there",
        ),
        (
            LetterKind::InstallationAppointment,
            &[("{{ appointment.note }}", "zie hieronder")],
            "{{ appointment.note }} is missing",
            "would not reach",
        ),
        (LetterKind::CutoverAnnouncement, &[("{{ cutover.on }}", "die dag")], "{{ cutover.on }} is missing", "art. 4.10(5)"),
        (LetterKind::CutoverAnnouncement, &[("{{ cutover.at }}", "9.00")], "{{ cutover.at }} is missing", "art. 4.10(5)"),
        (LetterKind::CutoverAnnouncement, &[numbers], "[numbers] is missing", "which numbers move"),
        (LetterKind::Delivery, &[numbers], "[numbers] is missing", "were ported"),
        (
            LetterKind::Delivery,
            &[("- {{ point }}", "- zie het dossier")],
            "{% for point in delivery.points %} is missing",
            "nothing was noted",
        ),
        (LetterKind::Delivery, &[("[signature forms]", "[signature form]")], "[signature forms] is missing", "both sign"),
        (
            LetterKind::RecordingAnnouncement,
            &[("{{ recording.retention_days }}", "enkele")],
            "{{ recording.retention_days }} is missing",
            "art. 13(2)(a) GDPR",
        ),
    ] {
        let said = faults(kind, replaced);
        let [fault] = said.as_slice() else { panic!("{} {replaced:?}: {said:?}", kind.as_str()) };
        assert!(fault.starts_with(&format!("nl/{}.j2: {missing}: ", kind.as_str())), "{fault}");
        assert!(fault.contains(why), "{fault}");
    }
}

#[test]
fn where_only_some_letters_lack_it_one_of_them_is_named() {
    for (condition, place) in [
        ("contracts[0].scenario != 'continuation'", "contract.scenario == \"continuation\""),
        ("porting_on is defined", "contract.scenario == \"end_of_contract\" and porting_on is not defined"),
    ] {
        let some = format!("{{% if {condition} %}}\n[numbers]\n{{% endif %}}\n");
        let said = faults(LetterKind::Authorization, &[("[numbers]\n", &some)]);
        let start = format!("nl/authorization.j2: [numbers] is missing where {place}: ");
        assert!(matches!(said.as_slice(), [fault] if fault.starts_with(&start)), "{said:?}");
    }
}

#[test]
fn a_text_that_names_the_first_of_several_contracts_alone_is_refused() {
    let said = faults(LetterKind::Authorization, &[("{% for contract in contracts %}", "{% for contract in contracts[:1] %}")]);
    let starts =
        ["nl/authorization.j2: [contracts] or {% if contract", "nl/authorization.j2: [contracts] or {{ contract.contract_n"];
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().zip(starts).all(|(fault, start)| fault.starts_with(start)), "{said:?}");
}

#[test]
fn how_a_text_says_it_is_its_writers_affair() {
    let table = ("Hoogachtend,\n", "[contracts]\n\nHoogachtend,\n");
    for (kind, replaced) in [
        (LetterKind::Cancellation, vec![table, ("{{ contract.contract_number }}", "dit contract")]),
        (LetterKind::Cancellation, vec![("{{ contract.contract_number }}", "{{ contract.contract_number | replace('-', '') }}")]),
        (LetterKind::Authorization, vec![("[signature form]", "[signature forms]")]),
        // Subscriber, receiving provider and date stand around the text.
        (
            LetterKind::Authorization,
            vec![("{{ customer.name }}", "Wij"), ("{{ customer.street }}", "-"), ("{{ contractor.name }}", "Dynamx")],
        ),
        (LetterKind::FraudSafety, vec![("{{ contractor.name }}", "Dynamx")]),
    ] {
        assert_eq!(faults(kind, &replaced), [""; 0], "{} {replaced:?}", kind.as_str());
    }
}
