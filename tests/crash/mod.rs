//! Power cuts: at named points and at random moments. Whatever had been promised before goes on afterwards, once.
//!
//! Where a point lies inside a call to a peer, the simulated world holds it open: `slow` keeps the call in flight, `lost_answer` lets it
//! take effect without anybody hearing of it. The points of a file are worlds of their own that run side by side, as most of the time
//! they wait for a dead server's claims to lapse.

mod asking;
mod clocks;
mod cutover;
mod fleet;
mod order;
mod random;
mod servers;
mod upgrade;

use serde_json::json;

use crate::support::job::{Job, wait};
use crate::support::world::World;

/// Waits until a call of this kind has taken effect outside.
async fn until_effective(world: &World, kind: &str) {
    wait(&format!("{kind} to take effect"), async || {
        let effects = world.effects(kind).await;
        if effects.is_empty() { Err(json!(world.journal().await)) } else { Ok(()) }
    })
    .await;
}

/// Waits until something of this kind has happened.
async fn until_it_has(job: &Job, kind: &str) {
    wait(kind, async || if job.has(kind).await { Ok(()) } else { Err(json!(job.trail().await.last())) }).await;
}

/// The seed that `make crash SEED=n` gives.
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, which the program does not know")]
fn chosen_seed() -> Option<u64> {
    std::env::var("OVERSTAP_CRASH_SEED").ok().map(|seed| seed.parse().expect("OVERSTAP_CRASH_SEED is a number"))
}

/// Says what befell a history, so that one that fails can be read.
#[expect(clippy::print_stderr, reason = "a failing test says with which seed")]
fn tell(seed: u64, what: &str) {
    eprintln!("seed {seed}: {what}");
}

/// Says that a history came out right. tests/crash/seeds.py counts what is told.
fn tell_end(seed: u64, portings: usize) {
    tell(seed, &format!("{portings} portings, each once"));
}
