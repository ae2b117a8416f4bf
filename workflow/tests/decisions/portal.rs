//! What a portal answers for a donor, and which dates a donor can give.

use serde_json::json;
use workflow::actor::Role;
use workflow::command::Command;
use workflow::effect::Outcome;
use workflow::rejection::Rejection;

use crate::world::{World, first_possible, form, name};

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
