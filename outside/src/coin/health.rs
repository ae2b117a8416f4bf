//! How the connection to COIN's event stream is doing.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// The state of the event stream at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Since when the stream stands; `None` while there is none.
    pub connected_since: Option<DateTime<Utc>>,
    /// When anything was last heard on it, a heartbeat included.
    pub last_heard_at: Option<DateTime<Utc>>,
    /// What last went wrong, and when; kept after a reconnection.
    pub last_error: Option<(DateTime<Utc>, String)>,
}

/// The one place in which a client keeps its health.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse(Arc<Mutex<Health>>);

impl Pulse {
    pub(super) fn read(&self) -> Health {
        self.with(|health| health.clone())
    }

    pub(super) fn connected(&self, now: DateTime<Utc>) {
        self.with(|health| health.connected_since = Some(now));
    }

    pub(super) fn heard(&self, now: DateTime<Utc>) {
        self.with(|health| health.last_heard_at = Some(now));
    }

    /// The stream has ended; `error` is why, if it wasn't wanted.
    pub(super) fn lost(&self, now: DateTime<Utc>, error: Option<String>) {
        self.with(|health| {
            health.connected_since = None;
            if let Some(error) = error {
                health.last_error = Some((now, error));
            }
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Health) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
