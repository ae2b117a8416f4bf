//! What must be there before numbers are moved.

use chrono::{DateTime, NaiveDate, Utc};

use crate::decide::porting_faults;
use crate::event::Purpose;
use crate::letter::LetterKind;
use crate::process::{Completion, Party, Requirement};
use crate::project::{PendingEffect, Project};
use crate::rejection::Unmet;
use crate::settings::Settings;
use crate::warning::{Severity, lifts_not_acknowledged, warnings};

/// All that is missing for a cutover at `at`.
pub fn missing(project: &Project, at: DateTime<Utc>, settings: &Settings) -> Vec<Unmet> {
    let mut missing = Vec::new();
    if let Some(reason) = &project.hold {
        missing.push(Unmet::new(
            "on_hold",
            format!("het project staat in de wacht: {reason}"),
            format!("the project is on hold: {reason}"),
        ));
    }
    // Everything that the porting itself needs, directly or through others, and the PBX.
    let process = project.process();
    for task in process.tasks().iter().filter(|task| !project.is_met(&task.key)) {
        let leads_to_porting = process
            .with_dependents(&task.key)
            .iter()
            .any(|dependent| dependent.key != task.key && dependent.requires == Some(Requirement::NumbersPorted));
        let signs = task.requires == Some(Requirement::SignedAuthorizations);
        let prepares_pbx = task.complete == Some(Completion::PbxProvisioned);
        if leads_to_porting || signs || prepares_pbx {
            missing.push(Unmet { key: task.key.clone(), detail: task.title.clone() });
        }
    }
    if project.routing_is_being_undone() {
        missing.push(Unmet::new(
            "routing_being_undone",
            "de routering van de vorige, afgebroken cutover wordt nog weggehaald",
            "the routing of the previous, aborted cutover is still being taken away",
        ));
    }
    missing.extend(porting_faults(project, at, settings));
    missing.extend(lifts_not_acknowledged(project).map(|contract| {
        Unmet::new(
            "line_bound_device",
            format!("aan contract {} hangt een lift, en niemand heeft een vervanging bevestigd", contract.id),
            format!("a lift hangs on contract {}, and nobody acknowledged a replacement", contract.id),
        )
    }));
    missing
}

/// What doesn't stop a cutover and had better be mended while there is a day left: warnings that cost a number or a life, of which nobody has
/// taken note, and a customer who has not been told.
pub fn to_mend(project: &Project, today: NaiveDate) -> Vec<Unmet> {
    let severe =
        warnings(project, today).into_iter().filter(|warning| warning.severity == Severity::Error && !warning.acknowledged);
    // A lift stops it, and is told as such.
    let severe = severe.filter(|warning| warning.code != "line_bound_device");
    let mut to_mend: Vec<Unmet> = severe.map(|warning| Unmet { key: warning.code, detail: warning.text }).collect();
    if project.letters.iter().any(|letter| letter.kind == LetterKind::CutoverAnnouncement && letter.is_draft()) {
        to_mend.push(Unmet::new(
            "customer_not_told",
            "de aankondiging van de overzetting is niet naar de klant gestuurd",
            "the cutover announcement has not been sent to the customer",
        ));
    }
    let untold = |effect: &PendingEffect| {
        effect.needs_a_person() && matches!(effect.purpose, Purpose::TellMoved { party: Party::Customer, .. })
    };
    if project.effects.values().any(untold) {
        to_mend.push(Unmet::new(
            "customer_not_told",
            "de klant is niet verteld dat de datum is verplaatst",
            "the customer has not been told that the date moved",
        ));
    }
    to_mend
}
