//! The calendar feed (RFC 5545): porting dates and deadlines.
//!
//! Instants are in UTC and days are whole days, so that no time zone need be described. The same entry keeps its `UID`, and `SEQUENCE` grows
//! with the project's version, so a calendar program moves an entry instead of adding another. Its description says why it is that day.

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
use workflow::cutover::machine;
use workflow::deadline::What;
use workflow::text::Text;
use workflow::view::{DeadlineView, Status, deadlines_view};

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

/// The calendar feed: porting dates, windows, due dates of open tasks, last days to post letters and to ask for the porting.
///
/// Of all active projects that the token opens.
#[utoipa::path(get, path = "/calendar.ics", tag = "calendar", params(FeedParams),
    responses((status = 200, description = "An iCalendar file", body = String, content_type = "text/calendar")))]
async fn feed(State(api): State<ApiState>, reader: FeedReader, _params: Params<FeedParams>) -> Answer {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0")).append_property(("PRODID", "-//Overstap//Porting dates and deadlines//EN"));
    calendar.name("Overstap");
    let today = api.engine.moment().today();
    for id in projects(&api, &reader).await? {
        let Some(current) = api.engine.load(id).await? else { continue };
        calendar.extend(entries(&current, today));
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

fn entries(current: &Current, today: NaiveDate) -> Vec<Event> {
    let deadlines = deadlines_view(&current.project, today);
    let mut entries: Vec<Event> = porting(current).into_iter().collect();
    // The porting stands there already, with its hour where it is known; what waits is due when its time has come.
    let shown = deadlines
        .iter()
        .filter(|deadline| deadline.key != What::Porting && (deadline.open || !matches!(deadline.key, What::Task(_))));
    entries.extend(shown.map(|deadline| whole_day(current, deadline)));
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

/// A deadline, and why it is that day. Without an end an entry lasts its day (RFC 5545, section 3.6.1).
fn whole_day(current: &Current, deadline: &DeadlineView) -> Event {
    // What calendars have come to know an entry by: hyphens throughout.
    let what = match deadline.key.of() {
        Some(of) => format!("{}-{of}", deadline.kind.replace('_', "-")),
        None => deadline.kind.replace('_', "-"),
    };
    let mut event = entry(current, &what, &deadline.title);
    event.starts(deadline.on).description(deadline.why.in_words(current.project.intake.language).trim_end());
    event
}
