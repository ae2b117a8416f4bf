//! `overstap simulate`: the world outside, as a process of its own.

use anyhow::Context;
use simulator::SimulatorSettings;

use crate::clock::wire_clock;
use crate::config::Simulate;
use crate::serve::stop_signal;

/// Runs the simulated world until it is told to stop.
pub async fn run(config: Simulate) -> anyhow::Result<()> {
    let listener =
        tokio::net::TcpListener::bind(config.listen).await.with_context(|| format!("can't listen on {}", config.listen))?;
    let settings = SimulatorSettings {
        answer_after: config.answer_after,
        credentials: config.credentials,
        wire_clock,
        webhook_secret: config.secret,
    };
    tracing::info!(listen = %config.listen, "the simulated world is ready");
    simulator::serve(settings, listener, stop_signal()).await.context("the simulated world stopped")?;
    Ok(())
}
