//! Power cuts while donors are asked, and while they answer.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::{until_effective, until_it_has};
use crate::support::api::nothing;
use crate::support::intake::bakery;
use crate::support::job::Job;
use crate::support::world::World;

#[tokio::test]
async fn a_donor_is_asked_once_and_its_answer_is_heard() {
    tokio::join!(
        the_request_is_in_flight(),
        the_request_took_effect_without_an_answer(),
        the_request_failed_and_will_be_repeated(),
        the_donor_answers_while_the_server_is_down(),
        the_server_is_stopped_with_the_request_in_flight(),
        the_server_dies_while_it_stops(),
    );
}

async fn the_request_is_in_flight() {
    let (mut world, job) = about_to_ask().await;
    world.fault("coin.portingrequest", "slow").await;
    job.does("/porting/submit", nothing()).await;
    until_effective(&world, "coin.portingrequest").await;
    world.crash_and_start().await;
    is_accepted_and_ported(world, job).await;
}

async fn the_request_took_effect_without_an_answer() {
    let (mut world, job) = about_to_ask().await;
    world.fault("coin.portingrequest", "lost_answer").await;
    job.does("/porting/submit", nothing()).await;
    until_effective(&world, "coin.portingrequest").await;
    world.crash_and_start().await;
    is_accepted_and_ported(world, job).await;
}

async fn the_request_failed_and_will_be_repeated() {
    let (mut world, job) = about_to_ask().await;
    world.fault("coin.portingrequest", "unavailable").await;
    job.does("/porting/submit", nothing()).await;
    until_it_has(&job, "effect_failed").await;
    world.crash_and_start().await;
    is_accepted_and_ported(world, job).await;
}

async fn the_donor_answers_while_the_server_is_down() {
    let (mut world, job) = about_to_ask().await;
    world.donor(json!({"delay": {"seconds": 3, "reason_code": 1}})).await;
    job.does("/porting/submit", nothing()).await;
    until_it_has(&job, "porting_delayed").await;
    world.crash();
    sleep(Duration::from_secs(4)).await;
    world.start().await;
    is_accepted_and_ported(world, job).await;
}

async fn the_server_is_stopped_with_the_request_in_flight() {
    let (mut world, job) = about_to_ask().await;
    world.fault("coin.portingrequest", "slow").await;
    job.does("/porting/submit", nothing()).await;
    until_effective(&world, "coin.portingrequest").await;
    world.stop().await;
    world.start().await;
    is_accepted_and_ported(world, job).await;
}

async fn the_server_dies_while_it_stops() {
    let (mut world, job) = about_to_ask().await;
    world.fault("coin.portingrequest", "slow").await;
    job.does("/porting/submit", nothing()).await;
    until_effective(&world, "coin.portingrequest").await;
    world.terminate();
    sleep(Duration::from_secs(1)).await;
    world.crash_and_start().await;
    is_accepted_and_ported(world, job).await;
}

/// Everything done for the order but the asking.
async fn about_to_ask() -> (World, Job) {
    let world = World::begin().await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    job.customer_does_its_part().await;
    job.finish("order", &["porting-wish-date", "provider-acceptance"]).await;
    (world, job)
}

async fn is_accepted_and_ported(mut world: World, job: Job) {
    job.until_porting_is("accepted").await;
    job.finish("order", &[]).await;
    job.does("/advance", nothing()).await;
    job.schedule("2027-01-26T07:30:00Z").await;
    world.jump_to("2027-01-26T07:30:00Z").await;
    job.until_cutover_is("done").await;
    world.ends_right(&[job]).await;
}
