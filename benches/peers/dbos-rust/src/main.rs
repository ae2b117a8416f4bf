//! Cutovers as durable workflows: `peer-dbos-rust URL COUNT CALLERS ANSWER_AFTER_MS JOURNAL`. A run that was killed is run again with the same
//! words, and goes on. Prints the seconds it took, and the median and 99th percentile of a workflow's milliseconds.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dbos::{Config, DBOS, RunOptions};

type Done<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The steps of a cutover, and which of them call the world outside.
const STEPS: [(&str, bool); 6] =
    [("preflight", false), ("route", true), ("port", true), ("verify", true), ("complete", false), ("notify", false)];

#[tokio::main]
async fn main() -> Done {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, count, callers, millis, journal] = &words[..] else { return Err("URL COUNT CALLERS ANSWER_AFTER_MS JOURNAL".into()) };
    let (count, callers, answers_after): (usize, usize, _) =
        (count.parse()?, callers.parse()?, Duration::from_millis(millis.parse()?));
    let journal = Arc::new(OpenOptions::new().create(true).append(true).open(journal)?);

    let config = Config { app_version: Some("1".to_owned()), max_connections: 20, ..Config::new("cutovers", url) };
    let dbos = DBOS::new(config);
    let cutover = dbos.register_workflow("cutover", move |project: String| {
        let journal = journal.clone();
        async move {
            for (name, calls) in STEPS {
                let (journal, project) = (&journal, &project);
                dbos::step(name, || async move {
                    if calls {
                        call(journal, project, name, answers_after).await;
                    }
                    Ok::<_, dbos::Error>(())
                })
                .await?;
            }
            Ok::<_, dbos::Error>(())
        }
    })?;
    dbos.launch().await?;

    let (cutover, next, start) = (Arc::new(cutover), Arc::new(AtomicUsize::new(0)), Instant::now());
    let mut tasks = Vec::new();
    for _ in 0..callers {
        let (cutover, next) = (cutover.clone(), next.clone());
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    return Done::Ok(took);
                }
                let (id, start) = (format!("project-{n}"), Instant::now());
                cutover.run_with(id.clone(), RunOptions { workflow_id: Some(&id), ..RunOptions::default() }).await?;
                took.push(start.elapsed().as_secs_f64() * 1000.0);
            }
        }));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    let seconds = start.elapsed().as_secs_f64();
    took.sort_by(f64::total_cmp);
    println!("{seconds} {} {}", took[took.len() / 2], took[took.len() * 99 / 100]);
    dbos.shutdown().await;
    Ok(())
}

/// Takes effect on its way, not when its answer arrives.
async fn call(mut journal: &File, project: &str, name: &str, answers_after: Duration) {
    tokio::time::sleep(answers_after / 2).await;
    journal.write_all(format!("- {project} {name}\n").as_bytes()).expect("the journal is a file");
    tokio::time::sleep(answers_after / 2).await;
}
