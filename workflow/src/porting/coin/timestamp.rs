//! COIN's timestamps: fourteen digits of Amsterdam wall-clock time, without a zone.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::calendar::{local_time, resolve};

const FORMAT: &str = "%Y%m%d%H%M%S";

/// A moment as COIN writes it: `yyyyMMddHHmmss`, local time in Europe/Amsterdam, to the second.
///
/// The wall-clock time is kept as it came, so that reading and writing again never changes a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timestamp(NaiveDateTime);

/// The text isn't fourteen digits that name a date and a time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a timestamp of the form yyyyMMddHHmmss")]
pub struct NotATimestamp(String);

impl Timestamp {
    /// The wall-clock time in Amsterdam at `instant`, cut to the second.
    pub fn from_instant(instant: DateTime<Utc>) -> Self {
        let local = local_time(instant);
        Self(local.with_nanosecond(0).unwrap_or(local))
    }

    /// A wall-clock time in Amsterdam.
    pub fn from_local(local: NaiveDateTime) -> Self {
        Self(local)
    }

    /// The wall-clock time in Amsterdam.
    pub fn local(self) -> NaiveDateTime {
        self.0
    }

    /// The instant that is meant: in the October hour that occurs twice the later one, so that nothing is done too early;
    /// in the March hour that is skipped the first one after it.
    pub fn instant(self) -> DateTime<Utc> {
        resolve(self.0).instant
    }

    /// Whether exactly one instant has this wall-clock time.
    pub fn is_clear(self) -> bool {
        resolve(self.0).clear
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format(FORMAT).fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let fourteen_digits = text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit());
        fourteen_digits
            .then(|| NaiveDateTime::parse_from_str(text, FORMAT).ok())
            .flatten()
            .map(Self)
            .ok_or_else(|| NotATimestamp(text.to_owned()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn read(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(local: &str, instant: &str, clear: bool) {
        assert_eq!(read(local).instant().to_rfc3339(), instant, "instant of {local}");
        assert_eq!(read(local).is_clear(), clear, "clear: {local}");
    }

    #[test]
    fn a_timestamp_is_amsterdam_time() {
        check("20270126083000", "2027-01-26T07:30:00+00:00", true);
        check("20270406083000", "2027-04-06T06:30:00+00:00", true);
    }

    #[test]
    fn in_the_hour_that_occurs_twice_the_later_instant_is_meant() {
        check("20271031023000", "2027-10-31T01:30:00+00:00", false);
        check("20271031013000", "2027-10-30T23:30:00+00:00", true);
    }

    #[test]
    fn a_time_that_does_not_exist_means_the_end_of_the_gap() {
        check("20270328023000", "2027-03-28T01:00:00+00:00", false);
        assert_eq!(Timestamp::from_instant(read("20270328023000").instant()), read("20270328030000"));
    }

    #[test]
    fn an_instant_survives_the_wire_but_for_its_fraction() {
        let instant: DateTime<Utc> = "2027-07-01T12:34:56.789Z".parse().unwrap();
        assert_eq!(Timestamp::from_instant(instant).to_string(), "20270701143456");
        assert_eq!(read("20270701143456").instant().to_rfc3339(), "2027-07-01T12:34:56+00:00");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", "2027012608300", "202701260830000", "20271301000000", "20270230000000", "2027-01-26T083", "+2270126083000"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(NotATimestamp(text.to_owned())));
        }
    }

    #[test]
    fn extremes_do_not_panic() {
        for instant in [DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
            let _ = Timestamp::from_instant(instant).to_string();
        }
        let _ = (read("00000101000000").instant(), read("99991231235959").instant());
    }
}
