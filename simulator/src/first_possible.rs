//! When a donor lets go: the third working day after the request.

use chrono::NaiveTime;
use workflow::calendar::add_working_days;
use workflow::porting::coin::Timestamp;

/// 00:00 in Amsterdam on the third working day after the day of `requested_at`.
pub(crate) fn first_possible_date(requested_at: Timestamp) -> Timestamp {
    let day = add_working_days(requested_at.local().date(), 3);
    Timestamp::from_local(day.and_time(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[track_caller]
    fn check(requested_at: &str, first_possible: &str) {
        assert_eq!(first_possible_date(requested_at.parse().unwrap()).to_string(), first_possible);
    }

    #[test]
    fn a_donor_lets_go_on_the_third_working_day_at_midnight() {
        check("20270104090000", "20270107000000");
        check("20270107235959", "20270112000000");
        check("20270109120000", "20270113000000");
        // 5 May is Liberation Day, 6 May 2027 Ascension Day.
        check("20270504090000", "20270511000000");
    }
}
