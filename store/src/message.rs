//! Messages exchanged with peers, as they were.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::backend::Tx;
use crate::{CommitError, Store, StoreError};

words!(
    /// Which way a message went.
    MessageDirection {
        /// From the peer to us.
        In = "in",
        /// From us to the peer.
        Out = "out",
    }
);

/// A message to keep. Peer, direction and external id together are its identity.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// With whom, such as `coin`.
    pub peer: String,
    /// Which way.
    pub direction: MessageDirection,
    /// The peer's own id of it.
    pub external_id: String,
    /// What it is, in the peer's words.
    pub kind: String,
    /// The message itself.
    pub body: Value,
}

/// A message as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    /// With whom.
    pub peer: String,
    /// Which way.
    pub direction: MessageDirection,
    /// The peer's own id of it.
    pub external_id: String,
    /// What it is, in the peer's words.
    pub kind: String,
    /// The message itself.
    pub body: Value,
    /// The project that it belongs to, if that is known.
    pub project_id: Option<String>,
    /// When it was kept.
    pub at: DateTime<Utc>,
}

from_row!(StoredMessage { peer, direction, external_id, kind, body, project_id, at });

/// A message that was kept before belongs to its project for good; one that belonged to nobody is taken over.
const KEEP: &str = "
    INSERT INTO messages (peer, direction, external_id, kind, body, project_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (peer, direction, external_id)
    DO UPDATE SET project_id = excluded.project_id
    WHERE messages.project_id IS NULL AND excluded.project_id IS NOT NULL";

impl Store {
    /// Keeps a message that belongs to no project that we know; false if it was kept before. A commit with the same message
    /// takes it over.
    pub async fn record_message(&self, message: &NewMessage, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let kept = run!(
            self.writer,
            KEEP,
            &message.peer,
            message.direction.as_str(),
            &message.external_id,
            &message.kind,
            &message.body,
            None::<String>,
            at,
        )?;
        Ok(kept > 0)
    }

    /// Keeps a message that belongs to a project and changes nothing in it; false if it was kept there before.
    pub async fn keep_message(&self, project_id: &str, message: &NewMessage, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let kept = run!(
            self.writer,
            KEEP,
            &message.peer,
            message.direction.as_str(),
            &message.external_id,
            &message.kind,
            &message.body,
            project_id,
            at,
        )?;
        Ok(kept > 0)
    }

    /// A project's messages, in the order in which they were kept.
    pub async fn messages_of(&self, project_id: &str) -> Result<Vec<StoredMessage>, StoreError> {
        Ok(read!(fetch_all, self.reader, "SELECT * FROM messages WHERE project_id = $1 ORDER BY id", project_id)?)
    }

    /// Messages that belong to no project, latest first.
    pub async fn unclaimed_messages(&self, limit: u32) -> Result<Vec<StoredMessage>, StoreError> {
        Ok(read!(
            fetch_all,
            self.reader,
            "SELECT * FROM messages WHERE project_id IS NULL ORDER BY id DESC LIMIT $1",
            i64::from(limit)
        )?)
    }
}

pub(crate) async fn keep(tx: &mut Tx, project_id: &str, message: &NewMessage, at: DateTime<Utc>) -> Result<(), CommitError> {
    let kept = run!(
        tx,
        KEEP,
        &message.peer,
        message.direction.as_str(),
        &message.external_id,
        &message.kind,
        &message.body,
        project_id,
        at,
    )?;
    if kept == 0 { Err(CommitError::AlreadyHandled) } else { Ok(()) }
}
