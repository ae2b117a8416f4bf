//! Which letters a migration needs, what they say, and when they count as sent.

use serde_json::{Value, json};
use uuid::Uuid;
use workflow::actor::Role;
use workflow::command::Command;
use workflow::letter::proof::Sending;
use workflow::letter::{Language, LetterKind};
use workflow::project::AttachmentKind;
use workflow::rejection::Rejection;

use crate::sending::received;
use crate::world::{World, complete, contract, day, form, name, told};

/// `kind/provider` or `kind/provider/contract` of each letter to a provider that was made, sorted.
fn letters(world: &World) -> Vec<String> {
    let mut letters: Vec<String> = world
        .project()
        .letters
        .iter()
        .filter_map(|letter| {
            let contract = letter.contract.as_deref().map(|contract| format!("/{contract}")).unwrap_or_default();
            Some(format!("{}/{}{contract}", name(&letter.kind), letter.provider.as_deref()?))
        })
        .collect();
    letters.sort();
    letters
}

fn with_contract(change: impl FnOnce(&mut Value)) -> Value {
    let mut form = form();
    change(&mut form["contracts"][0]);
    form
}

#[test]
fn the_scenario_decides_which_letters_are_made() {
    let ported = ["authorization/KPN B.V.", "porting_notice/KPN B.V."];
    let ended = ["authorization/KPN B.V.", "cancellation/KPN B.V./kpn-isdn", "porting_notice/KPN B.V."];
    for (scenario, ends_on, expected) in [
        ("end_of_contract", None, &ended[..]),
        ("end_of_contract", Some("2027-03-01"), &ended[..]),
        ("early_termination", None, &ended[..]),
        ("after_termination", Some("2026-12-31"), &ported[..]),
        ("continuation", None, &ported[..]),
    ] {
        let world = World::in_order_with(with_contract(|contract| {
            contract["scenario"] = json!(scenario);
            contract["ends_on"] = json!(ends_on);
        }));
        assert_eq!(letters(&world), expected, "{scenario}, {ends_on:?}");
    }
}

#[test]
fn a_contract_without_numbers_gets_a_plain_cancellation_unless_its_end_is_settled() {
    for (scenario, ends_on, expected) in [
        ("end_of_contract", None, &["cancellation/KPN B.V./kpn-isdn"][..]),
        ("end_of_contract", Some("2027-03-01"), &[][..]),
        ("early_termination", None, &["cancellation/KPN B.V./kpn-isdn"][..]),
        ("after_termination", None, &[][..]),
        ("continuation", None, &[][..]),
    ] {
        let mut bare = with_contract(|contract| {
            contract["scenario"] = json!(scenario);
            contract["ends_on"] = json!(ends_on);
        });
        bare["numbers"] = json!([]);
        assert_eq!(letters(&World::in_order_with(bare)), expected, "{scenario}, {ends_on:?}");
    }
}

#[test]
fn notice_and_authorization_are_made_per_provider_and_cancellations_per_contract() {
    let mut form = form();
    form["contracts"] = json!([
        contract("isdn", "KPN B.V."),
        contract("pstn", "KPN B.V."),
        contract("fax", "KPN B.V."),
        contract("zaak", "Ziggo")
    ]);
    form["numbers"] = json!([
        {"number": "030 100 12 00", "contract": "isdn"},
        {"number": "030 100 12 10", "contract": "pstn"},
        {"number": "030 200 12 00", "contract": "zaak"}
    ]);
    let world = World::in_order_with(form);
    assert_eq!(
        letters(&world),
        [
            "authorization/KPN B.V.",
            "authorization/Ziggo",
            "cancellation/KPN B.V./fax",
            "cancellation/KPN B.V./isdn",
            "cancellation/KPN B.V./pstn",
            "cancellation/Ziggo/zaak",
            "porting_notice/KPN B.V.",
            "porting_notice/Ziggo",
        ]
    );
}

#[test]
fn no_letters_are_made_before_the_order_or_while_on_hold() {
    let mut world = World::in_offer();
    assert_eq!(letters(&world), [""; 0]);
    world.finish("contract-end-dates scope connectivity-test poe-switch-check");
    assert_eq!(letters(&world), [""; 0]);
    world.manager(Command::Advance);
    assert_eq!(letters(&world).len(), 3);
}

#[test]
fn only_who_writes_a_letter_says_that_it_was_sent() {
    let mut world = World::in_order();
    let of = |world: &World, kind| world.project().letters.iter().find(|letter| letter.kind == kind).unwrap().id;
    let sent = |letter: Uuid| Command::RecordLetterSent { letter, sent_on: None, sending: Sending::default() };
    let (cover, cancellation) = (of(&world, LetterKind::Cover), of(&world, LetterKind::Cancellation));
    let refused = world.act(Role::Customer, sent(cover));
    assert!(matches!(refused, Err(Rejection::Forbidden(_))), "{refused:?}");
    world.act(Role::Customer, sent(cancellation)).unwrap();
    world.manager(sent(cover));
    // That it has come is the customer's to say.
    world.act(Role::Customer, Command::RecordLetterReceived { letter: cover, receipt: received("2027-01-04") }).unwrap();
}

#[test]
fn a_task_of_letters_is_done_when_all_of_its_kind_are_sent() {
    let mut form = form();
    form["contracts"] = json!([contract("kpn-isdn", "KPN B.V."), contract("fax", "KPN B.V.")]);
    let mut world = World::in_order_with(form);
    let of = |world: &World, kind: LetterKind| -> Vec<Uuid> {
        world.project().letters.iter().filter(|letter| letter.kind == kind).map(|letter| letter.id).collect()
    };
    let sent = |letter: Uuid| Command::RecordLetterSent { letter, sent_on: None, sending: Sending::default() };
    let cancellations = of(&world, LetterKind::Cancellation);
    world.act(Role::Customer, sent(cancellations[0])).unwrap();
    assert_eq!(world.task("cancellation-letters"), "open");
    world.act(Role::Customer, sent(cancellations[1])).unwrap();
    assert_eq!(world.task("cancellation-letters"), "done (customer)");
    assert_eq!(world.task("porting-notice"), "open");
    world.manager(sent(of(&world, LetterKind::PortingNotice)[0]));
    assert_eq!(world.task("porting-notice"), "done (customer)");
    assert_eq!(world.refused(sent(cancellations[0])), "letter_sent");
    assert_eq!(world.refused(sent(Uuid::nil())), "not_found");
}

#[test]
fn letters_that_are_not_needed_hold_nothing_up() {
    let mut world = World::in_order_with(with_contract(|contract| contract["scenario"] = json!("continuation")));
    assert_eq!(world.task("cancellation-letters"), "done (customer)");
    let make = |kind, contract: &str| Command::MakeLetter { kind, contract: Some(contract.to_owned()), language: None };
    assert_eq!(world.refused(make(LetterKind::Cancellation, "kpn-isdn")), "letter_not_needed");
    assert_eq!(world.refused(make(LetterKind::Cancellation, "x")), "/contract unknown_contract");
}

#[test]
fn a_letter_is_sent_today_or_earlier() {
    let mut world = World::in_order();
    let letter = world.project().letters[0].id;
    let sent_on = |sent_on| Command::RecordLetterSent { letter, sent_on, sending: Sending::default() };
    assert_eq!(world.refused(sent_on(Some(day("2027-01-05")))), "/sent_on in_the_future");
    world.manager(sent_on(Some(day("2027-01-02"))));
    assert_eq!(world.project().letters[0].sent_on, Some(day("2027-01-02")));
}

#[test]
fn a_letter_made_anew_takes_the_place_of_the_older() {
    let mut world = World::in_order();
    let make = Command::MakeLetter {
        kind: LetterKind::Cancellation,
        contract: Some("kpn-isdn".to_owned()),
        language: Some(Language::En),
    };
    world.manager(make);
    let cancellations = world.project().letters.iter().filter(|letter| letter.kind == LetterKind::Cancellation);
    let told: Vec<_> = cancellations.map(|letter| (letter.language, letter.replaced)).collect();
    assert_eq!(told, [(Language::Nl, true), (Language::En, false)]);
}

#[test]
fn a_new_provider_gets_letters_of_its_own() {
    let mut world = World::in_order();
    let mut changed = form();
    changed["contracts"][0]["provider"]["name"] = json!("Ziggo");
    world.manager(Command::ChangeIntake { intake: crate::world::intake(changed) });
    assert_eq!(letters(&world).iter().filter(|letter| letter.contains("Ziggo")).count(), 3);
}

#[test]
fn a_customer_may_say_that_a_letter_was_sent_but_not_make_one() {
    let mut world = World::in_order();
    let make = Command::MakeLetter { kind: LetterKind::Cancellation, contract: Some("kpn-isdn".to_owned()), language: None };
    assert_eq!(told(&world.act(Role::Customer, make).unwrap_err()), "forbidden");
    world.act(Role::Customer, complete("porting-notice", None)).unwrap();
    assert_eq!(world.task("porting-notice"), "done (customer)");
}

#[test]
fn a_draft_is_made_anew_when_what_it_says_changes_and_a_sent_letter_stays() {
    let mut world = World::in_order();
    let sent = world.project().letters[0].id;
    world.manager(Command::RecordLetterSent { letter: sent, sent_on: None, sending: Sending::default() });
    let mut changed = form();
    changed["contracts"][0]["customer_number"] = json!("999");
    world.manager(Command::ChangeIntake { intake: crate::world::intake(changed) });
    let replaced = |world: &World| world.project().letters.iter().filter(|letter| letter.replaced).count();
    assert_eq!((world.project().letters.len(), replaced(&world)), (7, 3), "three drafts of four letters");
    assert!(!world.project().letters[0].replaced);
    let mut more_users = serde_json::to_value(&world.project().intake).unwrap();
    more_users["users"] = json!(20);
    world.manager(Command::ChangeIntake { intake: crate::world::intake(more_users) });
    assert_eq!(world.project().letters.len(), 7, "no letter of the order speaks of users");
}

#[test]
fn a_draft_that_is_not_needed_any_more_is_withdrawn_and_made_anew_when_it_is_again() {
    let mut world = World::in_order();
    let to_post = |world: &World| -> Vec<String> {
        let letters = world.project().letters.iter();
        let mut kinds: Vec<String> = letters.filter(|letter| !letter.replaced).map(|letter| name(&letter.kind)).collect();
        kinds.sort();
        kinds
    };
    let goes_on = with_contract(|contract| contract["scenario"] = json!("continuation"));
    world.manager(Command::ChangeIntake { intake: crate::world::intake(goes_on) });
    assert_eq!(to_post(&world), ["authorization", "cover", "porting_notice"]);
    assert_eq!(world.task("cancellation-letters"), "done (customer)");
    world.manager(Command::ChangeIntake { intake: crate::world::intake(form()) });
    assert_eq!(to_post(&world), ["authorization", "cancellation", "cover", "porting_notice"]);
    assert_eq!(world.task("cancellation-letters"), "open");
}

#[test]
fn a_contract_that_is_added_reopens_letters_and_invoices_that_were_complete() {
    let mut world = World::in_order();
    for letter in world.project().letters.iter().map(|letter| letter.id).collect::<Vec<_>>() {
        world.manager(Command::RecordLetterSent { letter, sent_on: None, sending: Sending::default() });
    }
    world.attach(AttachmentKind::Invoice);
    let tasks = ["porting-notice", "cancellation-letters", "invoice-copies"];
    assert_eq!(tasks.map(|key| world.task(key)), ["done (customer)"; 3]);
    let mut more_users = form();
    more_users["users"] = json!(20);
    world.manager(Command::ChangeIntake { intake: crate::world::intake(more_users) });
    assert_eq!(tasks.map(|key| world.task(key)), ["done (customer)"; 3]);
    let mut with_fax = form();
    with_fax["contracts"] = json!([form()["contracts"][0], contract("fax", "Ziggo")]);
    world.manager(Command::ChangeIntake { intake: crate::world::intake(with_fax) });
    assert_eq!(tasks.map(|key| world.task(key)), ["done (customer)", "open", "open"], "a fax without numbers needs no notice");
}

#[test]
fn a_draft_that_was_replaced_is_not_sent() {
    let mut world = World::in_order();
    let old = world.project().letters[0].id;
    let mut changed = form();
    changed["contracts"][0]["customer_number"] = json!("999");
    world.manager(Command::ChangeIntake { intake: crate::world::intake(changed) });
    let sent = Command::RecordLetterSent { letter: old, sent_on: None, sending: Sending::default() };
    assert_eq!(world.refused(sent), "letter_replaced");
}
