//! What a year came to, counted from the projects' trails: each is replayed, and looked at as it was at each event.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use workflow::calendar::{amsterdam, is_working_day, working_days_until};
use workflow::contract::{Fit, gap_or_overlap};
use workflow::cutover::incident::Incident;
use workflow::deadline::due_dates;
use workflow::event::{Event, Recorded};
use workflow::number::Series;
use workflow::phase::State as Phase;
use workflow::porting::window::PortingHours;
use workflow::process::Party;
use workflow::project::Project;
use workflow::view::{Status, waiting_on};
use workflow::warning::contract_end;

/// So many days in which nothing happens are worth telling.
const SILENT_DAYS: i64 = 45;

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) events: u64,
    pub(super) phases: BTreeMap<(&'static str, &'static str), u64>,
    /// Active, not in maintenance, and nothing has happened for long.
    pub(super) silent: Vec<Silent>,
    /// From the intake to the day on which all numbers had moved, in days.
    pub(super) lead_days: Vec<i64>,
    /// By task and party: how often it was due, and the working days by which it was late.
    pub(super) parts: BTreeMap<(String, Party), Part>,
    pub(super) incidents: BTreeMap<String, Incidents>,
    pub(super) answers: u64,
    pub(super) refusals: BTreeMap<u8, u64>,
    /// Cutovers in which numbers moved, by day.
    pub(super) portings: BTreeMap<NaiveDate, u64>,
    pub(super) numbers_ported: u64,
    pub(super) overridden: u64,
    /// Begun outside working days or porting hours without anybody having said why.
    pub(super) outside_hours: Vec<String>,
    /// Ended after hours on the day for which they were planned.
    pub(super) after_hours: u64,
    /// How long series could not be reached when they moved, at most, in seconds.
    pub(super) out_of_service_seconds: Vec<i64>,
    /// Numbers that moved and of which nobody knows that they can be reached.
    pub(super) numbers_not_reached: u64,
    /// Of contracts that ended before their numbers moved: how many numbers, and days.
    pub(super) gaps: Vec<(u64, u64)>,
    pub(super) numbers_lost: u64,
    /// Of contracts that ended after it: days.
    pub(super) double_days: Vec<u64>,
    pub(super) letters: Letters,
    pub(super) reminders: BTreeMap<Party, u64>,
}

/// A project in which nothing has happened for long.
#[derive(Debug, Serialize)]
pub(super) struct Silent {
    pub(super) reference: String,
    pub(super) phase: &'static str,
    pub(super) days: i64,
    pub(super) waiting_on: Vec<Party>,
}

/// How a party did its part of a task.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) due: u64,
    pub(super) days_late: Vec<i64>,
}

/// Cutovers that stopped for one cause.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    /// By how they ended.
    pub(super) ended: BTreeMap<&'static str, u64>,
    pub(super) minutes: Vec<i64>,
}

/// What became of letters.
#[derive(Debug, Default, Serialize)]
pub(super) struct Letters {
    pub(super) made: u64,
    pub(super) sent: u64,
    pub(super) emailed: u64,
    pub(super) replaced: u64,
    pub(super) withdrawn: u64,
}

impl Tally {
    /// Counts a project.
    pub(super) fn take(&mut self, project: &Project, trail: &[Recorded], hours: &PortingHours, now: DateTime<Utc>) {
        let days = (now - project.updated_at).num_days();
        if project.status() == Status::Active && project.phase != Phase::Maintenance && days >= SILENT_DAYS {
            self.silent.push(Silent {
                reference: project.reference.clone(),
                phase: project.phase.as_str(),
                days,
                waiting_on: waiting_on(project),
            });
        }
        *self.phases.entry((project.phase.as_str(), project.status().as_str())).or_default() += 1;
        self.events += u64::try_from(trail.len()).unwrap_or_default();
        self.letters.replaced += project.letters.iter().filter(|letter| letter.replaced_by.is_some()).map(|_| 1).sum::<u64>();
        let Some(mut then) = trail.first().and_then(Project::start) else { return };
        let mut seen = Seen::default();
        for recorded in trail.iter().skip(1) {
            self.before(&then, recorded, &mut seen, hours);
            then.apply(recorded);
            self.after(&then, recorded, &mut seen);
        }
        if let Some((cause, _)) = seen.incident {
            *self.incidents.entry(cause).or_default().ended.entry("open").or_default() += 1;
        }
        self.costs(project);
    }

    /// What an event means for the project as it was before it.
    fn before(&mut self, then: &Project, Recorded { at, event, .. }: &Recorded, seen: &mut Seen, hours: &PortingHours) {
        match event {
            Event::TaskConfirmed { key, party, .. } => {
                let due = due_dates(then).into_iter().find(|(task, _)| task == key);
                if let Some((_, due)) = due {
                    let part = self.parts.entry((key.clone(), *party)).or_default();
                    part.due += 1;
                    let late = working_days_until(due.day, amsterdam::local_date(*at));
                    part.days_late.extend((late > 0).then_some(late));
                }
            }
            Event::CutoverStarted {} => {
                let Some(cutover) = &then.cutover else { return };
                let local = amsterdam::local_time(cutover.at);
                let fits = is_working_day(local.date()) && (hours.from()..hours.until()).contains(&local.time());
                if cutover.override_reason.is_some() {
                    self.overridden += 1;
                } else if !fits {
                    self.outside_hours.push(format!("project {}: the cutover began at {local}", then.reference));
                }
            }
            Event::PortingPerformed { request, .. } => {
                let day = amsterdam::local_date(*at);
                let time = amsterdam::local_time(*at).time();
                if seen.moved_on.replace(day) != Some(day) {
                    *self.portings.entry(day).or_default() += 1;
                }
                let overridden = then.cutover.as_ref().is_some_and(|cutover| cutover.override_reason.is_some());
                if !overridden && !is_working_day(day) {
                    self.outside_hours.push(format!("project {}: numbers were taken over on {day}", then.reference));
                } else if !overridden && time >= hours.until() {
                    self.after_hours += 1;
                }
                let request = then.requests.iter().find(|known| known.id == *request);
                let numbers = request.map_or(0, |request| request.accepted_series().map(Series::block_size).sum::<u32>());
                if seen.performed.insert(request.map(|request| request.id.clone()).unwrap_or_default()) {
                    self.numbers_ported += u64::from(numbers);
                }
            }
            Event::IncidentOpened(incident) => {
                if let Some((cause, since)) = seen.incident.replace((cause(incident, seen.last_failure), *at)) {
                    self.ended(&cause, since, *at, "another");
                }
            }
            Event::IncidentClosed { how } => {
                let how = if how.en == "done by hand" { "by_hand" } else { "tried_again" };
                if let Some((cause, since)) = seen.incident.take() {
                    self.ended(&cause, since, *at, how);
                }
            }
            Event::CutoverAborted { .. } => {
                if let Some((cause, since)) = seen.incident.take() {
                    self.ended(&cause, since, *at, "aborted");
                }
            }
            Event::EffectRefused { .. } => seen.last_failure = "refused",
            Event::EffectFailed { .. } => seen.last_failure = "no_answer",
            Event::PortingErrorReported { .. } => seen.last_failure = "error_found",
            Event::PortingAnswered { series, accepted, .. } => {
                self.answers += 1;
                let codes: Vec<u8> = series.iter().filter_map(|one| one.blocking_code).collect();
                if !accepted || !codes.is_empty() {
                    *self.refusals.entry(codes.first().copied().unwrap_or_default()).or_default() += 1;
                }
            }
            Event::LetterMade { .. } => self.letters.made += 1,
            Event::LetterSent { .. } => self.letters.sent += 1,
            Event::LetterEmailed { .. } => self.letters.emailed += 1,
            Event::LetterWithdrawn { .. } => self.letters.withdrawn += 1,
            Event::ReminderDue { to, .. } => {
                for party in to {
                    *self.reminders.entry(*party).or_default() += 1;
                }
            }
            _ => {}
        }
    }

    fn after(&mut self, then: &Project, Recorded { at, event, .. }: &Recorded, seen: &mut Seen) {
        let moved = matches!(event, Event::PortingPerformed { .. }) && then.numbers_to_port().next().is_none();
        if moved && !seen.lead_counted {
            seen.lead_counted = true;
            let began = amsterdam::local_date(then.created_at);
            self.lead_days.push((amsterdam::local_date(*at) - began).num_days());
        }
    }

    fn ended(&mut self, cause: &str, since: DateTime<Utc>, at: DateTime<Utc>, how: &'static str) {
        let incidents = self.incidents.entry(cause.to_owned()).or_default();
        *incidents.ended.entry(how).or_default() += 1;
        incidents.minutes.push((at - since).num_minutes());
    }

    /// How long numbers were out of service, and how the contracts' ends fit the days on which they moved.
    fn costs(&mut self, project: &Project) {
        for series in project.intake.numbers.iter().map(|entry| &entry.series).filter(|series| project.is_ported(series)) {
            match project.out_of_service(series).and_then(|out| Some((out.until? - out.from).num_seconds())) {
                Some(seconds) => self.out_of_service_seconds.push(seconds),
                None => self.numbers_not_reached += u64::from(series.block_size()),
            }
        }
        for contract in &project.intake.contracts {
            let ported: Vec<_> = project.intake.numbers_of(&contract.id).filter(|series| project.is_ported(series)).collect();
            let Some(moved_on) = project.porting_date_of(&contract.id).filter(|_| !ported.is_empty()) else { continue };
            let confirmed = project.sent_cancellation(&contract.id).and_then(|letter| letter.confirmation.as_ref()?.ends_on);
            let settled = contract.ends_on.or(confirmed);
            let Some(end) = settled.or_else(|| contract_end(project, contract, moved_on)) else { continue };
            let numbers = ported.iter().map(|series| u64::from(series.block_size())).sum();
            match gap_or_overlap(end, moved_on) {
                Fit::DoubleCosts { days, .. } => self.double_days.push(days),
                Fit::ServiceGap { days, .. } if settled.is_some() => self.gaps.push((numbers, days)),
                Fit::RetentionExpired { .. } if settled.is_some() => self.numbers_lost += numbers,
                _ => {}
            }
        }
    }
}

/// What was seen of a project so far.
#[derive(Default)]
struct Seen {
    incident: Option<(String, DateTime<Utc>)>,
    last_failure: &'static str,
    moved_on: Option<NaiveDate>,
    performed: std::collections::BTreeSet<String>,
    lead_counted: bool,
}

/// At which step a cutover stopped, and what was missing or how it failed: `preflight/porting-date`, `route/refused`.
fn cause(incident: &Incident, last_failure: &'static str) -> String {
    let step = serde_json::to_value(incident.step).ok().and_then(|step| step.as_str().map(str::to_owned)).unwrap_or_default();
    if incident.missing.is_empty() {
        return format!("{step}/{last_failure}");
    }
    let keys: Vec<&str> =
        incident.missing.iter().map(|unmet| unmet.key.as_str()).filter(|key| *key != "number-porting").collect();
    format!("{step}/{}", keys.first().copied().unwrap_or("missing"))
}
