//! What time it is at COIN: it takes signatures of the last half minute only, and an error that only says "unauthorized" has often no other
//! cause than a clock.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// So far COIN's clock may be from ours: short of the half minute for which a signature counts, as the header tells whole seconds.
pub(super) const OFF_AT_MOST: TimeDelta = TimeDelta::seconds(20);

/// How far COIN's clock is ahead of ours, by the `Date` of an answer to a call that took from `asked_at` to `answered_at`.
pub(super) fn clock_off(date: &str, asked_at: DateTime<Utc>, answered_at: DateTime<Utc>) -> Option<TimeDelta> {
    let showed = DateTime::parse_from_rfc2822(date).ok()?.to_utc();
    // Whatever it showed in between is right.
    Some(showed - showed.clamp(asked_at.min(answered_at), answered_at))
}

/// What a clock that is off means for a call, in words; `None` where it is not.
pub(super) fn in_words(off: TimeDelta, ours: DateTime<Utc>) -> Option<String> {
    if off.abs() <= OFF_AT_MOST {
        return None;
    }
    let show = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (minutes, seconds) = (off.abs().num_minutes(), off.abs().num_seconds() % 60);
    let which = if off > TimeDelta::zero() { "behind" } else { "ahead" };
    Some(format!(
        "our clock is {minutes} min {seconds} s {which}: it shows {}, COIN's {}; COIN takes signatures of the last half minute \
         only: set the clock right (NTP, on PostgreSQL on its server), and it goes on by itself",
        show(ours),
        show(ours + off),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_clock_is_off_by_what_the_call_itself_does_not_explain() {
        let off = |showed: i64| clock_off(&at(showed).to_rfc2822(), at(100), at(110)).map(|off| off.num_seconds());
        assert_eq!([100, 105, 110].map(off), [Some(0); 3]);
        assert_eq!([off(70), off(170)], [Some(-30), Some(60)]);
        assert_eq!(clock_off("yesterday", at(100), at(110)), None);
        assert_eq!(clock_off(&at(90).to_rfc2822(), at(100), at(50)), Some(TimeDelta::seconds(40)), "ours was set back meanwhile");
    }

    #[test]
    fn the_words_say_how_far_which_way_and_what_to_do() {
        let words = |seconds| in_words(TimeDelta::seconds(seconds), at(0));
        assert_eq!([words(20), words(-20)], [None, None]);
        let behind = words(185).unwrap_or_default();
        assert!(behind.starts_with("our clock is 3 min 5 s behind: it shows 1970-01-01T00:00:00Z, COIN's 1970-01-01T00:03:05Z"));
        assert!(behind.contains("NTP"), "{behind}");
        assert!(words(-61).unwrap_or_default().starts_with("our clock is 1 min 1 s ahead"));
    }
}
