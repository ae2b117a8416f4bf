//! Other systems are told of what happens: by real servers, to receivers that others have written.

mod peers;
mod receiver;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::intake::{bakery, shop};
use crate::support::job::{Job, text, wait};
use crate::support::process::overstap;
use crate::support::world::{Adapters, Database, World};
use receiver::Receiver;

/// Subscribes to all events; what was answered.
async fn subscribe(world: &World, url: &str) -> Value {
    world.api.post("/api/v1/subscriptions", json!({"url": url, "kinds": ["*"]})).await
}

/// Waits until all that was to be told is told; all deliveries.
async fn until_told(world: &World, count: usize) -> Vec<Value> {
    wait("all to be told", async || {
        let deliveries = world.api.list("/api/v1/deliveries").await;
        let told = deliveries.iter().filter(|delivery| delivery["state"] == "delivered").count();
        if told >= count { Ok(deliveries) } else { Err(json!(deliveries)) }
    })
    .await
}

/// Kind and number of each event of a project.
async fn trail(job: &Job) -> Vec<(String, i64)> {
    let trail = job.trail().await;
    trail.iter().map(|event| (text(&event["kind"]), event["seq"].as_i64().unwrap())).collect()
}

#[tokio::test]
async fn a_migration_is_told_of_in_its_order_and_each_event_once() {
    tokio::join!(tell_by_two_servers(Database::Postgresql), tell_by_one_server(Database::Sqlite));
}

async fn tell_by_one_server(database: Database) {
    let world = World::with(database, Adapters::ByHand).await;
    let receiver = Receiver::new().await;
    subscribe(&world, &receiver.url).await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    let happened = trail(&job).await;
    until_told(&world, happened.len()).await;
    assert_eq!(receiver.told_of(&job.id), happened);
}

/// Servers share what is to be told, as they share what is to be done.
async fn tell_by_two_servers(database: Database) {
    let world = World::with(database, Adapters::ByHand).await;
    let (other, api) = world.another_server().await;
    let receiver = Receiver::new().await;
    subscribe(&world, &receiver.url).await;
    let jobs = [Job::start(&world.api, &shop(0)).await, Job::start(&api, &shop(1)).await];
    tokio::join!(jobs[0].to_order(), jobs[1].to_order());
    let happened = [trail(&jobs[0]).await, trail(&jobs[1]).await];
    until_told(&world, happened[0].len() + happened[1].len()).await;
    for (job, happened) in jobs.iter().zip(happened) {
        assert_eq!(receiver.told_of(&job.id), happened);
    }
    other.stop().await;
}

#[tokio::test]
async fn a_server_that_dies_while_it_tells_tells_it_again_under_the_same_id() {
    let mut world = World::with(Database::Sqlite, Adapters::ByHand).await;
    let receiver = Receiver::new().await;
    let subscription = subscribe(&world, &receiver.url).await;
    receiver.is_slow(true);
    world.api.post(&format!("/api/v1/subscriptions/{}/test", text(&subscription["id"])), json!({})).await;
    let first = wait("the first call", async || receiver.ids().first().cloned().ok_or(Value::Null)).await;
    world.crash();
    receiver.is_slow(false);
    world.start().await;
    let told = until_told(&world, 1).await;
    assert_eq!(receiver.ids(), [first.clone(), first.clone()]);
    assert_eq!(told.len(), 1);
    let delivery = world.api.get(&format!("/api/v1/deliveries/{first}")).await;
    let tried = delivery["tried"].as_array().unwrap();
    assert_eq!((&tried[0]["milliseconds"], &tried[0]["status"]), (&Value::Null, &Value::Null), "nobody knows how it ended");
    assert_eq!(tried[1]["status"], 204);
}

/// A receiver that never answers has a lane of its own; a server that is told to stop does not wait for it beyond its time.
#[tokio::test]
async fn a_receiver_that_does_not_answer_holds_up_no_cutover_and_no_stop() {
    let mut world = World::begin().await;
    let silent = Receiver::new().await;
    silent.is_slow(true);
    subscribe(&world, &silent.url).await;
    let job = Job::start(&world.api, &shop(0)).await;
    job.to_order().await;
    job.to_implementation().await;
    job.schedule("2027-01-26T07:30:00Z").await;
    world.jump_to("2027-01-26T07:30:00Z").await;
    job.until_cutover_is("done").await;
    assert!(!silent.ids().is_empty());
    tokio::time::sleep(Duration::from_millis(300)).await;
    world.ends_right(&[job]).await;
}

#[test]
fn a_network_that_is_none_is_told_at_the_start() {
    let file = std::env::temp_dir().join(format!("overstap-networks-{}.db", std::process::id()));
    let url = format!("sqlite://{}", file.display());
    let mut command = overstap(&["serve", "--listen", "127.0.0.1:0", "--database-url", &url]);
    command.env("OVERSTAP_EVENT_WEBHOOKS_ALLOW_INTERNAL", "10.0.0.0/8,the office");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("OVERSTAP_EVENT_WEBHOOKS_ALLOW_INTERNAL: \"the office\" is no network"),
        "{said}"
    );
    std::fs::remove_file(file).unwrap();
}
