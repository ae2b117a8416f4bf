//! The two databases, and the macros that compile a statement for both.
//!
//! A statement may use only what both understand alike: `$1` placeholders, `RETURNING`, `ON CONFLICT`, row values. Where
//! one needs other words, [`Backend::pick`] chooses between two constants that stand side by side.

use std::future::Future;
use std::io;
use std::time::Duration;

use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

/// A database that has not answered after so long is taken to be gone, its connection with it: a network that swallows what is sent would
/// keep a server waiting for a quarter of an hour. PostgreSQL ends our statements after the same time.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

/// The answer, or an error when there is none in time.
pub(crate) async fn answered<T>(question: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let silence = || sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the database did not answer"));
    // Boxed: sqlx's futures are large, and every caller's would grow with them.
    tokio::time::timeout(ANSWERS_WITHIN, Box::pin(question)).await.unwrap_or_else(|_| Err(silence()))
}

/// Something that is one thing on SQLite and another on PostgreSQL.
#[derive(Debug, Clone)]
pub(crate) enum Backend<S, P> {
    Sqlite(S),
    Postgres(P),
}

/// Connections to share out.
pub(crate) type Pool = Backend<SqlitePool, PgPool>;

/// An open transaction; dropped without [`Tx::commit`], it is rolled back.
pub(crate) type Tx = Backend<Transaction<'static, Sqlite>, Transaction<'static, Postgres>>;

impl<S, P> Backend<S, P> {
    /// The one of two that this database needs.
    pub(crate) fn pick<T>(&self, sqlite: T, postgres: T) -> T {
        match self {
            Backend::Sqlite(_) => sqlite,
            Backend::Postgres(_) => postgres,
        }
    }
}

impl Pool {
    /// What a single statement runs on.
    pub(crate) fn any(&self) -> Backend<&SqlitePool, &PgPool> {
        match self {
            Backend::Sqlite(pool) => Backend::Sqlite(pool),
            Backend::Postgres(pool) => Backend::Postgres(pool),
        }
    }

    /// On SQLite the write lock is taken at once: a transaction that first reads and then cannot write would fail half-way.
    pub(crate) async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Backend::Sqlite(pool) => Backend::Sqlite(answered(pool.begin_with("BEGIN IMMEDIATE")).await?),
            Backend::Postgres(pool) => Backend::Postgres(answered(pool.begin()).await?),
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Backend::Sqlite(pool) => pool.close().await,
            Backend::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// What a statement inside the transaction runs on.
    pub(crate) fn any(&mut self) -> Backend<&mut SqliteConnection, &mut PgConnection> {
        match self {
            Backend::Sqlite(tx) => Backend::Sqlite(&mut **tx),
            Backend::Postgres(tx) => Backend::Postgres(&mut **tx),
        }
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Backend::Sqlite(tx) => answered(tx.commit()).await,
            Backend::Postgres(tx) => answered(tx.commit()).await,
        }
    }

    /// Undoes it before going on; one that is dropped is undone some time later.
    pub(crate) async fn rollback(self) -> sqlx::Result<()> {
        match self {
            Backend::Sqlite(tx) => answered(tx.rollback()).await,
            Backend::Postgres(tx) => answered(tx.rollback()).await,
        }
    }
}

/// Runs a statement on a pool or a transaction; answers how many rows it changed.
///
/// `run!(tx, "DELETE FROM dossiers WHERE project_id = $1", id)`
macro_rules! run {
    ($on:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match $on.any() {
            $crate::backend::Backend::Sqlite(db) => {
                $crate::backend::answered(sqlx::query($sql)$(.bind($value))*.execute(db)).await.map(|done| done.rows_affected())
            }
            $crate::backend::Backend::Postgres(db) => {
                $crate::backend::answered(sqlx::query($sql)$(.bind($value))*.execute(db)).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// Reads rows from a pool or a transaction. The first word is sqlx's: `fetch_one`, `fetch_optional` or `fetch_all`.
///
/// `read!(fetch_optional, store.reader, "SELECT id FROM projects WHERE reference = $1", reference)`
macro_rules! read {
    ($fetch:ident, $on:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match $on.any() {
            $crate::backend::Backend::Sqlite(db) => {
                $crate::backend::answered(sqlx::query_as($sql)$(.bind($value))*.$fetch(db)).await
            }
            $crate::backend::Backend::Postgres(db) => {
                $crate::backend::answered(sqlx::query_as($sql)$(.bind($value))*.$fetch(db)).await
            }
        }
    };
}
