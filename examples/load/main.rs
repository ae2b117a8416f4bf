//! The load of `make bench`, which see: prints one figure for each run, in a form that `benches/speed.py` reads.
//!
//! `load fill URL COUNT` · `load commits URL CLIENTS SECONDS` · `load bare FILE CLIENTS SECONDS` · `load list URL` · `load timers URL`
#![expect(clippy::print_stdout, reason = "an example speaks to a program")]

mod bare;
mod fill;
mod list;
mod timers;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use engine::perform::ByHand;
use engine::{Clock, Engine, Origin, Parts, Request};
use letters::Letters;
use overstap::clock::SystemClock;
use store::Store;
use uuid::Uuid;
use workflow::actor::{Actor, Role};
use workflow::command::Command;

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "load fill|commits|bare|list|timers URL …";

/// What the project manager confirms and reopens in turn: a command with no letters, effects or numbers.
const TASK: &str = "connectivity-test";

#[tokio::main]
async fn main() -> Done {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| -> Done<u64> { Ok(words.get(at).ok_or(USAGE)?.parse()?) };
    let what = words.first().ok_or(USAGE)?;
    let url = words.get(1).ok_or(USAGE)?;
    match what.as_str() {
        "fill" => fill::fill(url, i64::try_from(number(2)?)?).await,
        "commits" => commits(url, number(2)?, Duration::from_secs(number(3)?)).await,
        "bare" => bare::commits(url, number(2)?, Duration::from_secs(number(3)?)).await,
        "list" => list::list(url).await,
        "timers" => timers::timers(url).await,
        _ => Err(USAGE.into()),
    }
}

/// An engine as a server has it, with a person for everything outside.
async fn engine(url: &str) -> Done<Engine> {
    let settings = fill::settings()?;
    let by_hand = Arc::new(ByHand);
    Ok(Engine::new(Parts {
        store: Store::open(url).await?,
        letters: Letters::embedded()?,
        settings,
        clock: Arc::new(SystemClock),
        porting: by_hand.clone(),
        pbx: by_hand.clone(),
        mail: by_hand.clone(),
        invoices: by_hand,
    }))
}

/// Commands that the engine commits in a second. Each client has projects of its own, as each project manager does.
async fn commits(url: &str, clients: u64, span: Duration) -> Done {
    let engine = engine(url).await?;
    let ids = engine.store().project_ids(None, 1000).await?;
    let ids: Vec<Uuid> = ids.iter().map(|id| Uuid::parse_str(id)).collect::<Result<_, _>>()?;
    let count = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..clients {
        let own: Vec<Uuid> = ids.iter().skip(usize::try_from(client)?).step_by(usize::try_from(clients)?).copied().collect();
        let (engine, count) = (engine.clone(), count.clone());
        tasks.spawn(async move { work(&engine, &own, start + span, &count).await });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of seconds' work")]
    let each_second = count.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    println!("{each_second:.1}");
    Ok(())
}

async fn work(engine: &Engine, own: &[Uuid], until: Instant, count: &AtomicU64) -> Done {
    let reason = || "measuring".to_owned();
    loop {
        for &project in own {
            for done in [false, true] {
                if Instant::now() >= until {
                    return Ok(());
                }
                let complete = Command::CompleteTask { key: TASK.to_owned(), on_behalf_of: None, note: Some(reason()) };
                let reopen = Command::ReopenTask { key: TASK.to_owned(), reason: reason() };
                let command = if done { reopen } else { complete };
                let actor = Actor::new(Role::Manager, "measuring");
                match engine.handle(Request::internal(project, command, actor, Origin::Outside)).await {
                    Ok(_) => count.fetch_add(1, Ordering::Relaxed),
                    // Left confirmed by the run before, which ended between the two.
                    Err(engine::Failure::Rejected(_)) if !done => 0,
                    Err(error) => return Err(error.into()),
                };
            }
        }
    }
}

/// The same clock as the engine's.
fn now() -> chrono::DateTime<chrono::Utc> {
    SystemClock.now()
}
