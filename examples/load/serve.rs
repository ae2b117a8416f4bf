//! A server of many on one database: engine and worker, without HTTP.

use std::sync::Arc;

use chrono::TimeDelta;
use engine::worker::Worker;
use overstap::clock::{SimulatedClock, Simulation, wire_clock};
use tokio_util::sync::CancellationToken;

use super::outside::Fake;
use super::{Done, engine};

/// Works until it is killed. Its clock differs from the machine's by so many microseconds, so that the same morning comes in every run.
pub(crate) async fn run(url: &str, shift: i64, outside: Fake) -> Done {
    let start = wire_clock() + TimeDelta::microseconds(shift);
    let clock = Arc::new(SimulatedClock::new(Simulation { start, speed: 1.0 }));
    let engine = engine(url, clock, outside).await?;
    println!("ready");
    Worker::new(engine).run(CancellationToken::new()).await;
    Ok(())
}
