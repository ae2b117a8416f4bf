//! Answers already given, so that a repeated request gets the same one and has no second effect.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::backend::Tx;
use crate::{CommitError, Store, StoreError};

/// An answer to keep with a commit.
#[derive(Debug, Clone)]
pub struct NewIdempotency {
    /// Whose key it is.
    pub scope: String,
    /// The key that the client chose.
    pub key: String,
    /// Tells a repetition from another request under the same key.
    pub fingerprint: String,
    /// The answer's HTTP status.
    pub status: i64,
    /// The answer's body.
    pub answer: Value,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// Of the request that it answered.
    pub fingerprint: String,
    /// The HTTP status.
    pub status: i64,
    /// The body.
    pub answer: Value,
    /// When it was given.
    pub created_at: DateTime<Utc>,
}

from_row!(Saved { fingerprint, status, answer, created_at });

impl Store {
    /// The answer given under a key.
    pub async fn idempotency(&self, scope: &str, key: &str) -> Result<Option<Saved>, StoreError> {
        Ok(read!(
            fetch_optional,
            self.reader,
            "SELECT fingerprint, status, answer, created_at FROM idempotency WHERE scope = $1 AND key = $2",
            scope,
            key,
        )?)
    }

    /// Forgets answers given before an instant; answers how many.
    pub async fn prune_idempotency(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(run!(self.writer, "DELETE FROM idempotency WHERE created_at < $1", before)?)
    }
}

/// Keeps the answer. If another transaction is about to use the same key, this waits for how that ends.
pub(crate) async fn save(tx: &mut Tx, new: &NewIdempotency, at: DateTime<Utc>) -> Result<(), CommitError> {
    let kept = run!(
        tx,
        "INSERT INTO idempotency (scope, key, fingerprint, status, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
        &new.scope,
        &new.key,
        &new.fingerprint,
        new.status,
        &new.answer,
        at,
    )?;
    if kept == 0 { Err(CommitError::IdempotencyKeyUsed) } else { Ok(()) }
}
