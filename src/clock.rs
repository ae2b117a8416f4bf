//! The only reader of the system's clock, and the simulated clock for demos, training and tests.

use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use engine::Clock;

/// The clock of the database's server, once a server of ours has set one by it.
static DATABASES: OnceLock<Arc<DatabaseClock>> = OnceLock::new();

/// The world's time, by which signatures count, whatever clock Overstap runs on: the database server's where servers share one, so that a
/// peer takes what any of them signs, else this machine's.
pub fn wire_clock() -> DateTime<Utc> {
    DATABASES.get().map_or_else(machine_clock, |clock| clock.shows())
}

/// What this machine's own clock shows.
#[expect(clippy::disallowed_methods, reason = "this file is the reader of the system's clock")]
pub fn machine_clock() -> DateTime<Utc> {
    Utc::now()
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        machine_clock().trunc_subsecs(6)
    }
}

/// The clock of the database's server. Servers that share a database set theirs by it, so that they agree on what is due, on whose lease
/// has run out, and on the time in a signature, whatever their machines' clocks say. Between two looks it runs by the machine's monotonic
/// clock, which nobody sets.
#[derive(Debug)]
pub struct DatabaseClock {
    set: Mutex<Setting>,
}

#[derive(Debug, Clone, Copy)]
struct Setting {
    looked_at: Instant,
    showed: DateTime<Utc>,
    /// The latest instant that was told: a clock that is set back stands still until it is reached again.
    told: DateTime<Utc>,
}

impl DatabaseClock {
    /// A clock that showed this now.
    pub fn new(looked_at: Instant, showed: DateTime<Utc>) -> Self {
        Self { set: Mutex::new(Setting { looked_at, showed, told: showed }) }
    }

    /// Sets it anew.
    pub fn set(&self, looked_at: Instant, showed: DateTime<Utc>) {
        let mut set = self.set.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *set = Setting { looked_at, showed, told: set.told };
    }

    /// What the database server's clock shows, also where it was set back.
    pub fn shows(&self) -> DateTime<Utc> {
        self.set.lock().unwrap_or_else(std::sync::PoisonError::into_inner).shows()
    }

    /// Has [`wire_clock`] tell this clock's time from now on; a second clock changes nothing.
    pub fn keep_for_the_wire(self: &Arc<Self>) {
        let _kept = DATABASES.set(Arc::clone(self));
    }
}

impl Setting {
    fn shows(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.looked_at.elapsed()).unwrap_or(TimeDelta::zero());
        self.showed.checked_add_signed(passed).unwrap_or(DateTime::<Utc>::MAX_UTC).trunc_subsecs(6)
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> DateTime<Utc> {
        let mut set = self.set.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        set.told = set.told.max(set.shows());
        set.told
    }
}

/// From when and how fast a simulated clock runs: `2027-01-04T08:00:00Z` or `2027-01-04T08:00:00Z@60`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulation {
    /// The instant at which it starts.
    pub start: DateTime<Utc>,
    /// How many of its seconds pass in one of the world's.
    pub speed: f64,
}

impl FromStr for Simulation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (instant, speed) = text.rsplit_once('@').unwrap_or((text, "1"));
        let start = instant
            .parse::<DateTime<Utc>>()
            .map_err(|error| format!("{instant:?} is not an instant such as 2027-01-04T08:00:00Z ({error})"))?;
        let speed = speed
            .parse::<f64>()
            .ok()
            .filter(|speed| (0.001..=1_000_000.0).contains(speed))
            .ok_or_else(|| format!("{speed:?} is not a speed between 0.001 and 1000000"))?;
        Ok(Self { start: start.trunc_subsecs(6), speed })
    }
}

/// A clock of its own. It only goes forward.
#[derive(Debug)]
pub struct SimulatedClock {
    speed: f64,
    since: Mutex<(Instant, DateTime<Utc>)>,
}

impl SimulatedClock {
    /// A clock that begins to run now.
    pub fn new(simulation: Simulation) -> Self {
        Self { speed: simulation.speed, since: Mutex::new((Instant::now(), simulation.start)) }
    }

    /// Goes on from a later instant; from an earlier one nothing changes.
    pub fn jump_to(&self, instant: DateTime<Utc>) {
        let now = self.now();
        let mut since = self.since.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if instant > now {
            *since = (Instant::now(), instant);
        }
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> DateTime<Utc> {
        let (began, start) = *self.since.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let passed = TimeDelta::from_std(began.elapsed().mul_f64(self.speed)).unwrap_or(TimeDelta::zero());
        start.checked_add_signed(passed).unwrap_or(DateTime::<Utc>::MAX_UTC).trunc_subsecs(6)
    }

    fn is_simulated(&self) -> bool {
        true
    }

    fn in_real_time(&self, span: Duration) -> TimeDelta {
        TimeDelta::from_std(span.mul_f64(self.speed)).unwrap_or(TimeDelta::MAX)
    }

    fn until(&self, instant: DateTime<Utc>) -> Duration {
        (instant - self.now()).to_std().map_or(Duration::ZERO, |span| span.div_f64(self.speed))
    }
}

/// A clock that stands still until it is set forward: for who does everything that is due at a moment before the next one comes.
#[derive(Debug)]
pub struct SteppedClock(Mutex<DateTime<Utc>>);

impl SteppedClock {
    /// A clock that shows this.
    pub fn new(shows: DateTime<Utc>) -> Self {
        Self(Mutex::new(shows.trunc_subsecs(6)))
    }

    /// Shows a later instant from now on; for an earlier one nothing changes.
    pub fn step_to(&self, instant: DateTime<Utc>) {
        let mut shows = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *shows = instant.trunc_subsecs(6).max(*shows);
    }
}

impl Clock for SteppedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn is_simulated(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_simulation_is_an_instant_and_perhaps_a_speed() {
        let at = |text: &str| text.parse::<Simulation>();
        let start = "2027-01-04T08:00:00Z".parse().unwrap();
        assert_eq!(at("2027-01-04T08:00:00Z").unwrap(), Simulation { start, speed: 1.0 });
        assert_eq!(
            at("2027-01-04T09:00:00+01:00@60").unwrap(),
            Simulation { start: "2027-01-04T08:00:00Z".parse().unwrap(), speed: 60.0 }
        );
        for wrong in [
            "",
            "2027-01-04",
            "2027-01-04T08:00:00Z@",
            "2027-01-04T08:00:00Z@0",
            "2027-01-04T08:00:00Z@-1",
            "2027-01-04T08:00:00Z@NaN",
        ] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_stepped_clock_stands_until_it_is_set_forward() {
        let start: DateTime<Utc> = "2027-01-04T08:00:00Z".parse().unwrap();
        let clock = SteppedClock::new(start);
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(clock.now(), start);
        clock.step_to(start + TimeDelta::days(9));
        clock.step_to(start);
        assert_eq!(clock.now(), start + TimeDelta::days(9), "not back");
    }

    #[test]
    fn a_database_clock_runs_on_between_looks_and_never_back() {
        let showed: DateTime<Utc> = "2027-01-04T08:00:00Z".parse().unwrap();
        let looked_at = Instant::now();
        let clock = DatabaseClock::new(looked_at, showed);
        std::thread::sleep(Duration::from_millis(20));
        let before = clock.now();
        assert!(before - showed >= TimeDelta::milliseconds(20), "it runs");
        clock.set(looked_at, showed - TimeDelta::hours(1));
        assert_eq!(clock.now(), before, "it stands still until it is there again");
        assert!(clock.shows() < before, "a peer is told what the database's shows");
        clock.set(looked_at, showed + TimeDelta::hours(1));
        assert!(clock.now() - showed >= TimeDelta::hours(1), "it is set forward at once");
    }

    #[test]
    fn a_simulated_clock_runs_at_its_speed_and_never_back() {
        let start: DateTime<Utc> = "2027-01-04T08:00:00Z".parse().unwrap();
        let clock = SimulatedClock::new(Simulation { start, speed: 3600.0 });
        std::thread::sleep(Duration::from_millis(50));
        assert!(clock.now() - start >= TimeDelta::seconds(180), "50 ms are three minutes");
        clock.jump_to(start);
        assert!(clock.now() > start, "not back");
        let later = start + TimeDelta::days(30);
        clock.jump_to(later);
        assert!(clock.now() >= later);
        assert_eq!(clock.until(start), Duration::ZERO);
        assert!(clock.until(later + TimeDelta::hours(10)) <= Duration::from_secs(10), "an hour is a second");
    }
}
