//! The appointment for the installation at the customer's.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::FieldError;
use crate::calendar::amsterdam;

/// When the contractor installs the phones at the customer's. The customer is told by letter, again when it moves.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Installation {
    /// On which day, Amsterdam time.
    pub on: NaiveDate,
    /// From when, `09:00`.
    #[serde(with = "hours_and_minutes")]
    #[cfg_attr(feature = "schema", schema(value_type = String, pattern = r"^([01]\d|2[0-3]):[0-5]\d$", example = "09:00"))]
    pub from: NaiveTime,
    /// Until when, `12:30`; later than `from`.
    #[serde(with = "hours_and_minutes")]
    #[cfg_attr(feature = "schema", schema(value_type = String, pattern = r"^([01]\d|2[0-3]):[0-5]\d$", example = "12:30"))]
    pub until: NaiveTime,
    /// What the customer should know besides; printed in the letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 1000))]
    pub note: Option<String>,
}

impl Installation {
    /// The instant at which it begins.
    pub fn begins_at(&self) -> DateTime<Utc> {
        amsterdam::resolve(self.on.and_time(self.from)).instant
    }

    /// What is wrong with it on a day in Amsterdam. One that it was `before` may have passed since.
    pub(super) fn faults(&self, today: NaiveDate, before: Option<&Installation>) -> Vec<FieldError> {
        let Self { on, from, until, .. } = self;
        let mut faults = Vec::new();
        if *on < today && before.map(|before| before.on) != Some(*on) {
            faults.push(FieldError::new(
                "/installation/on",
                "in_the_past",
                format!("{on} is voorbij (vandaag is {today}); geef een dag in de toekomst"),
                format!("{on} has passed (today is {today}); give a day in the future"),
            ));
        }
        if from >= until {
            let (from, until) = (from.format("%H:%M"), until.format("%H:%M"));
            faults.push(FieldError::new(
                "/installation/until",
                "ends_before_it_begins",
                format!("{until} is niet na het begin, {from}; geef een later tijdstip"),
                format!("{until} is not after the beginning, {from}; give a later time"),
            ));
        }
        faults
    }
}

/// A time of day as people write it, `09:00`.
mod hours_and_minutes {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de};

    const FORMAT: &str = "%H:%M";

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(super) fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.format(FORMAT))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
        let time = String::deserialize(deserializer)?;
        NaiveTime::parse_from_str(&time, FORMAT).map_err(|_| de::Error::custom(format!("{time:?} is not a time such as 09:00")))
    }
}
