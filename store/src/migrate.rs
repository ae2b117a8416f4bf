//! The tables: every file under `migrations/`, in the order of its number, once.
//!
//! Each file stands in both folders. One that has been released is never changed; a change is a new file.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::StoreError;
use crate::backend::{Backend, Pool};

macro_rules! migrations {
    ($folder:literal: $($number:literal $name:literal),+ $(,)?) => {
        [$(($number, $name, include_str!(concat!("../../migrations/", $folder, "/", $number, "_", $name, ".sql")))),+]
    };
    ($($number:literal $name:literal),+ $(,)?) => {
        (migrations!("sqlite": $($number $name),+), migrations!("postgres": $($number $name),+))
    };
}

type File = (&'static str, &'static str, &'static str);

const FILES: ([File; 14], [File; 14]) = migrations![
    "0001" "meta",
    "0002" "projects",
    "0003" "events",
    "0004" "outbox",
    "0005" "timers",
    "0006" "number_claims",
    "0007" "idempotency",
    "0008" "documents",
    "0009" "messages",
    "0010" "tokens",
    "0011" "subscriptions",
    "0012" "speed",
    "0013" "lanes",
    "0014" "sessions",
];

/// An event whose transaction this server has not reached was written by another server: the database was restored from a
/// dump. From now on this server's transactions follow after it (see `feed_tx` in the migrations).
const FOLLOW_RESTORED_EVENTS: &str = "
    INSERT INTO meta (key, value) SELECT 'feed_shift', CAST(max(tx) + 1 AS TEXT) FROM events
    HAVING max(tx) >= feed_tx(pg_snapshot_xmax(pg_current_snapshot()))
    ON CONFLICT (key) DO UPDATE SET value = excluded.value";

/// Brings the tables up to date. Several servers may do so at once.
pub(crate) async fn migrate(pool: &Pool) -> Result<(), StoreError> {
    let migrator = Migrator::with_migrations(pool.pick(FILES.0, FILES.1).into_iter().zip(1..).map(migration).collect());
    match pool {
        Backend::Sqlite(pool) => migrator.run(pool).await.map_err(StoreError::Migration),
        Backend::Postgres(pool) => {
            migrator.run(pool).await.map_err(StoreError::Migration)?;
            sqlx::query(FOLLOW_RESTORED_EVENTS).execute(pool).await?;
            Ok(())
        }
    }
}

fn migration(((_, name, sql), version): (File, i64)) -> Migration {
    Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::FILES;

    #[test]
    fn every_file_is_run_and_is_numbered_by_its_place() {
        for (folder, files) in [("sqlite", FILES.0), ("postgres", FILES.1)] {
            let path = format!("{}/../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            let mut present: Vec<String> =
                std::fs::read_dir(path).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
            present.sort();
            let run: Vec<String> = files.iter().zip(1..).map(|((_, name, _), place)| format!("{place:04}_{name}.sql")).collect();
            assert_eq!(present, run);
        }
    }
}
