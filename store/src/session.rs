//! Who is signed in with a browser. A session's id is never kept, only its hash.

use chrono::{DateTime, Utc};

use crate::{Store, StoreError};

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its id, in hexadecimal.
    pub id_sha256: String,
    /// The way in which its subject is known.
    pub subject_kind: String,
    /// Whose it is.
    pub subject: String,
    /// SHA-256 of what they signed in with, in hexadecimal.
    pub proof_sha256: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, or some time before.
    pub seen_at: DateTime<Utc>,
    /// When it ends, whatever its use.
    pub ends_at: DateTime<Utc>,
}

from_row!(Session { id_sha256, subject_kind, subject, proof_sha256, created_at, seen_at, ends_at });

impl Store {
    /// Keeps a new session, and forgets those that have ended when it begins.
    pub async fn open_session(&self, session: &Session) -> Result<(), StoreError> {
        run!(self.writer, "DELETE FROM sessions WHERE ends_at <= $1", session.created_at)?;
        run!(
            self.writer,
            "INSERT INTO sessions (id_sha256, subject_kind, subject, proof_sha256, created_at, seen_at, ends_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &session.id_sha256,
            &session.subject_kind,
            &session.subject,
            &session.proof_sha256,
            session.created_at,
            session.seen_at,
            session.ends_at,
        )?;
        Ok(())
    }

    /// The session whose id has this hash, ended or not.
    pub async fn session(&self, id_sha256: &str) -> Result<Option<Session>, StoreError> {
        Ok(read!(fetch_optional, self.reader, "SELECT * FROM sessions WHERE id_sha256 = $1", id_sha256)?)
    }

    /// Notes that a session was used.
    pub async fn session_seen(&self, id_sha256: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self.writer, "UPDATE sessions SET seen_at = $2 WHERE id_sha256 = $1 AND seen_at < $2", id_sha256, at)?;
        Ok(())
    }

    /// Forgets a session; what was signed in with it is so no more.
    pub async fn end_session(&self, id_sha256: &str) -> Result<(), StoreError> {
        run!(self.writer, "DELETE FROM sessions WHERE id_sha256 = $1", id_sha256)?;
        Ok(())
    }
}
