//! Letters follow what they speak of.

use serde_json::json;

use crate::support::intake::bakery;
use crate::support::job::{Job, wait};
use crate::support::world::{Adapters, Database, World};

/// The contractor moves: its address comes with the configuration, and letters that were not sent yet follow it.
#[tokio::test]
async fn drafts_follow_the_configuration_after_a_start() {
    let mut world = World::with(Database::Sqlite, Adapters::ByHand).await;
    let job = Job::start(&world.api, &bakery()).await;
    job.to_order().await;
    world.stop().await;
    world.rename_contractor("Dynamx Zakelijk");
    world.start().await;
    wait("the letters to be made anew", async || {
        let letters = job.letters().await;
        if letters.len() == 8 { Ok(()) } else { Err(json!(letters)) }
    })
    .await;
    assert_eq!(job.letters().await.iter().filter(|letter| letter["replaced"] == false).count(), 4);
}
