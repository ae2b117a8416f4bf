//! A database per test, and what the tests' sentences are made of.

pub(crate) mod postgres;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use store::{
    ClaimedEffect, Commit, CommitError, JsonText, ListColumns, NewEffect, NewEvent, ProjectRow, Settle, SettledEffect, Store,
    StoredEvent,
};

/// Whose the effects are.
pub(crate) const PBX: &str = "pbx";

/// Makes each function a test on both databases.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::support::World::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::support::World::postgres().await).await;
            })+
        }
    };
}

/// A database of its own, open.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) url: String,
    kept: Kept,
}

/// What goes away with the test.
enum Kept {
    Folder(PathBuf),
    Database { database: postgres::Database },
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Self::Folder(folder) = self {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("overstap-store-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}/store.db", folder.display());
        let store = Store::open(&url).await.unwrap();
        Self { store, url, kept: Kept::Folder(folder) }
    }

    pub(crate) async fn postgres() -> Self {
        let database = postgres::Database::fresh();
        let store = Store::open(&database.url).await.unwrap();
        Self { store, url: database.url.clone(), kept: Kept::Database { database } }
    }

    /// The database's server starts again: every session has ended.
    pub(crate) fn restart_database(&self) {
        if let Kept::Database { database } = &self.kept {
            database.end_sessions();
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// Does to the database what the store would not.
    pub(crate) async fn execute(&self, sql: &'static str) -> sqlx::Result<()> {
        if self.is_postgres() {
            PgConnection::connect(&self.url).await?.execute(sql).await?;
        } else {
            SqliteConnection::connect(&self.url).await?.execute(sql).await?;
        }
        Ok(())
    }

    /// Waits until the feed shows so many events, and answers them. Transactions of the whole PostgreSQL server hold events
    /// back, so other tests do.
    pub(crate) async fn feed(&self, count: usize) -> Vec<StoredEvent> {
        for _ in 0..2000 {
            let shown = self.store.feed(None, None, 10_000).await.unwrap();
            if shown.len() >= count {
                return shown;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        unreachable!("the feed does not come to show {count} events")
    }

    /// A project at version 1, with one event.
    pub(crate) async fn new_project(&self, id: &str) {
        let mut commit = Commit::new(project(id), 0, at(0));
        commit.events = vec![event("project_created")];
        self.store.commit(commit).await.unwrap();
    }

    /// A project at version 1, with effects due at minute 1.
    pub(crate) async fn project_with_effects(&self, id: &str, effects: &[&str]) {
        let mut commit = Commit::new(project(id), 0, at(0));
        commit.new_effects = effects.iter().map(|effect| self::effect(effect)).collect();
        self.store.commit(commit).await.unwrap();
    }

    /// Claims all that is due at minute `minute`, for ten minutes.
    pub(crate) async fn claim(&self, minute: i64, worker: &str) -> Vec<ClaimedEffect> {
        self.store.claim_effects(at(minute), at(minute + 10), worker, 100, PBX).await.unwrap()
    }

    /// Commits with the version in force.
    pub(crate) async fn amend(&self, id: &str, minute: i64, fill: impl FnOnce(&mut Commit)) -> Result<(), CommitError> {
        let version = self.store.load(id).await.unwrap().unwrap().version;
        let mut commit = Commit::new(project(id), version, at(minute));
        fill(&mut commit);
        self.store.commit(commit).await
    }
}

/// Minute `minute` of the tests' time, with microseconds, as these are what databases round.
pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2027-01-04T08:00:00.123456Z".parse().unwrap();
    start + TimeDelta::minutes(minute)
}

/// As states are kept.
pub(crate) fn json_text(value: &Value) -> JsonText {
    to_raw_value(value).unwrap()
}

pub(crate) fn project(id: &str) -> ProjectRow {
    ProjectRow {
        id: id.to_owned(),
        reference: format!("2027-{id}"),
        state: json_text(&json!({"phase": "offer"})),
        columns: ListColumns {
            phase: "offer".to_owned(),
            status: "active".to_owned(),
            customer_name: "Bakkerij De Korenaar B.V.".to_owned(),
            city: "Utrecht".to_owned(),
            waiting_on: vec!["customer".to_owned()],
            next_due_on: None,
            porting_on: None,
            porting_status: "none".to_owned(),
            cutover_status: "none".to_owned(),
            search: format!("bakkerij de korenaar b.v. utrecht 2027-{id}"),
        },
    }
}

pub(crate) fn event(kind: &str) -> NewEvent {
    NewEvent { kind: kind.to_owned(), actor: json!({"role": "engineer"}), data: json!({"note": "ok"}) }
}

pub(crate) fn effect(id: &str) -> NewEffect {
    NewEffect { id: id.to_owned(), kind: "pbx.route".to_owned(), payload: json!({"effect": id}), due_at: at(1) }
}

/// What the worker says about an effect that it holds.
pub(crate) fn settled(claimed: &ClaimedEffect, worker: &str, then: Settle) -> SettledEffect {
    SettledEffect { id: claimed.id.clone(), attempt: claimed.attempt, claimed_by: worker.to_owned(), then }
}

pub(crate) fn done(outcome: Value) -> Settle {
    Settle::Done { outcome }
}

/// The only one.
pub(crate) fn one<T: std::fmt::Debug>(items: Vec<T>) -> T {
    assert_eq!(items.len(), 1, "{items:?}");
    items.into_iter().next().unwrap()
}
