//! What the contractor's people do next: a project manager's work and an engineer's, each with what it takes.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;
use workflow::calendar::{add_working_days, amsterdam, subtract_working_days};
use workflow::event::Purpose;
use workflow::number::Series;
use workflow::phase::State as Phase;
use workflow::porting::submission::submit_from;
use workflow::porting::{PortingRequest, request};
use workflow::process::{Completion, Party, Requirement, Task};
use workflow::project::{Letter, PendingEffect, Project, Turn};
use workflow::task::TaskState;
use workflow::warning::lifts_not_acknowledged;

use super::case::Case;
use super::customer::is_signed;
use super::donors::{NOT_KEPT, kept_until};
use super::office::at;

/// So many working days before numbers are lost a move is planned at the latest: donors take three to answer, and some delay.
const BEFORE_IT_IS_LOST_WORKING_DAYS: u32 = 5;

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) what: Work,
    /// How many minutes it takes.
    pub(super) minutes: u32,
    /// Not before then.
    pub(super) not_before: Option<DateTime<Utc>>,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Work {
    /// The contractor's part of a task is confirmed.
    Complete(String),
    /// A customer says on the telephone that its part is done.
    OnBehalf(String),
    /// The phase is left.
    Advance,
    /// Letters are e-mailed.
    Mail(Vec<Uuid>),
    /// What stopped is tried again.
    Retry(Uuid),
    /// What an invoice suggests is taken over.
    Accept(Uuid),
    /// A customer number is put right.
    Correct { contract: String, customer_number: String },
    /// The donors are asked.
    Submit,
    /// The customer is told that the numbers are lost after a day, and moves before it.
    Hurry(NaiveDate),
    /// The customer is told that these numbers are lost.
    GiveUp(Vec<Series>),
    /// A lift's replacement is noted.
    AcknowledgeLift(String),
    /// The cutover gets its moment.
    Schedule,
}

impl Work {
    fn taking(self, minutes: u32) -> Job {
        Job { what: self, minutes, not_before: None }
    }
}

/// What a project manager does next.
pub(super) fn manager(project: &Project, case: &Case, now: DateTime<Utc>) -> Option<Job> {
    if project.hold.is_some() || project.phase.is_final() {
        return None;
    }
    let today = amsterdam::local_date(now);
    let missing = case.missing.iter().find(|key| is_customers_turn(project, key));
    if let Some(key) = missing {
        return Some(Work::OnBehalf(key.clone()).taking(10));
    }
    let stopped = |effect: &PendingEffect| effect.turn == Turn::Nobody && effect.purpose.step().is_none();
    if let Some((id, _)) = project.effects.iter().find(|(_, effect)| stopped(effect)) {
        return Some(Work::Retry(*id).taking(10));
    }
    if let Some(suggestion) = project.suggestions.iter().find(|suggestion| suggestion.is_open(&project.intake)) {
        return Some(Work::Accept(suggestion.id).taking(5));
    }
    let letters = to_mail(project);
    if !letters.is_empty() {
        return Some(Work::Mail(letters).taking(5));
    }
    wrong_number(project, case)
        .or_else(|| lost_numbers(project, case))
        .or_else(|| too_late(project, today))
        .or_else(|| project.process().tasks().iter().find_map(|task| managers_task(project, case, task, today)))
        .or_else(|| {
            let done = project.unmet_tasks().next().is_none() && project.phase != Phase::Maintenance;
            done.then(|| Work::Advance.taking(5))
        })
}

fn is_customers_turn(project: &Project, key: &str) -> bool {
    let confirmed = project.tasks.get(key).is_some_and(|progress| progress.confirmed_by.contains(&Party::Customer));
    project.is_open(key) && !confirmed && project.process().task(key).is_some_and(|task| task.done_by.contains(&Party::Customer))
}

/// Drafts that the customer has not got and that no e-mail carries.
fn to_mail(project: &Project) -> Vec<Uuid> {
    let carries = |effect: &PendingEffect, id: Uuid| matches!(&effect.purpose, Purpose::MailLetters { letters, .. } if letters.contains(&id));
    let under_way = |id: Uuid| project.effects.values().any(|effect| carries(effect, id));
    let waits = |letter: &&Letter| letter.is_draft() && letter.emailed_at.is_none() && !under_way(letter.id);
    project.letters.iter().filter(waits).map(|letter| letter.id).collect()
}

/// A donor refused, and the customer knows by now why.
fn wrong_number(project: &Project, case: &Case) -> Option<Job> {
    let refused = |contract: &str| {
        let last = project.requests.iter().rev().find(|request| request.contract == contract);
        last.is_some_and(|request| request.state == request::State::Refused)
    };
    let wrong = project.intake.contracts.iter().find_map(|contract| {
        let right = case.right_number(&contract.id)?;
        (refused(&contract.id) && contract.customer_number != right).then(|| (contract.id.clone(), right.to_owned()))
    });
    let (contract, customer_number) = wrong?;
    Some(Job { not_before: case.asks_again_at, ..Work::Correct { contract, customer_number }.taking(20) })
}

/// Numbers that a donor does not keep any more: asking anew helps nobody.
fn lost_numbers(project: &Project, case: &Case) -> Option<Job> {
    let is_lost = |series: &&Series| project.refusal_of(series).is_some_and(|(_, said)| said.blocking_code == Some(NOT_KEPT));
    let lost: Vec<Series> = project.intake.numbers.iter().map(|entry| &entry.series).filter(is_lost).cloned().collect();
    (!lost.is_empty()).then(|| Job { not_before: case.asks_again_at, ..Work::GiveUp(lost).taking(20) })
}

/// A contract ends so early that its donor need not let the numbers go any more on the day that was wished for.
fn too_late(project: &Project, today: NaiveDate) -> Option<Job> {
    if project.cutover_is_under_way() {
        return None;
    }
    let asked = |series: &Series| project.requests.iter().any(|request| request.speaks_for(series));
    let to_ask =
        project.intake.contracts.iter().filter(|contract| project.intake.numbers_of(&contract.id).any(|own| !asked(own)));
    let last = to_ask.filter_map(|contract| project.settled_end(contract)).map(|end| kept_until(end.day)).min()?;
    let day = subtract_working_days(last, BEFORE_IT_IS_LOST_WORKING_DAYS);
    let planned = project.planned_porting_date();
    let helps = planned.is_none_or(|planned| planned > last) && day > add_working_days(today, BEFORE_IT_IS_LOST_WORKING_DAYS);
    helps.then(|| Work::Hurry(day).taking(20))
}

fn managers_task(project: &Project, case: &Case, task: &Task, today: NaiveDate) -> Option<Job> {
    if project.task_state(task) != TaskState::Open || task.recurring {
        return None;
    }
    // What would have completed by itself was found not done: somebody says when it is.
    if project.tasks.get(&task.key).is_some_and(|progress| progress.kept_open) {
        return Some(Work::Complete(task.key.clone()).taking(20));
    }
    if !task.done_by.contains(&Party::Contractor) {
        return None;
    }
    let confirmed = project.tasks.get(&task.key).is_some_and(|progress| progress.confirmed_by.contains(&Party::Contractor));
    match (task.complete, task.requires) {
        (Some(Completion::PortingSubmitted), _) => submission(project, case),
        (Some(_), _) => None,
        (None, Some(Requirement::CutoverScheduled)) if !project.cutover_is_settled() => scheduling(project, today),
        _ if confirmed || engineer_minutes(&task.key).is_some() => None,
        _ => {
            let not_before = (task.key == "invoicing").then(|| days_after(project, "delivery", 2)).flatten();
            Some(Job { not_before, ..Work::Complete(task.key.clone()).taking(15) })
        }
    }
}

/// The donors are asked once all is signed, and not so early that the window passes.
fn submission(project: &Project, case: &Case) -> Option<Job> {
    let uncovered =
        |entry: &workflow::intake::NumberEntry| !project.requests.iter().any(|request| request.speaks_for(&entry.series));
    if !project.intake.numbers.iter().any(uncovered) {
        return project.intake.numbers.is_empty().then(|| Work::Complete("porting-wish-date".to_owned()).taking(5));
    }
    let signed = project.providers_to_port_from().iter().all(|provider| is_signed(project, provider));
    let early = project.intake.wish_date.map(|wish_date| at(submit_from(wish_date).day, (8, 30)));
    let not_before = [early, case.asks_again_at].into_iter().flatten().max();
    signed.then(|| Job { not_before, ..Work::Submit.taking(15) })
}

fn scheduling(project: &Project, today: NaiveDate) -> Option<Job> {
    if let Some(contract) = lifts_not_acknowledged(project).next() {
        return Some(Work::AcknowledgeLift(contract.id.clone()).taking(15));
    }
    let accepted = |request: &&PortingRequest| request.state == request::State::Accepted && !request.doubted;
    let window =
        project.requests.iter().filter(accepted).filter_map(PortingRequest::window).min_by_key(|window| window.opens_at)?;
    // A day far away is agreed nearer to it.
    let not_before = subtract_working_days(window.opens_on.day, 15);
    let not_before = (not_before > today).then(|| at(not_before, (8, 30)));
    Some(Job { not_before, ..Work::Schedule.taking(20) })
}

fn days_after(project: &Project, task: &str, days: u32) -> Option<DateTime<Utc>> {
    let done_at = project.tasks.get(task)?.done_at?;
    Some(at(add_working_days(amsterdam::local_date(done_at), days), (9, 0)))
}

/// What an engineer does next.
pub(super) fn engineer(project: &Project, now: DateTime<Utc>) -> Option<Job> {
    if project.hold.is_some() || project.phase.is_final() {
        return None;
    }
    project.process().tasks().iter().find_map(|task| {
        let minutes = engineer_minutes(&task.key)?;
        let confirmed = project.tasks.get(&task.key).is_some_and(|progress| progress.confirmed_by.contains(&Party::Contractor));
        if project.task_state(task) != TaskState::Open || confirmed {
            return None;
        }
        let not_before = match task.key.as_str() {
            "aftercare" => days_after(project, "delivery", 5),
            // Nobody hangs up telephones months ahead.
            _ if task.phase == Phase::Implementation && task.due.working_days_before_porting.is_some() => {
                project.planned_porting_date().map(|day| at(subtract_working_days(day, 30), (8, 30)))
            }
            _ => None,
        };
        Some(Job { not_before: not_before.filter(|at| *at > now), ..Work::Complete(task.key.clone()).taking(minutes) })
    })
}

/// What an engineer does, and how long it takes.
fn engineer_minutes(task: &str) -> Option<u32> {
    Some(match task {
        "connectivity-test" | "configuration-test" | "delivery" => 60,
        "poe-switch-check" => 20,
        "base-configuration" => 120,
        "installation" => 240,
        "configuration-acceptance" => 30,
        "aftercare" => 45,
        _ => return None,
    })
}
