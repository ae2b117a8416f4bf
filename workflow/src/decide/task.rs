//! Confirming, skipping and reopening tasks.

use serde::Serialize;

use super::{Draft, permission};
use crate::actor::Role;
use crate::command::Command;
use crate::cutover::machine as cutover_machine;
use crate::deadline::due_dates;
use crate::event::Event;
use crate::process::{Party, Requirement, Task};
use crate::project::{Attachment, AttachmentKind, Project};
use crate::rejection::{Reason, Rejection, Unmet, conflict};
use crate::task::TaskState;
use crate::text::Text;

pub(super) fn complete(
    draft: &mut Draft<'_>,
    key: &str,
    on_behalf_of: Option<Party>,
    note: Option<String>,
) -> Result<(), Rejection> {
    let task = find(&draft.project, key)?;
    match draft.project.task_state(task) {
        TaskState::Open => {}
        TaskState::Waiting => return Err(waiting(&draft.project, task)),
        TaskState::Done | TaskState::Skipped => {
            return Err(conflict(Reason::TaskDone, format!("taak {key} is al gedaan"), format!("task {key} is done already")));
        }
    }
    let party = confirming_party(draft, task, on_behalf_of)?;
    if draft.project.tasks.get(key).is_some_and(|progress| progress.confirmed_by.contains(&party)) {
        return Err(conflict(
            Reason::TaskDone,
            format!("{} heeft taak {key} al bevestigd", party.as_str()),
            format!("{} has confirmed task {key} already", party.as_str()),
        ));
    }
    let missing = missing_requirements(&draft.project, task);
    if !missing.is_empty() {
        return Err(Rejection::Conflict {
            reason: Reason::RequirementNotMet,
            detail: Text::new(format!("voor taak {key} ontbreekt nog iets"), format!("something is missing for task {key}")),
            unmet: missing,
        });
    }
    let point_of_attention = task.settles_points_of_attention && note.is_some();
    draft.emit(Event::TaskConfirmed { key: key.to_owned(), party, note, automatic: false, point_of_attention });
    Ok(())
}

/// A customer confirms its own part only, and so does an engineer; a project manager any part, which the trail shows.
fn confirming_party(draft: &Draft<'_>, task: &Task, on_behalf_of: Option<Party>) -> Result<Party, Rejection> {
    let actor = draft.context.actor;
    let own = actor.role.party();
    let confirmed = draft.project.tasks.get(&task.key).map(|progress| progress.confirmed_by.as_slice()).unwrap_or_default();
    let party = match on_behalf_of {
        Some(party) => party,
        // A manager who names nobody means the contractor's part or, when there is none, the only part left.
        None => match own {
            Some(own) if task.done_by.contains(&own) => own,
            _ if actor.role == Role::Manager => {
                task.done_by.iter().copied().find(|party| !confirmed.contains(party)).unwrap_or(Party::Contractor)
            }
            Some(own) => own,
            None => Party::Contractor,
        },
    };
    if !task.done_by.contains(&party) {
        let names = task.done_by.iter().map(|party| party.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Rejection::Input(vec![crate::intake::FieldError::new(
            "/on_behalf_of",
            "not_a_party",
            format!("{} heeft geen deel in taak {}; kies uit {names}", party.as_str(), task.key),
            format!("{} has no part in task {}; choose from {names}", party.as_str(), task.key),
        )]));
    }
    if !speaks_for(actor.role, party) {
        return Err(Rejection::Forbidden(Text::new(
            format!("alleen een projectleider bevestigt namens {}", party.as_str()),
            format!("only a project manager confirms on behalf of {}", party.as_str()),
        )));
    }
    Ok(party)
}

/// Whether this role confirms the party's part.
fn speaks_for(role: Role, party: Party) -> bool {
    role == Role::Manager || role.party() == Some(party)
}

/// What somebody can do with a task now. That more is asked for (a signed authorization, say) is told when they do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaskDeeds {
    /// Confirm the part of these parties.
    pub confirm_for: Vec<Party>,
    /// Skip it.
    pub skip: bool,
    /// Reopen it.
    pub reopen: bool,
}

/// What somebody of this role can do with a task now.
pub fn task_deeds(project: &Project, task: &Task, role: Role) -> TaskDeeds {
    let (key, reason) = (task.key.clone(), String::new());
    let confirmed = project.tasks.get(&key).map(|progress| progress.confirmed_by.as_slice()).unwrap_or_default();
    let is_open = !project.phase.is_final() && project.task_state(task) == TaskState::Open;
    let left = task.done_by.iter().filter(|party| is_open && !confirmed.contains(party) && speaks_for(role, **party));
    let goes_on = !project.phase.is_final();
    TaskDeeds {
        confirm_for: left.copied().collect(),
        skip: goes_on
            && permission::may(role, &Command::SkipTask { key: key.clone(), reason: reason.clone() })
            && skippable(project, task).is_ok(),
        reopen: goes_on && permission::may(role, &Command::ReopenTask { key, reason }) && reopenable(project, task).is_ok(),
    }
}

pub(super) fn skip(draft: &mut Draft<'_>, key: &str, reason: String) -> Result<(), Rejection> {
    let task = find(&draft.project, key)?;
    skippable(&draft.project, task)?;
    draft.emit(Event::TaskSkipped { key: key.to_owned(), reason });
    Ok(())
}

fn skippable(project: &Project, task: &Task) -> Result<(), Rejection> {
    let key = &task.key;
    if project.task_state(task).is_met() {
        return Err(conflict(Reason::TaskDone, format!("taak {key} is al gedaan"), format!("task {key} is done already")));
    }
    if task.essential_to_porting && project.numbers_to_port().next().is_some() {
        return Err(conflict(
            Reason::TaskEssential,
            format!("taak {key} kan niet worden overgeslagen zolang er nummers te porteren zijn"),
            format!("task {key} can't be skipped while numbers are to be ported"),
        ));
    }
    if task.recurring {
        return Err(conflict(
            Reason::TaskEssential,
            format!("taak {key} keert terug en houdt niets op; overslaan heeft geen zin"),
            format!("task {key} comes back and holds nothing up; there is nothing to skip"),
        ));
    }
    Ok(())
}

pub(super) fn reopen(draft: &mut Draft<'_>, key: &str, reason: &str) -> Result<(), Rejection> {
    let task = find(&draft.project, key)?;
    reopenable(&draft.project, task)?;
    let dependents = draft.project.process().with_dependents(key);
    let unschedules = dependents.iter().any(|task| task.requires == Some(Requirement::CutoverScheduled));
    if unschedules && let Some(cutover) = &draft.project.cutover {
        match cutover.state {
            cutover_machine::State::Scheduled => super::cutover::abort(draft, reason)?,
            cutover_machine::State::Running | cutover_machine::State::Incident => {
                return Err(conflict(
                    Reason::CutoverScheduled,
                    "de cutover is bezig; breek haar eerst af (cutover/abort)",
                    "the cutover is under way; abort it first (cutover/abort)",
                ));
            }
            cutover_machine::State::Aborted | cutover_machine::State::Done => {}
        }
    }
    let kept_open = task.complete.is_some();
    reopen_with_dependents(draft, key, reason, kept_open);
    Ok(())
}

fn reopenable(project: &Project, task: &Task) -> Result<(), Rejection> {
    let key = &task.key;
    if !project.task_state(task).is_met() {
        return Err(conflict(Reason::TaskNotDone, format!("taak {key} is niet gedaan"), format!("task {key} is not done")));
    }
    let dependents = project.process().with_dependents(key);
    let undoes_porting = dependents
        .iter()
        .any(|task| task.requires == Some(Requirement::NumbersPorted) && project.any_ported() && project.is_met(&task.key));
    if undoes_porting {
        return Err(conflict(
            Reason::NumbersPorted,
            format!("van taak {key} hangt de portering af, en er zijn nummers geporteerd"),
            format!("the porting depends on task {key}, and numbers have been ported"),
        ));
    }
    Ok(())
}

/// Reopens a task and all that depends on it and had been done. What was done for it outside stays as it is. Only the task itself is kept
/// open when its matter has happened; what depends on it may complete by itself again.
pub(super) fn reopen_with_dependents(draft: &mut Draft<'_>, key: &str, reason: &str, kept_open: bool) {
    for task in draft.project.process().with_dependents(key) {
        if draft.project.tasks.contains_key(&task.key) {
            let reason = if task.key == key { reason.to_owned() } else { format!("{reason} ({key})") };
            let kept_open = kept_open && task.key == key;
            draft.emit(Event::TaskReopened { key: task.key.clone(), reason, kept_open });
        }
    }
}

pub(super) fn report_overdue(draft: &mut Draft<'_>, key: String) {
    if let Some((_, due_on)) = due_dates(&draft.project).into_iter().find(|(task, _)| *task == key) {
        draft.emit(Event::DueDatePassed { key, due_on: due_on.day });
    }
}

/// What must be there before a task can be completed, and is not.
pub(super) fn missing_requirements(project: &Project, task: &Task) -> Vec<Unmet> {
    match task.requires {
        None => Vec::new(),
        Some(Requirement::SignedAuthorizations) => {
            project.providers_to_port_from().into_iter().filter_map(|provider| missing_authorization(project, provider)).collect()
        }
        Some(Requirement::CutoverScheduled) => {
            let missing = Unmet::new(
                "cutover_not_scheduled",
                "er is geen cutover gepland (porting/schedule)",
                "no cutover is scheduled (porting/schedule)",
            );
            if project.cutover_is_settled() { Vec::new() } else { vec![missing] }
        }
        Some(Requirement::NumbersPorted) => project
            .numbers_to_port()
            .map(|number| {
                Unmet::new("number_not_ported", format!("{number} is niet geporteerd"), format!("{number} has not been ported"))
            })
            .collect(),
    }
}

/// One authorization per provider: attached to any of its contracts, or to none when there is one provider only. It speaks of the numbers
/// that there were: for one that was added since, another is to be signed.
fn missing_authorization(project: &Project, provider: &str) -> Option<Unmet> {
    let only_one = project.providers_to_port_from().len() == 1;
    let is_of_provider = |attachment: &Attachment| match &attachment.contract {
        Some(id) => project.intake.contract(id).is_some_and(|contract| contract.provider.name == provider),
        None => only_one,
    };
    let signed = project.attachments.iter().filter(|attachment| attachment.kind == AttachmentKind::SignedAuthorization);
    if !signed.into_iter().any(is_of_provider) {
        return Some(Unmet::new(
            "signed_authorization",
            format!("de ondertekende machtiging voor {provider} is niet toegevoegd (bijlage, soort signed_authorization)"),
            format!("the signed authorization for {provider} is not attached (attachment of kind signed_authorization)"),
        ));
    }
    let added = project.not_authorized(provider).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    (!added.is_empty()).then(|| {
        Unmet::new(
            "signed_authorization",
            format!("de ondertekende machtiging voor {provider} gaat niet over {added}; laat de nieuwe tekenen en voeg die toe"),
            format!("the signed authorization for {provider} does not speak of {added}; have the new one signed and attach it"),
        )
    })
}

fn find(project: &Project, key: &str) -> Result<&'static Task, Rejection> {
    project
        .process()
        .task(key)
        .ok_or_else(|| Rejection::NotFound(Text::new(format!("er is geen taak {key:?}"), format!("there is no task {key:?}"))))
}

fn waiting(project: &Project, task: &Task) -> Rejection {
    let mut unmet: Vec<Unmet> =
        project.needs_of(task).map(|need| Unmet { key: need.key.clone(), detail: need.title.clone() }).collect();
    if task.phase > project.phase {
        unmet.push(Unmet::new(
            task.phase.as_str(),
            format!("de fase {} is nog niet bereikt", task.phase),
            format!("phase {} is not reached yet", task.phase),
        ));
    }
    Rejection::Conflict {
        reason: Reason::TaskWaiting,
        detail: Text::new(format!("taak {} moet nog wachten", task.key), format!("task {} has to wait", task.key)),
        unmet,
    }
}

impl Project {
    /// The providers with contracts whose numbers are to be ported, each once.
    pub fn providers_to_port_from(&self) -> Vec<&str> {
        let mut providers = Vec::new();
        for contract in &self.intake.contracts {
            let provider = contract.provider.name.as_str();
            if self.intake.numbers_of(&contract.id).next().is_some() && !providers.contains(&provider) {
                providers.push(provider);
            }
        }
        providers
    }
}
