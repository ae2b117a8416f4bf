//! What happened to a migration, the latest first.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use workflow::text::Text;

use super::{Head, Place};
use crate::call::List;
use crate::dates;
use crate::frame::{Frame, Part};
use crate::labels;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// So many events stand on a page.
const LIMIT: u32 = 50;

/// From where to go on.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    cursor: String,
}

/// An event, as `GET …/events` tells it.
#[derive(Debug, Deserialize)]
struct Event {
    at: DateTime<Utc>,
    actor: Actor,
    text: Text,
}

#[derive(Debug, Deserialize)]
struct Actor {
    role: String,
    name: String,
}

/// An event as shown.
struct Row {
    instant: String,
    when: String,
    who: String,
    text: String,
}

#[derive(Template)]
#[template(path = "trail.html")]
struct TrailPage<'a> {
    f: &'a Frame,
    head: Head,
    rows: Vec<Row>,
    next: Option<String>,
    is_first: bool,
}

pub(crate) async fn show(visit: Visit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let place = Place::of(&visit, &id)?;
    let project = place.project(&visit).await?;
    let mut query = vec![("sort", "-seq".to_owned()), ("limit", LIMIT.to_string())];
    if !asked.cursor.is_empty() {
        query.push(("cursor", asked.cursor.clone()));
    }
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    let events: List<Event> = visit.get(&place.api(&format!("/events?{query}"))).await?;
    let (f, words, today) = (visit.frame(Part::Migrations), visit.words, visit.today());
    let row = |event: Event| {
        let role = labels::actor_role(&event.actor.role, words);
        Row {
            instant: event.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            when: dates::moment(event.at, today, words),
            // Overstap itself needs no name.
            who: if event.actor.role == "system" { role.to_owned() } else { format!("{} ({role})", event.actor.name) },
            text: words.line(&event.text),
        }
    };
    let page = TrailPage {
        f: &f,
        head: Head::of(&project, &visit, "trail"),
        rows: events.items.into_iter().map(row).collect(),
        next: events.next_cursor.map(|cursor| place.page(&format!("/trail?cursor={cursor}"))),
        is_first: asked.cursor.is_empty(),
    };
    Ok(f.page(StatusCode::OK, &page))
}
