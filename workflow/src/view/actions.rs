//! What somebody can do now, and so on whom a project waits. What goes by itself is nobody's to do.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::due_dates;
use crate::event::Purpose;
use crate::phase;
use crate::porting::{PortingRequest, request};
use crate::process::{Completion, Party, Requirement, Task};
use crate::project::{Attachment, PendingEffect, Project};
use crate::task::TaskState;
use crate::text::Text;

/// Something that somebody can do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NextAction {
    /// Who.
    pub party: Party,
    /// The task that it belongs to, if any.
    pub task: Option<String>,
    /// The effect whose outcome is to be recorded, if any.
    pub effect: Option<Uuid>,
    /// What.
    pub text: Text,
    /// By which day.
    pub due_on: Option<NaiveDate>,
}

/// On whom the project waits.
pub fn waiting_on(project: &Project) -> Vec<Party> {
    let mut parties: Vec<Party> = next_actions(project).iter().map(|action| action.party).collect();
    parties.sort_unstable();
    parties.dedup();
    parties
}

/// What can be done now, and by whom: an incident, what is to be done by hand, open tasks, a phase that can be left. In a project on hold
/// or over, only what is still to be undone outside.
pub fn next_actions(project: &Project) -> Vec<NextAction> {
    let mut actions: Vec<NextAction> = by_hand(project).collect();
    let withdraw =
        |text: &Text| NextAction { party: Party::Contractor, task: None, effect: None, text: text.clone(), due_on: None };
    actions.extend(project.to_withdraw.iter().map(withdraw));
    if project.phase.is_final() || project.hold.is_some() {
        return actions;
    }
    actions.splice(0..0, incident(project));
    actions.extend(suggested(project));
    let due: BTreeMap<String, NaiveDate> = due_dates(project).into_iter().collect();
    for task in project.process().tasks() {
        actions.extend(of_task(project, task, due.get(&task.key).copied()));
    }
    if project.unmet_tasks().next().is_none() && project.phase != phase::State::Maintenance {
        let text =
            Text::new("alles van deze fase is gedaan: ga naar de volgende", "all of this phase is done: move on to the next");
        actions.push(NextAction { party: Party::Contractor, task: None, effect: None, text, due_on: None });
    }
    actions
}

fn incident(project: &Project) -> Option<NextAction> {
    let incident = project.cutover.as_ref()?.incident.as_ref()?;
    Some(NextAction {
        party: Party::Contractor,
        task: completed_by(project, Completion::CutoverDone),
        effect: None,
        text: Text::new(
            format!("incident in de cutover: {}", incident.what.nl),
            format!("incident in the cutover: {}", incident.what.en),
        ),
        due_on: None,
    })
}

fn by_hand(project: &Project) -> impl Iterator<Item = NextAction> {
    let stopped = project.phase.is_final() || project.hold.is_some();
    let undoes = |effect: &PendingEffect| matches!(effect.purpose, Purpose::Unroute | Purpose::CancelPorting(_));
    let effects = project.effects.iter().filter(move |(_, effect)| effect.needs_a_person() && (!stopped || undoes(effect)));
    effects.map(|(id, effect)| NextAction {
        party: Party::Contractor,
        task: match effect.purpose {
            Purpose::Provision => completed_by(project, Completion::PbxProvisioned),
            Purpose::RequestPorting(_) => completed_by(project, Completion::PortingSubmitted),
            Purpose::Route | Purpose::PerformPorting(_) | Purpose::TestCall => completed_by(project, Completion::CutoverDone),
            Purpose::ReadInvoice(_) => completed_by(project, Completion::InvoicesAttached),
            Purpose::Unroute | Purpose::CancelPorting(_) => None,
        },
        effect: Some(*id),
        text: match &effect.last_error {
            Some(error) => Text::new(format!("{} ({error})", effect.by_hand.nl), format!("{} ({error})", effect.by_hand.en)),
            None => effect.by_hand.clone(),
        },
        due_on: None,
    })
}

/// What invoices suggest, together for each invoice.
fn suggested(project: &Project) -> impl Iterator<Item = NextAction> {
    let open = |attachment: &Attachment| {
        let of_it = project.suggestions.iter().filter(|suggestion| suggestion.attachment == attachment.id);
        of_it.filter(|suggestion| suggestion.is_open(&project.intake)).count()
    };
    let counted = project.attachments.iter().map(move |attachment| (&attachment.filename, open(attachment)));
    counted.filter(|(_, count)| *count > 0).map(|(filename, count)| NextAction {
        party: Party::Contractor,
        task: completed_by(project, Completion::InvoicesAttached),
        effect: None,
        text: if count == 1 {
            Text::new(format!("1 voorstel uit factuur {filename}"), format!("1 suggestion from invoice {filename}"))
        } else {
            Text::new(
                format!("{count} voorstellen uit factuur {filename}"),
                format!("{count} suggestions from invoice {filename}"),
            )
        },
        due_on: None,
    })
}

fn completed_by(project: &Project, completion: Completion) -> Option<String> {
    project.process().completed_by(completion).next().map(|task| task.key.clone())
}

fn of_task(project: &Project, task: &Task, due_on: Option<NaiveDate>) -> Vec<NextAction> {
    if project.task_state(task) != TaskState::Open || task.recurring || goes_by_itself(project, task) {
        return Vec::new();
    }
    let action = |party: Party, text: Text| NextAction { party, task: Some(task.key.clone()), effect: None, text, due_on };
    // Nobody can confirm a moment before there is one.
    if task.requires == Some(Requirement::CutoverScheduled) && !project.cutover_is_settled() {
        let text = Text::new("plan de cutover, in overleg met de klant", "schedule the cutover, as agreed with the customer");
        return vec![action(Party::Contractor, text)];
    }
    let confirmed = project.tasks.get(&task.key).map(|progress| progress.confirmed_by.as_slice()).unwrap_or_default();
    let left = task.done_by.iter().filter(|party| !confirmed.contains(party));
    left.map(|party| action(*party, task.title.clone())).collect()
}

/// Whether the task's matter is under way without anybody, or as an action of its own.
fn goes_by_itself(project: &Project, task: &Task) -> bool {
    let kept_open = project.tasks.get(&task.key).is_some_and(|progress| progress.kept_open);
    let pending = |purpose: &Purpose| project.effects.values().any(|effect| effect.purpose == *purpose);
    match task.complete {
        _ if kept_open => false,
        Some(Completion::PbxProvisioned) => pending(&Purpose::Provision),
        // A donor answers what has reached it.
        Some(Completion::PortingAccepted) => {
            let with_donor = |request: &PortingRequest| {
                request.state == request::State::Requested && !pending(&Purpose::RequestPorting(request.id.clone()))
            };
            !project.requests.is_empty() && !project.requests.iter().any(with_donor)
        }
        Some(Completion::CutoverDone) => project.cutover_is_under_way(),
        _ => false,
    }
}
