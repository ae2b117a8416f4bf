//! What only letters of one kind say, taken from the project.

use chrono::NaiveDate;

use super::facts::printed_number;
use super::needed::{Needed, to_providers};
use crate::calendar::amsterdam::{local_date, local_time};
use crate::cutover::{Cutover, StepKey};
use crate::deadline::send_by;
use crate::decide::Context;
use crate::forwarding::Forwarding;
use crate::intake::{Equipment, Users};
use crate::letter::printable::made_printable;
use crate::letter::{
    Language, LetterKind, Particulars, PrintedDevice, PrintedEnclosure, PrintedForwarding, PrintedOutage, PrintedPoint,
    PrintedStep, PrintedUser,
};
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
                letters: letters.iter().map(|letter| enclosure(project, letter, contractor, language, written_on)).collect(),
            })
        }
        LetterKind::InstallationAppointment => Some(Particulars::Installation {
            appointment: intake.installation.clone()?,
            user_count: intake.users.count(),
            devices: intake.equipment.iter().map(printed_device).collect(),
        }),
        LetterKind::CutoverAnnouncement => {
            let cutover = project.cutover.as_ref()?;
            let forwarded = |own: &Forwarding| own.carries_calls() && cutover.is_about(&own.plan.numbers);
            Some(Particulars::Cutover { at: local_time(cutover.at), forwarded: printed_forwardings(project, forwarded) })
        }
        LetterKind::Delivery => Some(Particulars::Delivery {
            user_count: intake.users.count(),
            users: printed_users(&intake.users),
            devices: intake.equipment.iter().map(printed_device).collect(),
            steps: project.cutover.as_ref().map(|cutover| printed_steps(cutover, language)).unwrap_or_default(),
            out_of_service: printed_outages(project),
            forwarded: printed_forwardings(project, |_| true),
            points: points_of_attention(project, language, written_on),
        }),
        LetterKind::RecordingAnnouncement => {
            Some(Particulars::Recording { retention_days: intake.call_recording.retention_days()? })
        }
        LetterKind::FraudSafety | LetterKind::PortingNotice | LetterKind::Cancellation | LetterKind::Authorization => None,
    }
}

/// The authorization goes back to the contractor, the others to the provider.
fn enclosure(
    project: &Project,
    letter: &Needed,
    contractor: &str,
    language: Language,
    written_on: NaiveDate,
) -> PrintedEnclosure {
    let contract = letter.contract.as_deref().and_then(|id| project.intake.contract(id));
    let provider = letter.provider.as_deref().unwrap_or_default();
    let send_by = send_by(project, letter.kind, letter.contract.as_deref(), letter.provider.as_deref());
    let send_by = send_by.filter(|on| on.day > written_on);
    PrintedEnclosure {
        kind: letter.kind,
        contract_number: contract.map(|contract| contract.contract_number.clone()),
        to: if letter.kind == LetterKind::Authorization { contractor } else { provider }.to_owned(),
        send_by: send_by.as_ref().map(|on| on.day),
        why: send_by.map(|on| made_printable(on.why().text.in_language(language))),
    }
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

/// Of each number that was ported, whichever cutover moved it.
fn printed_outages(project: &Project) -> Vec<PrintedOutage> {
    let numbers = project.intake.numbers.iter().map(|entry| &entry.series);
    let printed = |series| {
        let out = project.out_of_service(series)?;
        Some(PrintedOutage {
            numbers: printed_number(series),
            from: local_time(out.from),
            until: out.until.map(local_time),
            seconds: out.lasted().and_then(|lasted| lasted.num_seconds().try_into().ok()),
        })
    };
    numbers.filter_map(printed).collect()
}

/// Those to temporary numbers that were set to bridge the time until the porting.
fn printed_forwardings(project: &Project, which: impl Fn(&Forwarding) -> bool) -> Vec<PrintedForwarding> {
    let told = project.forwardings.iter().filter(|own| !own.plan.after_porting && which(own));
    let printed = |own: &Forwarding| {
        let (to, since) = (own.plan.to.temporary()?.to_string(), local_date(own.set.as_ref()?.at));
        Some(PrintedForwarding { numbers: printed_number(&own.plan.numbers), to, since })
    };
    told.filter_map(printed).collect()
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
