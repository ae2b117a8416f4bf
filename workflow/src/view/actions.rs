//! What somebody can do now, and so on whom a project waits. What goes by itself is nobody's to do.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::deadline::{Deadline, deadlines};
use crate::event::Purpose;
use crate::phase;
use crate::porting::blocking::BlockingMeaning;
use crate::process::{Completion, Party, Requirement, Task};
use crate::project::{Attachment, Letter, Project};
use crate::task::TaskState;
use crate::text::Text;
use crate::warning::from_coin;

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
    /// By which day: the earliest of the task's deadlines.
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
    actions.extend(denied(project));
    let withdraw =
        |text: &Text| NextAction { party: Party::Contractor, task: None, effect: None, text: text.clone(), due_on: None };
    actions.extend(project.to_withdraw.iter().map(withdraw));
    // Of a project that is over nothing warns.
    let unsettled = project.requests.iter().filter_map(from_coin::unsettled_withdrawal).filter(|_| project.phase.is_final());
    actions.extend(unsettled.map(|text| withdraw(&text)));
    actions.extend(super::forwarding::next_actions(project));
    if project.phase.is_final() || project.hold.is_some() {
        return actions;
    }
    actions.splice(0..0, incident(project).into_iter().chain(taken_away(project)));
    actions.extend(refused(project));
    actions.extend(suggested(project));
    let open: Vec<Deadline> = deadlines(project).into_iter().filter(|deadline| deadline.open).collect();
    for task in project.process().tasks() {
        // By day: the first is the one that presses.
        let due_on = open.iter().find(|deadline| deadline.task.as_ref() == Some(&task.key)).map(|deadline| deadline.on.day);
        actions.extend(of_task(project, task, due_on));
    }
    actions.extend(project.letters.iter().filter_map(|letter| of_letter(project, letter)));
    actions.extend(to_send_to_customer(project));
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

/// Somebody takes a number of the project's, and nobody has taken note of it.
fn taken_away(project: &Project) -> Option<NextAction> {
    let warning = from_coin::taken_away(project)?;
    let text =
        Text::new(format!("{}; {}", warning.to_do.nl, warning.text.nl), format!("{}; {}", warning.to_do.en, warning.text.en));
    Some(NextAction { party: Party::Contractor, task: None, effect: None, text, due_on: None })
}

/// Nothing goes until the peer lets us in again.
fn denied(project: &Project) -> Option<NextAction> {
    let (_, error) = from_coin::denied(project)?;
    Some(NextAction {
        party: Party::Contractor,
        task: None,
        effect: None,
        text: Text::new(
            format!("laat de inloggegevens vernieuwen of de klok goed zetten: wij worden niet toegelaten ({error})"),
            format!("have the credentials renewed or the clock set: we are not let in ({error})"),
        ),
        due_on: None,
    })
}

fn by_hand(project: &Project) -> impl Iterator<Item = NextAction> {
    let stopped = project.phase.is_final() || project.hold.is_some();
    let effects =
        project.effects.iter().filter(move |(_, effect)| effect.needs_a_person() && (!stopped || effect.purpose.outlasts()));
    effects.map(|(id, effect)| NextAction {
        party: Party::Contractor,
        task: match effect.purpose {
            Purpose::Provision => completed_by(project, Completion::PbxProvisioned),
            Purpose::RequestPorting(_) => completed_by(project, Completion::PortingSubmitted),
            Purpose::Route | Purpose::PerformPorting(_) | Purpose::TestCall | Purpose::Rehearse(_) => {
                completed_by(project, Completion::CutoverDone)
            }
            Purpose::ReadInvoice(_) => completed_by(project, Completion::InvoicesAttached),
            Purpose::Unroute
            | Purpose::CancelPorting(_)
            | Purpose::MailLetters { .. }
            | Purpose::Remind(_)
            | Purpose::TellMoved { .. }
            | Purpose::RouteTemporary(_)
            | Purpose::UnrouteTemporary(_)
            | Purpose::TellTakenAway
            | Purpose::TellUnconfirmed(_) => None,
        },
        effect: Some(*id),
        text: match &effect.last_error {
            Some(error) => Text::new(format!("{} ({error})", effect.by_hand.nl), format!("{} ({error})", effect.by_hand.en)),
            None => effect.by_hand.clone(),
        },
        due_on: None,
    })
}

/// The contractor's own letters that the customer has not got, together: they go in one e-mail, or on paper.
fn to_send_to_customer(project: &Project) -> Option<NextAction> {
    let goes_by_itself = |letter: &Letter| {
        let carries = |purpose: &Purpose| matches!(purpose, Purpose::MailLetters { letters, .. } if letters.contains(&letter.id));
        project.effects.values().any(|effect| carries(&effect.purpose))
    };
    let drafts = project.letters.iter().filter(|letter| letter.kind.is_from_contractor() && letter.is_draft());
    let titles: Vec<Text> = drafts.filter(|letter| !goes_by_itself(letter)).map(|letter| letter.kind.title()).collect();
    let list = |pick: fn(&Text) -> &str| titles.iter().map(pick).collect::<Vec<_>>().join(", ");
    (!titles.is_empty()).then(|| NextAction {
        party: Party::Contractor,
        task: None,
        effect: None,
        text: Text::new(
            format!("stuur naar de klant: {}", list(|title| &title.nl)),
            format!("send to the customer: {}", list(|title| &title.en)),
        ),
        due_on: None,
    })
}

/// What a letter asks for besides the task of sending it: the customer has the provider confirm it, or sends the corrected one.
fn of_letter(project: &Project, letter: &Letter) -> Option<NextAction> {
    let (title, addressee) = (letter.kind.title(), letter.addressee());
    let text = if letter.replaces.is_some() && letter.is_draft() && !letter.kind.is_from_contractor() {
        Text::new(
            format!("verstuur de verbeterde {} aan {}", title.nl, addressee.nl),
            format!("send the corrected {} to {}", title.en, addressee.en),
        )
    } else if letter.confirmation_missed && project.confirm_by(letter).is_some() {
        Text::new(
            format!("vraag {} om de schriftelijke bevestiging van de {} en leg die vast", addressee.nl, title.nl),
            format!("ask {} for the written confirmation of the {} and record it", addressee.en, title.en),
        )
    } else {
        return None;
    };
    let task = completed_by(project, Completion::LettersSent(letter.kind));
    Some(NextAction { party: Party::Customer, task, effect: None, text, due_on: None })
}

/// What takes away the reasons for which donors refused numbers, where their codes are known: once for each reason, whoever it is that must
/// act. Asking anew is the task's.
fn refused(project: &Project) -> Vec<NextAction> {
    let mut reasons: Vec<(&BlockingMeaning, Vec<String>)> = Vec::new();
    for entry in &project.intake.numbers {
        let Some(meaning) = project.refusal_of(&entry.series).and_then(|(_, said)| said.meaning.as_ref()) else { continue };
        let number = entry.series.to_string();
        match reasons.iter_mut().find(|(reason, _)| *reason == meaning) {
            Some((_, numbers)) => numbers.push(number),
            None => reasons.push((meaning, vec![number])),
        }
    }
    let action = |(meaning, numbers): (&BlockingMeaning, Vec<String>)| {
        let BlockingMeaning { text, to_do, who, .. } = meaning;
        let numbers = numbers.join(", ");
        NextAction {
            party: *who,
            task: completed_by(project, Completion::PortingSubmitted),
            effect: None,
            text: Text::new(
                format!("{}; geweigerd: {numbers}, want {}", to_do.nl, text.nl),
                format!("{}; refused: {numbers}, as {}", to_do.en, text.en),
            ),
            due_on: None,
        }
    };
    reasons.into_iter().map(action).collect()
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
    if project.task_state(task) != TaskState::Open || task.recurring || project.goes_by_itself(task) {
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
