//! What only letters of one kind say, taken from the project.

use chrono::NaiveDate;

use super::needed::{Needed, to_providers};
use crate::calendar::amsterdam::{local_date, local_time};
use crate::calendar::subtract_working_days;
use crate::contract::contract_dates;
use crate::cutover::{Cutover, StepKey};
use crate::decide::Context;
use crate::intake::{Equipment, Users};
use crate::letter::printable::made_printable;
use crate::letter::{Language, LetterKind, Particulars, PrintedDevice, PrintedEnclosure, PrintedPoint, PrintedStep, PrintedUser};
use crate::process::{Completion, Requirement};
use crate::project::{Acknowledgement, Project};
use crate::warning::warnings;

/// What only letters of this kind say when they are dated on this day; `None` where that is nothing.
pub(super) fn particulars(
    project: &Project,
    context: &Context<'_>,
    kind: LetterKind,
    language: Language,
    written_on: NaiveDate,
) -> Option<Particulars> {
    let intake = &project.intake;
    match kind {
        LetterKind::Cover => {
            let contractor = &context.settings.contractor.name;
            let letters = to_providers(project);
            Some(Particulars::Cover {
                letters: letters.iter().map(|letter| enclosure(project, letter, contractor, written_on)).collect(),
            })
        }
        LetterKind::InstallationAppointment => Some(Particulars::Installation {
            appointment: intake.installation.clone()?,
            user_count: intake.users.count(),
            devices: intake.equipment.iter().map(printed_device).collect(),
        }),
        LetterKind::CutoverAnnouncement => Some(Particulars::Cutover { at: local_time(project.cutover.as_ref()?.at) }),
        LetterKind::Delivery => Some(Particulars::Delivery {
            user_count: intake.users.count(),
            users: printed_users(&intake.users),
            devices: intake.equipment.iter().map(printed_device).collect(),
            steps: project.cutover.as_ref().map(|cutover| printed_steps(cutover, language)).unwrap_or_default(),
            points: points_of_attention(project, language, written_on),
        }),
        LetterKind::RecordingAnnouncement => {
            Some(Particulars::Recording { retention_days: intake.call_recording.retention_days()? })
        }
        LetterKind::FraudSafety | LetterKind::PortingNotice | LetterKind::Cancellation | LetterKind::Authorization => None,
    }
}

/// The authorization goes back to the contractor, the others to the provider.
fn enclosure(project: &Project, letter: &Needed, contractor: &str, written_on: NaiveDate) -> PrintedEnclosure {
    let contract = letter.contract.as_deref().and_then(|id| project.intake.contract(id));
    let provider = letter.provider.as_deref().unwrap_or_default();
    PrintedEnclosure {
        kind: letter.kind,
        contract_number: contract.map(|contract| contract.contract_number.clone()),
        to: if letter.kind == LetterKind::Authorization { contractor } else { provider }.to_owned(),
        send_by: send_by(project, letter).filter(|day| *day > written_on),
    }
}

/// The earliest of the post-by days of the letter's contracts, as from the project's beginning, and of what the process asks before the
/// porting.
fn send_by(project: &Project, letter: &Needed) -> Option<NaiveDate> {
    let began = local_date(project.created_at);
    let is_about = |id: &str, provider: &str| match &letter.contract {
        Some(contract) => id == contract,
        None => letter.provider.as_deref() == Some(provider) && project.intake.numbers_of(id).next().is_some(),
    };
    let contracts = project.intake.contracts.iter().filter(|contract| is_about(&contract.id, &contract.provider.name));
    let post_by = contracts.filter_map(|contract| contract_dates(&contract.term(), began).post_by).map(|on| on.day).min();
    let asks = |completion, requirement| match letter.kind {
        LetterKind::Authorization => requirement == Some(Requirement::SignedAuthorizations),
        kind => completion == Some(Completion::LettersSent(kind)),
    };
    let tasks = project.process().tasks().iter().filter(|task| asks(task.complete, task.requires));
    let days = tasks.filter_map(|task| task.due.working_days_before_porting).max();
    let before_porting = days.zip(project.planned_porting_date()).map(|(days, day)| subtract_working_days(day, days));
    [post_by, before_porting].into_iter().flatten().min()
}

fn printed_device(equipment: &Equipment) -> PrintedDevice {
    PrintedDevice { model: made_printable(&equipment.model), quantity: equipment.quantity }
}

fn printed_users(users: &Users) -> Vec<PrintedUser> {
    let Users::List(users) = users else { return Vec::new() };
    let printed = |text: &Option<String>| text.as_deref().map(made_printable);
    users
        .iter()
        .map(|user| PrintedUser {
            name: made_printable(&user.name),
            extension: user.extension.clone(),
            device: printed(&user.device),
            smartphone: printed(&user.smartphone),
        })
        .collect()
}

/// What was done to the numbers; what Overstap does for itself is left out.
fn printed_steps(cutover: &Cutover, language: Language) -> Vec<PrintedStep> {
    let told = [StepKey::Preflight, StepKey::Route, StepKey::Port, StepKey::Verify];
    let steps = told.into_iter().filter(|key| cutover.is_done(*key)).filter_map(|key| cutover.step(key));
    steps
        .map(|step| PrintedStep {
            title: step.key.title().in_language(language).to_owned(),
            began: step.started_at.map(local_time),
            done: step.finished_at.map(local_time),
            note: step.done_by_hand.as_deref().map(made_printable),
        })
        .collect()
}

/// What was noted when the configuration was accepted, and the warnings that somebody took note of, with what was done.
fn points_of_attention(project: &Project, language: Language, written_on: NaiveDate) -> Vec<PrintedPoint> {
    let noted = project.points_of_attention().map(|note| PrintedPoint {
        contract_number: None,
        text: None,
        note: Some(made_printable(note)),
    });
    let warnings = warnings(project, written_on);
    let seen = last_acknowledgements(project).map(|seen| {
        let warning = warnings.iter().find(|warning| warning.code == seen.code && warning.contract == seen.contract);
        let contract = seen.contract.as_deref().and_then(|id| project.intake.contract(id));
        PrintedPoint {
            contract_number: contract.map(|contract| contract.contract_number.clone()),
            text: warning.map(|warning| made_printable(warning.text.in_language(language))),
            note: Some(made_printable(&seen.note)),
        }
    });
    let says_something = |note: &String| !note.is_empty();
    let points = noted.chain(seen).map(|point| PrintedPoint { note: point.note.filter(says_something), ..point });
    points.filter(|point| point.text.is_some() || point.note.is_some()).collect()
}

/// What was last noted about each warning.
fn last_acknowledgements(project: &Project) -> impl Iterator<Item = &Acknowledgement> {
    let is_about = |one: &Acknowledgement, other: &Acknowledgement| one.code == other.code && one.contract == other.contract;
    let all = &project.acknowledged;
    all.iter()
        .enumerate()
        .filter(move |(i, seen)| !all.iter().skip(i + 1).any(|later| is_about(later, seen)))
        .map(|(_, seen)| seen)
}
