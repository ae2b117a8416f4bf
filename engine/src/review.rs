//! After a start: letters are held against the configuration, which may be another one than before.

use std::time::Duration;

use store::{Direction, ProjectFilter, Sort, StoreError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use workflow::actor::Actor;
use workflow::command::Command;

use crate::{Engine, Failure, Origin, Request};

/// The phases in which there are letters that can be wrong.
const PHASES: [&str; 2] = ["order", "implementation"];
/// How many projects are looked up at a time.
const AT_A_TIME: u32 = 100;
/// How long to wait when the database does not answer.
const PAUSE_ON_ERROR: Duration = Duration::from_secs(5);

/// Reviews the letters of every project that has any to go by. Where nothing has changed, nothing happens.
pub async fn review_letters(engine: &Engine, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match review_all(engine, &stop).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "letters can't be held against the configuration; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PAUSE_ON_ERROR) => {}
        }
    }
}

async fn review_all(engine: &Engine, stop: &CancellationToken) -> Result<(), StoreError> {
    for phase in PHASES {
        let mut filter = ProjectFilter::all(Sort::Reference, Direction::Ascending, AT_A_TIME);
        filter.phase = Some(phase.to_owned());
        loop {
            let page = engine.store().list(&filter).await?;
            for row in page.items {
                if stop.is_cancelled() {
                    return Ok(());
                }
                if let Ok(project) = Uuid::parse_str(&row.id) {
                    review(engine, project).await;
                }
            }
            filter.cursor = page.next_cursor;
            if filter.cursor.is_none() {
                break;
            }
        }
    }
    Ok(())
}

async fn review(engine: &Engine, project: Uuid) {
    let request = Request::internal(project, Command::ReviewLetters, Actor::system(), Origin::Outside);
    match engine.handle(request).await {
        // Ended or cancelled since it was listed.
        Ok(_) | Err(Failure::Rejected(_) | Failure::NotFound) => {}
        Err(error) => tracing::error!(%project, %error, "letters can't be held against the configuration"),
    }
}
