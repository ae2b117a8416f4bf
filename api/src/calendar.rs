//! The calendar feed (RFC 5545): porting dates and deadlines.
//!
//! Instants are in UTC and days are whole days, so that no time zone need be described. The same entry keeps its `UID`, and `SEQUENCE` grows
//! with the project's version, so a calendar program moves an entry instead of adding another.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use chrono::{NaiveDate, TimeDelta};
use engine::Current;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use serde::Deserialize;
use store::{Direction, ProjectFilter, Sort};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use workflow::actor::Moment;
use workflow::contract::contract_dates;
use workflow::cutover::machine;
use workflow::letter::{LetterKind, Scenario};
use workflow::text::Text;
use workflow::view::{self, Status};

use crate::ApiState;
use crate::answer::Answer;
use crate::auth::FeedReader;
use crate::problem::Problem;
use crate::query::Params;

/// A cutover is over within an hour, or it is an incident.
const CUTOVER_LASTS: TimeDelta = TimeDelta::hours(1);

/// So many projects are listed at once.
const BATCH: u32 = 200;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(feed))
}

/// Who reads.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FeedParams {
    /// A token, for calendar programs that can't send headers; best one of role `calendar`.
    #[expect(dead_code, reason = "read before this handler is asked")]
    token: Option<String>,
}

/// The calendar feed: porting dates, due dates of open tasks, last days to post a cancellation.
///
/// Of all active projects that the token opens.
#[utoipa::path(get, path = "/calendar.ics", tag = "calendar", params(FeedParams),
    responses((status = 200, description = "An iCalendar file", body = String, content_type = "text/calendar")))]
async fn feed(State(api): State<ApiState>, reader: FeedReader, _params: Params<FeedParams>) -> Answer {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0")).append_property(("PRODID", "-//Overstap//Porting dates and deadlines//EN"));
    calendar.name("Overstap");
    let moment = api.engine.moment();
    for id in projects(&api, &reader).await? {
        let Some(current) = api.engine.load(id).await? else { continue };
        calendar.extend(entries(&current, &moment));
    }
    let headers = [(CONTENT_TYPE, "text/calendar; charset=utf-8"), (CACHE_CONTROL, "private, no-cache")];
    Ok((headers, calendar.to_string()).into_response())
}

async fn projects(api: &ApiState, reader: &FeedReader) -> Result<Vec<Uuid>, Problem> {
    let mut ids = Vec::new();
    let mut filter = ProjectFilter::all(Sort::Created, Direction::Ascending, BATCH);
    filter.status = Some(Status::Active.as_str().to_owned());
    filter.project_id = reader.project.map(|project| project.to_string());
    loop {
        let page = api.engine.store().list(&filter).await?;
        ids.extend(page.items.iter().filter_map(|row| Uuid::parse_str(&row.id).ok()));
        if page.next_cursor.is_none() {
            return Ok(ids);
        }
        filter.cursor = page.next_cursor;
    }
}

fn entries(current: &Current, moment: &Moment) -> Vec<Event> {
    let mut entries: Vec<Event> = porting(current).into_iter().collect();
    entries.extend(due_tasks(current));
    entries.extend(post_by(current, moment));
    entries
}

fn entry(current: &Current, what: &str, title: &Text) -> Event {
    let Current { project, version } = current;
    let customer = &project.intake.customer.name;
    let mut entry = Event::new();
    entry
        .uid(&format!("{}-{what}@overstap", project.id))
        .sequence(u32::try_from(*version).unwrap_or(u32::MAX))
        .timestamp(project.updated_at)
        .summary(&format!("{}: {customer} ({})", title.in_language(project.intake.language), project.reference));
    entry
}

/// The cutover; while there is none the wish date, tentatively.
fn porting(current: &Current) -> Option<Event> {
    let project = &current.project;
    let mut event = entry(current, "porting", &Text::new("Portering", "Porting"));
    let cutover = project.cutover.as_ref().filter(|cutover| cutover.state != machine::State::Aborted);
    if let Some(cutover) = cutover {
        event.starts(cutover.at).ends(cutover.at + CUTOVER_LASTS).status(EventStatus::Confirmed);
    } else {
        event.starts(project.intake.wish_date?).status(EventStatus::Tentative);
    }
    Some(event)
}

fn due_tasks(current: &Current) -> impl Iterator<Item = Event> {
    let project = &current.project;
    view::due_dates(project).into_iter().filter(|(key, _)| project.is_open(key)).filter_map(|(key, due_on)| {
        let title = &project.process().task(&key)?.title;
        Some(day(entry(current, &format!("task-{key}"), title), due_on))
    })
}

/// The last day to post each cancellation that has not been posted.
fn post_by(current: &Current, moment: &Moment) -> impl Iterator<Item = Event> {
    let project = &current.project;
    let is_posted = |contract: &str| {
        project.letters.iter().any(|letter| {
            letter.kind == LetterKind::Cancellation && letter.contract.as_deref() == Some(contract) && letter.sent_on.is_some()
        })
    };
    let to_post = project.intake.contracts.iter().filter(move |contract| {
        contract.scenario == Scenario::EndOfContract && contract.ends_on.is_none() && !is_posted(&contract.id)
    });
    let today = moment.today();
    to_post.filter_map(move |contract| {
        let post_by = contract_dates(&contract.term(), today).post_by?.day;
        let provider = &contract.provider.name;
        let title = Text::new(
            format!("Opzegging aan {provider} uiterlijk posten"),
            format!("Last day to post the cancellation to {provider}"),
        );
        Some(day(entry(current, &format!("post-by-{}", contract.id), &title), post_by))
    })
}

/// A whole day. Without an end it lasts that day (RFC 5545, section 3.6.1).
fn day(mut event: Event, on: NaiveDate) -> Event {
    event.starts(on);
    event
}
