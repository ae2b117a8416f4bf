//! The hint that there is something to do: within the process on SQLite, by `NOTIFY` between servers on PostgreSQL.
//!
//! Only a hint. One that is lost costs time, as a worker also looks by itself at [`Store::next_due_at`].

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::Store;
use crate::backend::Backend;

/// PostgreSQL's name for the hint.
const CHANNEL: &str = "overstap_wake";

/// How long to leave a database alone that would not let us listen.
const LISTEN_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Where hints arrive.
#[derive(Debug)]
pub(crate) struct Wake {
    arrived: Arc<Notify>,
    listening: Option<JoinHandle<()>>,
}

impl Wake {
    /// For hints from this process alone.
    pub(crate) fn within_process() -> Self {
        Self { arrived: Arc::new(Notify::new()), listening: None }
    }

    /// For hints from every server of the database.
    pub(crate) fn listening(pool: PgPool) -> Self {
        let arrived = Arc::new(Notify::new());
        let listening = tokio::spawn(listen_forever(pool, arrived.clone()));
        Self { arrived, listening: Some(listening) }
    }

    pub(crate) fn stop(&self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
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

    /// Hints that there is something to do. Outside the transaction that added it: PostgreSQL lets transactions with a
    /// `NOTIFY` commit only one after the other.
    pub(crate) async fn wake(&self) {
        match &self.writer {
            Backend::Sqlite(_) => self.wake.arrived.notify_one(),
            Backend::Postgres(pool) => {
                if let Err(error) = sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(pool).await {
                    tracing::warn!(%error, "could not wake the workers; they will look by themselves");
                }
            }
        }
    }
}

async fn listen_forever(pool: PgPool, arrived: Arc<Notify>) {
    loop {
        if let Err(error) = listen(&pool, &arrived).await {
            tracing::warn!(%error, "could not listen for work; workers look by themselves meanwhile");
        }
        tokio::time::sleep(LISTEN_AGAIN_AFTER).await;
    }
}

async fn listen(pool: &PgPool, arrived: &Notify) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // None: the connection was lost and is back; what was said meanwhile is unknown, so look.
        let _heard = listener.try_recv().await?;
        arrived.notify_one();
    }
}
