//! What a portal answers for a donor, and which dates a donor can give.

use serde_json::json;
use workflow::actor::Role;
use workflow::command::Command;
use workflow::effect::{Action, Outcome};
use workflow::event::Event;
use workflow::porting::DonorAnswer;
use workflow::project::AttachmentKind;
use workflow::rejection::Rejection;

use crate::world::{World, attachment, by_hand, done, first_possible, form, lost, name};

fn warns(world: &World, code: &str) -> bool {
    let today = workflow::calendar::local_date(world.now);
    workflow::warning::warnings(world.project(), today).iter().any(|warning| warning.code == code)
}

/// A portal may give the donor's answer with its own, and whoever tells it over the API is told what can't be read.
#[test]
fn a_portals_outcome_may_hold_the_donors_answer() {
    for (data, expected) in [
        (json!(null), "requested"),
        (json!({"ticket": 7}), "requested"),
        (json!({"first_possible_at": "2027-01-12T00:00:00+01:00"}), "accepted"),
        (json!({"first_possible_at": "2027-01-12"}), "accepted"),
        (json!({"blocking_code": 63}), "refused"),
        (json!({"series": [{"number": "+31301001200", "block_size": 100, "first_possible_at": "2027-01-12"}]}), "accepted"),
        (json!({"first_possible_at": "12 januari"}), "/data/first_possible_at"),
        (json!({"first_possible_at": 12}), "/data"),
        (json!({"first_possible_at": "1066-01-01"}), "/series/0/first_possible_at"),
    ] {
        let mut world = World::asked_with(form());
        let effect = *world.outbox.keys().next().unwrap();
        let outcome = Outcome::Done { detail: None, data: data.clone() };
        let command = Command::SettleEffect { effect, attempt: 1, outcome };
        let told = match world.act(Role::Manager, command) {
            Ok(_) => name(&world.project().requests[0].state),
            Err(Rejection::Input(errors)) => errors[0].pointer.clone(),
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(told, expected, "{data}");
    }
}

#[test]
fn a_first_possible_date_lies_between_the_request_and_five_years_later() {
    for (date, taken) in [("2027-01-03", false), ("2027-01-04", true), ("2032-01-04", true), ("2032-01-05", false)] {
        let mut world = World::asked_with(form());
        let command = Command::RecordAnswer { request: None, answer: first_possible(&format!("{date} 12:00")) };
        assert_eq!(world.act(Role::Manager, command).is_ok(), taken, "{date}");
    }
}

/// COIN may report the repetition of a request as an error, while the donor has the first.
#[test]
fn an_error_in_a_request_that_was_sent_twice_does_not_refuse_it() {
    let error = || Command::RecordPortingError { request: "1".to_owned(), errors: "dossier exists".to_owned() };
    for again in [false, true] {
        let mut world = World::asked_with(form());
        if again {
            world.settle("porting.request", lost());
            world.settle("porting.request", done());
        } else {
            world.settle("porting.request", done());
        }
        world.manager(error());
        let state = name(&world.project().requests[0].state);
        let warned = warns(&world, "request_in_doubt");
        assert_eq!((state.as_str(), warned), if again { ("requested", true) } else { ("refused", false) });
        if again {
            world.manager(Command::RecordAnswer { request: None, answer: first_possible("2027-01-12 00:00") });
            assert_eq!(name(&world.project().requests[0].state), "accepted", "the donor had it");
            assert!(!warns(&world, "request_in_doubt"));
        }
    }
}

#[test]
fn a_message_that_can_not_be_so_is_shown() {
    let mut world = World::asked_with(form());
    let reason = workflow::text::Text::new("kan niet", "can't be");
    let command = Command::RecordUnfitMessage { kind: "portingrequestanswer".to_owned(), reason };
    world.act(Role::Provider, command).unwrap();
    assert!(warns(&world, "message_not_taken"));
}

/// A peer took a cutover's step on, and then nobody hears of it.
#[test]
fn a_peers_silence_in_a_cutover_becomes_an_incident_and_what_it_says_later_counts() {
    let taken_on = || Outcome::Waiting { by_hand: false };
    let silent = |kind: &str| {
        let mut world = World::running();
        if kind == "porting.perform" {
            world.settle("pbx.route", done());
        }
        world.settle(kind, taken_on());
        world.wait_until("2027-01-26 08:44");
        assert_eq!(world.cutover(), "running");
        world.wait_until("2027-01-26 08:45");
        assert_eq!(world.cutover(), "incident", "{kind}");
        world
    };
    let mut world = silent("porting.perform");
    assert_eq!(crate::cutover::places(&world), "unknown");
    assert_eq!(world.refused(crate::cutover::abort()), "porting_under_way: porting_under_way");
    world.settle("porting.perform", done());
    assert_eq!(crate::cutover::places(&world), "ported");
    world.manager(Command::RetryCutover);
    assert_eq!(world.pending(), ["pbx.test_call"], "it is not asked for again");

    let mut world = silent("porting.perform");
    let sent = world.effect("porting.perform");
    world.manager(Command::RetryCutover);
    assert_eq!(world.effect("porting.perform"), sent, "asked again under the same key");

    let mut world = silent("pbx.route");
    world.manager(crate::cutover::abort());
    assert_eq!(world.pending(), ["pbx.unroute"]);
}

#[test]
fn a_routing_that_was_taken_on_and_given_up_is_undone_when_nobody_hears_of_it() {
    let mut world = World::running();
    world.settle("pbx.route", Outcome::Waiting { by_hand: false });
    world.manager(crate::cutover::abort());
    assert_eq!(world.pending(), ["pbx.route"], "what may still arrive is waited for");
    world.wait_until("2027-01-26 08:45");
    assert_eq!(world.pending(), ["pbx.unroute"]);
}

/// A donor takes days to answer; its silence is nobody's incident.
#[test]
fn what_is_not_a_step_of_a_cutover_may_take_long() {
    let mut world = World::asked_with(form());
    world.settle("porting.request", Outcome::Waiting { by_hand: false });
    world.wait_until("2027-01-14 09:00");
    assert_eq!(world.pending(), ["porting.request"]);
    assert!(world.project().effects.values().all(|effect| effect.failures == 0));
}

/// Events of a kind since the trail had this length, by Amsterdam's clock, with for how long the step had waited.
fn asked_again(world: &World) -> Vec<String> {
    let told = world.trail.iter().filter_map(|recorded| match &recorded.event {
        Event::StepUnconfirmed { waiting_minutes, .. } => {
            let at = workflow::calendar::local_time(recorded.at).format("%d %H:%M");
            Some(format!("{at} ({waiting_minutes})"))
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn a_person_who_does_not_confirm_a_step_is_asked_again_after_growing_pauses_and_not_at_night() {
    let mut world = World::running();
    world.settings.reminders_by_mail = true;
    world.settings.contractor.email = Some("migraties@dynamx.example".to_owned());
    world.settle("pbx.route", by_hand());
    world.wait_until("2027-01-27 12:00");
    assert_eq!(
        asked_again(&world),
        [
            "26 08:45 (15)",
            "26 09:15 (45)",
            "26 10:15 (105)",
            "26 12:15 (225)",
            "26 14:15 (345)",
            "26 16:15 (465)",
            "27 08:00 (1410)",
            "27 10:00 (1530)",
            "27 12:00 (1650)"
        ],
    );
    let mail = world.outbox.values().find_map(|(effect, _)| match &effect.action {
        Action::SendMail(mail) => Some(mail),
        _ => None,
    });
    let mail = mail.unwrap();
    assert_eq!(mail.to, "migraties@dynamx.example");
    assert!(mail.subject.starts_with("De cutover wacht op u: Bakkerij De Korenaar"), "{}", mail.subject);
    assert!(mail.text.contains("1650 minuten") && mail.text.contains("routeer op de centrale"), "{}", mail.text);
    assert_eq!(world.pending(), ["mail.send", "pbx.route"], "one that has not gone yet makes room for the next");

    world.settle("pbx.route", done());
    world.manager(Command::RetryCutover);
    let told = asked_again(&world).len();
    world.settle("porting.perform", done());
    world.settle("pbx.test_call", done());
    world.wait_until("2027-01-29 12:00");
    assert_eq!(asked_again(&world).len(), told, "whoever confirms is not asked again");
}

#[test]
fn an_answer_that_is_recorded_by_hand_may_name_what_shows_it() {
    let mut world = World::asked_with(form());
    let shown_by = |attachment| Command::RecordAnswer {
        request: None,
        answer: DonorAnswer { attachment, ..first_possible("2027-01-12 00:00") },
    };
    let unknown = Some(uuid::Uuid::from_u128(7));
    assert_eq!(world.refused(shown_by(unknown)), "/attachment unknown_attachment");
    world.manager(attachment(AttachmentKind::Other, None));
    let picture = world.project().attachments.last().unwrap().id;
    world.manager(shown_by(Some(picture)));
    assert_eq!(world.project().requests[0].attachment, Some(picture));
}
