//! Several servers on one PostgreSQL, of which at random moments one dies, sleeps past its claims and wakes, or all lose the database's
//! server, while peers fail and three migrations go on. A seed gives the same again, as far as the machine keeps time: `make crash SEED=7`.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use overstap::chance::Chance;
use tokio::time::sleep;

use crate::support::api::Api;
use crate::support::cluster::Ending;
use crate::support::intake::shop;
use crate::support::job::Job;
use crate::support::process::Process;
use crate::support::world::{Adapters, Database, World};

const MIGRATIONS: u32 = 3;
/// The first one's; each of the others' comes so much later, so that whatever befalls the servers finds a cutover under way.
const MOMENT: &str = "2027-01-26T07:30:00Z";
const APART: TimeDelta = TimeDelta::seconds(10);
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
    /// The database's server ends, in one way or another, and comes back.
    DatabaseRestarts(Ending),
}

impl Blow {
    fn by(chance: &mut Chance) -> Self {
        match chance.between(1, 4) {
            1 => Self::FirstDies,
            2 => Self::AnotherDies,
            3 => Self::AnotherSleeps,
            _ => Self::of_the_database(chance),
        }
    }

    fn of_the_database(chance: &mut Chance) -> Self {
        Self::DatabaseRestarts(chance.pick(&Ending::ALL))
    }
}

/// Servers beside the first.
type Others = Vec<(Process, Api)>;

async fn survive(seed: u64) {
    let mut chance = Chance(seed);
    let mut world = World::with(Database::OwnPostgresql, Adapters::Connected).await;
    let count = chance.between(1, 2);
    super::tell(seed, &format!("on {} servers of PostgreSQL", count + 1));
    let mut others = Vec::new();
    for _ in 0..count {
        others.push(world.another_server().await);
    }
    let mut jobs = Vec::new();
    let mut moment: DateTime<Utc> = MOMENT.parse().unwrap();
    for n in 0..MIGRATIONS {
        let job = Job::start(&world.api, &shop(n)).await;
        job.to_order().await;
        job.to_implementation().await;
        job.schedule(&moment.to_rfc3339()).await;
        moment += APART;
        jobs.push(job);
    }
    for (other, _) in others.drain(..) {
        other.stop().await;
    }

    world.stop().await;
    world.set_clock(MOMENT);
    world.start().await;
    for _ in 0..count {
        others.push(world.another_server().await);
    }
    let blows = chance.between(3, 5);
    let moving = async {
        for job in &jobs {
            job.until_cutover_is("done").await;
        }
    };
    let striking = async {
        // In the middle of every history the database restarts.
        for n in 0..blows {
            let blow = if n == blows / 2 { Blow::of_the_database(&mut chance) } else { Blow::by(&mut chance) };
            strike(blow, &mut world, &mut others, &mut chance, seed).await;
        }
    };
    tokio::join!(moving, striking);
    for (other, _) in others {
        other.stop().await;
    }
    for job in &jobs {
        job.to_maintenance().await;
    }
    super::tell_end(seed, world.ends_right(&jobs).await);
}

/// Strikes, with a failure waiting for whoever calls next.
async fn strike(blow: Blow, world: &mut World, others: &mut Others, chance: &mut Chance, seed: u64) {
    let target = chance.pick(&["pbx.route", "coin.portingperformed", "pbx.test_call"]);
    let fault = chance.pick(&["unavailable", "lost_answer", "slow"]);
    world.fault(target, fault).await;
    sleep(Duration::from_millis(chance.between(20, 2000))).await;
    super::tell(seed, &format!("{blow:?}, {target} {fault}"));
    let which = usize::try_from(chance.between(0, others.len() as u64 - 1)).unwrap();
    match blow {
        Blow::FirstDies => {
            world.crash();
            sleep(Duration::from_millis(chance.between(0, 500))).await;
            world.start().await;
        }
        Blow::AnotherDies => {
            others.swap_remove(which).0.kill9();
            others.push(world.another_server().await);
        }
        Blow::AnotherSleeps => {
            others[which].0.pause();
            sleep(PAST_A_CLAIM).await;
            others[which].0.wake();
        }
        Blow::DatabaseRestarts(how) => {
            let apis: Vec<Api> = others.iter().map(|(_, api)| api.clone()).collect();
            world.restart_database(how, Duration::from_millis(chance.between(0, 3000)), &apis).await;
        }
    }
}
