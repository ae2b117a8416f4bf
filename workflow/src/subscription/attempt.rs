//! What follows an attempt to tell: delivered, tried again later, or given up; and whether the subscription is still to be told at all.

use chrono::{DateTime, TimeDelta, Utc};

/// The pauses after the first attempt, the second, …, as Standard Webhooks recommends them: three days and three hours in all.
const PAUSES: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// A receiver may ask for a longer pause, up to this.
const PAUSE_MAX: TimeDelta = TimeDelta::hours(24);

/// A subscription of which every attempt has failed for so long is disabled.
const FAILING_AT_MOST: TimeDelta = TimeDelta::days(5);

const GONE: u16 = 410;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The receiver answered.
    Answered {
        /// With this HTTP status.
        status: u16,
        /// It asks to be left alone for so long.
        retry_after: Option<TimeDelta>,
    },
    /// No answer came, or the receiver was not to be reached.
    Unanswered,
}

/// What becomes of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It was taken.
    Delivered,
    /// It is tried again from this instant on.
    Again(DateTime<Utc>),
    /// It is not tried again by itself.
    GivenUp,
}

/// Why nothing is sent to a subscription any more, until a person says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(rename_all = "snake_case"))]
pub enum DisabledBecause {
    /// The receiver said that it is gone (410).
    Gone,
    /// Every attempt failed for five days.
    Failing,
}

impl DisabledBecause {
    /// The name by which it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            DisabledBecause::Gone => "gone",
            DisabledBecause::Failing => "failing",
        }
    }
}

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequence {
    /// For the delivery.
    pub next: Next,
    /// For the subscription, if that is to be disabled.
    pub disabled: Option<DisabledBecause>,
}

/// What follows the `attempt`th attempt (from 1, counted anew for a replay). `failing_since` is when the subscription's first attempt failed
/// since one succeeded. `spread` is any number, another one for each delivery and attempt: deliveries that failed together don't come back
/// together.
pub fn after_attempt(
    ended: Ended,
    attempt: u32,
    failing_since: Option<DateTime<Utc>>,
    spread: u16,
    now: DateTime<Utc>,
) -> Consequence {
    let disabled = failing_since.filter(|since| now - since >= FAILING_AT_MOST).map(|_| DisabledBecause::Failing);
    match ended {
        Ended::Answered { status: 200..=299, .. } => Consequence { next: Next::Delivered, disabled: None },
        Ended::Answered { status: GONE, .. } => Consequence { next: Next::GivenUp, disabled: Some(DisabledBecause::Gone) },
        Ended::Answered { retry_after, .. } => Consequence { next: again(attempt, retry_after, spread, now), disabled },
        Ended::Unanswered => Consequence { next: again(attempt, None, spread, now), disabled },
    }
}

fn again(attempt: u32, retry_after: Option<TimeDelta>, spread: u16, now: DateTime<Utc>) -> Next {
    let failed = usize::try_from(attempt).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(pause) = PAUSES.get(failed) else { return Next::GivenUp };
    // Up to a fifth more.
    let pause = *pause + *pause / 5 * i32::from(spread >> 1) / i32::from(u16::MAX >> 1);
    let asked = retry_after.unwrap_or_default().min(PAUSE_MAX);
    Next::Again(now.checked_add_signed(pause.max(asked)).unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn answered(status: u16) -> Ended {
        Ended::Answered { status, retry_after: None }
    }

    #[track_caller]
    fn check(ended: Ended, attempt: u32, next: Next, disabled: Option<DisabledBecause>) {
        assert_eq!(after_attempt(ended, attempt, None, 0, NOW), Consequence { next, disabled }, "{ended:?}, attempt {attempt}");
    }

    fn again_after(pause: TimeDelta) -> Next {
        Next::Again(NOW + pause)
    }

    #[test]
    fn a_2xx_is_a_success_and_anything_else_is_tried_again() {
        for status in [200, 201, 202, 204, 299] {
            check(answered(status), 1, Next::Delivered, None);
        }
        for status in [100, 199, 300, 301, 308, 400, 401, 404, 422, 429, 500, 503] {
            check(answered(status), 1, again_after(TimeDelta::seconds(5)), None);
        }
        check(Ended::Unanswered, 1, again_after(TimeDelta::seconds(5)), None);
        check(answered(200), 10, Next::Delivered, None);
    }

    #[test]
    fn gone_is_the_end_at_once() {
        check(answered(410), 1, Next::GivenUp, Some(DisabledBecause::Gone));
    }

    #[test]
    fn pauses_grow_over_three_days_and_then_it_is_given_up() {
        let minutes = |ended: Ended, attempt: u32| match after_attempt(ended, attempt, None, 0, NOW).next {
            Next::Again(at) => Some((at - NOW).num_minutes()),
            _ => None,
        };
        let pauses: Vec<_> = (1..=11).map(|attempt| minutes(answered(500), attempt)).collect();
        let expected = [0, 5, 30, 120, 300, 600, 840, 1200, 1440].map(Some);
        assert_eq!(pauses, [&expected[..], &[None, None]].concat());
        assert_eq!(PAUSES.iter().sum::<TimeDelta>(), TimeDelta::days(3) + TimeDelta::seconds(3 * 3600 + 35 * 60 + 5));
    }

    #[test]
    fn a_pause_is_spread_by_up_to_a_fifth() {
        let pause = |spread| after_attempt(answered(500), 2, None, spread, NOW).next;
        assert_eq!(pause(0), again_after(TimeDelta::minutes(5)));
        assert_eq!(pause(u16::MAX), again_after(TimeDelta::minutes(6)));
        let half = match pause(u16::MAX / 2) {
            Next::Again(at) => at - NOW,
            _ => TimeDelta::zero(),
        };
        assert!(TimeDelta::seconds(329) < half && half < TimeDelta::seconds(331), "{half}");
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_up_to_a_day() {
        let asking = |seconds| Ended::Answered { status: 429, retry_after: Some(TimeDelta::seconds(seconds)) };
        check(asking(2), 1, again_after(TimeDelta::seconds(5)), None);
        check(asking(90), 1, again_after(TimeDelta::seconds(90)), None);
        check(asking(-90), 1, again_after(TimeDelta::seconds(5)), None);
        check(asking(90), 9, again_after(TimeDelta::hours(24)), None);
        check(asking(1_000_000), 1, again_after(TimeDelta::hours(24)), None);
        check(asking(90), 10, Next::GivenUp, None);
    }

    #[test]
    fn a_receiver_that_takes_nothing_for_five_days_is_disabled() {
        let after = |days: i64, ended| {
            let since = Some(NOW - TimeDelta::days(days));
            after_attempt(ended, 3, since, 0, NOW).disabled
        };
        assert_eq!(after(4, answered(500)), None);
        assert_eq!(after(5, answered(500)), Some(DisabledBecause::Failing));
        assert_eq!(after(9, Ended::Unanswered), Some(DisabledBecause::Failing));
        assert_eq!(after(9, answered(204)), None);
    }
}
