//! What invoices suggest: held against the project, accepted or dismissed by a person, never carried out by itself.

use serde_json::{Value, json};
use uuid::Uuid;
use workflow::actor::Role;
use workflow::command::Command;
use workflow::effect::Outcome;
use workflow::invoice::{Reading, Unreadable, read};
use workflow::process::Party;
use workflow::project::{Attachment, AttachmentKind};
use workflow::rejection::Rejection;
use workflow::view::{ReadingStatus, SuggestionStatus, next_actions, reading_view, suggestions_view, waiting_on};

use crate::world::{World, contract, form, told};

/// Two invoices.
const MAY: Uuid = Uuid::from_u128(5);
const JUNE: Uuid = Uuid::from_u128(6);

fn invoice(id: Uuid, content_type: &str) -> Attachment {
    Attachment {
        id,
        kind: AttachmentKind::Invoice,
        contract: None,
        filename: if id == MAY { "mei.pdf".to_owned() } else { "juni.pdf".to_owned() },
        content_type: content_type.to_owned(),
        size: 1,
        sha256: String::new(),
    }
}

fn done(reading: &Reading) -> Outcome {
    Outcome::Done { detail: None, data: serde_json::to_value(reading).unwrap() }
}

impl World {
    /// An invoice with this text is added and read.
    fn reads(&mut self, id: Uuid, text: &str) {
        self.manager(Command::AddAttachment(invoice(id, "application/pdf")));
        self.settle("invoice.read", done(&Reading::Read { findings: read(text) }));
    }

    /// What is suggested, with what has become of it.
    fn suggested(&self) -> Vec<String> {
        let view = suggestions_view(self.project());
        view.iter().map(|suggestion| format!("{:?}: {}", suggestion.status, suggestion.text.en)).collect()
    }

    fn suggestion(&self, at: usize) -> Uuid {
        suggestions_view(self.project())[at].id
    }

    fn accept(&mut self, at: usize) {
        let suggestion = self.suggestion(at);
        self.manager(Command::AcceptSuggestion { suggestion });
    }

    fn dismiss(&mut self, at: usize) {
        let suggestion = self.suggestion(at);
        self.manager(Command::DismissSuggestion { suggestion, reason: "oud nummer".to_owned() });
    }

    fn numbers(&self) -> Vec<String> {
        self.project().intake.numbers.iter().map(|entry| entry.series.to_string()).collect()
    }
}

#[test]
fn what_the_project_lacks_and_what_differs_is_suggested() {
    let mut world = World::in_offer();
    world.reads(MAY, "KPN\nKlantnummer 100200301\nContractnummer C778899\n030-1001210\n030-1001500\n06-12345678");
    assert_eq!(
        world.suggested(),
        ["Open: make the customer number of contract kpn-isdn 100200301", "Open: add 030 100 15 00, on contract kpn-isdn"]
    );
    let view = suggestions_view(world.project());
    assert_eq!((view[1].attachment, view[1].quote.line, view[1].quote.text.as_str()), (MAY, 5, "030-1001500"));
    let actions = next_actions(world.project());
    let action = actions.iter().find(|action| action.text.en.contains("mei.pdf")).unwrap();
    assert_eq!((action.text.en.as_str(), action.party), ("2 suggestions from invoice mei.pdf", Party::Contractor));
    assert!(waiting_on(world.project()).contains(&Party::Contractor));
    let reading = reading_view(world.project(), MAY).unwrap();
    let found = reading.found.unwrap();
    assert_eq!((reading.status, found.provider.as_deref()), (ReadingStatus::Read, Some("KPN")));
    assert_eq!(found.other_numbers, ["0612345678"]);
    assert_eq!(world.numbers(), ["030 100 12 00 – 030 100 12 99"], "nothing is carried out by itself");
}

#[test]
fn an_accepted_suggestion_changes_the_intake_as_a_person_would() {
    let mut world = World::in_offer();
    world.reads(MAY, "Klantnummer 100200301\nContractnummer C-1\n030-1001500\n030-1001501");
    for at in 0..4 {
        world.accept(at);
    }
    let contract = &world.project().intake.contracts[0];
    assert_eq!((contract.customer_number.as_str(), contract.contract_number.as_str()), ("100200301", "C-1"));
    assert_eq!(world.numbers(), ["030 100 12 00 – 030 100 12 99", "030 100 15 00", "030 100 15 01"]);
    assert_eq!(world.project().intake.numbers[1].contract.as_deref(), Some("kpn-isdn"));
    assert!(world.suggested().iter().all(|suggestion| suggestion.starts_with("Accepted")), "{:?}", world.suggested());
    let suggestion = world.suggestion(0);
    assert_eq!(world.refused(Command::AcceptSuggestion { suggestion }), "suggestion_settled");
    assert_eq!(world.refused(Command::DismissSuggestion { suggestion, reason: "toch niet".to_owned() }), "suggestion_settled");
    let nowhere = Command::AcceptSuggestion { suggestion: Uuid::from_u128(1) };
    assert_eq!(world.refused(nowhere), "not_found");
}

#[test]
fn a_block_takes_the_place_of_its_numbers() {
    let mut form = form();
    form["numbers"] =
        json!([{"number": "030 100 12 00", "contract": "kpn-isdn"}, {"number": "030 100 12 05", "contract": "kpn-isdn"}]);
    let mut world = World::in_offer_with(form);
    world.reads(MAY, "030-1001200 t/m 99");
    world.accept(0);
    assert_eq!(world.numbers(), ["030 100 12 00 – 030 100 12 99"]);
}

#[test]
fn a_suggestion_that_can_not_be_carried_out_is_refused_with_the_reason() {
    // Part of the block is already there, and more.
    let mut form = form();
    form["numbers"] = json!([{"number": "030 100 12 50", "block_size": 100, "contract": "kpn-isdn"}]);
    let mut world = World::in_offer_with(form);
    world.reads(MAY, "030-1001200 t/m 99");
    let suggestion = world.suggestion(0);
    let refused = world.refused(Command::AcceptSuggestion { suggestion });
    assert_eq!(refused, "/numbers/1/number duplicate_number, /numbers/0/number duplicate_number");
    assert_eq!(suggestions_view(world.project())[0].status, SuggestionStatus::Open);

    let mut world = World::scheduled();
    world.reads(MAY, "030-1001500");
    let suggestion = world.suggestion(0);
    assert_eq!(world.refused(Command::AcceptSuggestion { suggestion }), "cutover_scheduled");
}

#[test]
fn the_same_fact_is_suggested_once() {
    let mut world = World::in_offer();
    world.reads(MAY, "Klantnummer 100.200.301\n030-1001500");
    world.reads(JUNE, "Klantnummer 100200301\n+31 30 1001500");
    assert_eq!(world.suggested().len(), 2);
    assert!(suggestions_view(world.project()).iter().all(|suggestion| suggestion.attachment == MAY));

    world.dismiss(1);
    let dismissed = &suggestions_view(world.project())[1];
    assert_eq!((dismissed.status, dismissed.dismissed_because.as_deref()), (SuggestionStatus::Dismissed, Some("oud nummer")));
    world.reads(JUNE, "030-1001500");
    assert_eq!(world.suggested()[1], "Dismissed: add 030 100 15 00, on contract kpn-isdn", "it does not come back");
    assert_eq!(world.suggested().len(), 2);
}

#[test]
fn what_was_accepted_and_then_changed_is_suggested_again() {
    let mut world = World::in_offer();
    world.reads(MAY, "Klantnummer 100200301");
    world.accept(0);
    world.manager(Command::ChangeIntake { intake: crate::world::intake(form()) });
    world.reads(JUNE, "Klantnummer 100200301");
    assert_eq!(world.suggested(), ["Open: make the customer number of contract kpn-isdn 100200301"]);
}

#[test]
fn what_the_intake_has_come_to_say_needs_nobody_any_more() {
    let mut world = World::in_offer();
    world.reads(MAY, "030-1001500");
    let mut form = form();
    form["numbers"].as_array_mut().unwrap().push(json!({"number": "030 100 15 00", "block_size": 10, "contract": "kpn-isdn"}));
    world.manager(Command::ChangeIntake { intake: crate::world::intake(form) });
    assert_eq!(world.suggested(), ["Obsolete: add 030 100 15 00, on contract kpn-isdn"]);
    assert!(!next_actions(world.project()).iter().any(|action| action.text.en.contains("mei.pdf")));
    let suggestion = world.suggestion(0);
    assert_eq!(world.refused(Command::AcceptSuggestion { suggestion }), "suggestion_settled");
}

#[test]
fn a_hundred_numbers_in_a_row_are_one_block() {
    let mut world = World::in_offer();
    let lines: Vec<String> = (1500..1600).map(|number| format!("030-100{number}")).chain(["030-1001607".to_owned()]).collect();
    world.reads(MAY, &lines.join("\n"));
    assert_eq!(
        world.suggested(),
        ["Open: add 030 100 15 00 – 030 100 15 99, on contract kpn-isdn", "Open: add 030 100 16 07, on contract kpn-isdn"]
    );
}

#[test]
fn what_was_suggested_before_takes_no_place_of_what_is_new() {
    let mut world = World::in_offer();
    let every_other = |from: u32| (0..100).map(move |i| format!("030-{}", 2_000_000 + 2 * (from + i))).collect::<Vec<_>>();
    world.reads(MAY, &every_other(0).join("\n"));
    assert_eq!(world.suggested().len(), 100);
    world.reads(JUNE, &[every_other(0), every_other(100)].concat().join("\n"));
    assert_eq!(world.suggested().len(), 200);
}

/// Of several contracts it is the one that the file was added for, whose number it bears, or the only one with its provider.
#[test]
fn an_invoice_belongs_to_a_contract() {
    let mut form = form();
    let mut second = contract("zaak", "Ziggo");
    second["customer_number"] = json!("7341902");
    second["contract_number"] = json!("Z-1");
    form["contracts"].as_array_mut().unwrap().push(second);
    let suggested = |text: &str| {
        let mut world = World::in_offer_with(form.clone());
        world.reads(MAY, text);
        world.suggested().join("; ")
    };
    assert_eq!(suggested("Klantnummer 1"), "", "whose it is nobody knows");
    assert_eq!(suggested("Klantnummer 1\nContractnummer Z-1"), "Open: make the customer number of contract zaak 1");
    assert_eq!(suggested("Klantnummer 7 341 902\nContractnummer 2"), "Open: make the contract number of contract zaak 2");
    assert_eq!(suggested("Ziggo\nContractnummer 2"), "Open: make the contract number of contract zaak 2");
    assert_eq!(suggested("030-1001500"), "Open: add 030 100 15 00");
}

/// T-Mobile is Odido now, and what customers call it the provider directory knows.
#[test]
fn an_invoice_under_another_name_of_the_provider_is_its_own() {
    let suggested = |provider: &str, text: &str| {
        let mut form = form();
        form["contracts"] = json!([contract("kpn-isdn", provider)]);
        let mut world = World::in_offer_with(form);
        world.reads(MAY, text);
        world.suggested().join("; ")
    };
    let is_suggested = "Open: make the contract number of contract kpn-isdn 2";
    assert_eq!(suggested("Odido Netherlands B.V.", "T-Mobile\nContractnummer 2"), is_suggested);
    assert_eq!(
        suggested("VodafoneZiggo", "Vodafone\nContractnummer 2"),
        is_suggested,
        "one that names the sender is its own too"
    );
    assert_eq!(suggested("Odido", "Vodafone\nContractnummer 2"), "");
}

#[test]
fn numbers_that_an_invoice_does_not_mention_are_only_a_hint() {
    let mut world = World::in_offer();
    world.reads(MAY, "030-1001500");
    let unmentioned = |world: &World, id| reading_view(world.project(), id).unwrap().found.unwrap().unmentioned.len();
    assert_eq!(unmentioned(&world, MAY), 1);
    world.reads(JUNE, "Klantnummer 100200300");
    assert_eq!(unmentioned(&world, JUNE), 0, "an invoice without any number says nothing about numbers");
}

#[test]
fn what_is_not_read_says_why() {
    let mut world = World::in_offer();
    world.manager(Command::AddAttachment(invoice(MAY, "application/pdf")));
    assert_eq!(reading_view(world.project(), MAY).unwrap().status, ReadingStatus::Pending);
    world.settle("invoice.read", done(&Reading::NotRead { reason: Unreadable::NoText }));
    let reading = reading_view(world.project(), MAY).unwrap();
    assert_eq!((reading.status, reading.reason), (ReadingStatus::NotRead, Some(Unreadable::NoText)));
    assert!(reading.detail.unwrap().en.contains("scanned"));

    world.manager(Command::AddAttachment(invoice(JUNE, "image/png")));
    assert_eq!(world.pending(), [""; 0], "an image is not read");
    assert_eq!(reading_view(world.project(), JUNE).unwrap().reason, Some(Unreadable::NotPdf));

    world.manager(Command::AddAttachment(invoice(JUNE, "application/pdf")));
    let id = world.effect("invoice.read");
    let nonsense = Outcome::Done { detail: None, data: Value::Null };
    let rejection = world.act(Role::Manager, Command::SettleEffect { effect: id, attempt: 1, outcome: nonsense }).unwrap_err();
    assert_eq!(told(&rejection), "/data invalid_value");
    world.settle("invoice.read", crate::world::refused("a photograph of a cat"));
    assert_eq!(reading_view(world.project(), JUNE).unwrap().reason, Some(Unreadable::Refused));
}

#[test]
fn only_who_may_change_the_intake_may_accept() {
    let mut world = World::in_offer();
    world.reads(MAY, "030-1001500");
    let suggestion = world.suggestion(0);
    for role in [Role::Customer, Role::Engineer, Role::Provider] {
        let refused = world.act(role, Command::AcceptSuggestion { suggestion }).unwrap_err();
        assert!(matches!(refused, Rejection::Forbidden(_)), "{role:?}");
    }
    world.act(Role::Integration, Command::AcceptSuggestion { suggestion }).unwrap();
}

#[test]
fn a_file_is_of_a_type_that_fits_what_it_is() {
    let mut world = World::in_offer();
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    for (kind, content_type, taken) in [
        (AttachmentKind::Invoice, "application/pdf", true),
        (AttachmentKind::SignedContract, "image/jpeg", true),
        (AttachmentKind::SignedAuthorization, "image/tiff", true),
        (AttachmentKind::Invoice, "text/plain; charset=utf-8", false),
        (AttachmentKind::Invoice, docx, false),
        (AttachmentKind::Other, docx, true),
        (AttachmentKind::Other, "text/plain; charset=utf-8", true),
        (AttachmentKind::Other, "application/octet-stream", false),
        (AttachmentKind::Other, "application/zip", false),
        (AttachmentKind::Other, "text/html", false),
    ] {
        let command = Command::AddAttachment(Attachment { kind, ..invoice(MAY, content_type) });
        let answer = world.act(Role::Customer, command);
        assert_eq!(answer.is_ok(), taken, "{kind:?} {content_type}");
        if let Err(rejection) = answer {
            assert_eq!(told(&rejection), "/file file_type_not_allowed");
        }
    }
}

#[test]
fn reading_goes_on_while_the_project_is_on_hold() {
    let mut world = World::in_offer();
    world.manager(Command::AddAttachment(invoice(MAY, "application/pdf")));
    world.manager(Command::Hold { reason: "verbouwing".to_owned() });
    world.settle("invoice.read", done(&Reading::Read { findings: read("030-1001500") }));
    assert_eq!(world.suggested().len(), 1);
    assert_eq!(next_actions(world.project()), [], "and nobody is bothered");
}
