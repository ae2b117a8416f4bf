//! Reminders that go by e-mail.

use uuid::Uuid;
use workflow::actor::Role;
use workflow::command::Command;
use workflow::effect::{Action, Mail};

use crate::world::{World, by_hand, done, form, refused};

/// Nothing has been done of an order; who must act is reminded by e-mail.
fn reminded() -> World {
    let mut form = form();
    form["wish_date"] = serde_json::json!("2027-03-02");
    let mut world = World::in_order_with(form);
    world.settings.reminders_by_mail = true;
    world.settings.contractor.email = Some("planning@dynamx.example".to_owned());
    world.act(Role::System, Command::ReviewLetters).unwrap();
    world
}

fn mails(world: &World) -> Vec<&Mail> {
    let mail = |action: &&'_ Action| matches!(action, Action::SendMail(_));
    let all: Vec<&Action> = world.actions("mail.send");
    all.iter()
        .filter(|action| mail(action))
        .filter_map(|action| if let Action::SendMail(mail) = action { Some(mail) } else { None })
        .collect()
}

#[test]
fn each_party_gets_one_mail_with_all_that_it_is_reminded_of_at_that_moment_and_why() {
    let mut world = reminded();
    world.wait_until("2027-01-12 08:00");
    let told: Vec<(&str, &str)> = mails(&world).iter().map(|mail| (mail.to.as_str(), mail.subject.as_str())).collect();
    assert_eq!(told, [("j.devries@korenaar.example", "Herinnering: uw overstap (2027-0001)")]);
    let mail = mails(&world)[0];
    assert_eq!(mail.reply_to.as_deref(), Some("planning@dynamx.example"));
    assert_says(
        &mail.text,
        &["Geachte J. de Vries,", "2027-01-26, nog 10 werkdagen", "25 werkdagen voor de wensdatum (2027-03-02)", "Dynamx"],
    );
    world.settle("mail.send", done());
    world.wait_until("2027-01-13 12:00");
    assert_eq!(world.pending(), [""; 0], "each is told once");
}

fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
}

#[test]
fn without_a_mail_server_the_trail_alone_tells_it() {
    let mut world = reminded();
    world.settings.reminders_by_mail = false;
    world.wait_until("2027-01-12 08:00");
    assert!(world.kinds_since(0).contains(&"reminder_due".to_owned()));
    assert_eq!(mails(&world).len(), 0);
}

#[test]
fn a_reminder_that_can_not_be_sent_is_nobodys_to_do_and_gives_way_to_the_next() {
    for outcome in [by_hand(), refused("no such user")] {
        let mut world = reminded();
        world.wait_until("2027-01-12 08:00");
        world.settle("mail.send", outcome);
        assert_eq!(world.pending(), [""; 0]);
    }
    let mut world = reminded();
    world.wait_until("2027-01-12 08:00");
    let first = to_customer(&world);
    assert_eq!(first.len(), 1);
    world.wait_until("2027-01-21 08:00");
    let later = to_customer(&world);
    assert!(later.len() == 1 && later != first, "the later one says what holds");
}

fn to_customer(world: &World) -> Vec<Uuid> {
    let is_it = |action: &Action| matches!(action, Action::SendMail(mail) if mail.to == "j.devries@korenaar.example");
    world.outbox.values().filter(|(effect, _)| is_it(&effect.action)).map(|(effect, _)| effect.id).collect()
}
