//! What SQLite itself can do: the statements of the same transaction by hand, without any of our rules.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use super::Done;

/// Transactions in a second: one reads, one writer writes, as in the engine.
pub(crate) async fn commits(url: &str, clients: u64, span: Duration) -> Done {
    let options = SqliteConnectOptions::from_str(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true);
    let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    let reader = SqlitePoolOptions::new().max_connections(4).connect_with(options.pragma("query_only", "1")).await?;
    let count = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..clients {
        let (writer, reader, count) = (writer.clone(), reader.clone(), count.clone());
        tasks.spawn(async move {
            let mut turn = 0;
            while start.elapsed() < span {
                // Each client its own projects, all within the first thousand.
                let n = (turn * clients + client) % (1000 - 1000 % clients) + 1;
                one(&writer, &reader, &format!("00000000-0000-0000-0000-{n:012x}")).await?;
                count.fetch_add(1, Ordering::Relaxed);
                turn += 1;
            }
            Ok::<(), sqlx::Error>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of seconds' work")]
    let each_second = count.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    println!("{each_second:.1}");
    Ok(())
}

async fn one(writer: &SqlitePool, reader: &SqlitePool, id: &str) -> sqlx::Result<()> {
    let row = sqlx::query("SELECT * FROM projects WHERE id = $1").bind(id).fetch_one(reader).await?;
    let text = |column: &str| row.try_get_unchecked::<String, _>(column);
    let (version, state): (i64, String) = (row.try_get("version")?, text("state")?);
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(
        "UPDATE projects SET version = version + 1, reference = $3, updated_at = $4, phase = $5, status = $6,
            customer_name = $7, customer_name_key = $8, city = $9, waiting_on = $10, next_due_on = next_due_on, porting_on = porting_on,
            porting_status = $11, cutover_status = $12, search = $13, state = $14
        WHERE id = $1 AND version = $2",
    )
    .bind(id)
    .bind(version)
    .bind(text("reference")?)
    .bind(text("updated_at")?)
    .bind(text("phase")?)
    .bind(text("status")?)
    .bind(text("customer_name")?)
    .bind(text("customer_name_key")?)
    .bind(text("city")?)
    .bind(text("waiting_on")?)
    .bind(text("porting_status")?)
    .bind(text("cutover_status")?)
    .bind(text("search")?)
    .bind(state)
    .execute(&mut *tx)
    .await?;
    let last = sqlx::query("SELECT max(seq) FROM events WHERE project_id = $1").bind(id).fetch_one(&mut *tx).await?;
    let seq = last.try_get::<Option<i64>, _>(0)?.unwrap_or(0) + 1;
    sqlx::query("INSERT INTO events (project_id, seq, version, at, actor, kind, data) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(id)
        .bind(seq)
        .bind(version + 1)
        .bind(text("updated_at")?)
        .bind(r#"{"role":"manager","name":"measuring"}"#)
        .bind("task_confirmed")
        .bind(r#"{"key":"connectivity-test","party":"contractor","note":"measuring"}"#)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}
