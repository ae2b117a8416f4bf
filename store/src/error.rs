//! What can go wrong, told apart by what the caller can do about it.

use sqlx::migrate::MigrateError;

/// A store that could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, is too busy or has no room. Try again later. If this was the answer to a commit, it may
    /// have taken effect all the same; trying again is safe, as the version then tells.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The database's address can't be used. Change the configuration.
    #[error("the database address can't be used: {0}")]
    Address(String),
    /// The tables could not be brought up to date, for instance because a later version of this program made them.
    #[error("the database's tables could not be brought up to date: {0}")]
    Migration(#[source] MigrateError),
    /// A list's cursor or an event's position that was not handed out here, or was for another order. Fix the input.
    #[error("this cursor was not handed out for this list")]
    BadCursor,
    /// Anything else: a defect of this program or a damaged database. Call a person.
    #[error("the database refused: {0}")]
    Failed(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_passing(&error) { Self::Unavailable(error) } else { Self::Failed(error) }
    }
}

/// Whether trying again later may help.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(refusal) => refusal.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

fn is_passing_code(code: &str) -> bool {
    if let ([b'0'..=b'9', ..], Ok(number), true) = (code.as_bytes(), code.parse::<u32>(), code.len() < 5) {
        // SQLite's result code; its low byte is the kind: BUSY, LOCKED, IOERR, FULL (sqlite.org/rescode.html).
        return matches!(number & 0xff, 5 | 6 | 10 | 13);
    }
    // SQLSTATE classes: connection, resources, operator intervention; serialization failure and deadlock; a
    // transaction that idled or waited for a lock too long (PostgreSQL manual, appendix A).
    ["08", "53", "57"].iter().any(|class| code.starts_with(class)) || matches!(code, "40001" | "40P01" | "55P03" | "25P03")
}

/// Why a commit changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The project is at another version than the one decided upon. Load and decide again. `current` is 0 if there is no
    /// such project.
    #[error("the project is at version {current} by now")]
    VersionConflict {
        /// The version in force.
        current: i64,
    },
    /// A live project holds one of these numbers. Take other numbers, or end that project.
    #[error("numbers {first} to {last} are held by project {}", holder.reference)]
    NumberTaken {
        /// The first number that was asked for, of the range refused.
        first: i64,
        /// Its last number, included.
        last: i64,
        /// Who holds a part of it.
        holder: crate::Holder,
    },
    /// The project's reference is another's. Take the next one.
    #[error("another project has this reference")]
    ReferenceTaken,
    /// The external dossier leads to another project. Call a person: a dossier id is never given twice.
    #[error("dossier {dossier_id} leads to another project")]
    DossierTaken {
        /// The dossier's id.
        dossier_id: String,
    },
    /// A request under this key has been answered meanwhile. Load that answer.
    #[error("a request with this idempotency key has been answered meanwhile")]
    IdempotencyKeyUsed,
    /// The message, or the answer to an effect, has been handled before. There is nothing left to do.
    #[error("this has been handled before")]
    AlreadyHandled,
    /// The claim on the effect or timer is not ours any more, or the timer was changed. Drop this outcome: whoever holds the
    /// claim now finishes the work.
    #[error("the claim on this effect or timer is no longer ours")]
    StaleClaim,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CommitError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::is_passing_code;

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        for passing in ["5", "517", "13", "266", "08006", "53300", "57P01", "40001", "40P01", "55P03"] {
            assert!(is_passing_code(passing), "{passing}");
        }
        for lasting in ["1", "19", "1811", "2067", "23505", "23P01", "42P01", "05000", "13000"] {
            assert!(!is_passing_code(lasting), "{lasting}");
        }
    }
}
