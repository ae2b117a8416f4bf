//! Pauses between attempts.

use chrono::TimeDelta;
use uuid::Uuid;

/// The longest pause.
const PAUSE_MAX_SECONDS: i64 = 3600;

/// The pause after a failed attempt (from 1): 1, 2, 4, … seconds, at most an hour, and up to a fifth longer, so that what failed together
/// does not come back together. The jitter follows from the effect's id: a replay gives the same.
pub fn pause(effect: Uuid, attempt: u32) -> TimeDelta {
    let exponent = attempt.saturating_sub(1).min(12);
    let seconds = (1_i64 << exponent).min(PAUSE_MAX_SECONDS);
    jittered(effect, attempt, seconds)
}

/// The first pause after the peer did not let us in, and the longest: until somebody renews credentials nothing helps, and a peer may lock out
/// who knocks too often; once they are renewed nothing should wait for long.
const DENIED_PAUSE_SECONDS: i64 = 5;
const DENIED_PAUSE_MAX_SECONDS: i64 = 900;

/// The pause after an attempt (from 1) at which the peer did not let us in: 5, 10, 20, … seconds, at most a quarter of an hour, with the same
/// jitter.
pub fn pause_while_denied(effect: Uuid, attempt: u32) -> TimeDelta {
    let exponent = attempt.saturating_sub(1).min(12);
    let seconds = (DENIED_PAUSE_SECONDS << exponent).min(DENIED_PAUSE_MAX_SECONDS);
    jittered(effect, attempt, seconds)
}

fn jittered(effect: Uuid, attempt: u32, seconds: i64) -> TimeDelta {
    let [seed, ..] = Uuid::new_v5(&effect, &attempt.to_be_bytes()).into_bytes();
    TimeDelta::milliseconds(seconds * 1000 + seconds * 200 * i64::from(seed) / 255)
}

#[cfg(test)]
mod tests {
    use super::{pause, pause_while_denied};
    use uuid::Uuid;

    #[test]
    fn pauses_double_up_to_an_hour_with_a_fifth_of_jitter() {
        let effect = Uuid::from_u128(7);
        for (attempt, seconds) in [(1, 1), (2, 2), (3, 4), (6, 32), (12, 2048), (13, 3600), (1000, 3600)] {
            let pause = pause(effect, attempt).num_milliseconds();
            assert!((seconds * 1000..=seconds * 1200).contains(&pause), "attempt {attempt}: {pause} ms");
        }
        for (attempt, seconds) in [(1, 5), (2, 10), (8, 640), (9, 900), (1000, 900)] {
            let pause = pause_while_denied(effect, attempt).num_milliseconds();
            assert!((seconds * 1000..=seconds * 1200).contains(&pause), "denied, attempt {attempt}: {pause} ms");
        }
        assert_ne!(pause(effect, 6), pause(Uuid::from_u128(8), 6), "two effects don't come back together");
    }
}
