//! Choosing the cutover's moment, what breaks outside, and what people do about a cutover that stopped.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use workflow::actor::Role;
use workflow::calendar::{add_working_days, amsterdam};
use workflow::command::Command;
use workflow::cutover::StepKey;
use workflow::cutover::incident::{Incident, WayOut};
use workflow::cutover::place::Place;
use workflow::number::Series;
use workflow::porting::window::Window;
use workflow::porting::{PortingRequest, common_window, request};
use workflow::process::Party;
use workflow::project::Project;

use super::agenda::{Deed, Failure};
use super::office::{at, opening, working_days_after};
use super::year::Year;

/// So many working days everybody has to agree on the day.
const AGREED_WITHIN_WORKING_DAYS: u32 = 5;

/// What breaks outside at any time.
const FAILURES: [Failure; 9] = [
    Failure { target: "pbx.provision", kind: "unavailable", times: 4 },
    Failure { target: "pbx.provision", kind: "lost_answer", times: 1 },
    Failure { target: "pbx.provision", kind: "refuse", times: 1 },
    Failure { target: "coin.portingrequest", kind: "unavailable", times: 7 },
    Failure { target: "coin.portingrequest", kind: "lost_answer", times: 2 },
    Failure { target: "coin.portingrequest", kind: "refuse", times: 1 },
    Failure { target: "coin.cancel", kind: "unavailable", times: 2 },
    Failure { target: "coin.confirmation", kind: "lost_answer", times: 1 },
    Failure { target: "pbx.unroute", kind: "unavailable", times: 2 },
];

/// What breaks at a cutover.
const CUTOVER_FAILURES: [Failure; 11] = [
    Failure { target: "pbx.route", kind: "refuse", times: 1 },
    Failure { target: "pbx.route", kind: "unavailable", times: 3 },
    Failure { target: "pbx.route", kind: "unavailable", times: 8 },
    Failure { target: "pbx.route", kind: "lost_answer", times: 1 },
    Failure { target: "coin.portingperformed", kind: "refuse", times: 1 },
    Failure { target: "coin.portingperformed", kind: "unavailable", times: 2 },
    Failure { target: "coin.portingperformed", kind: "unavailable", times: 9 },
    Failure { target: "coin.portingperformed", kind: "lost_answer", times: 1 },
    Failure { target: "coin.portingperformed", kind: "lost_answer", times: 7 },
    Failure { target: "pbx.test_call", kind: "refuse", times: 5 },
    Failure { target: "pbx.test_call", kind: "refuse", times: 70 },
];

/// In so many of a hundred cutovers something breaks.
const CUTOVERS_FAILING: u64 = 9;
/// So many cutovers of a hundred are rehearsed.
const REHEARSED: u64 = 25;
/// With what test numbers begin: no customer has one.
pub(super) const TEST_NUMBERS: &str = "+31859";
/// So many customers of a hundred ask for another day.
const MOVED: u64 = 9;

impl Year {
    /// Something breaks every two weeks, or as often as there is work.
    pub(super) fn plan_failures(&mut self, from: NaiveDate, last_day: NaiveDate) {
        let days = u64::try_from((last_day - from).num_days()).unwrap_or(1).saturating_sub(1);
        for _ in 0..4 + self.cases.len() / 25 {
            let day = from + Days::new(self.chance.between(1, days.max(1)));
            let failure = self.chance.pick(&FAILURES);
            let moment = self.some_morning(day);
            self.agenda.add(moment, Deed::Fail(failure));
        }
    }

    /// What chance holds for a cutover that has its moment.
    pub(super) fn plan_cutover(&mut self, number: usize, cutover_at: DateTime<Utc>) {
        let now = self.world.now();
        let Some(case) = self.cases.get_mut(number) else { return };
        if case.chance.percent(CUTOVERS_FAILING) {
            self.agenda.add((cutover_at - TimeDelta::seconds(10)).max(now), Deed::FailCutover(number, cutover_at));
        }
        if case.chance.percent(REHEARSED) {
            let hours = case.chance.small(2, 90);
            self.agenda.add(opening(now + TimeDelta::hours(hours.into())), Deed::Rehearse(number));
        }
        if case.chance.percent(MOVED) {
            let days = case.chance.small(1, 6);
            self.agenda.add(opening(now + TimeDelta::days(days.into())), Deed::Move(number));
        }
    }

    /// An engineer rehearses a cutover that has its moment, with a test number of the project's own.
    pub(super) async fn rehearse(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        if project.cutover_status() == "scheduled"
            && let Ok(test_number) = Series::parse(&format!("{TEST_NUMBERS}{number:04}99"), None)
        {
            let _refused_while_one_is_under_way =
                self.world.act(id, Role::Engineer, Command::RehearseCutover { test_number }).await?;
        }
        Ok(())
    }

    pub(super) async fn fail_cutover(&mut self, number: usize, cutover_at: DateTime<Utc>) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        let still =
            project.cutover_status() == "scheduled" && project.cutover.as_ref().is_some_and(|cutover| cutover.at == cutover_at);
        if still {
            let failure = self.chance.pick(&CUTOVER_FAILURES);
            self.world.order_failure(failure.target, failure.kind, failure.times).await?;
        }
        Ok(())
    }

    /// Gives the cutover a moment, or another one: all numbers together where their windows allow it, else a part.
    pub(super) async fn schedule(&mut self, number: usize, project: &Project) -> anyhow::Result<bool> {
        let Some(id) = self.id(number) else { return Ok(false) };
        let Some((window, requests)) = part_to_move(project) else { return Ok(false) };
        let now = self.world.now();
        let today = amsterdam::local_date(now);
        let Some(last) = window.last_working_day() else { return Ok(false) };
        let agreed = add_working_days(today, AGREED_WITHIN_WORKING_DAYS);
        let wished = project.intake.wish_date.filter(|wish_date| *wish_date <= last);
        let current = project.cutover_date();
        // Who asks for another day wants a later one.
        let later = current.map(|day| add_working_days(day, 2)).filter(|day| *day <= last);
        let first =
            [Some(agreed), Some(window.opens_on.day), wished, later].into_iter().flatten().max().unwrap_or(agreed).min(last);
        let earliest = window.opens_at.max(now + TimeDelta::hours(2));
        let special = self.chance.between(1, 100);
        let (moment, override_reason) = match special {
            // A slip: Sunday, which is refused.
            1..=2 => (Self::sunday_after(first), None),
            // A shop that is moved after closing time.
            3..=5 => (at(first, (18, 30)), Some("na sluitingstijd van de winkel".to_owned())),
            _ => match self
                .places
                .take(earliest, first, last)
                .or_else(|| self.places.take(earliest, amsterdam::local_date(earliest), last))
            {
                Some(place) => (place, None),
                None => return Ok(false),
            },
        };
        let command = Command::SchedulePorting { at: moment, override_reason, requests };
        let scheduled = self.world.act(id, Role::Manager, command).await?.is_ok();
        let given_up = match self.cases.get_mut(number) {
            Some(case) if scheduled => case.place.replace(moment),
            _ => Some(moment),
        };
        if let Some(place) = given_up {
            self.places.release(place);
        }
        Ok(scheduled)
    }

    fn sunday_after(day: NaiveDate) -> DateTime<Utc> {
        use chrono::{Datelike, Weekday};
        let sunday = day.iter_days().find(|day| day.weekday() == Weekday::Sun).unwrap_or(day);
        at(sunday, (10, 0))
    }

    /// An engineer, or the project manager, sees to a cutover that stopped.
    pub(super) async fn incident(&mut self, number: usize) -> anyhow::Result<()> {
        let Some(id) = self.id(number) else { return Ok(()) };
        let project = self.world.project(id).await?;
        let Some(incident) = project.cutover.as_ref().and_then(|cutover| cutover.incident.clone()) else { return Ok(()) };
        let Some(case) = self.cases.get_mut(number) else { return Ok(()) };
        case.retries += 1;
        let retries = case.retries;
        let rather_another_day = case.chance.percent(12) && incident.can.contains(&WayOut::Abort);
        for unmet in &incident.missing {
            // What only the customer's word lacks is had by telephone.
            if project.is_open(&unmet.key) {
                self.telephone();
                let confirm = |on_behalf_of| Command::CompleteTask { key: unmet.key.clone(), on_behalf_of, note: None };
                for party in [Party::Contractor, Party::Customer] {
                    let _done_or_not_its_part = self.world.act(id, Role::Manager, confirm(Some(party))).await?;
                }
            }
        }
        let gives_up = |retries: u32| retries > 3 && incident.can.contains(&WayOut::Abort);
        let again_at = opening(self.world.now() + TimeDelta::minutes(30 * i64::from(retries)));
        let command = match incident.step {
            StepKey::Preflight if retries > 1 => Command::AbortCutover { reason: "er ontbreekt nog iets".to_owned() },
            StepKey::Port if !rather_another_day && self.was_performed(&project, &incident).await? => {
                Command::ResolveStep { note: "COIN bevestigt de overname".to_owned() }
            }
            StepKey::Verify if retries > 2 => Command::ResolveStep { note: "zelf gebeld: alles komt aan".to_owned() },
            _ if gives_up(retries) || rather_another_day => Command::AbortCutover { reason: "het lukt vandaag niet".to_owned() },
            _ => Command::RetryCutover,
        };
        let role = if matches!(command, Command::AbortCutover { .. }) { Role::Manager } else { Role::Engineer };
        let done = self.world.act(id, role, command).await?.is_ok();
        if !done || retries > 12 {
            self.world.findings.extend(
                (retries > 12)
                    .then(|| format!("project {}: an incident that never ends: {}", project.reference, incident.what.en)),
            );
            self.agenda.add(opening(working_days_after(again_at, 1)), Deed::Incident(number));
        }
        Ok(())
    }

    /// Whether COIN, asked by telephone, has the porting of every number of which it is not known.
    async fn was_performed(&mut self, project: &Project, incident: &Incident) -> anyhow::Result<bool> {
        if incident.numbers.iter().all(|number| number.place == Place::Donor) {
            return Ok(false);
        }
        self.telephone();
        let journal = self.world.journal().await?;
        let has = |request: &PortingRequest| {
            let key = format!("portingperformed/{}", request.dossier_id);
            journal.iter().any(|entry| entry["idempotency_key"] == key[..])
        };
        Ok(project.requests.iter().filter(|request| project.is_in_cutover(request)).all(has))
    }
}

/// The window in which what is accepted can move, and the requests that do when not all can.
fn part_to_move(project: &Project) -> Option<(Window, Option<Vec<String>>)> {
    let accepted = |request: &&PortingRequest| request.state == request::State::Accepted;
    let mut requests: Vec<&PortingRequest> = project.requests.iter().filter(accepted).collect();
    let covered = project.numbers_to_port().all(|series| requests.iter().any(|request| request.speaks_for(series)));
    if !covered {
        return None;
    }
    if let Some(window) = common_window(requests.iter().copied()) {
        return Some((window, None));
    }
    requests.sort_by_key(|request| request.window().map(|window| window.opens_at));
    let mut chosen: Vec<&PortingRequest> = Vec::new();
    for request in requests {
        let together = chosen.iter().copied().chain([request]);
        if request.window().is_some() && common_window(together).is_some() {
            chosen.push(request);
        }
    }
    let window = common_window(chosen.iter().copied())?;
    Some((window, Some(chosen.iter().map(|request| request.id.clone()).collect())))
}
