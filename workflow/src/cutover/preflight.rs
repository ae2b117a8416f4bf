//! What must be there before numbers are moved.

use chrono::{DateTime, Utc};

use crate::decide::porting_faults;
use crate::process::{Completion, Requirement};
use crate::project::Project;
use crate::rejection::Unmet;
use crate::settings::Settings;
use crate::warning::lifts_not_acknowledged;

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
