//! What comes of it when COIN does not let us in, finds an error in a withdrawal, or tells what others do with our numbers.

use workflow::command::Command;
use workflow::effect::Action;
use workflow::event::Event;
use workflow::porting::foreign::ForeignMessage;
use workflow::process::Party;
use workflow::view::{next_actions, waiting_on};
use workflow::warning::{Severity, Warning, warnings};

use crate::cutover::{abort, incident, places};
use crate::world::{World, denied, done, form, lost};

/// Another operator asks for all numbers of the project.
pub(crate) fn asked_by(operator: &str, world: &World) -> ForeignMessage {
    let numbers = world.project().intake.numbers.iter().map(|entry| entry.series.clone()).collect();
    let dossier = Some(format!("{operator}-1"));
    ForeignMessage { message: "portingrequest".to_owned(), numbers, by: Some(operator.to_owned()), dossier }
}

fn warning(world: &World, code: &str) -> Option<Warning> {
    warnings(world.project(), world.now.date_naive()).into_iter().find(|warning| warning.code == code)
}

#[test]
fn whoever_is_not_let_in_tries_on_calmly_until_credentials_are_renewed() {
    let mut world = World::asked_with(form());
    let id = world.effect("porting.request");
    let mut pauses = Vec::new();
    for _ in 0..12 {
        let before = world.now.max(world.outbox[&id].1);
        world.settle("porting.request", denied());
        pauses.push((world.outbox[&id].1 - before).num_seconds());
    }
    assert!(pauses[0] >= 5 && pauses.is_sorted_by(|one, next| one <= next || *next >= 900), "{pauses:?}");
    assert!(pauses[11] <= 1080, "within a quarter of an hour or so: {pauses:?}");
    assert_eq!(world.project().porting_status().as_str(), "requested", "nothing is lost");

    let told = warning(&world, "access_denied").unwrap();
    assert_eq!(told.severity, Severity::Error);
    assert!(
        told.text.en.starts_with("we are not let in (access denied: 401); waiting for that: ask for the porting"),
        "{}",
        told.text.en
    );
    assert!(next_actions(world.project()).iter().any(|action| action.text.en.starts_with("have the credentials renewed")));
    assert!(waiting_on(world.project()).contains(&Party::Contractor));

    world.settle("porting.request", done());
    assert_eq!(warning(&world, "access_denied"), None, "it went by itself");
    assert!(world.trail.iter().any(|recorded| matches!(recorded.event, Event::EffectFailed { denied: true, .. })));
}

#[test]
fn a_cutover_that_is_not_let_in_stops_and_the_numbers_stay_where_they_are() {
    let mut world = World::running();
    world.settle("pbx.route", done());
    while world.cutover() == "running" {
        world.settle("porting.perform", denied());
    }
    assert_eq!((world.cutover(), places(&world).as_str()), ("incident", "donor"));
    assert!(incident(&world).what.en.contains("access denied: 401"), "{}", incident(&world).what.en);
    assert!(warning(&world, "access_denied").is_some());
    let mut given_up = world;
    given_up.manager(abort());
    assert_eq!(warning(&given_up, "access_denied"), None);

    let mut world = World::running();
    world.settle("pbx.route", done());
    world.settle("porting.perform", lost());
    while world.cutover() == "running" {
        world.settle("porting.perform", denied());
    }
    assert_eq!(places(&world), "unknown", "what an earlier attempt did nobody knows");
}

#[test]
fn a_withdrawal_that_waits_for_credentials_is_told_of_although_the_project_is_over() {
    let mut world = World::asked_with(form());
    world.settle("porting.request", done());
    world.manager(Command::Cancel { reason: "x".to_owned() });
    world.settle("porting.cancel", denied());
    assert!(next_actions(world.project()).iter().any(|action| action.text.en.starts_with("have the credentials renewed")));
    world.settle("porting.cancel", done());
    assert_eq!(next_actions(world.project()), []);
}

#[test]
fn an_error_in_a_withdrawal_is_told_whoever_can_close_the_dossier() {
    for over in [false, true] {
        let mut world = World::asked_with(form());
        world.settle("porting.request", done());
        let reason = "x".to_owned();
        world.manager(if over { Command::Cancel { reason } } else { Command::CancelPorting { request: None, reason } });
        world.settle("porting.cancel", done());
        assert_eq!(warning(&world, "withdrawal_in_doubt"), None);
        world.manager(Command::RecordPortingError { request: "1".to_owned(), errors: "E9 too late".to_owned() });
        let said = "the withdrawal of request 1 (dossier DYNX-20270001-1) may have failed; COIN reports: E9 too late";
        if over {
            assert_eq!(next_actions(world.project())[0].text.en, said, "no warnings in a project that is over");
        } else {
            assert_eq!(warning(&world, "withdrawal_in_doubt").unwrap().text.en, said);
        }
    }
}

#[test]
fn a_number_that_somebody_else_takes() {
    let mut world = World::in_order();
    let numbers = vec![world.project().intake.numbers[0].series.clone()];
    let foreign = |message: &str, by: &str| {
        let (message, numbers) = (message.to_owned(), numbers.clone());
        Command::RecordForeignMessage(ForeignMessage {
            message,
            numbers,
            by: Some(by.to_owned()),
            dossier: Some(format!("{by}-1")),
        })
    };
    let alarm = |world: &World| {
        let warning = warning(world, "number_taken_away").unwrap();
        assert_eq!(warning.severity, Severity::Error);
        let to_do = next_actions(world.project()).iter().any(|action| action.text.en.starts_with("call the customer"));
        assert_eq!(to_do, !warning.acknowledged, "until somebody has taken note of it");
        (warning.text.en, warning.acknowledged)
    };
    world.manager(foreign("portingrequest", "ZIGG"));
    let asks = "a number of this project is being taken away: ZIGG asks for 030 100 12 00 – 030 100 12 99 (dossier ZIGG-1)";
    assert_eq!(alarm(&world), (asks.to_owned(), false));
    let code = "number_taken_away".to_owned();
    world.manager(Command::AcknowledgeWarning { code, contract: None, note: "gebeld".to_owned() });
    assert_eq!(alarm(&world), (asks.to_owned(), true));
    world.manager(foreign("portingperformed", "ZIGG"));
    let (text, acknowledged) = alarm(&world);
    assert!(text.ends_with("ZIGG has taken 030 100 12 00 – 030 100 12 99 over (dossier ZIGG-1)"), "{text}");
    assert!(!acknowledged, "what was taken note of before says nothing of this");
}

#[test]
fn whoever_can_call_is_told_by_mail_that_a_number_is_taken() {
    let mut world = World::in_offer_with(form());
    world.settings.reminders_by_mail = true;
    world.settings.contractor.email = Some("migraties@dynamx.example".to_owned());
    let numbers = vec![world.project().intake.numbers[0].series.clone()];
    let message = ForeignMessage { message: "deactivation".to_owned(), numbers, by: None, dossier: None };
    world.manager(Command::RecordForeignMessage(message));
    let Action::SendMail(mail) = world.actions("mail.send")[0] else { panic!("no mail") };
    assert_eq!(mail.to, "migraties@dynamx.example");
    assert!(mail.text.contains("sluit 030 100 12 00 – 030 100 12 99 af") && mail.text.contains("+31301001234"), "{}", mail.text);
}
