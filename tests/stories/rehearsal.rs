//! The cutover is rehearsed with a test number on a real PBX, before and after what it finds has been mended.

use serde_json::{Value, json};

use crate::support::intake::bakery;
use crate::support::job::{Job, wait};
use crate::support::world::{Adapters, Database, World};

#[tokio::test]
async fn a_rehearsal_finds_what_would_fail_and_touches_no_number_of_the_customer() {
    let mut world = World::with(Database::Sqlite, Adapters::Connected).await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    job.to_implementation().await;

    world.fault("pbx.route", "refuse").await;
    let found = rehearse(&job).await;
    assert_eq!((&found["passed"], &found["parts"][1]["state"]), (&json!(false), &json!("failed")), "{found}");
    let missing: Vec<_> = found["missing"].as_array().unwrap().iter().map(|unmet| unmet["key"].clone()).collect();
    assert!(missing.contains(&json!("porting-date")), "{missing:?}");
    let own = job.is_refused("/cutover/rehearse", json!({"test_number": "030 100 12 34"})).await;
    assert_eq!((own.0, own.1.as_str()), (422, "invalid_input"), "a number of the customer is not touched");

    job.schedule("2027-01-26T07:30:00Z").await;
    let found = rehearse(&job).await;
    assert_eq!(found["passed"], true, "{found}");
    let tried = |kind: &str| format!("{kind} +31851234567");
    let tried: Vec<String> = ["pbx.route", "pbx.test_call", "pbx.unroute"].map(tried).into();
    assert_eq!(calls(&world).await, tried, "and not what was refused");
    assert_eq!(job.cutover().await["status"], "scheduled");
    world.stop().await;
    assert!(world.verify().status.success());
}

/// Rehearses, and waits until that is over.
async fn rehearse(job: &Job) -> Value {
    job.does("/cutover/rehearse", json!({"test_number": "085 123 45 67"})).await;
    wait("the rehearsal to be over", async || {
        let rehearsal = job.cutover().await["rehearsal"].clone();
        if rehearsal["passed"].is_boolean() { Ok(rehearsal) } else { Err(rehearsal) }
    })
    .await
}

/// What the PBX was asked to do to numbers.
async fn calls(world: &World) -> Vec<String> {
    let call = |entry: &Value| {
        let number = entry["body"]["data"]["numbers"][0]["number"].as_str()?.to_owned();
        Some(format!("{} {number}", entry["kind"].as_str()?))
    };
    world
        .journal()
        .await
        .iter()
        .filter(|entry| entry["kind"].as_str().is_some_and(|kind| kind.starts_with("pbx.")))
        .filter_map(call)
        .collect()
}
