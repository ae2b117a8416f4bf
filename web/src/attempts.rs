//! Signing in with what opens nothing: after a few attempts from one address, further ones have to wait, whatever they bring.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many attempts may fail one after the other.
const FAILURES_MAX: u32 = 5;
/// How long an address waits then; each failure more doubles it.
const WAIT: Duration = Duration::from_secs(30);
/// No longer than this.
const WAIT_MAX: Duration = Duration::from_mins(15);
/// An address that has been quiet for so long begins anew.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(30);
/// So many addresses are remembered; beyond them those that have waited longest are forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// What is remembered of an address.
#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

/// Failed attempts by address.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<IpAddr, Failures>>);

impl Attempts {
    /// How long this address still has to wait.
    pub(crate) fn to_wait(&self, from: IpAddr, now: Instant) -> Option<Duration> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = known.get(&from)?;
        let over = failures.count.checked_sub(FAILURES_MAX)?;
        let wait = WAIT.saturating_mul(2_u32.saturating_pow(over)).min(WAIT_MAX);
        wait.checked_sub(now.duration_since(failures.last)).filter(|left| !left.is_zero())
    }

    /// An attempt failed.
    pub(crate) fn failed(&self, from: IpAddr, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, failures| now.duration_since(failures.last) < FORGOTTEN_AFTER);
        if known.len() >= ADDRESSES_MAX
            && let Some(oldest) = known.iter().min_by_key(|(_, failures)| failures.last).map(|(address, _)| *address)
        {
            known.remove(&oldest);
        }
        let failures = known.entry(from).or_insert(Failures { count: 0, last: now });
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
    }

    /// One succeeded: whoever is there knows what opens.
    pub(crate) fn succeeded(&self, from: IpAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&from);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::{Duration, Instant};

    use super::Attempts;

    #[test]
    fn who_fails_again_and_again_waits_longer_and_longer_and_others_do_not() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        let (here, there) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
        for _ in 0..4 {
            attempts.failed(here, start);
            assert_eq!(attempts.to_wait(here, start), None);
        }
        for (failures, seconds) in [(5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900)] {
            attempts.failed(here, start);
            assert_eq!(attempts.to_wait(here, start), Some(Duration::from_secs(seconds)), "{failures} failures");
        }
        assert_eq!(attempts.to_wait(here, start + Duration::from_mins(15)), None, "once it has waited");
        assert_eq!(attempts.to_wait(there, start), None, "others do not");
        attempts.failed(there, start + Duration::from_mins(31));
        attempts.failed(here, start + Duration::from_mins(31));
        assert_eq!(attempts.to_wait(here, start + Duration::from_mins(31)), None, "half an hour later it is forgotten");
        attempts.succeeded(here);
        assert_eq!(attempts.to_wait(here, start), None);
    }
}
