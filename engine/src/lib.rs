//! The one path by which everything happens: receive, load, decide, commit, perform, feed back.
//!
//! [`Engine::handle`] takes a command through load, decide and commit; [`worker`] finds what is due, performs it through a [`Performer`] and
//! feeds the outcome back as a command. No rule lives here: what happens is decided in `workflow`.

pub mod batch;
pub mod clock;
pub mod derive;
pub mod handle;
mod held;
pub mod inbox;
pub mod perform;
mod recent;
pub mod review;
pub mod subscription;
pub mod trail;
pub mod worker;

use std::sync::Arc;

use letters::Letters;
use outside::webhook::EventClient;
use recent::Recent;
use serde::Deserialize;
use store::{State, Store, StoreError};
use uuid::Uuid;
use workflow::actor::Moment;
use workflow::project::{Project, RULES};
use workflow::settings::Settings;

pub use batch::{Batch, BatchFailure};
pub use clock::Clock;
pub use handle::{Failure, Handled, Idempotency, Origin, Render, Request, Target};
pub use perform::Performer;

/// What an engine is made of.
pub struct Parts {
    /// Where everything is kept.
    pub store: Store,
    /// What renders letters.
    pub letters: Letters,
    /// How this installation is configured.
    pub settings: Settings,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// Asks for, performs and withdraws portings.
    pub porting: Arc<dyn Performer>,
    /// Provisions, routes and calls.
    pub pbx: Arc<dyn Performer>,
    /// Sends e-mails.
    pub mail: Arc<dyn Performer>,
    /// Reads invoices.
    pub invoices: Arc<dyn Performer>,
    /// Tells other systems of events.
    pub receivers: EventClient,
}

/// The engine. A clone is another handle to the same.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
    recent: Arc<Recent<Project>>,
}

/// A project as it is stored now.
#[derive(Debug, Clone, PartialEq)]
pub struct Current {
    /// Its state.
    pub project: Project,
    /// How often it has changed.
    pub version: i64,
}

/// What is stored can't be read back: written by a newer version, or damaged.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The state is not what this version writes.
    #[error("project {id}: the stored state can't be read: {error}")]
    Unreadable {
        /// Which project.
        id: String,
        /// What is wrong with it.
        error: serde_json::Error,
    },
}

impl Engine {
    /// An engine of these parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), recent: Arc::default() }
    }

    /// Where everything is kept.
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// What tells the time.
    pub fn clock(&self) -> &dyn Clock {
        self.parts.clock.as_ref()
    }

    /// How this installation is configured.
    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// How the connection by which numbers are ported is doing, where it is one that stands.
    pub fn porting_connection(&self) -> Option<perform::Connection> {
        self.parts.porting.connection()
    }

    /// Now, by the clock.
    pub fn moment(&self) -> Moment {
        Moment { now: self.parts.clock.now() }
    }

    /// A project as it is stored now. The state that another version of the rules made is made anew from the events: servers of both may be at
    /// work on one database.
    pub async fn load(&self, id: Uuid) -> Result<Option<Current>, LoadError> {
        let id = id.to_string();
        let Some(State { state, version }) = self.parts.store.state(&id).await? else { return Ok(None) };
        let project = match serde_json::from_str::<Project>(&state) {
            Ok(project) if project.rules == RULES => project,
            Err(error) if is_by_our_rules(&state) => return Err(LoadError::Unreadable { id, error }),
            _ => trail::replayed(self.store(), &id, version).await?,
        };
        Ok(Some(Current { project, version }))
    }
}

/// Whether a stored state is what this version's rules made of the events.
pub fn is_by_our_rules(state: &str) -> bool {
    #[derive(Deserialize)]
    struct By {
        rules: u32,
    }
    serde_json::from_str::<By>(state).is_ok_and(|by| by.rules == RULES)
}
