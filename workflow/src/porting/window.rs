//! When a porting may be performed.
//!
//! COIN's *Porting on Demand*: from the donor's First Possible Date, a date and a time, until 90 calendar days after it,
//! that day included, never extended. Working days and porting hours are ours to keep: a person may override those, but not
//! the window.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{is_working_day, local_date, local_time, next_working_day, resolve, start_of_day};
use crate::letter::Language;
use crate::why::{Basis, Dated, Subject};

/// How long after the First Possible Date a porting may still be performed (COIN, *Porting on Demand*, 2018).
pub(crate) const WINDOW_DAYS: u32 = 90;

/// When the donor allows number series to be ported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The first allowed instant: the First Possible Date.
    pub opens_at: DateTime<Utc>,
    /// The day of that instant in Amsterdam.
    pub opens_on: Dated,
    /// The last allowed day in Amsterdam, to its midnight.
    pub ends_on: Dated,
}

impl Window {
    /// The window that a donor's First Possible Date opens.
    pub fn of_first_possible(first_possible_at: DateTime<Utc>) -> Self {
        let opens_on = Dated::given(Subject::FirstPossible, local_date(first_possible_at));
        let ends_on = opens_on.clone().plus_days(WINDOW_DAYS, Basis::Window, Subject::WindowEnds);
        Self { opens_at: first_possible_at, opens_on, ends_on }
    }

    /// The window in which all can be ported at the same instant: from the latest opening to the earliest end. None when there is no such
    /// instant: then the series are ported apart, or asked for anew. None also when there is no window at all.
    pub fn common(windows: impl IntoIterator<Item = Self>) -> Option<Self> {
        let (mut instants, mut openings, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for window in windows {
            instants.push(window.opens_at);
            openings.push(window.opens_on);
            ends.push(window.ends_on);
        }
        let common = Self {
            opens_at: instants.into_iter().max()?,
            opens_on: Dated::latest(Subject::WindowOpens, openings)?,
            ends_on: Dated::earliest(Subject::WindowEnds, ends)?,
        };
        (common.opens_at < common.expires_at()).then_some(common)
    }

    /// Names whose window it is: a dossier, say.
    #[must_use]
    pub fn of(self, name: &str) -> Self {
        Self { opens_at: self.opens_at, opens_on: self.opens_on.of(name), ends_on: self.ends_on.of(name) }
    }

    /// Everything that is wrong with porting at this instant; nothing when it is allowed.
    pub fn check(&self, at: DateTime<Utc>, hours: &PortingHours) -> Vec<WindowFault> {
        let local = local_time(at);
        [
            (at < self.opens_at, WindowFault::BeforeFirstPossibleDate),
            (at >= self.expires_at(), WindowFault::PortingWindowExpired),
            (!is_working_day(local.date()), WindowFault::NotAWorkingDay),
            (!hours.contain(local.time()), WindowFault::OutsidePortingHours),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect()
    }

    /// The earliest instant in the window that is allowed without an override.
    pub fn first_moment(&self, hours: &PortingHours) -> Option<DateTime<Utc>> {
        let mornings = self.days().map(|day| resolve(day.and_time(hours.from)).instant);
        std::iter::once(self.opens_at).chain(mornings).find(|at| self.check(*at, hours).is_empty())
    }

    /// The last working day of the window.
    pub fn last_working_day(&self) -> Option<NaiveDate> {
        let first = self.opens_on.day;
        std::iter::successors(Some(self.ends_on.day), NaiveDate::pred_opt)
            .take_while(|day| *day >= first)
            .find(|day| is_working_day(*day))
    }

    /// The first instant at which it is too late: the start of the day after `ends_on`.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.ends_on.day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, start_of_day)
    }

    fn days(&self) -> impl Iterator<Item = NaiveDate> {
        let last = self.ends_on.day;
        std::iter::successors(Some(self.opens_on.day), NaiveDate::succ_opt).take_while(move |day| *day <= last)
    }
}

/// The hours of a working day in which portings are planned, in Amsterdam. There is at least one such moment: the first
/// hour lies before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "UncheckedHours")]
pub struct PortingHours {
    from: NaiveTime,
    until: NaiveTime,
}

impl PortingHours {
    /// From `from` until just before `until`.
    pub fn new(from: NaiveTime, until: NaiveTime) -> Result<Self, NoPortingHours> {
        if from < until { Ok(Self { from, until }) } else { Err(NoPortingHours { from, until }) }
    }

    /// The first allowed time.
    pub fn from(&self) -> NaiveTime {
        self.from
    }

    /// The first time that is too late.
    pub fn until(&self) -> NaiveTime {
        self.until
    }

    /// This instant, or the next one after it that lies in these hours on a working day: when somebody is at work.
    pub fn at_work(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let local = local_time(at);
        let day = match local.date() {
            day if is_working_day(day) && self.contain(local.time()) => return at,
            day if is_working_day(day) && local.time() < self.from => day,
            day => next_working_day(day),
        };
        resolve(day.and_time(self.from)).instant
    }

    fn contain(&self, time: NaiveTime) -> bool {
        (self.from..self.until).contains(&time)
    }
}

impl Default for PortingHours {
    /// 08:00 up to 17:00: while donors and helpdesks can be reached. No public source names COIN's own hours.
    fn default() -> Self {
        let hour = |hour: u32| NaiveTime::MIN + TimeDelta::hours(i64::from(hour));
        Self { from: hour(8), until: hour(17) }
    }
}

/// Hours that leave no time to port in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("porting hours from {from} until {until} contain no time: `from` must be before `until`")]
pub struct NoPortingHours {
    from: NaiveTime,
    until: NaiveTime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedHours {
    from: NaiveTime,
    until: NaiveTime,
}

impl TryFrom<UncheckedHours> for PortingHours {
    type Error = NoPortingHours;

    fn try_from(hours: UncheckedHours) -> Result<Self, NoPortingHours> {
        Self::new(hours.from, hours.until)
    }
}

/// Why a porting can't be planned at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowFault {
    /// The donor doesn't allow it yet.
    BeforeFirstPossibleDate,
    /// The donor doesn't allow it any more: a new request is needed.
    PortingWindowExpired,
    /// A weekend or a holiday.
    NotAWorkingDay,
    /// Outside the configured hours.
    OutsidePortingHours,
}

impl WindowFault {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::BeforeFirstPossibleDate => "before_first_possible_date",
            Self::PortingWindowExpired => "porting_window_expired",
            Self::NotAWorkingDay => "not_a_working_day",
            Self::OutsidePortingHours => "outside_porting_hours",
        }
    }

    /// Whether a project manager may plan it all the same, with a reason: our own rules yes, the donor's window no.
    pub fn can_be_overridden(self) -> bool {
        match self {
            Self::BeforeFirstPossibleDate | Self::PortingWindowExpired => false,
            Self::NotAWorkingDay | Self::OutsidePortingHours => true,
        }
    }

    /// What is wrong, and what would be right.
    pub fn text(self, language: Language) -> &'static str {
        let (nl, en) = match self {
            Self::BeforeFirstPossibleDate => (
                "Dit is voor de eerst mogelijke porteringsdatum van de huidige provider; kies een later moment.",
                "This is before the current provider's first possible date; choose a later moment.",
            ),
            Self::PortingWindowExpired => (
                "De 90 dagen waarin geporteerd mag worden zijn dan voorbij; kies een eerder moment of vraag opnieuw aan.",
                "The 90 days in which porting is allowed are over by then; choose an earlier moment or request it anew.",
            ),
            Self::NotAWorkingDay => (
                "Dit is geen werkdag; kies een werkdag, of geef een reden op.",
                "This is not a working day; choose one, or give a reason.",
            ),
            Self::OutsidePortingHours => (
                "Dit valt buiten de porteringsuren; kies een ander uur, of geef een reden op.",
                "This is outside the porting hours; choose another hour, or give a reason.",
            ),
        };
        match language {
            Language::Nl => nl,
            Language::En => en,
        }
    }
}
