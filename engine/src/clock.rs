//! What tells the time: the system's clock or a simulated one. Its implementations are the program's, not this room's.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// What tells the time. Only a simulated clock runs otherwise than the world.
pub trait Clock: Send + Sync {
    /// Now, cut to microseconds, as PostgreSQL keeps no more.
    fn now(&self) -> DateTime<Utc>;

    /// Whether this is not the world's time.
    fn is_simulated(&self) -> bool {
        false
    }

    /// How far this clock goes in a span of the world's time: leases guard real work, so they must last in the world's time.
    fn in_real_time(&self, span: Duration) -> TimeDelta {
        TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX)
    }

    /// How long to wait in the world's time until this clock shows an instant; zero when it has passed.
    fn until(&self, instant: DateTime<Utc>) -> Duration {
        (instant - self.now()).to_std().unwrap_or(Duration::ZERO)
    }
}
