//! Which telephone numbers a project holds, as ranges with both ends included. What the integers mean is the caller's.

use crate::backend::{Backend, Tx};
use crate::{CommitError, Store, StoreError};

/// What a commit does with the project's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimChange {
    /// Leaves them as they are.
    Keep,
    /// The project holds these ranges (first, last) from now on, and no others.
    Replace(Vec<(i64, i64)>),
    /// The project holds none from now on.
    Release,
}

/// A range of numbers that a project holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The project.
    pub project_id: String,
    /// The project's reference.
    pub reference: String,
    /// The range's first number.
    pub first: i64,
    /// The range's last number, included.
    pub last: i64,
}

from_row!(Holder { project_id, reference, first, last });

/// Claims don't overlap, so only the one that starts last can reach into the range asked for: one step in the index.
const HOLDER: &str = "
    SELECT claim.project_id, projects.reference, claim.first, claim.last
    FROM (SELECT * FROM number_claims WHERE first <= $2 AND project_id <> $3 ORDER BY first DESC LIMIT 1) AS claim
    JOIN projects ON projects.id = claim.project_id
    WHERE claim.last >= $1";

/// Without it, two commits that each hold a range the other one wants would wait for each other until PostgreSQL ends one.
/// Numbers change rarely, so that they wait in line costs nothing.
const ONE_AT_A_TIME: &str = "LOCK TABLE number_claims IN SHARE ROW EXCLUSIVE MODE";

impl Store {
    /// Who holds a number from `first` to `last` (included), other than the project named in `except`.
    pub async fn number_holder(&self, first: i64, last: i64, except: Option<&str>) -> Result<Option<Holder>, StoreError> {
        Ok(read!(fetch_optional, self.reader, HOLDER, first, last, except.unwrap_or_default())?)
    }
}

pub(crate) async fn change(tx: &mut Tx, project_id: &str, change: &ClaimChange) -> Result<(), CommitError> {
    match change {
        ClaimChange::Keep => Ok(()),
        ClaimChange::Release => release(tx, project_id).await,
        ClaimChange::Replace(ranges) => {
            if let Backend::Postgres(tx) = tx {
                sqlx::query(ONE_AT_A_TIME).execute(&mut **tx).await?;
            }
            release(tx, project_id).await?;
            for &(first, last) in ranges {
                take(tx, project_id, first, last).await?;
            }
            Ok(())
        }
    }
}

async fn release(tx: &mut Tx, project_id: &str) -> Result<(), CommitError> {
    run!(tx, "DELETE FROM number_claims WHERE project_id = $1", project_id)?;
    Ok(())
}

/// Looks first, so as to name the holder: the database's own refusal would only say that there is one.
async fn take(tx: &mut Tx, project_id: &str, first: i64, last: i64) -> Result<(), CommitError> {
    let holder: Option<Holder> = read!(fetch_optional, tx, HOLDER, first, last, "")?;
    if let Some(holder) = holder {
        return Err(CommitError::NumberTaken { first, last, holder });
    }
    run!(tx, "INSERT INTO number_claims (first, last, project_id) VALUES ($1, $2, $3)", first, last, project_id)?;
    Ok(())
}
