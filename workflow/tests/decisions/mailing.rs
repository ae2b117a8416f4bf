//! Bringing letters to the customer by e-mail.

use serde_json::json;
use uuid::Uuid;
use workflow::command::Command;
use workflow::effect::{Action, Mail, Outcome};
use workflow::letter::LetterKind;
use workflow::view::{letter_view, next_actions};

use crate::world::{World, by_hand, done, form, intake, refused, unavailable};

fn mail(letters: Vec<Uuid>) -> Command {
    Command::MailLetters { letters, to: None, message: None }
}

fn asked(world: &World) -> Vec<&Mail> {
    let mails = world.asked.iter().filter_map(|effect| match &effect.action {
        Action::SendMail(mail) => Some(mail),
        _ => None,
    });
    mails.collect()
}

fn files(mail: &Mail) -> Vec<&str> {
    mail.documents.iter().map(|document| document.filename.as_str()).collect()
}

fn cancellation(world: &World) -> Uuid {
    world.project().letters.iter().rev().find(|letter| letter.kind == LetterKind::Cancellation).unwrap().id
}

#[test]
fn all_drafts_go_to_the_contact_in_one_e_mail_and_only_the_contractors_are_sent_by_it() {
    let mut world = World::in_order();
    let command = Command::MailLetters { letters: Vec::new(), to: None, message: Some("Tot woensdag!\n".to_owned()) };
    world.manager(command);
    let mails = asked(&world);
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.to, "j.devries@korenaar.example");
    assert_eq!(mail.subject, format!("Brieven voor uw overstap ({})", world.project().reference));
    let reference = &world.project().reference;
    assert_eq!(
        files(mail),
        ["porting_notice_KPN-B.V", "authorization_KPN-B.V", "cancellation_KPN-B.V_kpn-isdn", "cover"]
            .map(|name| format!("{reference}_{name}_nl.pdf"))
    );
    assert!(
        mail.text.starts_with("Beste J. de Vries,\n\nTot woensdag!\n\nBij dit bericht vindt u:\n- aankondiging"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("\n- opzegging aan KPN B.V. (contract C-778899)\n"), "{}", mail.text);
    assert!(mail.text.contains("ondertekenen"), "{}", mail.text);
    world.settle("mail.send", done());
    for letter in &world.project().letters {
        let view = letter_view(world.project(), letter);
        assert_eq!(view.emailed_to_customer_at, Some(world.now));
        let sent = letter.kind.is_from_contractor();
        assert_eq!((view.sent_on.is_some(), view.email_pending), (sent, false), "the customer still has to send what it signs");
    }
    assert_eq!(world.task("cancellation-letters"), "open");
}

#[test]
fn one_letter_goes_where_it_is_asked_to_go() {
    let mut world = World::in_order();
    let letter = cancellation(&world);
    let to = |to: &str| Command::MailLetters { letters: vec![letter], to: Some(to.to_owned()), message: None };
    assert_eq!(world.refused(to("niemand")), "/to invalid_email");
    assert_eq!(world.refused(mail(vec![Uuid::nil()])), "not_found");
    world.manager(to("directie@korenaar.example"));
    assert_eq!(asked(&world)[0].documents.len(), 1);
    assert_eq!(world.refused(mail(Vec::new())), "mail_under_way");
    world.settle("mail.send", done());
    assert_eq!(world.project().letter(letter).unwrap().emailed_to.as_deref(), Some("directie@korenaar.example"));
}

#[test]
fn what_is_not_to_be_sent_any_more_is_not_mailed() {
    assert_eq!(World::in_offer().refused(mail(Vec::new())), "nothing_to_mail");
    let mut world = World::in_order();
    let old = cancellation(&world);
    world.manager(Command::MakeLetter { kind: LetterKind::Cancellation, contract: Some("kpn-isdn".to_owned()), language: None });
    assert_eq!(world.refused(mail(vec![old])), "letter_replaced");
}

#[test]
fn an_e_mail_that_has_not_gone_carries_the_letters_as_they_are_made_anew() {
    let mut world = World::in_order();
    world.manager(Command::MailLetters { letters: vec![cancellation(&world)], to: None, message: Some("Hallo".to_owned()) });
    world.settle("mail.send", unavailable());
    let mut changed = form();
    changed["contracts"][0]["customer_number"] = json!("999");
    world.manager(Command::ChangeIntake { intake: intake(changed.clone()) });
    let mails = asked(&world);
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].documents[0].id, cancellation(&world));
    assert!(mails[1].text.contains("Hallo"));
    assert_eq!(world.pending(), ["mail.send"], "the old one is withdrawn");
    changed["contracts"][0]["scenario"] = json!("continuation");
    world.manager(Command::ChangeIntake { intake: intake(changed) });
    assert_eq!(world.pending(), [""; 0], "nothing is left to mail");
}

#[test]
fn what_a_mail_server_refuses_waits_for_a_person_who_gives_another_address() {
    let mut world = World::in_order();
    world.manager(mail(Vec::new()));
    world.settle("mail.send", refused("550 no such user"));
    let actions = next_actions(world.project());
    let action = actions.iter().find(|action| action.effect.is_some()).unwrap();
    assert!(action.text.en.starts_with("e-mail to j.devries@korenaar.example"), "{}", action.text.en);
    assert!(action.text.en.ends_with("(550 no such user)"), "{}", action.text.en);
    let elsewhere = Command::MailLetters { letters: Vec::new(), to: Some("info@korenaar.example".to_owned()), message: None };
    world.manager(elsewhere);
    assert_eq!(world.pending(), ["mail.send"], "in place of the one that stopped");
    world.settle("mail.send", done());
    assert_eq!(world.project().letters[0].emailed_to.as_deref(), Some("info@korenaar.example"));
}

#[test]
fn without_a_mail_server_a_person_mails_and_says_so_or_gives_it_up() {
    for (outcome, mailed) in [(done(), true), (refused("de klant komt langs"), false)] {
        let mut world = World::in_order();
        world.manager(mail(Vec::new()));
        world.settle("mail.send", by_hand());
        let effect = world.effect("mail.send");
        world.manager(Command::SettleEffect { effect, attempt: 1, outcome });
        assert_eq!(world.pending(), [""; 0]);
        assert_eq!(world.project().letters[0].emailed_at.is_some(), mailed);
    }
}

#[test]
fn an_e_mail_is_tried_again_until_it_has_gone_and_withdrawn_with_the_project() {
    let mut world = World::in_order();
    world.manager(mail(Vec::new()));
    for _ in 0..10 {
        world.settle("mail.send", unavailable());
    }
    let lost = Outcome::Failed { error: "no answer".to_owned(), may_have_happened: true, repeatable: true };
    world.settle("mail.send", lost);
    assert_eq!(world.pending(), ["mail.send"]);
    world.manager(Command::Cancel { reason: "toch niet".to_owned() });
    assert_eq!(world.pending(), [""; 0]);
}
