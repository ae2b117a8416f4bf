//! The handle, and how it is opened and closed.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::StoreError;
use crate::backend::{Backend, Pool};
use crate::group::Company;
use crate::migrate::migrate;
use crate::wake::Wake;

/// How long a statement waits for another process's write to a SQLite file.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// SQLite reads beside a write, and each reader costs little; more than this does not pay on the machines it is meant for.
const SQLITE_READERS: u32 = 4;

/// PostgreSQL's default is 100 for all servers together.
const POSTGRES_CONNECTIONS_MAX: u32 = 10;

/// How long a call waits for a connection when all are in use, or the database is away. sqlx pauses for a fifth of it at most: so soon
/// after the database is back, work goes on.
const POSTGRES_ACQUIRED_WITHIN: Duration = Duration::from_secs(5);

/// Who asks whether the database answers wants to know it now.
const PING_ANSWERED_WITHIN: Duration = Duration::from_secs(2);

/// What a session may hold up. A server that was paused in the middle of a transaction, or whose network is gone, would keep its locks, and
/// other servers waiting for them; PostgreSQL ends such a transaction, and the server decides again when it wakes. A statement of ours takes
/// milliseconds.
const POSTGRES_LIMITS: [(&str, &str); 3] =
    [("idle_in_transaction_session_timeout", "10s"), ("lock_timeout", "10s"), ("statement_timeout", "30s")];

/// A database, open. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Store {
    /// On SQLite one connection, so writers wait in line here and never meet in the database.
    pub(crate) writer: Pool,
    pub(crate) reader: Pool,
    pub(crate) wake: Arc<Wake>,
    pub(crate) company: Arc<Company>,
}

impl Store {
    /// Opens the database and brings its tables up to date. `url` is `sqlite://PATH` (the file is created if missing) or
    /// `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", _)) => Self::open_sqlite(url).await,
            Some(("postgres" | "postgresql", _)) => Self::open_postgres(url).await,
            _ => Err(StoreError::Address("it must begin with sqlite: or postgres:".to_owned())),
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url).map_err(|error| address(&error))?;
        if url.contains(":memory:") || url.contains("mode=memory") || options.get_filename().as_os_str().is_empty() {
            return Err(StoreError::Address("SQLite needs a file: what is in memory would be lost".to_owned()));
        }
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit that returned is on the disk: a lost one would be a lost step towards the outside.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(SQLITE_BUSY_TIMEOUT)
            .foreign_keys(true);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await.map_err(not_opened)?;
        let writer = Backend::Sqlite(writer);
        migrate(&writer).await?;
        let reader =
            SqlitePoolOptions::new().max_connections(SQLITE_READERS).connect_with(options.pragma("query_only", "1")).await?;
        let (wake, company) = (Arc::new(Wake::within_process()), Arc::new(Company::on_sqlite()));
        Ok(Self { writer, reader: Backend::Sqlite(reader), wake, company })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let options = sqlx::postgres::PgConnectOptions::from_str(url).map_err(|error| address(&error))?;
        // A migration may take as long as it needs, and waits for another server's.
        let patient = PgPoolOptions::new().max_connections(1).connect_with(options.clone()).await.map_err(not_opened)?;
        migrate(&Backend::Postgres(patient.clone())).await?;
        patient.close().await;
        let options = options.options(POSTGRES_LIMITS);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS_MAX)
            .acquire_timeout(POSTGRES_ACQUIRED_WITHIN)
            .connect_with(options)
            .await
            .map_err(not_opened)?;
        let both = Backend::Postgres(pool.clone());
        let (wake, company) = (Arc::new(Wake::listening(pool)), Arc::new(Company::on_postgres()));
        Ok(Self { writer: both.clone(), reader: both, wake, company })
    }

    /// Whether the database answers, and soon.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let asked = async {
            let _: (i64,) = read!(fetch_one, self.reader, "SELECT count(*) FROM meta")?;
            Ok(())
        };
        tokio::time::timeout(PING_ANSWERED_WITHIN, asked).await.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut.into()))
    }

    /// Waits for what is under way and closes all connections; for this handle's clones too.
    pub async fn close(&self) {
        self.wake.stop();
        self.reader.close().await;
        self.writer.close().await;
    }
}

fn address(error: &sqlx::Error) -> StoreError {
    // Not the address itself: it may hold a password.
    StoreError::Address(error.to_string())
}

/// An address that leads nowhere: a file that can't be opened (SQLite 14), a user or database that PostgreSQL does not let in
/// or know (SQLSTATE classes 28 and 3D).
fn not_opened(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        Some("14") => address(&error),
        Some(state) if state.starts_with("28") || state.starts_with("3D") => address(&error),
        _ => error.into(),
    }
}
