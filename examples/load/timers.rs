//! How late the last of many timers is that are due at one instant.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use engine::worker::Worker;
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio_util::sync::CancellationToken;

use super::{Done, engine, now};

/// How long before the instant they are set.
const AHEAD: TimeDelta = TimeDelta::seconds(2);

/// Lets every copied project have a timer due at one instant, and one worker fire them; prints the count, and in seconds the median, the 99th
/// percentile and the last, from the instant until the decision.
pub(crate) async fn timers(url: &str) -> Done {
    let engine = engine(url).await?;
    let mut db = PgConnection::connect(url).await?;
    let due_at = now() + AHEAD;
    sqlx::query("DELETE FROM timers").execute(&mut db).await?;
    let set = "INSERT INTO timers (project_id, key, due_at, claimable_at)
        SELECT id, 'due/connectivity-test', $1, $1 FROM projects WHERE reference LIKE 'B-%'";
    let count = sqlx::query(set).bind(due_at).execute(&mut db).await?.rows_affected();
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, stop) = (Worker::new(engine.clone()), stop.clone());
        async move { worker.run(stop).await }
    });
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let left = sqlx::query("SELECT count(*) FROM timers WHERE key = 'due/connectivity-test' AND due_at = $1");
        if left.bind(due_at).fetch_one(&mut db).await?.try_get::<i64, _>(0)? == 0 {
            break;
        }
    }
    stop.cancel();
    running.await?;
    let rows = sqlx::query("SELECT updated_at FROM projects WHERE reference LIKE 'B-%'").fetch_all(&mut db).await?;
    let mut late: Vec<f64> = Vec::new();
    for row in rows {
        late.push((row.try_get::<DateTime<Utc>, _>(0)? - due_at).as_seconds_f64());
    }
    late.sort_by(f64::total_cmp);
    let at = |percent: usize| late.get((late.len() * percent / 100).min(late.len() - 1)).copied().unwrap_or_default();
    println!("{count}\t{:.2}\t{:.2}\t{:.2}", at(50), at(99), at(100));
    Ok(())
}
