//! Facts about the database as a whole.

use chrono::{DateTime, Utc};

use crate::backend::Backend;
use crate::{Store, StoreError};

impl Store {
    /// The value under a key.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = read!(fetch_optional, self.reader, "SELECT value FROM meta WHERE key = $1", key)?;
        Ok(row.map(|(value,)| value))
    }

    /// Sets a value once and for all: answers the value in force, which is another's if that came first.
    pub async fn set_meta_if_absent(&self, key: &str, value: &str) -> Result<String, StoreError> {
        // The update changes nothing, but makes the row that is in force come back.
        let (in_force,): (String,) = read!(
            fetch_one,
            self.writer,
            "INSERT INTO meta (key, value) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET value = meta.value RETURNING value",
            key,
            value,
        )?;
        Ok(in_force)
    }

    /// What the clock of the database's server shows, by which all servers that share it can set theirs. None for SQLite, which has none but
    /// its machine's.
    pub async fn server_time(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Backend::Postgres(pool) = &self.reader else { return Ok(None) };
        Ok(Some(sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(pool).await?))
    }

    /// How many bytes the database takes.
    pub async fn size_bytes(&self) -> Result<i64, StoreError> {
        let sql = self.reader.pick(
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            "SELECT pg_database_size(current_database())",
        );
        let (bytes,): (i64,) = read!(fetch_one, self.reader, sql)?;
        Ok(bytes)
    }

    /// Sets a value, whatever it was.
    pub async fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        run!(
            self.writer,
            "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            value,
        )?;
        Ok(())
    }

    /// The latest instant of any event; none in a database that was never used.
    pub async fn last_event_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (at,): (Option<DateTime<Utc>>,) = read!(fetch_one, self.reader, "SELECT max(at) FROM events")?;
        Ok(at)
    }
}
