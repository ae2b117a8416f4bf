//! The first page of a migration: what is to be done now, what one must know, and all tasks by phase.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use workflow::command::Command;
use workflow::decide::may;
use workflow::phase;
use workflow::process::Party;
use workflow::text::Text;

use super::{Head, Mishap, Place, Project, Warning, form_key, name};
use crate::Web;
use crate::call::List;
use crate::dates;
use crate::form::{Fields, Posted};
use crate::frame::{Frame, Part};
use crate::labels::{self, Tag};
use crate::trouble::{Said, Trouble};
use crate::visit::Visit;

/// A task, as `GET …/tasks` tells it.
#[derive(Debug, Deserialize)]
struct Task {
    key: String,
    phase: phase::State,
    title: Text,
    done_by: Vec<Party>,
    confirmed_by: Vec<Party>,
    state: String,
    due_on: Option<NaiveDate>,
    overdue: bool,
    automatic: bool,
    skipped_because: Option<String>,
    done_at: Option<DateTime<Utc>>,
    can: Deeds,
}

#[derive(Debug, Deserialize)]
struct Deeds {
    confirm_for: Vec<Party>,
    skip: bool,
    reopen: bool,
}

/// A task as shown.
struct TaskRow {
    key: String,
    title: String,
    tag: Tag,
    who: String,
    when: String,
    note: Option<String>,
    confirm: Vec<(&'static str, &'static str)>,
    skip: bool,
    reopen: bool,
    mishap: Option<Said>,
    /// What was typed, when it comes back.
    on_behalf_of: String,
    typed_note: String,
    reason: String,
    /// Which of its forms comes back.
    deed: String,
}

struct PhaseTasks {
    name: String,
    summary: String,
    is_open: bool,
    rows: Vec<TaskRow>,
}

impl TaskRow {
    /// Whether its form that comes back has no place any more: somebody else was sooner, or it is not for this role.
    fn is_offered_no_more(&self) -> bool {
        match self.deed.as_str() {
            "complete" => self.confirm.is_empty(),
            "skip" => !self.skip,
            "reopen" => !self.reopen,
            _ => false,
        }
    }
}

struct WarningRow {
    code: String,
    contract: String,
    anchor: String,
    tag: Tag,
    text: String,
    to_do: String,
    can_acknowledge: bool,
    mishap: Option<Said>,
    note: String,
}

struct ActionRow {
    text: String,
    who: &'static str,
    is_ours: bool,
    due: Option<String>,
    late: bool,
}

#[derive(Template)]
#[template(path = "migration.html")]
struct TasksPage<'a> {
    f: &'a Frame,
    head: Head,
    key: String,
    actions: Vec<ActionRow>,
    warnings: Vec<WarningRow>,
    phases: Vec<PhaseTasks>,
    can_advance: bool,
    advance: Option<Said>,
}

pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    page(&visit, place, StatusCode::OK, None).await
}

async fn page(visit: &Visit, place: Place, status: StatusCode, mishap: Option<Mishap>) -> Result<Response, Trouble> {
    let project = place.project(visit).await?;
    let tasks: List<Task> = visit.get(&place.api("/tasks")).await?;
    let mut f = visit.frame(Part::Migrations);
    if mishap.is_some() {
        // A form's own address is nothing to come back to.
        f.path = place.page("");
    }
    let mishap = mishap.as_ref();
    let page = TasksPage {
        f: &f,
        head: Head::of(&project, visit, "tasks"),
        key: form_key(),
        actions: actions(&project, visit),
        warnings: project.warnings.iter().map(|warning| warning_row(warning, visit, mishap)).collect(),
        phases: by_phase(&project, &tasks.items, visit, mishap),
        can_advance: project.gate.ready && may(visit.role(), &Command::Advance),
        advance: Mishap::at(mishap, "advance").cloned(),
    };
    Ok(f.page(status, &page))
}

fn actions(project: &Project, visit: &Visit) -> Vec<ActionRow> {
    let (words, today) = (visit.words, visit.today());
    let row = |action: &super::NextAction| ActionRow {
        text: words.line(&action.text),
        who: labels::party(action.party, words),
        is_ours: action.party == Party::Contractor,
        due: action.due_on.map(|day| format!("{} ({})", dates::short(day, today, words), dates::from_today(day, today, words))),
        late: action.due_on.is_some_and(|day| day < today),
    };
    project.next_actions.iter().map(row).collect()
}

fn warning_row(warning: &Warning, visit: &Visit, mishap: Option<&Mishap>) -> WarningRow {
    let words = visit.words;
    let anchor = format!("warning-{}-{}", warning.code, warning.contract.as_deref().unwrap_or_default());
    let acknowledge = Command::AcknowledgeWarning { code: warning.code.clone(), contract: None, note: String::new() };
    WarningRow {
        tag: labels::severity(&warning.severity, warning.acknowledged, words),
        text: words.line(&warning.text),
        to_do: words.line(&warning.to_do),
        can_acknowledge: !warning.acknowledged && may(visit.role(), &acknowledge),
        mishap: Mishap::at(mishap, &anchor).cloned(),
        note: Mishap::typed(mishap, &anchor, "note"),
        code: warning.code.clone(),
        contract: warning.contract.clone().unwrap_or_default(),
        anchor,
    }
}

fn by_phase(project: &Project, tasks: &[Task], visit: &Visit, mishap: Option<&Mishap>) -> Vec<PhaseTasks> {
    let words = visit.words;
    let mut phases: Vec<PhaseTasks> = Vec::new();
    for of in labels::PHASES {
        let (done, all) = tasks
            .iter()
            .filter(|task| task.phase == of)
            .fold((0, 0), |(done, all), task| (done + u32::from(task.state == "done" || task.state == "skipped"), all + 1));
        let rows: Vec<TaskRow> = tasks.iter().filter(|task| task.phase == of).map(|task| task_row(task, visit, mishap)).collect();
        let is_open = of == project.phase || rows.iter().any(|row| row.mishap.is_some());
        let summary = if of == phase::State::Maintenance {
            words.say("keert terug", "recurring").to_owned()
        } else {
            format!("{done} {} {all} {}", words.say("van", "of"), words.say("gereed", "done"))
        };
        phases.push(PhaseTasks { name: labels::phase(of, words), summary, is_open, rows });
    }
    phases
}

fn task_row(task: &Task, visit: &Visit, mishap: Option<&Mishap>) -> TaskRow {
    let (words, today) = (visit.words, visit.today());
    let when = match (task.done_at, task.due_on) {
        (Some(at), _) => dates::moment(at, today, words),
        (None, Some(day)) if task.state == "open" => {
            format!(
                "{} {} ({})",
                words.say("uiterlijk", "by"),
                dates::short(day, today, words),
                dates::from_today(day, today, words)
            )
        }
        (None, Some(day)) => format!("{} {}", words.say("uiterlijk", "by"), dates::short(day, today, words)),
        (None, None) => String::new(),
    };
    let left: Vec<Party> = task.done_by.iter().copied().filter(|party| !task.confirmed_by.contains(party)).collect();
    let who = match task.state.as_str() {
        "open" if !task.confirmed_by.is_empty() => format!(
            "{}: {} · {}: {}",
            words.say("bevestigd", "confirmed"),
            labels::parties(&task.confirmed_by, words),
            words.say("nog", "still"),
            labels::parties(&left, words)
        ),
        _ => labels::parties(&task.done_by, words),
    };
    let note = task.skipped_because.clone().or_else(|| {
        let waits = task.automatic && task.state == "open";
        waits.then(|| {
            words.say("Wordt vanzelf afgevinkt zodra het is gebeurd.", "Is ticked off by itself once it has happened.").to_owned()
        })
    });
    let at = format!("task-{}", task.key);
    TaskRow {
        tag: labels::task(&task.state, task.overdue, words),
        title: words.line(&task.title),
        who,
        when,
        note,
        confirm: task.can.confirm_for.iter().map(|party| (party.as_str(), labels::party(*party, words))).collect(),
        skip: task.can.skip && task.state == "open",
        reopen: task.can.reopen,
        mishap: Mishap::at(mishap, &at).cloned(),
        on_behalf_of: Mishap::typed(mishap, &at, "on_behalf_of"),
        typed_note: Mishap::typed(mishap, &at, "note"),
        reason: Mishap::typed(mishap, &at, "reason"),
        deed: Mishap::typed(mishap, &at, "deed"),
        key: task.key.clone(),
    }
}

/// Asks the API for what a form says; the page comes back with what is wrong where that can be mended.
async fn ask(visit: &Visit, place: Place, what: Ask<'_>, fields: Fields) -> Result<Response, Trouble> {
    let Ask { path, body, at, said } = what;
    match visit.post(&place.api(&path), &body, &fields.terms()).await {
        Ok(_) => Ok(place.back("", said, at)),
        Err(trouble) => {
            let (status, said) = trouble.mendable()?;
            let mishap = Mishap { at: at.to_owned(), said, fields };
            page(visit, place, status, Some(mishap)).await
        }
    }
}

/// What is asked for, at which form, and what is said when it is done.
struct Ask<'a> {
    path: String,
    body: Value,
    at: &'a str,
    said: &'a str,
}

/// Confirms, skips or reopens a task.
pub(crate) async fn act(
    State(_): State<Web>,
    Path((id, key, deed)): Path<(String, String, String)>,
    Posted { visit, mut fields }: Posted,
) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    let key = name(&visit, &key)?;
    let because = || json!({"reason": fields.text("reason").unwrap_or_default()});
    let (said, body) = match deed.as_str() {
        "complete" => {
            let mut body = json!({});
            for field in ["on_behalf_of", "note"] {
                if let Some(text) = fields.text(field) {
                    body[field] = json!(text);
                }
            }
            ("confirmed", body)
        }
        "skip" => ("skipped", because()),
        "reopen" => ("reopened", because()),
        _ => return Err(super::lost(&visit)),
    };
    fields.0.insert("deed".to_owned(), deed.clone());
    let at = format!("task-{key}");
    ask(&visit, place, Ask { path: format!("/tasks/{key}/{deed}"), body, at: &at, said }, fields).await
}

/// Takes note of a warning.
pub(crate) async fn acknowledge(
    Path((id, code)): Path<(String, String)>,
    Posted { visit, fields }: Posted,
) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    let code = name(&visit, &code)?;
    let mut body = json!({"note": fields.text("note").unwrap_or_default()});
    let contract = fields.text("contract");
    if let Some(contract) = contract {
        body["contract"] = json!(contract);
    }
    let at = format!("warning-{code}-{}", contract.unwrap_or_default());
    ask(&visit, place, Ask { path: format!("/warnings/{code}/acknowledge"), body, at: &at, said: "acknowledged" }, fields).await
}

/// Leaves the phase.
pub(crate) async fn advance(Path(id): Path<String>, Posted { visit, fields }: Posted) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    ask(&visit, place, Ask { path: "/advance".to_owned(), body: json!({}), at: "advance", said: "advanced" }, fields).await
}
