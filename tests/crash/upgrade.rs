//! A rolling upgrade while cutovers run: servers of an older program, newer ones beside them, and then these alone. `make upgrade
//! FROM=<revision>` builds the older program.

use std::path::PathBuf;

use super::until_it_has;
use crate::support::intake::shop;
use crate::support::job::Job;
use crate::support::process::program;
use crate::support::world::World;

/// Each cutover begins in another stage: older servers alone, both, newer alone.
const MOMENTS: [&str; 3] = ["2027-01-26T07:30:00Z", "2027-01-26T07:30:20Z", "2027-01-26T07:31:00Z"];

#[tokio::test]
#[ignore = "needs an older program: make upgrade FROM=<revision>"]
async fn cutovers_go_on_while_servers_are_upgraded() {
    let mut world = World::of_an_older_program(older_program()).await;
    let mut jobs = Vec::new();
    for (n, moment) in (0..).zip(MOMENTS) {
        let job = Job::start(&world.api, &shop(n)).await;
        job.to_order().await;
        job.to_implementation().await;
        job.schedule(moment).await;
        jobs.push(job);
    }
    world.stop().await;
    world.set_clock(MOMENTS[0]);
    // Each call under way when the next stage comes.
    for target in ["pbx.route", "coin.portingperformed", "pbx.test_call"] {
        world.fault(target, "slow").await;
    }
    world.start().await;
    let (older, older_api) = world.another_server().await;
    until_it_has(&jobs[0], "cutover_started").await;

    let was = world.upgrade();
    let (newer, api) = world.another_server().await;
    let too_late = program(&was, &["serve", "--database-url", &world.url, "--clock", MOMENTS[0]]).output().unwrap();
    assert_eq!(too_late.status.code(), Some(1), "an older program does not start on what a newer one has made of the tables");
    assert!(String::from_utf8_lossy(&too_late.stderr).contains("tables could not be brought up to date"), "{too_late:?}");
    until_it_has(&jobs[1].at(&older_api), "cutover_started").await;
    world.stop().await;
    older.stop().await;
    until_it_has(&jobs[2].at(&api), "cutover_started").await;
    world.start().await;
    for job in &jobs {
        job.until_cutover_is("done").await;
    }
    newer.stop().await;
    for job in &jobs {
        job.to_maintenance().await;
    }
    let portings = world.ends_right(&jobs).await;
    assert_eq!(portings, 2 * MOMENTS.len(), "two for each shop");
}

#[expect(clippy::disallowed_methods, reason = "a setting of the tests, which the program does not know")]
fn older_program() -> PathBuf {
    std::env::var("OVERSTAP_OLDER").expect("OVERSTAP_OLDER is the older program: make upgrade FROM=<revision>").into()
}
