//! The world outside itself, in memory, for demos and tests: COIN with the donors behind it, a carrier's portal and a PBX.
//!
//! It behaves as these systems do, their refusals, repeats and failures included, and tells afterwards what was asked of it
//! (`/simulator/journal`). It knows nothing of the product but the wire types that both sides read. What it keeps is gone
//! when it ends; only a consumer's credentials outlive it.
//!
//! | path | what | where |
//! |---|---|---|
//! | `/number-portability/v3` | COIN's number portability API | `coin` |
//! | `/pbx`, `/porting` | webhook calls to a PBX and to a carrier | `webhook`, `pbx`, `carrier` |
//! | `/simulator/…` | the journal, faults, a donor's whims | `control` |
//! | `/healthz` | 200 once it listens | `control` |

mod carrier;
mod coin;
mod control;
mod faults;
mod first_possible;
mod journal;
mod kept_time;
mod numbers;
mod pbx;
mod webhook;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;

pub use coin::{Behaviour, CredentialsError};
pub use kept_time::{Treat, Treatment};

/// How the simulated world behaves.
#[derive(Debug, Clone)]
pub struct SimulatorSettings {
    /// How long a donor takes to answer a porting request.
    pub answer_after: Duration,
    /// The folder for what a consumer needs to talk to COIN: `consumer_name`, `private-key.pem` and `sharedkey.encrypted`.
    /// Valid files that are there already are used again, so that a consumer outlives a restart. `None`: nobody can sign.
    pub credentials: Option<PathBuf>,
    /// The clock of the wire: checks signatures and stamps the journal. Dates in messages count by the messages' own
    /// timestamps, so that a consumer may live in a time of its own.
    pub wire_clock: fn() -> DateTime<Utc>,
    /// With a secret (`whsec_…`) webhook calls must be signed as Standard Webhooks says.
    pub webhook_secret: Option<String>,
}

/// Why the simulator could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The consumer's credentials could not be made or written.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The webhook secret is not `whsec_` and base64.
    #[error("the webhook secret is not `whsec_` followed by base64")]
    WebhookSecret,
    /// The listener failed.
    #[error("the simulator cannot serve: {0}")]
    Serve(#[from] std::io::Error),
}

/// A simulated world; clones are handles to the same one.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    answer_after: Duration,
    wire_clock: fn() -> DateTime<Utc>,
    webhook_secret: Option<webhook::Secret>,
    consumer: coin::Consumer,
    signals: coin::Signals,
    /// How donors treat requests, when somebody else keeps their time.
    treat: Option<Treat>,
    world: Mutex<World>,
}

/// Everything that the world remembers.
struct World {
    /// How far COIN's own clock is ahead.
    coin_clock_off: TimeDelta,
    journal: journal::Journal,
    faults: faults::Faults,
    dossiers: coin::Dossiers,
    donors: coin::Donors,
    inbox: coin::Inbox,
    unsaid: kept_time::Unsaid,
    webhooks: webhook::Answered,
    pbx: pbx::Pbx,
    carrier: carrier::Carrier,
}

impl Simulator {
    /// A new world. Makes an RSA key if the credentials folder has none, which takes up to a second: don't call it where
    /// blocking hurts.
    pub fn new(settings: SimulatorSettings) -> Result<Self, SimulatorError> {
        Self::made(settings, None)
    }

    fn made(settings: SimulatorSettings, treat: Option<Treat>) -> Result<Self, SimulatorError> {
        let webhook_secret = match settings.webhook_secret {
            Some(text) => Some(webhook::Secret::read(&text).ok_or(SimulatorError::WebhookSecret)?),
            None => None,
        };
        let world = World {
            coin_clock_off: TimeDelta::zero(),
            journal: journal::Journal::default(),
            faults: faults::Faults::default(),
            dossiers: coin::Dossiers::default(),
            donors: coin::Donors::default(),
            inbox: coin::Inbox::starting((settings.wire_clock)()),
            unsaid: kept_time::Unsaid::default(),
            webhooks: webhook::Answered::default(),
            pbx: pbx::Pbx::default(),
            carrier: carrier::Carrier::default(),
        };
        Ok(Self {
            shared: Arc::new(Shared {
                answer_after: settings.answer_after,
                wire_clock: settings.wire_clock,
                webhook_secret,
                consumer: coin::Consumer::in_folder(settings.credentials.as_deref())?,
                signals: coin::Signals::default(),
                treat,
                world: Mutex::new(world),
            }),
        })
    }

    /// All that it serves, for a server of the caller's. Needs a Tokio runtime.
    pub fn router(&self) -> Router {
        coin::router(self).merge(webhook::router(self)).merge(control::router(self))
    }

    /// Serves on `listener` until `shutdown`, then ends the event streams. Calls still being answered are not waited for:
    /// there is nothing here that could be lost.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> Result<(), SimulatorError> {
        tokio::select! {
            served = async { axum::serve(listener, self.router()).await } => served?,
            () = shutdown => {}
        }
        self.drop_streams();
        Ok(())
    }

    /// Drops the connection of every event stream, as a failing network does.
    pub fn drop_streams(&self) {
        self.shared.signals.drop_streams();
    }

    fn world(&self) -> MutexGuard<'_, World> {
        // What a panicking request left behind is still a world to look at.
        self.shared.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> DateTime<Utc> {
        (self.shared.wire_clock)()
    }

    /// What COIN's clock shows, by which it judges signatures.
    fn coins_now(&self) -> DateTime<Utc> {
        self.now() + self.world().coin_clock_off
    }
}

/// Makes a simulator from `settings` and serves it on `listener` until `shutdown`.
pub async fn serve(
    settings: SimulatorSettings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), SimulatorError> {
    let simulator = tokio::task::spawn_blocking(|| Simulator::new(settings)).await.map_err(std::io::Error::other)??;
    simulator.serve(listener, shutdown).await
}
