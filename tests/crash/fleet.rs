//! Several servers on one PostgreSQL, of which at random moments one dies, sleeps past its claims and wakes, or all lose the database, while
//! peers fail and three migrations go on. A seed gives the same again, as far as the machine keeps time: `make crash SEED=7`.

use std::time::Duration;

use overstap::chance::Chance;
use tokio::time::sleep;

use crate::support::intake::shop;
use crate::support::job::Job;
use crate::support::process::Process;
use crate::support::world::{Adapters, Database, World};

const MIGRATIONS: u32 = 3;
const MOMENT: &str = "2027-01-26T07:30:00Z";
/// A claim lasts ten seconds: who sleeps so long has lost it.
const PAST_A_CLAIM: Duration = Duration::from_secs(12);

#[tokio::test]
async fn three_migrations_survive_on_several_servers() {
    survive(super::chosen_seed().unwrap_or(1_234)).await;
}

/// What befalls the servers.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// The first dies and comes back.
    FirstDies,
    /// Another dies, and a new one takes its place.
    AnotherDies,
    /// Another sleeps past its claims, and wakes.
    AnotherSleeps,
    /// Every connection to the database ends, thrice.
    DatabaseRestarts,
}

#[expect(clippy::print_stderr, reason = "a failing test says with which seed")]
async fn survive(seed: u64) {
    eprintln!("seed {seed} on several servers");
    let mut chance = Chance(seed);
    let mut world = World::with(Database::Postgresql, Adapters::Connected).await;
    let mut others = Vec::new();
    for _ in 0..chance.between(1, 2) {
        others.push(world.another_server().await.0);
    }
    let mut jobs = Vec::new();
    for n in 0..MIGRATIONS {
        let job = Job::start(&world.api, &shop(n)).await;
        job.to_order().await;
        job.to_implementation().await;
        job.schedule(MOMENT).await;
        jobs.push(job);
    }
    let count = others.len();
    for other in others.drain(..) {
        other.stop().await;
    }

    world.stop().await;
    world.set_clock(MOMENT);
    world.start().await;
    for _ in 0..count {
        others.push(world.another_server().await.0);
    }
    let blows = chance.between(3, 5);
    let moving = async {
        for job in &jobs {
            job.until_cutover_is("done").await;
        }
    };
    tokio::join!(moving, strike(&mut world, &mut others, &mut chance, blows));
    for other in others {
        other.stop().await;
    }
    for job in &jobs {
        job.to_maintenance().await;
    }
    world.ends_right(&jobs).await;
}

/// Strikes some times, each time with a failure waiting for whoever calls next.
async fn strike(world: &mut World, others: &mut Vec<Process>, chance: &mut Chance, times: u64) {
    for _ in 0..times {
        let target = chance.pick(&["pbx.route", "coin.portingperformed", "pbx.test_call"]);
        world.fault(target, chance.pick(&["unavailable", "lost_answer", "slow"])).await;
        sleep(Duration::from_millis(chance.between(20, 2000))).await;
        let which = usize::try_from(chance.between(0, others.len() as u64 - 1)).unwrap();
        match chance.pick(&[Blow::FirstDies, Blow::AnotherDies, Blow::AnotherSleeps, Blow::DatabaseRestarts]) {
            Blow::FirstDies => {
                world.crash();
                sleep(Duration::from_millis(chance.between(0, 500))).await;
                world.start().await;
            }
            Blow::AnotherDies => {
                others.swap_remove(which).kill9();
                others.push(world.another_server().await.0);
            }
            Blow::AnotherSleeps => {
                others[which].pause();
                sleep(PAST_A_CLAIM).await;
                others[which].wake();
            }
            Blow::DatabaseRestarts => {
                for _ in 0..3 {
                    world.end_sessions();
                    sleep(Duration::from_millis(chance.between(50, 400))).await;
                }
            }
        }
    }
}
