//! How the connection to COIN is doing: its event stream, whether we are let in, and what time it is there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// The state of the connection at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Since when the event stream stands; `None` while there is none.
    pub connected_since: Option<DateTime<Utc>>,
    /// When anything was last heard on it, a heartbeat included.
    pub last_heard_at: Option<DateTime<Utc>>,
    /// What last went wrong with it, and when; kept after a reconnection.
    pub last_error: Option<(DateTime<Utc>, String)>,
    /// Since when COIN does not let us in, and why; `None` once it has.
    pub denied: Option<(DateTime<Utc>, String)>,
    /// How far COIN's clock was ahead of ours when it last answered; negative: behind.
    pub clock_off: Option<TimeDelta>,
    /// The messages that are not confirmed although they came, by their ids, and why. They are tried again.
    pub unconfirmed: BTreeMap<String, String>,
}

/// The one place in which a client keeps its health.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse(Arc<Mutex<Health>>);

impl Pulse {
    pub(super) fn read(&self) -> Health {
        self.with(|health| health.clone())
    }

    /// A new stream: COIN delivers again what it has no confirmation of.
    pub(super) fn connected(&self, now: DateTime<Utc>) {
        self.with(|health| {
            health.connected_since = Some(now);
            health.unconfirmed.clear();
        });
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

    pub(super) fn let_in(&self) {
        self.with(|health| health.denied = None);
    }

    /// Whether it was let in until now.
    pub(super) fn denied(&self, now: DateTime<Utc>, reason: &str) -> bool {
        self.with(|health| {
            let since = health.denied.as_ref().map(|(since, _)| *since);
            health.denied = Some((since.unwrap_or(now), reason.to_owned()));
            since.is_none()
        })
    }

    /// How far it was off when it was last looked at.
    pub(super) fn clock_is_off_by(&self, off: TimeDelta) -> Option<TimeDelta> {
        self.with(|health| health.clock_off.replace(off))
    }

    pub(super) fn unconfirmed(&self, id: &str, reason: &str) {
        self.with(|health| health.unconfirmed.insert(id.to_owned(), reason.to_owned()));
    }

    pub(super) fn confirmed(&self, id: &str) {
        self.with(|health| health.unconfirmed.remove(id));
    }

    fn with<T>(&self, look: impl FnOnce(&mut Health) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
