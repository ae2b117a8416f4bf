//! Power cuts on the morning of the porting.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::{until_effective, until_it_has};
use crate::support::intake::shop;
use crate::support::job::Job;
use crate::support::world::World;

/// The cutover's moment: half past eight in Amsterdam.
const MOMENT: &str = "2027-01-26T07:30:00Z";

#[tokio::test]
async fn a_step_in_flight_is_done_once() {
    tokio::join!(
        cut_in("pbx.route", "slow"),
        cut_in("pbx.route", "lost_answer"),
        cut_in("coin.portingperformed", "slow"),
        cut_in("coin.portingperformed", "lost_answer"),
        cut_in("pbx.test_call", "slow"),
        cut_in("pbx.test_call", "lost_answer"),
    );
}

/// Attempts of which COIN knows nothing don't make up for the one of which nobody here knows.
#[tokio::test]
async fn what_may_have_been_ported_is_not_undone() {
    let (mut world, job) = on_the_morning(MOMENT, &[("coin.portingperformed", "slow"), ("coin.portingperformed", "slow")]).await;
    until_effective(&world, "coin.portingperformed").await;
    for _ in 0..20 {
        world.fault("coin.portingperformed", "unavailable").await;
    }
    world.crash_and_start().await;
    job.until_cutover_is("incident").await;
    assert_eq!(job.is_refused("/cutover/abort", json!({"reason": "het lukt niet"})).await.1, "porting_under_way");
}

#[tokio::test]
async fn a_moment_is_not_missed() {
    tokio::join!(
        the_moment_passes_while_the_server_is_down(),
        the_server_dies_as_soon_as_the_cutover_has_begun(),
        a_step_failed_and_will_be_repeated("pbx.route"),
        a_step_failed_and_will_be_repeated("coin.portingperformed"),
        the_server_is_stopped_in_the_middle(),
    );
}

/// The call to `target` has taken effect and not been answered when the power is cut.
async fn cut_in(target: &str, fault: &str) {
    let (mut world, job) = on_the_morning(MOMENT, &[(target, fault)]).await;
    until_effective(&world, target).await;
    world.crash_and_start().await;
    job.until_cutover_is("done").await;
    world.ends_right(&[job]).await;
}

async fn a_step_failed_and_will_be_repeated(target: &str) {
    let (mut world, job) = on_the_morning(MOMENT, &[(target, "unavailable"), (target, "unavailable")]).await;
    until_it_has(&job, "effect_failed").await;
    world.crash_and_start().await;
    job.until_cutover_is("done").await;
    world.ends_right(&[job]).await;
}

async fn the_moment_passes_while_the_server_is_down() {
    let (mut world, job) = on_the_morning("2027-01-26T07:29:30Z", &[]).await;
    world.crash();
    assert!(world.now() < MOMENT.parse::<chrono::DateTime<chrono::Utc>>().unwrap(), "the machine is too slow for this test");
    world.set_clock("2027-01-26T07:30:10Z");
    world.start().await;
    job.until_cutover_is("done").await;
    world.ends_right(&[job]).await;
}

async fn the_server_dies_as_soon_as_the_cutover_has_begun() {
    let (mut world, job) = on_the_morning("2027-01-26T07:29:58Z", &[]).await;
    until_it_has(&job, "cutover_started").await;
    world.crash_and_start().await;
    job.until_cutover_is("done").await;
    world.ends_right(&[job]).await;
}

async fn the_server_is_stopped_in_the_middle() {
    let (mut world, job) = on_the_morning(MOMENT, &[("coin.portingperformed", "slow")]).await;
    until_effective(&world, "coin.portingperformed").await;
    world.terminate();
    sleep(Duration::from_millis(500)).await;
    world.crash_and_start().await;
    job.until_cutover_is("done").await;
    world.ends_right(&[job]).await;
}

/// A scheduled cutover of numbers with two donors, the faults waiting for it, and the server started at `clock`.
async fn on_the_morning(clock: &str, faults: &[(&str, &str)]) -> (World, Job) {
    let mut world = World::begin().await;
    let job = Job::start(&world.api, &shop(0)).await;
    job.to_order().await;
    job.to_implementation().await;
    job.schedule(MOMENT).await;
    for (target, fault) in faults {
        world.fault(target, fault).await;
    }
    world.jump_to(clock).await;
    (world, job)
}
