//! The cutover: its steps, each number, what waits for a person, and what can be done when it stops. Live where scripts run.

use std::convert::Infallible;

use askama::Template;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::sse::{Event as Told, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use serde::Deserialize;
use serde_json::json;
use workflow::command::Command;
use workflow::cutover::StepKey;
use workflow::decide::may;
use workflow::number::Series;
use workflow::text::Text;

use super::contracts::paper;
use super::{Head, Mishap, Place, form_key, lost};
use crate::dates;
use crate::form::Posted;
use crate::frame::{Frame, Part};
use crate::labels::{self, Tag};
use crate::language::capitalized;
use crate::trouble::{Said, Trouble};
use crate::visit::Visit;

/// `GET …/cutover`.
#[derive(Debug, Deserialize)]
struct Cutover {
    status: String,
    at: Option<DateTime<Utc>>,
    override_reason: Option<String>,
    number_states: Vec<NumberState>,
    steps: Vec<Step>,
    incident: Option<Incident>,
    to_do: Vec<ToDo>,
}

#[derive(Debug, Deserialize)]
struct NumberState {
    #[serde(flatten)]
    series: Series,
    place: String,
    text: Text,
    out_of_service: Option<OutOfService>,
}

#[derive(Debug, Deserialize)]
struct OutOfService {
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize)]
struct Step {
    key: StepKey,
    state: String,
    attempts: u32,
    last_error: Option<String>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    done_by_hand: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Incident {
    what: Text,
    missing: Vec<Missing>,
    can: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Missing {
    detail: Text,
}

#[derive(Debug, Deserialize)]
struct ToDo {
    text: Text,
    since: Option<DateTime<Utc>>,
}

/// A step as shown.
struct StepRow {
    title: String,
    tag: Tag,
    line: String,
    error: Option<String>,
    by_hand: Option<String>,
}

/// Numbers as shown.
struct NumberRow {
    numbers: String,
    tone: &'static str,
    text: String,
    out_of_service: Option<String>,
}

/// What can be done when it has stopped.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
struct Deeds {
    retry: bool,
    resolve: bool,
    abort: bool,
    forward: bool,
}

#[derive(Template)]
#[template(path = "cutover.html")]
struct CutoverPage<'a> {
    f: &'a Frame,
    head: Head,
    key: String,
    tag: Tag,
    when: Option<String>,
    elapsed: Option<String>,
    override_reason: Option<String>,
    is_planned: bool,
    is_live: bool,
    incident: Option<(String, Vec<String>)>,
    to_do: Vec<(String, String)>,
    deeds: Deeds,
    steps: Vec<StepRow>,
    numbers: Vec<NumberRow>,
    mishap: Option<(String, Said)>,
    typed: String,
}

pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    page(&visit, place, StatusCode::OK, None).await
}

async fn page(visit: &Visit, place: Place, status: StatusCode, mishap: Option<Mishap>) -> Result<Response, Trouble> {
    let project = place.project(visit).await?;
    let cutover: Cutover = visit.get(&place.api("/cutover")).await?;
    let (words, today, now) = (visit.words, visit.today(), visit.now);
    let mut f = visit.frame(Part::Migrations);
    if mishap.is_some() {
        f.path = place.page("/cutover");
    }
    let incident = cutover.incident.as_ref().map(|incident| {
        let missing = incident.missing.iter().map(|missing| words.line(&missing.detail)).collect();
        (words.line(&incident.what), missing)
    });
    let typed =
        mishap.as_ref().map(|mishap| ["note", "reason"].map(|name| Mishap::typed(Some(mishap), &mishap.at, name)).concat());
    let page = CutoverPage {
        f: &f,
        head: Head::of(&project, visit, "cutover"),
        key: form_key(),
        tag: labels::cutover(&cutover.status, words),
        when: cutover.at.map(|at| format!("{} {}", dates::day(workflow::calendar::local_date(at), words), dates::time(at))),
        elapsed: elapsed(&cutover, now).map(|time| dates::lasted(time, words)),
        override_reason: cutover.override_reason.clone(),
        is_planned: cutover.status != "none",
        is_live: ["scheduled", "running", "incident"].contains(&cutover.status.as_str()),
        deeds: deeds(&cutover, visit),
        to_do: cutover
            .to_do
            .iter()
            .map(|to_do| (words.line(&to_do.text), to_do.since.map(|at| dates::moment(at, today, words)).unwrap_or_default()))
            .collect(),
        steps: cutover.steps.iter().map(|step| step_row(step, visit)).collect(),
        numbers: cutover.number_states.iter().map(|state| number_row(state, visit)).collect(),
        incident,
        mishap: mishap.map(|mishap| (mishap.at, mishap.said)),
        typed: typed.unwrap_or_default(),
    };
    Ok(f.page(status, &page))
}

/// How long it has taken, or took.
fn elapsed(cutover: &Cutover, now: DateTime<Utc>) -> Option<chrono::TimeDelta> {
    let began = cutover.steps.iter().filter_map(|step| step.started_at).min()?;
    let is_over = ["done", "aborted"].contains(&cutover.status.as_str());
    let ended = if is_over { cutover.steps.iter().filter_map(|step| step.finished_at).max()? } else { now };
    Some(ended - began)
}

fn deeds(cutover: &Cutover, visit: &Visit) -> Deeds {
    let Some(incident) = &cutover.incident else {
        // A step that waits for a person is said to be done.
        let waits = !cutover.to_do.is_empty() && may(visit.role(), &Command::ResolveStep { note: String::new() });
        return Deeds { resolve: waits, ..Deeds::default() };
    };
    let can = |way: &str, command: &Command| incident.can.iter().any(|can| can == way) && may(visit.role(), command);
    Deeds {
        retry: can("retry", &Command::RetryCutover),
        resolve: can("resolve", &Command::ResolveStep { note: String::new() }),
        abort: can("abort", &Command::AbortCutover { reason: String::new() }),
        forward: incident.can.iter().any(|can| can == "forward_calls"),
    }
}

fn step_row(step: &Step, visit: &Visit) -> StepRow {
    let words = visit.words;
    let times = match (step.started_at, step.finished_at) {
        (Some(started), Some(finished)) => {
            format!("{} – {} ({})", dates::time(started), dates::time(finished), dates::lasted(finished - started, words))
        }
        (Some(started), None) => format!("{} {}", words.say("sinds", "since"), dates::time(started)),
        _ => String::new(),
    };
    let attempts = match step.attempts {
        0 | 1 => String::new(),
        count => format!(" · {count} {}", words.say("pogingen", "attempts")),
    };
    StepRow {
        title: words.line(&step.key.title()),
        tag: labels::step(&step.state, words),
        line: format!("{times}{attempts}"),
        // A step's last error was mended, when it is done.
        error: step.last_error.as_deref().filter(|_| step.state != "done").map(capitalized),
        by_hand: step.done_by_hand.clone(),
    }
}

fn number_row(state: &NumberState, visit: &Visit) -> NumberRow {
    let words = visit.words;
    let out_of_service = state.out_of_service.as_ref().map(|out| {
        let lasted = dates::lasted(out.until.unwrap_or(visit.now) - out.from, words);
        let text = words.say("hoogstens onbereikbaar", "unreachable for at most");
        if out.until.is_some() {
            format!("{text} {lasted}")
        } else {
            format!("{text} {lasted} {}", words.say("tot nu toe", "so far"))
        }
    });
    NumberRow { numbers: paper(&state.series), tone: labels::place(&state.place), text: words.line(&state.text), out_of_service }
}

/// Retries, resolves or gives up.
pub(crate) async fn act(Path((id, deed)): Path<(String, String)>, Posted { visit, fields }: Posted) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    let text = |name| fields.text(name).unwrap_or_default();
    let (body, said) = match deed.as_str() {
        "retry" => (json!({}), "retried"),
        "resolve" => (json!({"note": text("note")}), "resolved"),
        "abort" => (json!({"reason": text("reason")}), "aborted"),
        _ => return Err(lost(&visit)),
    };
    match visit.post(&place.api(&format!("/cutover/{deed}")), &body, &fields.terms()).await {
        Ok(_) => Ok(place.back("/cutover", said, "cutover")),
        Err(trouble) => {
            let (status, said) = trouble.mendable()?;
            page(&visit, place, status, Some(Mishap { at: deed, said, fields })).await
        }
    }
}

/// Says `changed` whenever something happens to this migration: the page then asks for itself anew.
pub(crate) async fn live(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    let last_seen = HeaderName::from_static("last-event-id");
    let asked: HeaderMap = visit.headers.get(&last_seen).map(|id| (last_seen.clone(), id.clone())).into_iter().collect();
    let response = visit.ask(Method::GET, &format!("/events/stream?project={}", place.0), asked, Body::empty()).await;
    let status = response.status();
    if !status.is_success() {
        return Err(Trouble::new(visit.frame(Part::Migrations), status, Said::default()));
    }
    // A part of the stream holds whole events, each with the id from which a reader goes on.
    let changes = response.into_body().into_data_stream().filter_map(async |part| {
        let part = part.ok()?;
        let text = std::str::from_utf8(&part).ok()?;
        let id = text.lines().rev().find_map(|line| line.strip_prefix("id: ").or_else(|| line.strip_prefix("id:")))?;
        Some(Ok::<_, Infallible>(Told::default().event("changed").id(id).data("changed")))
    });
    Ok(Sse::new(changes).keep_alive(KeepAlive::default()).into_response())
}
