//! A project's trail: its events as they are kept, read back.

use store::{Store, StoreError, StoredEvent};
use workflow::event::{Event, Recorded};
use workflow::project::Project;

use crate::LoadError;

const EVENTS_AT_A_TIME: u32 = 1000;

/// All events of a project, in order.
///
/// # Errors
/// The database does not answer.
pub async fn trail(store: &Store, project_id: &str) -> Result<Vec<StoredEvent>, StoreError> {
    let mut trail = Vec::new();
    loop {
        let seen = trail.last().map_or(0, |event: &StoredEvent| event.seq);
        let page = store.events_of(project_id, seen, EVENTS_AT_A_TIME).await?;
        if page.is_empty() {
            return Ok(trail);
        }
        trail.extend(page);
    }
}

/// An event as the rules know it.
///
/// # Errors
/// It is not what this version writes.
pub fn recorded(stored: &StoredEvent) -> Result<Recorded, serde_json::Error> {
    let actor = serde_json::from_value(stored.actor.clone())?;
    Ok(Recorded { at: stored.at, actor, event: Event::from_kind_and_data(&stored.kind, &stored.data)? })
}

/// The state that a project's events make up to a version.
pub(crate) async fn replayed(store: &Store, project_id: &str, version: i64) -> Result<Project, LoadError> {
    let trail = trail(store, project_id).await?;
    let unreadable = |error| LoadError::Unreadable { id: project_id.to_owned(), error };
    let until = trail.iter().filter(|event| event.version <= version);
    let events = until.map(recorded).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    let no_start = || unreadable(serde::de::Error::custom("the first event does not start a project"));
    Project::replay(&events).ok_or_else(no_start)
}
