//! Each kind, in each language, for each way a contract ends.

use std::fmt::Write;

use workflow::letter::{Language, LetterKind, PrintedContract, Scenario};

use crate::facts::{block, company, contract, day, letter, single};
use crate::pdf::{inside, pages, rendered, words};

const LANGUAGES: [(Language, &str); 2] = [(Language::Nl, "nl"), (Language::En, "en")];
const SCENARIOS: [(Scenario, &str); 4] = [
    (Scenario::EndOfContract, "end_of_contract"),
    (Scenario::EarlyTermination, "early_termination"),
    (Scenario::AfterTermination, "after_termination"),
    (Scenario::Continuation, "continuation"),
];

fn snapshot(name: &str, kind: LetterKind, language: Language, contracts: Vec<PrintedContract>) {
    let pdf = rendered(&letter(kind, language, contracts));
    insta::assert_snapshot!(name, pages(&pdf));
    assert_eq!(pdf.pages, 1, "{name}");
}

#[test]
fn a_porting_notice_reads_well_in_every_scenario() {
    for (language, code) in LANGUAGES {
        for (scenario, name) in SCENARIOS {
            let carries = if language == Language::Nl { ["internet", "alarm"] } else { ["internet", "an alarm"] };
            let contract = PrintedContract { carries: carries.map(str::to_owned).to_vec(), ..contract(scenario) };
            snapshot(&format!("{code}_porting_notice_{name}"), LetterKind::PortingNotice, language, vec![contract]);
        }
    }
}

#[test]
fn a_cancellation_reads_well_in_every_scenario_that_has_one() {
    for (language, code) in LANGUAGES {
        for (scenario, name) in &SCENARIOS[..2] {
            snapshot(&format!("{code}_cancellation_{name}"), LetterKind::Cancellation, language, vec![contract(*scenario)]);
        }
        for (scenario, name) in [(Scenario::EndOfContract, ""), (Scenario::EarlyTermination, "_early")] {
            let bare = PrintedContract { numbers: Vec::new(), ..contract(scenario) };
            snapshot(&format!("{code}_cancellation_without_numbers{name}"), LetterKind::Cancellation, language, vec![bare]);
        }
    }
}

#[test]
fn an_authorization_reads_well_in_every_scenario() {
    for (language, code) in LANGUAGES {
        for (scenario, name) in SCENARIOS {
            snapshot(&format!("{code}_authorization_{name}"), LetterKind::Authorization, language, vec![contract(scenario)]);
        }
    }
}

#[test]
fn a_notice_without_a_date_or_a_contact_says_so() {
    let mut notice = letter(LetterKind::PortingNotice, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    notice.porting_on = None;
    notice.sender.contact = None;
    let words = words(&rendered(&notice));
    assert!(words.contains("De datum van de portering staat nog niet vast."), "{words}");
    assert!(!words.contains("J. de Vries"), "{words}");
}

/// Art. 4.10(3) Telecommunicatiewet gives a month; art. 4.10(7) forbids direct costs to the subscriber, so no letter may offer any.
#[test]
fn no_letter_mentions_a_price_for_porting() {
    for (language, _) in LANGUAGES {
        for kind in [LetterKind::PortingNotice, LetterKind::Cancellation, LetterKind::Authorization] {
            let words = words(&rendered(&letter(kind, language, vec![contract(Scenario::EndOfContract)]))).to_lowercase();
            for price in ["€", "kosten", "tarief", "fee", "charge", "price"] {
                assert!(!words.contains(price), "{price}: {words}");
            }
        }
    }
}

#[test]
fn a_cancellation_with_numbers_ends_the_contract_at_the_porting_and_not_before() {
    for scenario in [Scenario::EndOfContract, Scenario::EarlyTermination] {
        for (language, at_the_porting, kept) in [
            (
                Language::Nl,
                "door en op het moment van de portering van de hieronder genoemde nummers, en niet eerder",
                "nummerbehoud",
            ),
            (Language::En, "by and at the porting of the numbers listed below, and not before", "number retention"),
        ] {
            let words = words(&rendered(&letter(LetterKind::Cancellation, language, vec![contract(scenario)])));
            assert!(words.contains(at_the_porting) && words.contains(kept), "{words}");
            assert!(words.contains("14 dagen") || words.contains("14 days"), "{words}");
        }
    }
}

#[test]
fn an_authorization_has_every_element_that_a_donor_can_ask_for() {
    let parts_of = vec![block("030 200 12 00", "030 200 12 99", 100)];
    let contracts = vec![PrintedContract { parts_of, ..contract(Scenario::EarlyTermination) }];
    let words = words(&rendered(&letter(LetterKind::Authorization, Language::Nl, contracts)));
    for element in [
        "Bakkerij De Korenaar B.V., Oudegracht 12, 3511 AB Utrecht",
        "handelsregister onder nummer 12345678",
        "KPN B.V., Postbus 30000, 2500 GA Den Haag",
        "Ontvangende aanbieder Dynamx, Voorbeeldweg 1, 1234 AB Amersfoort, KvK 87654321",
        "Utrecht, 4 januari 2027",
        "de overstap van de hieronder genoemde nummers van KPN B.V. naar de ontvangende aanbieder te regelen",
        "contract C-778899 (ISDN30, klantnummer 100200300) vóór het einde van de contractduur te beëindigen",
        "een afkoopsom in rekening kan brengen, en aanvaardt",
        "nummerbehoud",
        "030 100 12 00 t/m 030 100 12 99 (100 nummers)",
        "030 234 56 78",
        "0297 12 34 56",
        "Van 030 200 12 00 t/m 030 200 12 99 (100 nummers) op contract C-778899 blijven de nummers die hieronder niet staan bij KPN",
        "Wat hier niet is genoemd, blijft zoals het is",
        "geldt vanaf de ondertekening tot de overstap is voltooid of de abonnee haar schriftelijk intrekt",
        "verklaart bevoegd te zijn de abonnee te vertegenwoordigen",
        "Naam",
        "Functie",
        "Plaats",
        "Datum",
        "Handtekening",
    ] {
        assert!(words.contains(element), "{element:?} not in: {words}");
    }
}

#[test]
fn three_hundred_numbers_go_over_pages_and_none_is_lost() {
    let numbers: Vec<_> = (0..300).map(|n| format!("030 2{:02} {:02} {:02}", n / 100, n % 100, (n * 7) % 100)).collect();
    let contract =
        PrintedContract { numbers: numbers.iter().map(|number| single(number)).collect(), ..contract(Scenario::EndOfContract) };
    for kind in [LetterKind::PortingNotice, LetterKind::Cancellation, LetterKind::Authorization] {
        let pdf = rendered(&letter(kind, Language::Nl, vec![contract.clone()]));
        assert!((3..=4).contains(&pdf.pages), "{} pages", pdf.pages);
        let text = pages(&pdf);
        for number in &numbers {
            assert_eq!(text.matches(number.as_str()).count(), 1, "{number}");
        }
        assert!(text.contains("Nummers bij contract C-778899 (300 nummers), vervolg"), "{text}");
        assert!(text.contains(&format!("Pagina 1 van {}", pdf.pages)), "{text}");
    }
}

#[test]
fn many_contracts_repeat_the_heading_of_their_table() {
    let mut contracts = Vec::new();
    for n in 0..60 {
        let mut contract = PrintedContract { contract_number: format!("C-{n:04}"), ..contract(Scenario::EndOfContract) };
        contract.numbers = vec![block(&format!("030 100 {n:02} 00"), &format!("030 100 {n:02} 99"), 100)];
        contracts.push(contract);
    }
    let pdf = rendered(&letter(LetterKind::PortingNotice, Language::En, contracts.clone()));
    let text = pages(&pdf);
    assert!(text.matches("Customer number").count() > 1, "{text}");
    let mut missing = String::new();
    for contract in &contracts {
        // Once in the contract table, once above its numbers.
        if text.matches(&contract.contract_number).count() != 2 {
            write!(missing, "{} ", contract.contract_number).unwrap();
        }
    }
    assert_eq!(missing, "");
}

#[test]
fn long_names_wrap_and_stay_whole() {
    let long = "Stichting tot Behoud en Bevordering van het Ambachtelijke Bakkerijwezen in de Provincie Utrecht en Omstreken";
    let mut cancellation = letter(LetterKind::Cancellation, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    cancellation.sender.name = long.to_owned();
    cancellation.recipient = company(
        "Telecommunicatiebedrijf Noordoost-Nederland Zakelijke Dienstverlening Holding B.V.",
        "Burgemeester van der Borch van Verwoldelaan 1234-bis",
        "7471 AB",
        "Hof van Twente",
    );
    cancellation.contracts[0].contract_number = "CONTRACT-2021-0000-1111-2222-3333-4444-5555".to_owned();
    let pdf = rendered(&cancellation);
    insta::assert_snapshot!("nl_cancellation_long_names", pages(&pdf));
    assert!(words(&pdf).matches("Ambachtelijke").count() >= 2);
}

/// What the windows of E6/5 (DL), C6/5 and C5 envelopes have in common.
#[test]
fn only_the_return_line_and_the_address_show_in_an_envelopes_window() {
    let notice = letter(LetterKind::PortingNotice, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    let shown = inside(&rendered(&notice), [15, 44, 110, 70]);
    let lines: Vec<_> = shown.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        ["Bakkerij De Korenaar B.V. · Oudegracht 12 · 3511 AB Utrecht", "KPN B.V.", "Postbus 30000", "2500 GA DEN HAAG"]
    );
    let mandate = letter(LetterKind::Authorization, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    assert!(inside(&rendered(&mandate), [15, 44, 110, 70]).contains("AMERSFOORT"), "a mandate goes to the contractor");
}

#[test]
fn special_spaces_and_hyphens_print_as_ordinary_ones() {
    let mut notice = letter(LetterKind::PortingNotice, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    notice.sender.name = "Café\u{202f}’t\u{a0}IJ\u{2011}huis ĳ €".to_owned();
    notice.written_on = day(2027, 2, 28);
    let text = pages(&rendered(&notice));
    assert!(text.contains("Café ’t IJ-huis ĳ €"), "{text}");
    assert!(text.contains("Utrecht, 28 februari 2027"), "{text}");
}

#[test]
fn the_same_facts_give_the_same_bytes_and_other_facts_another_identifier() {
    let notice = letter(LetterKind::PortingNotice, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    let pdf = rendered(&notice);
    assert_eq!(pdf, rendered(&notice));
    let identifier = |bytes: &[u8]| {
        let at = bytes.windows(5).rposition(|window| window == b"/ID[<").unwrap();
        bytes[at..at + 71].to_vec()
    };
    let mut other = notice;
    other.reference = "2027-0002".to_owned();
    assert_ne!(identifier(&pdf.bytes), identifier(&rendered(&other).bytes));
    let latin: String = pdf.bytes.iter().map(|&byte| char::from(byte)).collect();
    assert!(latin.contains("/CreationDate(D:20270104000000"), "dated by its own date");
}
