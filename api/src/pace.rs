//! The pace at which a file must come in, so that who sends slowly holds nothing for ever.

use std::time::Duration;

use axum::http::StatusCode;
use tokio::time::{Instant, timeout_at};

use crate::problem::Problem;

/// How long an upload may take before it must keep to the pace: a connection that begins slowly is nobody's fault.
const GRACE: Duration = Duration::from_secs(10);
/// The slowest pace, in bytes a second: a tenth of the slowest ADSL.
const PACE_MIN: u64 = 16 * 1024;

/// How fast a file comes in.
pub(crate) struct Pace {
    begun: Instant,
    received: u64,
}

impl Pace {
    /// A file begins to come in.
    pub(crate) fn begin() -> Self {
        Self { begun: Instant::now(), received: 0 }
    }

    /// So many bytes more have come in.
    pub(crate) fn received(&mut self, bytes: usize) {
        self.received += bytes as u64;
    }

    /// Waits for more, as long as the pace allows.
    pub(crate) async fn next<T>(&self, more: impl Future<Output = T>) -> Result<T, Problem> {
        let allowed = GRACE + Duration::from_secs(self.received / PACE_MIN);
        timeout_at(self.begun + allowed, more).await.map_err(|_| {
            Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "upload_too_slow",
                "het bestand komt te langzaam binnen; probeer het over een betere verbinding",
                "the file comes in too slowly; try again over a better connection",
            )
        })
    }
}
