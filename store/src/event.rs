//! The audit trail, one project's and everyone's. Events are added by a commit and never change.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::backend::Tx;
use crate::position::Position;
use crate::selection::{Bound, Selection};
use crate::{Commit, CommitError, Store, StoreError};

/// An event that a commit adds.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub actor: Value,
    /// The particulars.
    pub data: Value,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Where it stands in the stream of all events; to be handed back as it is.
    pub position: String,
    /// The project.
    pub project_id: String,
    /// The project's reference.
    pub reference: String,
    /// 1, 2, 3 … within the project.
    pub seq: i64,
    /// The project's version that it is part of.
    pub version: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Value,
    /// What happened.
    pub kind: String,
    /// The particulars.
    pub data: Value,
}

from_row!(StoredEvent { position, project_id, reference, seq, version, at, actor, kind, data });

const SELECT: &str = "
    SELECT CAST(tx AS TEXT) || '.' || CAST(events.id AS TEXT) AS position, project_id, reference, seq, events.version, at,
        actor, kind, data
    FROM events JOIN projects ON projects.id = events.project_id";

/// How the stream of all events is read.
struct Feed {
    /// After a position's `tx` and `id`.
    after: &'static str,
    /// Every transaction that could still come to stand before the event has ended.
    settled: &'static str,
    order: &'static str,
    latest_first: &'static str,
}

/// One writer, so events are committed in the order of their ids, and none is under way that could come before.
const SQLITE: Feed =
    Feed { after: "tx >= ? AND events.id > ?", settled: "TRUE", order: "events.id", latest_first: "events.id DESC" };

/// Transactions end in another order than ids are taken. The inner SELECT makes the bound one value, asked for once.
const POSTGRES: Feed = Feed {
    after: "(tx, events.id) > (?, ?)",
    settled: "tx < (SELECT feed_tx(pg_snapshot_xmin(pg_current_snapshot())))",
    order: "tx, events.id",
    latest_first: "tx DESC, events.id DESC",
};

impl Store {
    /// A project's events after `after_seq` (0: from the first), in order.
    pub async fn events_of(&self, project_id: &str, after_seq: i64, limit: u32) -> Result<Vec<StoredEvent>, StoreError> {
        let mut events = Selection::from(SELECT);
        events.and("project_id = ?", [Bound::from(project_id)]);
        events.and("seq > ?", [Bound::Integer(after_seq)]);
        events.page("seq", limit);
        Ok(events.rows(&self.reader).await?)
    }

    /// A project's events before `before_seq` (none: from the last), the latest first.
    pub async fn latest_events_of(
        &self,
        project_id: &str,
        before_seq: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let mut events = Selection::from(SELECT);
        events.and("project_id = ?", [Bound::from(project_id)]);
        if let Some(before_seq) = before_seq {
            events.and("seq < ?", [Bound::Integer(before_seq)]);
        }
        events.page("seq DESC", limit);
        Ok(events.rows(&self.reader).await?)
    }

    /// Events of all projects, or of one, after a position (none: from the first). A reader that goes on from the last
    /// position it got misses none. On PostgreSQL an event is shown when every transaction that began to write before it has
    /// ended, in any database of that server: one that is long under way holds the stream back.
    pub async fn feed(&self, after: Option<&str>, project_id: Option<&str>, limit: u32) -> Result<Vec<StoredEvent>, StoreError> {
        let after = after.map_or(Ok(Position::START), str::parse)?;
        let feed = self.reader.pick(SQLITE, POSTGRES);
        let mut events = Selection::from(SELECT);
        events.and(feed.after, [Bound::Integer(after.tx), Bound::Integer(after.id)]);
        events.and(feed.settled, []);
        if let Some(project_id) = project_id {
            events.and("project_id = ?", [Bound::from(project_id)]);
        }
        events.page(feed.order, limit);
        Ok(events.rows(&self.reader).await?)
    }

    /// The position of the latest event that [`Store::feed`] would show, for a reader who wants only what comes after it.
    pub async fn feed_end(&self) -> Result<Option<String>, StoreError> {
        let feed = self.reader.pick(SQLITE, POSTGRES);
        let mut events = Selection::from("SELECT CAST(tx AS TEXT) || '.' || CAST(id AS TEXT) FROM events");
        events.and(feed.settled, []);
        events.page(feed.latest_first, 1);
        let rows: Vec<(String,)> = events.rows(&self.reader).await?;
        Ok(rows.into_iter().next().map(|(position,)| position))
    }
}

/// The same, within a transaction.
pub(crate) async fn feed_end(tx: &mut Tx) -> Result<Position, CommitError> {
    const SQLITE_END: &str = "SELECT tx, id FROM events ORDER BY id DESC LIMIT 1";
    const POSTGRES_END: &str = "SELECT tx, id FROM events WHERE tx < (SELECT feed_tx(pg_snapshot_xmin(pg_current_snapshot())))
        ORDER BY tx DESC, id DESC LIMIT 1";
    let sql = tx.pick(SQLITE_END, POSTGRES_END);
    let end: Option<(i64, i64)> = read!(fetch_optional, tx, sql)?;
    Ok(end.map_or(Position::START, |(tx, id)| Position { tx, id }))
}

/// Adds events after each project's last one. The projects' rows are locked by now, so nobody else adds any. Those of this version are
/// not counted: SQLite writes one after the other.
pub(crate) async fn append(tx: &mut Tx, commits: &[&Commit]) -> sqlx::Result<()> {
    let added: Vec<(&Commit, i64, &NewEvent)> =
        commits.iter().flat_map(|&commit| (1..).zip(&commit.events).map(move |(nth, event)| (commit, nth, event))).collect();
    if added.is_empty() {
        return Ok(());
    }
    run_rows!(tx, added, |one| "INSERT INTO events (project_id, seq, version, at, actor, kind, data)
        SELECT project_id, nth + (
            SELECT coalesce(max(seq), 0) FROM events WHERE events.project_id = new.project_id AND events.version < new.version
        ), version, at, actor, kind, data FROM ", [
        "$1" project_id "text" = &one.0.project.id,
        "$2" nth "bigint" = one.1,
        "$3" version "bigint" = one.0.expected_version + 1,
        "$4" at "timestamptz" = one.0.at,
        "$5" actor "jsonb" = &one.2.actor,
        "$6" kind "text" = &one.2.kind,
        "$7" data "jsonb" = &one.2.data,
    ], "")?;
    Ok(())
}
