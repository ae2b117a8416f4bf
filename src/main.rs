//! The `overstap` command.

use std::process::ExitCode;

use clap::Parser;
use overstap::config::{Cli, Command};
use overstap::{import, letters, rehearse_year, serve, simulate, token, verify};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    start_logging(cli.log_json);
    // Both reqwest and sqlx speak TLS with ring; without a provider chosen they would refuse to.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider was chosen before");
    }
    let result = match cli.command {
        Command::Serve(config) => Box::pin(serve::run(*config)).await.map(|()| ExitCode::SUCCESS),
        Command::Simulate(config) => simulate::run(config).await.map(|()| ExitCode::SUCCESS),
        Command::Import(config) => import::run(config).await,
        Command::Token(config) => token::run(config).await.map(|()| ExitCode::SUCCESS),
        Command::RehearseYear(config) => rehearse_year::run(config).await,
        Command::Letters(config) => letters::run(config),
        Command::Verify(config) => verify::run(&config).await,
    };
    result.unwrap_or_else(|error| {
        tracing::error!("{error:#}");
        ExitCode::FAILURE
    })
}

/// To standard error, so that what a command prints stays apart. `RUST_LOG` chooses what is shown.
fn start_logging(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,hyper=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json {
        log.json().init();
    } else {
        log.init();
    }
}
