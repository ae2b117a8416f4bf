//! What becomes of a letter: sent, received, confirmed, each with its proof; chased when no confirmation comes; judged when facts change.

use serde_json::{Value, json};
use uuid::Uuid;
use workflow::actor::Role;
use workflow::command::Command;
use workflow::letter::LetterKind;
use workflow::letter::change::told;
use workflow::letter::proof::{Confirmation, Receipt, ReceiptProof, Sending, SendingMethod};
use workflow::project::{AttachmentKind, Letter};
use workflow::view::{LetterStatus, letter_view, next_actions};
use workflow::warning::{Warning, warnings};

use crate::world::{World, at, attachment, day, done, form, intake, schedule};

pub(crate) fn received(on: &str) -> Receipt {
    Receipt { received_on: day(on), by: ReceiptProof::TrackAndTrace, attachment: None, note: None }
}

pub(crate) fn confirmed(on: &str, ends_on: Option<&str>) -> Confirmation {
    Confirmation { confirmed_on: day(on), ends_on: ends_on.map(day), attachment: None, note: None }
}

/// The last letter of a kind.
fn letter(world: &World, kind: LetterKind) -> &Letter {
    world.project().letters.iter().rev().find(|letter| letter.kind == kind).unwrap()
}

fn cancellation(world: &World) -> Uuid {
    letter(world, LetterKind::Cancellation).id
}

fn send(letter: Uuid) -> Command {
    Command::RecordLetterSent { letter, sent_on: None, sending: Sending::default() }
}

fn confirm(letter: Uuid, on: &str, ends_on: Option<&str>) -> Command {
    Command::RecordLetterConfirmed { letter, confirmation: confirmed(on, ends_on) }
}

/// Everything was sent on Monday 4 January.
fn all_sent() -> World {
    all_sent_with(form())
}

fn all_sent_with(form: Value) -> World {
    let mut world = World::in_order_with(form);
    for letter in world.project().letters.iter().map(|letter| letter.id).collect::<Vec<_>>() {
        world.manager(send(letter));
    }
    world
}

fn warning(world: &World, code: &str) -> Option<Warning> {
    warnings(world.project(), world.now.date_naive()).into_iter().find(|warning| warning.code == code)
}

fn change(world: &mut World, change: impl FnOnce(&mut Value)) {
    let mut changed = form();
    change(&mut changed);
    world.manager(Command::ChangeIntake { intake: intake(changed) });
}

#[test]
fn a_letter_with_a_tracking_code_is_registered_and_no_other_has_one() {
    for (how, code, expected) in [
        (None, None, Ok(SendingMethod::Post)),
        (None, Some("3SRPKS1"), Ok(SendingMethod::Registered)),
        (Some(SendingMethod::Registered), None, Ok(SendingMethod::Registered)),
        (Some(SendingMethod::Email), None, Ok(SendingMethod::Email)),
        (Some(SendingMethod::Email), Some("3SRPKS1"), Err("/tracking_code not_registered")),
        (Some(SendingMethod::Post), Some("3SRPKS1"), Err("/tracking_code not_registered")),
    ] {
        let mut world = World::in_order();
        let letter = cancellation(&world);
        let sending = Sending::said(how, code.map(str::to_owned), None);
        let outcome = world.act(Role::Customer, Command::RecordLetterSent { letter, sent_on: None, sending });
        let found = outcome.map(|_| world.project().letter(letter).unwrap().sending.as_ref().unwrap().how);
        assert_eq!(
            found.map_err(|rejection| crate::world::told(&rejection)),
            expected.map_err(str::to_owned),
            "{how:?}, {code:?}"
        );
    }
}

#[test]
fn receipt_and_confirmation_follow_sending_and_name_what_proves_them() {
    let mut world = World::in_order();
    let letter = cancellation(&world);
    let receive = |receipt| Command::RecordLetterReceived { letter, receipt };
    assert_eq!(world.refused(receive(received("2027-01-04"))), "letter_not_sent");
    assert_eq!(world.refused(confirm(letter, "2027-01-04", None)), "letter_not_sent");
    assert_eq!(world.refused(Command::RecordLetterUnsent { letter, reason: "x".to_owned() }), "letter_not_sent");
    world.manager(send(letter));
    let proof = Some(Uuid::from_u128(9));
    let wrong = Receipt { attachment: proof, ..received("2027-01-03") };
    assert_eq!(world.refused(receive(wrong)), "/received_on before_sending, /attachment unknown_attachment");
    assert_eq!(world.refused(receive(received("2027-01-05"))), "/received_on in_the_future");
    assert_eq!(world.refused(confirm(letter, "2027-01-05", None)), "/confirmed_on in_the_future");
    world.manager(attachment(AttachmentKind::Other, None));
    world.now = at("2027-01-08 09:00");
    world.act(Role::Customer, receive(Receipt { attachment: proof, ..received("2027-01-06") })).unwrap();
    world.act(Role::Customer, confirm(letter, "2027-01-07", Some("2027-02-06"))).unwrap();
    let view = letter_view(world.project(), world.project().letter(letter).unwrap());
    assert_eq!(view.status, LetterStatus::Sent);
    assert_eq!((view.received_on, view.confirmed_on), (Some(day("2027-01-06")), Some(day("2027-01-07"))));
    assert_eq!(view.receipt.unwrap().attachment, proof);
    let notice = self::letter(&world, LetterKind::PortingNotice).id;
    world.manager(send(notice));
    assert_eq!(world.refused(confirm(notice, "2027-01-08", Some("2027-02-06"))), "/ends_on no_contract_ends");
}

#[test]
fn the_day_on_which_the_cancellation_was_received_counts() {
    let mut world = all_sent();
    world.now = at("2027-01-11 09:00");
    let end = |world: &World| {
        let contract = &world.project().intake.contracts[0];
        workflow::warning::contract_end(world.project(), contract, day("2027-01-20")).unwrap().to_string()
    };
    assert_eq!(end(&world), "2027-02-04", "a month after it was sent");
    let letter = cancellation(&world);
    world.manager(Command::RecordLetterReceived { letter, receipt: received("2027-01-08") });
    assert_eq!(end(&world), "2027-02-08", "a month after it was received");
    world.manager(confirm(letter, "2027-01-11", Some("2027-03-01")));
    assert_eq!(end(&world), "2027-03-01", "what the provider confirmed");
}

#[test]
fn what_was_recorded_by_mistake_is_taken_back_with_all_that_followed() {
    let mut world = all_sent();
    let letter = cancellation(&world);
    world.manager(Command::RecordLetterReceived { letter, receipt: received("2027-01-04") });
    world.manager(confirm(letter, "2027-01-04", None));
    assert_eq!(world.task("cancellation-letters"), "done (customer)");
    let unsent = Command::RecordLetterUnsent { letter, reason: "verkeerde brief aangeklikt".to_owned() };
    assert!(world.act(Role::Customer, unsent.clone()).is_err());
    world.manager(unsent);
    assert_eq!(world.task("cancellation-letters"), "open");
    let view = letter_view(world.project(), world.project().letter(letter).unwrap());
    assert_eq!((view.status, view.sent_on, view.receipt, view.confirmation), (LetterStatus::Draft, None, None, None));
    world.manager(send(letter));
    assert_eq!(world.task("cancellation-letters"), "done (customer)");
}

#[test]
fn a_confirmation_that_does_not_come_within_14_days_is_chased_until_it_is_recorded() {
    let mut world = all_sent();
    let letter = cancellation(&world);
    let timer = format!("confirmation/{letter}");
    assert_eq!(world.timer(&timer).unwrap(), "2027-01-19 00:00", "18 January is the last day");
    world.wait_until("2027-01-18 23:00");
    assert_eq!(warning(&world, "confirmation_missing"), None);
    world.wait_until("2027-01-19 08:00");
    let found = warning(&world, "confirmation_missing").unwrap();
    assert_eq!((found.contract.as_deref(), found.letter), (Some("kpn-isdn"), Some(letter)));
    assert_eq!(found.text.en, "KPN B.V. has not confirmed the cancellation of 2027-01-04 within 14 days");
    let asks = |world: &World| next_actions(world.project()).iter().any(|action| action.text.en.contains("written confirmation"));
    assert!(asks(&world));
    assert_eq!(world.timer(&timer), None, "it is told once");
    world.manager(confirm(letter, "2027-01-19", None));
    assert_eq!(warning(&world, "confirmation_missing"), None);
    assert!(!asks(&world));
}

#[test]
fn the_14_days_count_from_receipt_and_only_cancellations_ask_for_a_confirmation() {
    let mut world = all_sent();
    let letter = cancellation(&world);
    world.wait_until("2027-01-19 08:00");
    world.manager(Command::RecordLetterReceived { letter, receipt: received("2027-01-07") });
    assert_eq!(warning(&world, "confirmation_missing"), None, "there are three days left");
    assert_eq!(world.timer(&format!("confirmation/{letter}")).unwrap(), "2027-01-22 00:00");
    for kind in [LetterKind::PortingNotice, LetterKind::Authorization] {
        let other = self::letter(&world, kind).id;
        assert_eq!(world.timer(&format!("confirmation/{other}")), None);
    }
    world.manager(Command::Hold { reason: "vakantie".to_owned() });
    assert_eq!(world.timer(&format!("confirmation/{letter}")), None, "on hold nobody is chased");
}

#[test]
fn another_end_than_is_counted_on_is_told_with_both_days() {
    // (what the form says besides, the end that the provider confirms, whether that differs)
    for (wish_date, numbers, ends_on, differs) in [
        ("2027-02-16", true, "2027-02-16", None),
        ("2027-02-16", true, "2027-03-01", Some("2027-02-16")),
        ("2027-01-26", true, "2027-02-04", None),
        ("2027-01-26", true, "2027-01-26", Some("2027-02-04")),
        ("2027-02-16", false, "2027-02-04", None),
        ("2027-02-16", false, "2027-02-16", Some("2027-02-04")),
    ] {
        let mut form = form();
        form["wish_date"] = json!(wish_date);
        if !numbers {
            form["numbers"] = json!([]);
        }
        let mut world = all_sent_with(form);
        let letter = cancellation(&world);
        world.manager(confirm(letter, "2027-01-04", Some(ends_on)));
        let expected = differs.map(|ours| format!("KPN B.V. confirms that the contract ends on {ends_on}; {ours} is counted on"));
        assert_eq!(warning(&world, "confirmed_end_differs").map(|warning| warning.text.en), expected, "{wish_date}, {numbers}");
    }
}

#[test]
fn a_confirmed_end_before_the_porting_is_a_gap() {
    let mut world = all_sent();
    let letter = cancellation(&world);
    world.manager(confirm(letter, "2027-01-04", Some("2027-01-20")));
    assert!(warning(&world, "service_gap").is_some(), "the line is dead six days before the porting");
}

#[test]
fn a_sent_letter_tells_what_of_it_has_changed() {
    let mut world = all_sent();
    for (what, expected) in [
        ("wish_date", "porting date: 2027-01-26 → 2027-02-16"),
        ("street", "customer, address: Oudegracht 12, 3511 AB Utrecht → Neude 1, 3511 AB Utrecht"),
        ("customer_number", "contract C-778899, customer number: 100200300 → 999"),
        ("numbers", "contract C-778899, numbers: 030 100 12 00 – 030 100 12 99 → 030 100 12 00"),
        ("carries", "contract C-778899, also on the line: - → alarm"),
        ("scenario", "contract C-778899, scenario: end_of_contract → continuation; contract C-778899, end date: 2027-02-04 → -"),
        ("start_date", "contract C-778899, end date: 2027-02-04 → 2029-03-01"),
        ("users", ""),
        ("ends_on", ""),
    ] {
        change(&mut world, |form| match what {
            "wish_date" => form["wish_date"] = json!("2027-02-16"),
            "street" => form["customer"]["address"]["street"] = json!("Neude 1"),
            "customer_number" => form["contracts"][0]["customer_number"] = json!("999"),
            "numbers" => form["numbers"][0]["block_size"] = json!(1),
            "carries" => form["contracts"][0]["carries"] = json!(["alarm"]),
            "scenario" => form["contracts"][0]["scenario"] = json!("continuation"),
            "start_date" => form["contracts"][0]["start_date"] = json!("2026-03-01"),
            "ends_on" => form["contracts"][0]["ends_on"] = json!("2027-03-01"),
            _ => form["users"] = json!(20),
        });
        assert_eq!(told(&letter(&world, LetterKind::Cancellation).changes).en, expected, "{what}");
    }
    assert_eq!(warning(&world, "letter_stale"), None, "what was set back is right again");
}

#[test]
fn a_stale_letter_is_not_changed_and_a_corrected_one_replaces_it() {
    let mut world = all_sent();
    let wrong = cancellation(&world);
    world.now = at("2027-01-06 09:00");
    change(&mut world, |form| form["contracts"][0]["customer_number"] = json!("999"));
    let stale = warnings(world.project(), world.now.date_naive()).into_iter().filter(|warning| warning.code == "letter_stale");
    assert_eq!(stale.count(), 4, "the three to the provider, and the cover letter that speaks of their contract");
    let make = Command::MakeLetter { kind: LetterKind::Cancellation, contract: Some("kpn-isdn".to_owned()), language: None };
    world.manager(make);
    let right = cancellation(&world);
    let view = |id| letter_view(world.project(), world.project().letter(id).unwrap());
    assert_eq!((view(wrong).replaced_by, view(right).replaces), (Some(right), Some(wrong)));
    assert_eq!((view(wrong).status, view(right).status), (LetterStatus::Sent, LetterStatus::Draft));
    assert_eq!(view(wrong).changes.len(), 1, "what was wrong stays on record");
    let asks =
        |world: &World| next_actions(world.project()).iter().any(|action| action.text.en.starts_with("send the corrected"));
    assert!(asks(&world));
    world.manager(send(right));
    assert!(!asks(&world));
    assert_eq!(world.project().sent_cancellation("kpn-isdn").unwrap().id, right);
}

#[test]
fn the_confirmation_of_a_cancellation_is_chased_until_a_correction_of_it_is_sent() {
    let mut world = all_sent();
    let wrong = cancellation(&world);
    world.now = at("2027-01-06 09:00");
    world.manager(Command::MakeLetter { kind: LetterKind::Cancellation, contract: Some("kpn-isdn".to_owned()), language: None });
    let right = cancellation(&world);
    let chased = |world: &World, letter: Uuid| world.timer(&format!("confirmation/{letter}"));
    assert_eq!((chased(&world, wrong).as_deref(), chased(&world, right)), (Some("2027-01-19 00:00"), None));
    world.manager(send(right));
    assert_eq!((chased(&world, wrong), chased(&world, right).as_deref()), (None, Some("2027-01-21 00:00")));
}

#[test]
fn a_correction_that_is_not_needed_after_all_leaves_the_sent_letter_as_it_was() {
    let mut world = all_sent();
    let sent = cancellation(&world);
    world.manager(Command::MakeLetter { kind: LetterKind::Cancellation, contract: Some("kpn-isdn".to_owned()), language: None });
    change(&mut world, |form| form["contracts"][0]["scenario"] = json!("continuation"));
    let letter = world.project().letter(sent).unwrap();
    assert_eq!((letter.replaced, letter.replaced_by), (false, None));
    assert!(!letter.changes.is_empty(), "the provider has a cancellation of a contract that goes on");
}

#[test]
fn a_letter_that_was_in_the_post_when_it_was_replaced_is_recorded_with_its_day() {
    let mut world = World::in_order();
    let posted = cancellation(&world);
    world.now = at("2027-01-06 09:00");
    change(&mut world, |form| form["contracts"][0]["customer_number"] = json!("999"));
    let sent_on = |on| Command::RecordLetterSent { letter: posted, sent_on: on, sending: Sending::default() };
    world.now = at("2027-01-08 09:00");
    assert_eq!(world.refused(sent_on(None)), "letter_replaced");
    assert_eq!(world.refused(sent_on(Some(day("2027-01-07")))), "letter_replaced");
    world.act(Role::Customer, sent_on(Some(day("2027-01-05")))).unwrap();
    let right = letter(&world, LetterKind::Cancellation);
    assert_eq!((right.is_draft(), right.replaces), (true, Some(posted)), "the newer one corrects it");
}

#[test]
fn letters_follow_the_moment_of_the_cutover_and_back() {
    let mut world = World::in_implementation();
    let porting_on = |world: &World| {
        let letter = letter(world, LetterKind::Authorization);
        (letter.facts.as_ref().unwrap().porting_on.unwrap().to_string(), told(&letter.changes).en)
    };
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance");
    let draft = Command::MakeLetter { kind: LetterKind::PortingNotice, contract: Some("kpn-isdn".to_owned()), language: None };
    world.manager(draft);
    let notice = |world: &World| letter(world, LetterKind::PortingNotice).facts.as_ref().unwrap().porting_on.unwrap().to_string();
    world.manager(schedule("2027-02-02 08:30"));
    assert_eq!(porting_on(&world), ("2027-01-26".to_owned(), "porting date: 2027-01-26 → 2027-02-02".to_owned()));
    assert_eq!(notice(&world), "2027-02-02", "a draft is made anew");
    world.manager(Command::AbortCutover { reason: "toch niet".to_owned() });
    assert_eq!(porting_on(&world), ("2027-01-26".to_owned(), String::new()));
    assert_eq!(notice(&world), "2027-01-26");
}

#[test]
fn a_contractor_that_moves_or_is_renamed_is_found_by_a_review() {
    let mut world = World::in_order();
    let sent = cancellation(&world);
    world.manager(send(sent));
    world.settings.contractor.address.street = "Keizersgracht 99".to_owned();
    world.act(Role::System, Command::ReviewLetters).unwrap();
    let changes = |world: &World| told(&world.project().letter(sent).unwrap().changes).en;
    assert_eq!(changes(&world), "", "the provider ports to the same company");
    let notice = letter(&world, LetterKind::PortingNotice);
    assert_eq!(notice.facts.as_ref().unwrap().contractor.address.street, "Keizersgracht 99");
    world.settings.contractor.name = "Dynamx Zakelijk".to_owned();
    world.act(Role::System, Command::ReviewLetters).unwrap();
    assert_eq!(changes(&world), "contractor, name: Dynamx → Dynamx Zakelijk");
}

#[test]
fn a_draft_that_is_wrong_goes_when_no_letter_can_be_made_and_comes_back_when_one_can() {
    let mut world = World::in_order();
    let drafts = |world: &World| world.project().letters.iter().filter(|letter| letter.is_draft()).count();
    let count = drafts(&world);
    world.makes_letters = false;
    world.act(Role::System, Command::ReviewLetters).unwrap();
    assert_eq!(drafts(&world), count, "what is right stays");
    world.settings.contractor.name = "Dynamx Zakelijk".to_owned();
    world.act(Role::System, Command::ReviewLetters).unwrap();
    assert_eq!(drafts(&world), 0, "each names the contractor");
    world.makes_letters = true;
    world.act(Role::System, Command::ReviewLetters).unwrap();
    assert_eq!(drafts(&world), count);
}

#[test]
fn a_draft_keeps_its_own_language_when_its_facts_change_and_follows_the_customers() {
    let mut world = World::in_order();
    let make = Command::MakeLetter {
        kind: LetterKind::Cancellation,
        contract: Some("kpn-isdn".to_owned()),
        language: Some(workflow::letter::Language::En),
    };
    world.manager(make);
    change(&mut world, |form| form["contracts"][0]["customer_number"] = json!("999"));
    let languages = |world: &World| {
        [LetterKind::Cancellation, LetterKind::PortingNotice].map(|kind| crate::world::name(&letter(world, kind).language))
    };
    assert_eq!(languages(&world), ["en", "nl"]);
    change(&mut world, |form| {
        form["contracts"][0]["customer_number"] = json!("999");
        form["language"] = json!("en");
    });
    assert_eq!(languages(&world), ["en", "en"]);
}

#[test]
fn once_the_numbers_are_ported_no_letter_is_stale() {
    let mut world = World::in_implementation();
    world.settle("pbx.provision", done());
    world.finish("base-configuration installation configuration-test configuration-acceptance");
    world.manager(schedule("2027-02-02 08:30"));
    world.finish("porting-date");
    assert!(warning(&world, "letter_stale").is_some());
    world.wait_until("2027-02-02 08:30");
    for kind in ["pbx.route", "porting.perform", "pbx.test_call"] {
        world.settle(kind, done());
    }
    assert_eq!(warning(&world, "letter_stale"), None);
}

/// As events and states of before are read.
#[test]
fn what_was_stored_before_letters_kept_their_facts_is_read() {
    let id = Uuid::from_u128(5);
    let made = json!({"id": id, "letter": "cancellation", "contract": "a", "provider": "KPN", "language": "nl"});
    let sent = json!({"id": id, "sent_on": "2027-01-04", "note": "3SABC"});
    let made = workflow::event::Event::from_kind_and_data("letter_made", &made).unwrap();
    assert!(matches!(made, workflow::event::Event::LetterMade { facts: None, .. }));
    let sent = workflow::event::Event::from_kind_and_data("letter_sent", &sent).unwrap();
    let expected = Sending { note: Some("3SABC".to_owned()), ..Sending::default() };
    assert_eq!(sent, workflow::event::Event::LetterSent { id, sent_on: day("2027-01-04"), sending: expected });
    let state = json!({"id": id, "kind": "cancellation", "contract": "a", "provider": "KPN", "language": "nl",
        "created_at": "2027-01-04T08:00:00Z", "sent_on": null, "sent_at": null, "replaced": false});
    assert!(serde_json::from_value::<Letter>(state).unwrap().is_draft());
}
