//! What the contractor writes to the customer: each kind, in each language, for each way a contract ends.

use workflow::letter::{Language, LetterKind, Particulars, PrintedContract, PrintedUser, Scenario};

use crate::facts::{contract, dynamx, letter, to_customer};
use crate::pdf::{fonts, inside, pages, rendered, words};

const LANGUAGES: [(Language, &str); 2] = [(Language::Nl, "nl"), (Language::En, "en")];
const SCENARIOS: [Scenario; 4] =
    [Scenario::EndOfContract, Scenario::EarlyTermination, Scenario::AfterTermination, Scenario::Continuation];

fn kinds() -> impl Iterator<Item = LetterKind> {
    LetterKind::ALL.into_iter().filter(|kind| kind.is_from_contractor())
}

/// Its line also carries an alarm and the lift.
fn shared(scenario: Scenario, language: Language) -> PrintedContract {
    let carries = if language == Language::Nl { ["alarm", "liftalarm"] } else { ["alarm", "lift alarm"] };
    PrintedContract { carries: carries.map(str::to_owned).to_vec(), ..contract(scenario) }
}

#[test]
fn each_letter_to_the_customer_reads_well() {
    for (language, code) in LANGUAGES {
        for kind in kinds() {
            let pdf = rendered(&to_customer(kind, language, vec![shared(Scenario::EndOfContract, language)]));
            insta::assert_snapshot!(format!("{code}_{}", kind.as_str()), pages(&pdf));
            let long = [LetterKind::CutoverAnnouncement, LetterKind::Delivery, LetterKind::RecordingAnnouncement];
            let expected = if long.contains(&kind) { 2 } else { 1 };
            assert_eq!(pdf.pages, expected, "{code} {kind:?}");
        }
    }
}

#[test]
fn an_announcement_tells_of_a_line_that_goes_on_that_it_does() {
    for (language, code) in LANGUAGES {
        let contracts = vec![shared(Scenario::Continuation, language)];
        let pdf = rendered(&to_customer(LetterKind::CutoverAnnouncement, language, contracts));
        insta::assert_snapshot!(format!("{code}_cutover_announcement_continuation"), pages(&pdf));
    }
}

#[test]
fn only_who_is_forwarded_reads_of_temporary_numbers() {
    for (kind, pages) in [(LetterKind::CutoverAnnouncement, 1), (LetterKind::Delivery, 2)] {
        let mut letter = to_customer(kind, Language::Nl, vec![contract(Scenario::EndOfContract)]);
        assert!(words(&rendered(&letter)).contains("030 234 56 78 naar 085 100 12 00, sinds 4 januari 2027"));
        let Some(Particulars::Cutover { forwarded, .. } | Particulars::Delivery { forwarded, .. }) = &mut letter.particulars
        else {
            panic!()
        };
        forwarded.clear();
        let pdf = rendered(&letter);
        assert!(pdf.pages == pages && !words(&pdf).contains("tijdelijke"), "{kind:?}: {}", words(&pdf));
    }
}

#[test]
fn every_letter_in_every_language_and_scenario_has_all_its_glyphs_in_embedded_fonts() {
    let mut rendered_count = 0;
    for (language, _) in LANGUAGES {
        for scenario in SCENARIOS {
            for kind in LetterKind::ALL {
                let contracts = vec![shared(scenario, language)];
                let ends = matches!(scenario, Scenario::EndOfContract | Scenario::EarlyTermination);
                let facts = match kind {
                    LetterKind::Cancellation if !ends => continue,
                    _ if kind.is_from_contractor() => to_customer(kind, language, contracts),
                    _ => letter(kind, language, contracts),
                };
                let pdf = rendered(&facts);
                let fonts = fonts(&pdf);
                assert!(!fonts.is_empty() && fonts.iter().all(|font| font.contains("yes yes yes")), "{kind:?}: {fonts:?}");
                assert!(!words(&pdf).contains('\u{fffd}'), "{kind:?}");
                rendered_count += 1;
            }
        }
    }
    assert_eq!(rendered_count, 2 * (4 * 9 - 2));
}

#[test]
fn a_letter_goes_to_the_customers_contact_and_comes_from_the_contractor() {
    let pdf = rendered(&to_customer(LetterKind::FraudSafety, Language::Nl, Vec::new()));
    let shown = inside(&pdf, [25, 44, 115, 74]);
    let lines: Vec<_> = shown.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "Dynamx · Voorbeeldweg 1 · 1234 AB Amersfoort",
            "Bakkerij De Korenaar B.V.",
            "t.a.v. J. de Vries",
            "Oudegracht 12",
            "3511 AB UTRECHT"
        ]
    );
    let words = words(&pdf);
    assert!(words.contains("KvK-nummer 87654321") && words.contains("Amersfoort, 4 januari 2027"), "{words}");
}

/// A migration must not stop for what the contractor forgot to configure.
#[test]
fn a_contractor_without_particulars_still_writes() {
    for (language, _) in LANGUAGES {
        for kind in kinds() {
            let mut facts = to_customer(kind, language, vec![shared(Scenario::EndOfContract, language)]);
            let bare = workflow::letter::PrintedCompany { kvk_number: None, email: None, phone: None, ..dynamx() };
            (facts.sender, facts.contractor) = (bare.clone(), bare);
            facts.porting_on = None;
            let words = words(&rendered(&facts));
            assert!(words.contains("Dynamx"), "{words}");
        }
    }
}

#[test]
fn a_cover_letter_without_numbers_asks_for_no_authorization() {
    let bare = PrintedContract { numbers: Vec::new(), ..contract(Scenario::EndOfContract) };
    let mut cover = to_customer(LetterKind::Cover, Language::Nl, vec![bare]);
    if let Some(Particulars::Cover { letters }) = &mut cover.particulars {
        letters.retain(|letter| letter.kind == LetterKind::Cancellation);
    }
    let words = words(&rendered(&cover));
    assert!(!words.contains("machtiging") && !words.contains("nummers"), "{words}");
    assert!(words.contains("Opzegging van contract C-778899 KPN B.V. zo snel mogelijk"), "{words}");
    assert!(words.contains("aangetekend") && words.contains("artikel 3:37"), "{words}");
}

#[test]
fn a_delivery_of_hundreds_of_users_loses_none_and_is_signed_by_both() {
    let mut delivery = to_customer(LetterKind::Delivery, Language::Nl, vec![contract(Scenario::EndOfContract)]);
    let Some(Particulars::Delivery { users, .. }) = &mut delivery.particulars else { panic!() };
    *users = (100..400)
        .map(|n| PrintedUser {
            name: format!("Gebruiker Nummer-{n}"),
            extension: Some(n.to_string()),
            device: Some("Yealink T54W".to_owned()),
            smartphone: None,
        })
        .collect();
    let pdf = rendered(&delivery);
    let text = pages(&pdf);
    for n in 100..400 {
        assert_eq!(text.matches(&format!("Nummer-{n}")).count(), 1, "{n}");
    }
    assert!(text.matches("Toestelnummer").count() > 1, "the heading is repeated");
    assert_eq!(text.matches("Handtekening").count(), 2, "{text}");
}

#[test]
fn a_delivery_of_which_little_is_known_says_so() {
    let mut delivery = to_customer(LetterKind::Delivery, Language::Nl, Vec::new());
    delivery.particulars = Some(Particulars::Delivery {
        user_count: 1,
        users: Vec::new(),
        devices: Vec::new(),
        steps: Vec::new(),
        out_of_service: Vec::new(),
        forwarded: Vec::new(),
        points: Vec::new(),
    });
    let words = words(&rendered(&delivery));
    assert!(words.contains("ingericht voor 1 gebruiker."), "{words}");
    assert!(words.contains("Er zijn geen aandachtspunten vastgelegd."), "{words}");
    for heading in ["Apparatuur", "Telefoonnummers", "testoproepen"] {
        assert!(!words.contains(heading), "{heading}: {words}");
    }
}

#[test]
fn an_export_is_offered_only_where_it_exists() {
    let offered = |retention_days| {
        let mut texts = to_customer(LetterKind::RecordingAnnouncement, Language::Nl, Vec::new());
        texts.particulars = Some(Particulars::Recording { retention_days });
        let words = words(&rendered(&texts));
        assert_eq!(words.matches(&format!("{retention_days} dagen")).count(), 2, "{words}");
        words.contains("export")
    };
    assert_eq!([30, 90, 365].map(offered), [false, true, true]);
}
