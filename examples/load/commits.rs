//! A project manager's smallest deed: to confirm a task, and to reopen it. No letters, effects or numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use engine::{Engine, Failure, Origin, Request};
use overstap::clock::{SimulatedClock, Simulation};
use uuid::Uuid;
use workflow::actor::{Actor, Role};
use workflow::command::Command;

use super::models::beginning;
use super::outside::Fake;
use super::{Done, engine};

const TASK: &str = "connectivity-test";
const NOTE: &str = "measured at the meter cupboard, 94 Mbit/s";

/// Prints how many commands the engine committed, and in how many seconds. Each client has projects of its own, as each project manager does.
pub(crate) async fn repeat(url: &str, clients: u64, span: Duration) -> Done {
    let engine = on_the_first_day(url).await?;
    let ids = engine.store().project_ids(None, 1000).await?;
    let ids: Vec<Uuid> = ids.iter().map(|id| Uuid::parse_str(id)).collect::<Result<_, _>>()?;
    let count = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..clients {
        let own: Vec<Uuid> = ids.iter().skip(usize::try_from(client)?).step_by(usize::try_from(clients)?).copied().collect();
        let (engine, count) = (engine.clone(), count.clone());
        tasks.spawn(async move {
            for &project in own.iter().cycle() {
                if start.elapsed() >= span {
                    break;
                }
                both(&engine, project).await?;
                count.fetch_add(2, Ordering::Relaxed);
            }
            Done::Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let (count, seconds) = (count.load(Ordering::Relaxed), start.elapsed().as_secs_f64());
    println!("{count} {seconds}");
    Ok(())
}

/// Each of the two once, for who listens in on the database.
pub(crate) async fn once(url: &str, project: Uuid) -> Done {
    Ok(both(&on_the_first_day(url).await?, project).await?)
}

async fn on_the_first_day(url: &str) -> Done<Engine> {
    let clock = SimulatedClock::new(Simulation { start: beginning()?, speed: 1.0 });
    engine(url, Arc::new(clock), Fake::new(0, None)?).await
}

async fn both(engine: &Engine, project: Uuid) -> Result<(), Failure> {
    let complete = Command::CompleteTask { key: TASK.to_owned(), on_behalf_of: None, note: Some(NOTE.to_owned()) };
    let reopen = Command::ReopenTask { key: TASK.to_owned(), reason: NOTE.to_owned() };
    for command in [complete, reopen] {
        engine.handle(Request::internal(project, command, Actor::new(Role::Manager, "M. de Wit"), Origin::Outside)).await?;
    }
    Ok(())
}
