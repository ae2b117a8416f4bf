//! Several servers on one PostgreSQL: what one leaves undone another takes over, and who was away is not heard when it comes back.

use std::time::Duration;

use tokio::time::sleep;

use super::until_effective;
use crate::support::cluster::Ending;
use crate::support::intake::shop;
use crate::support::job::Job;
use crate::support::world::{Adapters, Database, World};

const MOMENT: &str = "2027-01-26T07:30:00Z";

#[tokio::test]
async fn what_one_server_leaves_undone_another_takes_over() {
    tokio::join!(
        paused_in("pbx.route"),
        paused_in("coin.portingperformed"),
        killed_in("pbx.route"),
        killed_in("coin.portingperformed"),
        every_session_ends(),
        the_database_restarts(),
    );
}

/// The server is paused while its call is under way: longer than its lease, so that another takes over. Then it wakes.
async fn paused_in(target: &str) {
    let (world, job) = on_the_morning(target).await;
    world.server().pause();
    let (other, api) = world.another_server().await;
    job.at(&api).until_cutover_is("done").await;
    world.server().wake();
    sleep(Duration::from_secs(2)).await;
    other.stop().await;
    job.until_cutover_is("done").await;
    world.ends_right(&[job]).await;
}

/// The server dies while its call is under way, and stays away.
async fn killed_in(target: &str) {
    let (mut world, job) = on_the_morning(target).await;
    world.crash();
    let (other, api) = world.another_server().await;
    job.at(&api).until_cutover_is("done").await;
    other.stop().await;
    world.start().await;
    world.ends_right(&[job]).await;
}

/// Every session ends, again and again, while two servers are at work: a pause, and nothing else.
async fn every_session_ends() {
    let (mut world, jobs) = scheduled(Database::Postgresql, 2).await;
    world.set_clock(MOMENT);
    world.start().await;
    let (other, _) = world.another_server().await;
    for _ in 0..8 {
        world.end_sessions();
        sleep(Duration::from_millis(300)).await;
    }
    for job in &jobs {
        job.until_cutover_is("done").await;
    }
    other.stop().await;
    world.ends_right(&jobs).await;
}

/// The database's server ends in each way and begins again while two servers are at work.
async fn the_database_restarts() {
    let (mut world, jobs) = scheduled(Database::OwnPostgresql, 2).await;
    world.set_clock(MOMENT);
    world.start().await;
    let (other, api) = world.another_server().await;
    for how in Ending::ALL {
        world.restart_database(how, Duration::from_secs(1), std::slice::from_ref(&api)).await;
    }
    for job in &jobs {
        job.until_cutover_is("done").await;
    }
    other.stop().await;
    world.ends_right(&jobs).await;
}

/// The moment has come, and the call to `target` is under way.
async fn on_the_morning(target: &str) -> (World, Job) {
    let (mut world, mut jobs) = scheduled(Database::Postgresql, 1).await;
    world.fault(target, "slow").await;
    world.set_clock(MOMENT);
    world.start().await;
    until_effective(&world, target).await;
    (world, jobs.remove(0))
}

/// Migrations that wait for their moment, and a server that is down.
async fn scheduled(database: Database, count: u32) -> (World, Vec<Job>) {
    let mut world = World::with(database, Adapters::Connected).await;
    let mut jobs = Vec::new();
    for n in 0..count {
        let job = Job::start(&world.api, &shop(n)).await;
        job.to_order().await;
        job.to_implementation().await;
        job.schedule(MOMENT).await;
        jobs.push(job);
    }
    world.stop().await;
    (world, jobs)
}
