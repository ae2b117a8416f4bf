//! The contractor's office: hours, people who do one thing after the other, and places for portings.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use workflow::calendar::{amsterdam, is_working_day, next_working_day};

const OPENS_AT: (u32, u32) = (8, 30);
const CLOSES_AT: (u32, u32) = (17, 0);
/// The hours at which an engineer can be there for a porting: so many a day.
const PORTING_HOURS: [(u32, u32); 3] = [(9, 0), (11, 0), (14, 0)];
/// Portings of one hour begin so many minutes apart, so that no two begin together.
const APART_MINUTES: u32 = 5;

/// A time of a day in Amsterdam.
pub(super) fn at(day: NaiveDate, (hour, minute): (u32, u32)) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN);
    amsterdam::resolve(day.and_time(time)).instant
}

/// The first moment from `from` on at which somebody is there.
pub(super) fn opening(from: DateTime<Utc>) -> DateTime<Utc> {
    let day = amsterdam::local_date(from);
    if is_working_day(day) && from < at(day, CLOSES_AT) {
        return from.max(at(day, OPENS_AT));
    }
    at(next_working_day(day), OPENS_AT)
}

/// When so much work is done that begins at `from`, in office hours.
pub(super) fn worked(from: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
    let mut left = TimeDelta::minutes(i64::from(minutes));
    let mut now = opening(from);
    loop {
        let today = at(amsterdam::local_date(now), CLOSES_AT) - now;
        if left <= today {
            return now + left;
        }
        left -= today;
        now = opening(now + today);
    }
}

/// So many working days later, at the same time of day.
pub(super) fn working_days_after(from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let local = amsterdam::local_time(from);
    let day = workflow::calendar::add_working_days(local.date(), days);
    amsterdam::resolve(day.and_time(local.time())).instant
}

/// People who can each do one thing at a time.
#[derive(Debug)]
pub(super) struct Desk {
    free_at: Vec<DateTime<Utc>>,
    /// How many minutes they have worked.
    pub(super) minutes: u64,
}

impl Desk {
    pub(super) fn of(people: u32, from: DateTime<Utc>) -> Self {
        Self { free_at: vec![from; usize::try_from(people.max(1)).unwrap_or(1)], minutes: 0 }
    }

    /// Gives work to who is free first; when it is done.
    pub(super) fn take(&mut self, now: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
        self.minutes += u64::from(minutes);
        let Some(free_at) = self.free_at.iter_mut().min() else { return worked(now, minutes) };
        *free_at = worked(now.max(*free_at), minutes);
        *free_at
    }
}

/// The moments at which portings can be attended, each given out once.
#[derive(Debug)]
pub(super) struct PortingPlaces {
    engineers: u32,
    taken: BTreeSet<DateTime<Utc>>,
}

impl PortingPlaces {
    pub(super) fn of(engineers: u32) -> Self {
        Self { engineers: engineers.clamp(1, 60 / APART_MINUTES), taken: BTreeSet::new() }
    }

    /// The first free moment from `first` to `last` inclusive that is not before `earliest`.
    pub(super) fn take(&mut self, earliest: DateTime<Utc>, first: NaiveDate, last: NaiveDate) -> Option<DateTime<Utc>> {
        let days = std::iter::successors(Some(first), NaiveDate::succ_opt).take_while(|day| *day <= last);
        let engineers = self.engineers;
        let moments = days.filter(|day| is_working_day(*day)).flat_map(|day| {
            let of_hour =
                move |(hour, minute): (u32, u32)| (0..engineers).map(move |n| at(day, (hour, minute + n * APART_MINUTES)));
            PORTING_HOURS.into_iter().flat_map(of_hour)
        });
        let found = moments.filter(|moment| *moment >= earliest).find(|moment| !self.taken.contains(moment))?;
        self.taken.insert(found);
        Some(found)
    }

    /// Gives a place back.
    pub(super) fn release(&mut self, moment: DateTime<Utc>) {
        self.taken.remove(&moment);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn work_is_done_in_office_hours_of_working_days() {
        // Friday afternoon, four o'clock in Amsterdam; Monday is Easter Monday.
        let friday = moment("2027-03-26T15:00:00Z");
        assert_eq!(worked(friday, 60), moment("2027-03-26T16:00:00Z"));
        assert_eq!(worked(friday, 90), moment("2027-03-30T07:00:00Z"), "Tuesday nine o'clock, in summer time");
        assert_eq!(
            opening(moment("2027-01-01T10:00:00Z")),
            moment("2027-01-04T07:30:00Z"),
            "after New Year's Day and the weekend"
        );
    }

    #[test]
    fn one_person_does_one_thing_after_the_other() {
        let monday = moment("2027-01-04T08:00:00Z");
        let mut desk = Desk::of(2, monday);
        let done: Vec<_> = [30, 60, 30].map(|minutes| desk.take(monday, minutes)).into();
        assert_eq!(done, [30, 60, 60].map(|minutes| monday + TimeDelta::minutes(minutes)));
        assert_eq!(desk.minutes, 120);
    }

    #[test]
    fn a_place_is_given_out_once_and_never_on_a_holiday() {
        let mut places = PortingPlaces::of(1);
        let (first, last) = ("2027-05-05".parse().unwrap(), "2027-05-07".parse().unwrap());
        let earliest = moment("2027-05-01T00:00:00Z");
        let mut taken = Vec::new();
        while let Some(place) = places.take(earliest, first, last) {
            taken.push(place);
        }
        let friday: Vec<_> = ["07:00", "09:00", "12:00"].map(|time| moment(&format!("2027-05-07T{time}:00Z"))).into();
        assert_eq!(taken, friday, "Liberation Day and Ascension Day are passed over");
        places.release(friday[1]);
        assert_eq!(places.take(earliest, first, last), Some(friday[1]));
    }
}
