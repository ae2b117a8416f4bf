//! The hint that there is something to do.

use std::time::Duration;

use store::{Commit, Store};
use tokio::time::timeout;

use crate::support::{World, at, effect, project};

on_both![work_wakes_the_worker_even_if_it_was_not_waiting_yet, a_commit_without_work_wakes_nobody];

/// Longer than a hint takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// Long enough for a hint that is sent to arrive.
const SHORT: Duration = Duration::from_millis(300);

/// On PostgreSQL the store listens a moment after it was opened; a hint before that is lost, as hints may be.
async fn listening(world: &World) {
    for number in 0.. {
        world.project_with_effects(&format!("first {number}"), &[&format!("first {number}")]).await;
        if timeout(SHORT, world.store.wait_for_wake()).await.is_ok() {
            return;
        }
    }
}

async fn work_wakes_the_worker_even_if_it_was_not_waiting_yet(world: World) {
    listening(&world).await;
    world.project_with_effects("a", &["e"]).await;
    timeout(LONG, world.store.wait_for_wake()).await.unwrap();

    let timer = store::TimerChange::Set { key: "t".to_owned(), due_at: at(1) };
    world.amend("a", 1, |commit| commit.timers = vec![timer]).await.unwrap();
    timeout(LONG, world.store.wait_for_wake()).await.unwrap();
}

async fn a_commit_without_work_wakes_nobody(world: World) {
    listening(&world).await;
    world.new_project("a").await;
    assert!(timeout(SHORT, world.store.wait_for_wake()).await.is_err());
}

#[tokio::test]
async fn on_postgres_work_wakes_the_workers_of_other_servers() {
    let world = World::postgres().await;
    listening(&world).await;
    let other_server = Store::open(&world.url).await.unwrap();
    let mut commit = Commit::new(project("a"), 0, at(0));
    commit.new_effects = vec![effect("e")];
    other_server.commit(commit).await.unwrap();
    timeout(LONG, world.store.wait_for_wake()).await.unwrap();
    other_server.close().await;
}
