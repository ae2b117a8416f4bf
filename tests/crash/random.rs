//! Power cuts at random moments, with random failures of the peers, while three migrations go on. A seed gives the same cuts again, as
//! far as the machine keeps time: `make crash SEED=7`.

use std::time::Duration;

use overstap::chance::Chance;
use tokio::time::sleep;

use crate::support::intake::shop;
use crate::support::job::Job;
use crate::support::world::{Adapters, Database, World};

/// What is always run.
const RUNS: [(u64, Database); 3] = [(1, Database::Sqlite), (20_270_126, Database::Sqlite), (4_711, Database::Postgresql)];
const MIGRATIONS: u32 = 3;
const MOMENT: &str = "2027-01-26T07:30:00Z";

#[tokio::test]
async fn three_migrations_survive() {
    match super::chosen_seed() {
        Some(seed) => {
            tokio::join!(survive((seed, Database::Sqlite)), survive((seed, Database::Postgresql)));
        }
        None => {
            tokio::join!(survive(RUNS[0]), survive(RUNS[1]), survive(RUNS[2]));
        }
    }
}

async fn survive((seed, database): (u64, Database)) {
    super::tell(seed, &format!("one server on {database:?}"));
    let mut chance = Chance(seed);
    let mut world = World::with(database, Adapters::Connected).await;
    let (cuts_before, cuts_on_the_morning) = (chance.between(3, 5), chance.between(3, 5));

    let api = world.api.clone();
    let preparing = async {
        let prepare = |n| {
            let api = api.clone();
            async move {
                let job = Job::start(&api, &shop(n)).await;
                job.to_order().await;
                job.to_implementation().await;
                job.schedule(MOMENT).await;
                job
            }
        };
        let mut jobs = Vec::new();
        let migrations: Vec<_> = (0..MIGRATIONS).map(|n| tokio::spawn(prepare(n))).collect();
        for migration in migrations {
            jobs.push(migration.await.unwrap());
        }
        jobs
    };
    let asked = ["coin.portingrequest", "coin.confirmation", "coin.events", "pbx.provision"];
    let (jobs, ()) = tokio::join!(preparing, cut_power(seed, &mut world, &mut chance, cuts_before, &asked));

    world.stop().await;
    world.set_clock(MOMENT);
    world.start().await;
    let moving = async {
        for job in &jobs {
            job.until_cutover_is("done").await;
        }
    };
    let moved = ["pbx.route", "coin.portingperformed", "pbx.test_call"];
    tokio::join!(moving, cut_power(seed, &mut world, &mut chance, cuts_on_the_morning, &moved));
    for job in &jobs {
        job.to_maintenance().await;
    }
    super::tell_end(seed, world.ends_right(&jobs).await);
}

/// Cuts the power some times, each time with a failure waiting for whoever calls next.
async fn cut_power(seed: u64, world: &mut World, chance: &mut Chance, times: u64, targets: &[&str]) {
    for _ in 0..times {
        let (target, fault) = (chance.pick(targets), chance.pick(&["unavailable", "lost_answer", "slow"]));
        world.fault(target, fault).await;
        sleep(Duration::from_millis(chance.between(50, 2500))).await;
        super::tell(seed, &format!("PowerCut, {target} {fault}"));
        world.crash();
        sleep(Duration::from_millis(chance.between(0, 500))).await;
        world.start().await;
    }
}
