//! What follows by itself once something has happened: letters that are needed, tasks that complete, the cutover's next step.

use super::{Draft, cutover, forwarding, letter, phase, task};
use crate::event::{Event, Purpose};
use crate::phase::State as Phase;
use crate::porting::request;
use crate::process::{Completion, Party};
use crate::project::{AttachmentKind, PendingEffect, Project};
use crate::task::TaskState;

/// Carries on until nothing more follows. On hold nothing does.
pub(super) fn follow(draft: &mut Draft<'_>) {
    let mut looked_at = 0;
    loop {
        let before = draft.events.len();
        if !draft.project.phase.is_final() {
            // Also on hold: a letter that is wrong must not be posted.
            letter::keep_right(draft, looked_at);
            looked_at = before;
        }
        forwarding::progress(draft);
        if draft.project.hold.is_none() && !draft.project.phase.is_final() {
            letter::make_missing(draft);
            complete_automatic(draft);
            cutover::progress(draft);
            withdraw_needless_provisioning(draft);
        }
        if draft.events.len() == before {
            return;
        }
    }
}

/// Confirms open tasks whose matter has happened, for each party that must.
pub(super) fn complete_automatic(draft: &mut Draft<'_>) {
    if phase::not_on_hold(draft).is_err() {
        return;
    }
    for task in draft.project.process().tasks() {
        let Some(completion) = task.complete else { continue };
        let progress = draft.project.tasks.get(&task.key).cloned().unwrap_or_default();
        if progress.kept_open || draft.project.task_state(task) != TaskState::Open || !has_happened(&draft.project, completion) {
            continue;
        }
        for party in task.done_by.iter().filter(|party| !progress.confirmed_by.contains(party)) {
            confirm(draft, &task.key, *party);
        }
    }
}

fn confirm(draft: &mut Draft<'_>, key: &str, party: Party) {
    draft.emit(Event::TaskConfirmed { key: key.to_owned(), party, note: None, automatic: true, point_of_attention: false });
}

/// Reopens letters and invoices that were complete before and are not any more: a contract came with the intake, or ends after all; a letter
/// was not sent after all.
pub(super) fn reopen_incomplete(draft: &mut Draft<'_>, before: &Project, reason: &str) {
    if !matches!(draft.project.phase, Phase::Order | Phase::Implementation) {
        return;
    }
    for task in draft.project.process().tasks() {
        let Some(completion @ (Completion::LettersSent(_) | Completion::InvoicesAttached)) = task.complete else { continue };
        let skipped = draft.project.task_state(task) == TaskState::Skipped;
        if !skipped && has_happened(before, completion) && !has_happened(&draft.project, completion) {
            task::reopen_with_dependents(draft, &task.key, reason, false);
        }
    }
}

fn has_happened(project: &Project, completion: Completion) -> bool {
    let asked = |live: fn(&request::State) -> bool| {
        project
            .intake
            .numbers
            .iter()
            .all(|entry| project.requests.iter().any(|request| live(&request.state) && request.speaks_for(&entry.series)))
    };
    match completion {
        Completion::LettersSent(kind) => letter::all_sent(project, kind),
        // One that names no contract is meant for the only one there is.
        Completion::InvoicesAttached => project.intake.contracts.iter().all(|contract| {
            let only_one = project.intake.contracts.len() == 1;
            project
                .attachments
                .iter()
                .filter(|attachment| attachment.kind == AttachmentKind::Invoice)
                .any(|invoice| invoice.contract.as_ref().map_or(only_one, |of| *of == contract.id))
        }),
        // What a person still has to enter in a portal has not been submitted.
        Completion::PortingSubmitted => asked(|_| true) && !waits_for_a_person(project),
        Completion::PortingAccepted => asked(|state| matches!(state, request::State::Accepted | request::State::Performed)),
        Completion::PbxProvisioned => project.provisioned,
        Completion::CutoverDone => project.numbers_to_port().next().is_none() && cutover_is_past_verification(project),
    }
}

fn waits_for_a_person(project: &Project) -> bool {
    let to_enter = |effect: &PendingEffect| matches!(effect.purpose, Purpose::RequestPorting(_)) && effect.needs_a_person();
    project.effects.values().any(to_enter)
}

/// Without numbers there is no cutover, and nothing to wait for.
fn cutover_is_past_verification(project: &Project) -> bool {
    project.intake.numbers.is_empty()
        || project.cutover.as_ref().is_some_and(|cutover| cutover.is_done(crate::cutover::StepKey::Verify))
}

/// Somebody made the tenant by hand and completed the task: the adapter need not any more.
fn withdraw_needless_provisioning(draft: &mut Draft<'_>) {
    let done_by_hand =
        draft.project.process().completed_by(Completion::PbxProvisioned).all(|task| draft.project.is_met(&task.key));
    let waits = draft.project.effects.values().any(|effect| effect.purpose == Purpose::Provision && effect.needs_a_person());
    if done_by_hand && waits {
        draft.withdraw_effects(|purpose| *purpose == Purpose::Provision);
    }
}
