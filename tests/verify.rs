//! What an operator relies on: `overstap verify` finds what does not agree, a database keeps to its kind of clock, and a server stops when
//! it is asked to.

use std::process::Output;

use crate::support::api::TOKEN;
use crate::support::intake::bakery;
use crate::support::job::{Job, text};
use crate::support::sqlite::tamper;
use crate::support::world::{BEGINNING, World};

#[tokio::test]
async fn what_agrees_is_verified() {
    let world = written().await;
    assert_eq!(report(&world.verify()), (Some(0), "1 projects, 5 events replayed: 0 differ from what is stored\n".to_owned()));
}

#[tokio::test]
async fn a_state_that_the_trail_does_not_give_is_named_by_its_place() {
    let world = written().await;
    let statement = "UPDATE projects SET state = json_set(state, '$.intake.customer.name', 'Slagerij', '$.hold', 'zomaar')";
    assert_eq!(tamper(&world.url, statement).await.unwrap(), 1);
    let (code, said) = report(&world.verify());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("project 2027-0001") && said.contains("2 differences"), "{said}");
    let name = "/intake/customer/name: the events give \"Bakkerij De Korenaar B.V.\", stored is \"Slagerij\"";
    let hold = "/hold: the events give null, stored is \"zomaar\"";
    assert!(said.contains(name) && said.contains(hold), "{said}");
}

#[tokio::test]
async fn a_timer_that_the_state_calls_for_is_missed_and_one_too_many_is_named() {
    let world = written().await;
    assert_eq!(tamper(&world.url, "UPDATE timers SET key = 'due/coffee' WHERE key = 'due/connectivity-test'").await.unwrap(), 1);
    let (code, said) = report(&world.verify());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("timer due/coffee: the state does not call for it, stored is 20"), "{said}");
    assert!(said.contains("timer due/connectivity-test: the state calls for it at 20"), "{said}");
}

/// A newer version may set timers that an older one knew nothing of, for projects that nobody touches meanwhile.
#[tokio::test]
async fn timers_are_brought_up_to_the_rules_of_this_version_at_the_start() {
    let mut world = written().await;
    for statement in [
        "DELETE FROM timers WHERE key = 'reminder'",
        "UPDATE projects SET next_due_on = NULL",
        "UPDATE meta SET value = json_set(value, '$.version', 1) WHERE key = 'timers'",
    ] {
        assert_eq!(tamper(&world.url, statement).await.unwrap(), 1, "{statement}");
    }
    let (code, said) = report(&world.verify());
    assert_eq!(code, Some(0), "another version's timers can't be judged: {said}");
    assert!(said.contains("timers, and states of another version, were not compared"), "{said}");
    world.start().await;
    let list = world.api.get("/api/v1/projects").await;
    assert!(list["items"][0]["next_due_on"].is_string(), "{list:?}");
    assert_eq!(list["items"][0]["version"], 5, "nothing has happened to it");
    world.stop().await;
    assert_eq!(report(&world.verify()), (Some(0), "1 projects, 5 events replayed: 0 differ from what is stored\n".to_owned()));
    assert_eq!(tamper(&world.url, "DELETE FROM timers WHERE key = 'reminder'").await.unwrap(), 1, "it is there again");
    let (code, said) = report(&world.verify());
    assert!(code == Some(1) && said.contains("timer reminder: the state calls for it at"), "{said}");
}

/// A newer version may make more of the same events; an older one that works on the same database may have written what it knew.
#[tokio::test]
async fn a_state_of_another_version_is_made_anew_from_its_events() {
    let mut world = written().await;
    let of_another_version = "UPDATE projects SET state = json_set(state, '$.rules', 0, '$.intake.customer.name', 'Slagerij')";
    assert_eq!(tamper(&world.url, of_another_version).await.unwrap(), 1);
    assert_eq!(report(&world.verify()).0, Some(0), "what another version made can't be judged");
    world.start().await;
    let name = async |world: &World| {
        let list = world.api.get("/api/v1/projects").await;
        let project = world.api.get(&format!("/api/v1/projects/{}", text(&list["items"][0]["id"]))).await;
        (text(&project["customer"]["name"]), project["version"].clone())
    };
    let right = ("Bakkerij De Korenaar B.V.".to_owned(), serde_json::json!(5));
    assert_eq!(name(&world).await, right, "it is read from the events");
    assert_eq!(
        tamper(&world.url, "UPDATE meta SET value = json_set(value, '$.state_version', 0) WHERE key = 'timers'").await.unwrap(),
        1
    );
    world.stop().await;
    world.start().await;
    world.stop().await;
    assert_eq!(report(&world.verify()), (Some(0), "1 projects, 5 events replayed: 0 differ from what is stored\n".to_owned()));
    let stored = "UPDATE projects SET id = id WHERE json_extract(state, '$.intake.customer.name') = 'Bakkerij De Korenaar B.V.'";
    assert_eq!(tamper(&world.url, stored).await.unwrap(), 1, "and written at a start");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made() {
    let mut world = written().await;
    world.url = world.url.replace("overstap.db", "typo.db");
    assert_eq!(report(&world.verify()).0, Some(1));
    assert!(!std::path::Path::new(world.url.trim_start_matches("sqlite://")).exists());
}

#[tokio::test]
async fn a_trail_can_only_be_added_to() {
    let world = written().await;
    for statement in ["DELETE FROM events WHERE seq = 3", "UPDATE events SET actor = '{}' WHERE seq = 3"] {
        assert!(tamper(&world.url, statement).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn a_database_keeps_to_its_kind_of_clock() {
    let mut world = World::begin().await;
    world.stop().await;
    let said = world.refused_start(None);
    assert!(said.contains("this database was used with a simulated clock; use another one, or start with --clock"), "{said}");

    world.url = world.url.replace("overstap.db", "real.db");
    world.start_on_the_real_clock().await;
    world.stop().await;
    let said = world.refused_start(Some(BEGINNING));
    assert!(said.contains("this database was used with a real clock; use another one, or start without --clock"), "{said}");
}

#[tokio::test]
async fn a_server_stops_though_a_caller_never_finishes_its_request() {
    let mut world = World::begin().await;
    let head = format!("POST /api/v1/projects HTTP/1.1\r\nHost: overstap\r\nAuthorization: Bearer {TOKEN}\r\n");
    let _half_a_head = world.begin_request(&head);
    let _half_a_body = world.begin_request(&format!("{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"));
    // What is told after them on a connection of its own finds both taken in.
    world.api.get("/healthz").await;
    world.stop().await;
}

/// A stopped server's database with a project and its first confirmations.
async fn written() -> World {
    let mut world = World::begin().await;
    let job = Job::start(&world.api, &bakery()).await;
    job.complete("scope").await;
    job.complete("contract-end-dates").await;
    job.complete("poe-switch-check").await;
    world.stop().await;
    world
}

fn report(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}
