//! How the year went, as numbers: what is told in words, or as JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use serde::Serialize;
use workflow::actor::Role;
use workflow::process::Party;

use super::tally::{Letters, Silent, Tally};

/// So many of the busiest days are told.
const BUSIEST: usize = 5;

/// How the year went.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) migrations: u32,
    pub(super) seed: u64,
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
    pub(super) projects: Vec<Projects>,
    /// Active, not in maintenance, and nothing has happened for long.
    pub(super) silent: Vec<Silent>,
    /// From the intake until all numbers had moved, in days.
    pub(super) lead_time_days: Spread,
    pub(super) lateness: Vec<Lateness>,
    pub(super) incidents: Vec<Incidents>,
    pub(super) donor_answers: u64,
    pub(super) refusals: Vec<Refusals>,
    pub(super) portings: Portings,
    pub(super) service: Service,
    pub(super) letters: Letters,
    pub(super) reminders: Reminders,
    pub(super) by_hand: Vec<ByHand>,
    /// How many minutes people worked, on average for a migration that began.
    pub(super) manager_minutes: u64,
    pub(super) engineer_minutes: u64,
    pub(super) refused_by_rules: Vec<RefusedByRules>,
    pub(super) machine: Machine,
    /// What must hold and does not: nothing.
    pub(super) violations: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Projects {
    pub(super) phase: &'static str,
    pub(super) status: &'static str,
    pub(super) count: u64,
}

/// A middle and a tail of some figures.
#[derive(Debug, Default, Serialize)]
pub(super) struct Spread {
    pub(super) count: usize,
    pub(super) median: i64,
    pub(super) p90: i64,
    pub(super) max: i64,
}

#[derive(Debug, Serialize)]
pub(super) struct Lateness {
    pub(super) task: String,
    pub(super) party: Party,
    pub(super) done: u64,
    pub(super) late: u64,
    pub(super) median_working_days_late: i64,
}

#[derive(Debug, Serialize)]
pub(super) struct Incidents {
    pub(super) cause: String,
    pub(super) count: u64,
    pub(super) ended: BTreeMap<&'static str, u64>,
    pub(super) minutes: Spread,
}

#[derive(Debug, Serialize)]
pub(super) struct Refusals {
    pub(super) blocking_code: u8,
    pub(super) count: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Portings {
    /// Cutovers in which numbers moved.
    pub(super) count: u64,
    pub(super) numbers: u64,
    /// On a working day between the first and the last.
    pub(super) per_working_day: Spread,
    pub(super) busiest: Vec<Day>,
    /// Planned outside working days or porting hours, with a reason.
    pub(super) overridden: u64,
    /// The same without a reason.
    pub(super) outside_hours: usize,
    /// Planned inside the hours, and ended after them by an incident.
    pub(super) after_hours: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Day {
    pub(super) on: NaiveDate,
    pub(super) portings: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Service {
    /// How long a series could not be reached when it moved, at most.
    pub(super) seconds_unreachable: Spread,
    /// Numbers that moved and of which nobody knows that they can be reached.
    pub(super) numbers_not_reached: u64,
    /// Numbers whose contract ended before they moved, and the days between.
    pub(super) numbers_cut_off: u64,
    pub(super) days_cut_off: Spread,
    /// Numbers that moved more than a month after their contract's end.
    pub(super) numbers_moved_too_late: u64,
    /// Contracts that went on after their numbers moved, and the days.
    pub(super) contracts_paid_twice: usize,
    pub(super) days_paid_twice: Spread,
}

#[derive(Debug, Serialize)]
pub(super) struct Reminders {
    pub(super) to_customers: u64,
    pub(super) to_contractor: u64,
    /// E-mails that went out, reminders and letters.
    pub(super) emails: u64,
}

/// What people did.
#[derive(Debug, Serialize)]
pub(super) struct ByHand {
    pub(super) role: Role,
    pub(super) command: &'static str,
    pub(super) count: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct RefusedByRules {
    pub(super) command: &'static str,
    pub(super) code: String,
    pub(super) count: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Machine {
    pub(super) wall_seconds: f64,
    /// Everything that changed a project: people's commands, timers, outcomes, donors' answers.
    pub(super) commands: u64,
    pub(super) commands_per_second: f64,
    pub(super) events: u64,
    pub(super) database_bytes: i64,
    pub(super) reads_invoices: bool,
}

impl Spread {
    pub(super) fn of(figures: impl IntoIterator<Item = i64>) -> Self {
        let mut figures: Vec<i64> = figures.into_iter().collect();
        figures.sort_unstable();
        let count = figures.len();
        let at = |percent: usize| figures.get((count * percent / 100).min(count.saturating_sub(1))).copied().unwrap_or_default();
        Self { count, median: at(50), p90: at(90), max: figures.last().copied().unwrap_or_default() }
    }
}

fn signed(figures: &[u64]) -> impl Iterator<Item = i64> {
    figures.iter().map(|figure| i64::try_from(*figure).unwrap_or(i64::MAX))
}

/// What people did and were refused, and what the machine says of itself.
pub(super) struct Rest {
    pub(super) done: BTreeMap<(Role, &'static str), u64>,
    pub(super) refused: BTreeMap<(&'static str, String), u64>,
    pub(super) emails: u64,
    pub(super) minutes: [u64; 2],
    pub(super) commands: u64,
    pub(super) wall: Duration,
    pub(super) database_bytes: i64,
    pub(super) reads_invoices: bool,
}

impl Report {
    /// The report of a year.
    pub(super) fn of(
        (migrations, seed, from, until): (u32, u64, NaiveDate, NaiveDate),
        tally: Tally,
        rest: Rest,
        violations: Vec<String>,
    ) -> Self {
        let Rest { done, refused, emails, minutes: [manager, engineer], commands, wall, database_bytes, reads_invoices } = rest;
        let begun = tally.phases.values().sum::<u64>().max(1);
        let wall_seconds = wall.as_secs_f64();
        let per_second = u32::try_from(commands).map_or(0.0, f64::from) / wall_seconds.max(0.001);
        Self {
            migrations,
            seed,
            from,
            until,
            lead_time_days: Spread::of(tally.lead_days.iter().copied()),
            lateness: lateness(&tally),
            incidents: incidents(&tally),
            donor_answers: tally.answers,
            refusals: tally.refusals.iter().map(|(code, count)| Refusals { blocking_code: *code, count: *count }).collect(),
            portings: portings(&tally),
            service: Service {
                seconds_unreachable: Spread::of(tally.out_of_service_seconds.iter().copied()),
                numbers_not_reached: tally.numbers_not_reached,
                numbers_cut_off: tally.gaps.iter().map(|(numbers, _)| numbers).sum(),
                days_cut_off: Spread::of(signed(&tally.gaps.iter().map(|(_, days)| *days).collect::<Vec<_>>())),
                numbers_moved_too_late: tally.numbers_lost,
                contracts_paid_twice: tally.double_days.len(),
                days_paid_twice: Spread::of(signed(&tally.double_days)),
            },
            letters: tally.letters,
            reminders: Reminders {
                to_customers: tally.reminders.get(&Party::Customer).copied().unwrap_or_default(),
                to_contractor: tally.reminders.get(&Party::Contractor).copied().unwrap_or_default(),
                emails,
            },
            by_hand: done.into_iter().map(|((role, command), count)| ByHand { role, command, count }).collect(),
            manager_minutes: manager / begun,
            engineer_minutes: engineer / begun,
            refused_by_rules: refused
                .into_iter()
                .map(|((command, code), count)| RefusedByRules { command, code, count })
                .collect(),
            machine: Machine {
                wall_seconds: rounded(wall_seconds),
                commands,
                commands_per_second: rounded(per_second),
                events: tally.events,
                database_bytes,
                reads_invoices,
            },
            projects: tally.phases.into_iter().map(|((phase, status), count)| Projects { phase, status, count }).collect(),
            silent: tally.silent,
            violations,
        }
    }
}

fn rounded(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

fn lateness(tally: &Tally) -> Vec<Lateness> {
    let process = workflow::process::newest().tasks();
    let place = |task: &str| process.iter().position(|known| known.key == task);
    let mut all: Vec<Lateness> = tally
        .parts
        .iter()
        .map(|((task, party), part)| Lateness {
            task: task.clone(),
            party: *party,
            done: part.due,
            late: u64::try_from(part.days_late.len()).unwrap_or_default(),
            median_working_days_late: Spread::of(part.days_late.iter().copied()).median,
        })
        .collect();
    all.sort_by_key(|one| (place(&one.task), one.party));
    all
}

fn incidents(tally: &Tally) -> Vec<Incidents> {
    let of = |(cause, incidents): (&String, &super::tally::Incidents)| Incidents {
        cause: cause.clone(),
        count: incidents.ended.values().sum(),
        ended: incidents.ended.clone(),
        minutes: Spread::of(incidents.minutes.iter().copied()),
    };
    tally.incidents.iter().map(of).collect()
}

fn portings(tally: &Tally) -> Portings {
    let (first, last) = (tally.portings.keys().next().copied(), tally.portings.keys().last().copied());
    let days = first.zip(last).into_iter().flat_map(|(first, last)| first.iter_days().take_while(move |day| *day <= last));
    let of_day = |day: NaiveDate| tally.portings.get(&day).copied().unwrap_or_default();
    let working: Vec<u64> = days.filter(|day| workflow::calendar::is_working_day(*day)).map(of_day).collect();
    let mut busiest: Vec<Day> = tally.portings.iter().map(|(on, portings)| Day { on: *on, portings: *portings }).collect();
    busiest.sort_by_key(|day| (std::cmp::Reverse(day.portings), day.on));
    busiest.truncate(BUSIEST);
    Portings {
        count: tally.portings.values().sum(),
        numbers: tally.numbers_ported,
        per_working_day: Spread::of(signed(&working)),
        busiest,
        overridden: tally.overridden,
        outside_hours: tally.outside_hours.len(),
        after_hours: tally.after_hours,
    }
}
