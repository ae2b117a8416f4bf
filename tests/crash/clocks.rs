//! Servers of one PostgreSQL on machines whose clocks differ: the database's decides what is due, whose claim has run out, and with what
//! time messages are signed.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::until_effective;
use crate::support::intake::shop;
use crate::support::job::{Job, text, wait};
use crate::support::world::World;

const FIRST_MOMENT: &str = "2027-01-26T07:30:00Z";
const SECOND_MOMENT: &str = "2027-01-26T07:30:20Z";
/// So far are machines from the database's.
const OFF: TimeDelta = TimeDelta::minutes(7);
/// So late a cutover may begin. Were it a machine's clock that decides, it would be minutes.
const BEGINS_WITHIN: TimeDelta = TimeDelta::seconds(8);
/// So late a dead server's call is repeated: when its claim of ten seconds has run out, and a machine may be busy.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(25);

#[tokio::test]
async fn a_cutover_keeps_to_the_databases_clock() {
    let mut world = World::of_machines_with_clocks().await;
    let (first, second) = (scheduled(&world, 0, FIRST_MOMENT).await, scheduled(&world, 1, SECOND_MOMENT).await);
    world.stop().await;
    world.fault("pbx.route", "slow").await;
    world.set_clock("2027-01-26T07:29:55Z");

    // Who is ahead begins, and dies with its call under way; a claim by its clock would last for seven minutes more.
    world.start_off_by(OFF).await;
    until_effective(&world, "pbx.route").await;
    world.crash();
    let died_at = Instant::now();
    let behind = world.another_server_off_by(-OFF).await;
    wait("the call to come again", async || {
        let journal = world.journal().await;
        if journal.iter().any(|entry| entry["repeat"] == true) { Ok(()) } else { Err(json!(journal)) }
    })
    .await;
    assert!(died_at.elapsed() < TAKEN_OVER_WITHIN, "taken over after {:?}", died_at.elapsed());

    // Who is behind holds a call open for half a minute, in vain: by the clock of who is ahead its claim has long run out.
    world.fault("pbx.route", "slow").await;
    wait("the second call", async || if world.effects("pbx.route").await.len() == 2 { Ok(()) } else { Err(json!(null)) }).await;
    world.start_off_by(OFF).await;
    for job in [&first, &second] {
        job.until_cutover_is("done").await;
    }
    let trail = second.trail().await;
    let failed: Vec<&Value> =
        trail.iter().filter(|event| event["kind"] == "effect_failed").map(|event| &event["data"]["attempt"]).collect();
    assert_eq!(failed, [&json!(1)], "nobody took over what somebody was at: its outcome counts");

    behind.stop().await;
    began_in_time(&first, FIRST_MOMENT).await;
    began_in_time(&second, SECOND_MOMENT).await;
    world.ends_right(&[first, second]).await;
}

async fn scheduled(world: &World, n: u32, moment: &str) -> Job {
    let job = Job::start(&world.api, &shop(n)).await;
    job.to_order().await;
    job.to_implementation().await;
    job.schedule(moment).await;
    job
}

async fn began_in_time(job: &Job, moment: &str) {
    let moment: DateTime<Utc> = moment.parse().unwrap();
    let trail = job.trail().await;
    let began = trail.iter().find(|event| event["kind"] == "cutover_started").unwrap();
    let began_at: DateTime<Utc> = text(&began["at"]).parse().unwrap();
    assert!(moment <= began_at && began_at < moment + BEGINS_WITHIN, "began at {began_at}, and was planned for {moment}");
}
