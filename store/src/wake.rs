//! The hint that there is something to do: within the process on SQLite, by `NOTIFY` between servers on PostgreSQL.
//!
//! Only a hint. One that is lost costs time, as a worker also looks by itself at [`Store::next_due_at`].

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::Store;

/// PostgreSQL's name for the hint.
const CHANNEL: &str = "overstap_wake";

/// How long to leave a database alone that would not let us listen.
const LISTEN_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Where hints arrive, and where they go to.
#[derive(Debug)]
pub(crate) struct Wake {
    arrived: Arc<Notify>,
    /// For the other servers.
    given: Arc<Notify>,
    tasks: Vec<JoinHandle<()>>,
}

impl Wake {
    /// For hints from this process alone.
    pub(crate) fn within_process() -> Self {
        Self { arrived: Arc::new(Notify::new()), given: Arc::new(Notify::new()), tasks: Vec::new() }
    }

    /// For hints from every server of the database.
    pub(crate) fn listening(pool: PgPool) -> Self {
        let (arrived, given) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        // By it we know our own hints, which have arrived by then.
        let name = format!("{:016x}", RandomState::new().hash_one(()));
        let telling = tokio::spawn(tell_forever(pool.clone(), name.clone(), given.clone()));
        let listening = tokio::spawn(listen_forever(pool, name, arrived.clone()));
        Self { arrived, given, tasks: vec![telling, listening] }
    }

    pub(crate) fn stop(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Store {
    /// Returns when a commit has added effects or timers since the last call returned; at once if that has happened already,
    /// so what is added between looking and waiting is not missed. Made for one waiter, the worker's loop.
    pub async fn wait_for_wake(&self) {
        self.wake.arrived.notified().await;
    }

    /// Hints that there is something to do. Hints to other servers that are given while one is being told are one hint.
    pub(crate) fn wake(&self) {
        self.wake.arrived.notify_one();
        self.wake.given.notify_one();
    }
}

/// Outside the transaction that added what there is to do: PostgreSQL lets transactions with a `NOTIFY` commit only one after the other.
async fn tell_forever(pool: PgPool, name: String, given: Arc<Notify>) {
    loop {
        given.notified().await;
        if let Err(error) = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(&name).execute(&pool).await {
            tracing::warn!(%error, "could not wake the workers of other servers; they will look by themselves");
        }
    }
}

async fn listen_forever(pool: PgPool, name: String, arrived: Arc<Notify>) {
    loop {
        if let Err(error) = listen(&pool, &name, &arrived).await {
            tracing::warn!(%error, "could not listen for work; workers look by themselves meanwhile");
        }
        tokio::time::sleep(LISTEN_AGAIN_AFTER).await;
    }
}

async fn listen(pool: &PgPool, name: &str, arrived: &Notify) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // None: the connection was lost and is back; what was said meanwhile is unknown, so look.
        let heard = listener.try_recv().await?;
        if heard.is_none_or(|heard| heard.payload() != name) {
            arrived.notify_one();
        }
    }
}
