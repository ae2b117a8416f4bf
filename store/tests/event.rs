//! The trail is complete, in order, and never changes.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection};
use store::{Commit, Store, StoreError, StoredEvent};
use tokio::task::JoinSet;

use crate::support::{World, at, event, project};

on_both![
    a_projects_trail_counts_from_1_and_is_read_in_parts,
    the_feed_goes_on_where_the_reader_was,
    events_are_append_only,
    a_reader_beside_writers_gets_every_event_once_and_in_order,
    a_position_that_was_never_handed_out_is_refused,
];

async fn a_projects_trail_counts_from_1_and_is_read_in_parts(world: World) {
    world.new_project("a").await;
    world.new_project("b").await;
    world
        .amend("a", 5, |commit| {
            commit.events = vec![event("x"), event("y")];
        })
        .await
        .unwrap();

    let trail = world.store.events_of("a", 0, 10).await.unwrap();
    let told: Vec<_> = trail.iter().map(|e| (e.seq, e.version, e.kind.as_str(), e.at)).collect();
    assert_eq!(told, [(1, 1, "project_created", at(0)), (2, 2, "x", at(5)), (3, 2, "y", at(5))]);
    let last = trail.last().unwrap();
    assert_eq!((last.project_id.as_str(), last.reference.as_str()), ("a", "2027-a"));
    assert_eq!((&last.actor, &last.data), (&json!({"role": "engineer"}), &json!({"note": "ok"})));

    assert_eq!(world.store.events_of("a", 1, 1).await.unwrap(), trail[1..2]);
    assert_eq!(world.store.events_of("a", 3, 10).await.unwrap(), []);
}

fn seen(events: &[StoredEvent]) -> Vec<(&str, i64)> {
    events.iter().map(|event| (event.project_id.as_str(), event.seq)).collect()
}

async fn the_feed_goes_on_where_the_reader_was(world: World) {
    assert_eq!(world.store.feed_end().await.unwrap(), None);
    assert_eq!(world.store.last_event_at().await.unwrap(), None);
    world.new_project("a").await;
    world.new_project("b").await;
    world.amend("a", 5, |commit| commit.events = vec![event("x")]).await.unwrap();

    let all = world.feed(3).await;
    assert_eq!(seen(&all), [("a", 1), ("b", 1), ("a", 2)]);
    let first = world.store.feed(None, None, 2).await.unwrap();
    assert_eq!(first, all[..2]);
    assert_eq!(world.store.feed(Some(&first[1].position), None, 2).await.unwrap(), all[2..]);
    assert_eq!(seen(&world.store.feed(None, Some("a"), 10).await.unwrap()), [("a", 1), ("a", 2)]);
    assert_eq!(seen(&world.store.feed(Some(&all[0].position), Some("a"), 10).await.unwrap()), [("a", 2)]);
    // One project's trail has the same positions.
    assert_eq!(world.store.events_of("b", 0, 10).await.unwrap(), all[1..2]);

    let end = world.store.feed_end().await.unwrap();
    assert_eq!(end.as_ref(), Some(&all[2].position));
    assert_eq!(world.store.feed(end.as_deref(), None, 10).await.unwrap(), []);
    assert_eq!(world.store.last_event_at().await.unwrap(), Some(at(5)));
}

async fn events_are_append_only(world: World) {
    world.new_project("a").await;
    let before = world.store.events_of("a", 0, 10).await.unwrap();
    let mut attempts = vec!["UPDATE events SET kind = 'forged'", "DELETE FROM events"];
    if world.is_postgres() {
        attempts.push("TRUNCATE events");
    }
    for attempt in attempts {
        let refused = world.execute(attempt).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{attempt}: {refused}");
    }
    assert_eq!(world.store.events_of("a", 0, 10).await.unwrap(), before);
}

const WRITERS: i64 = 6;
const COMMITS: i64 = 25;

async fn write_many(store: Store, writer: i64) {
    for version in 0..COMMITS {
        let mut commit = Commit::new(project(&writer.to_string()), version, at(version));
        commit.events = vec![event("x"), event("y")];
        store.commit(commit).await.unwrap();
    }
}

/// Reads a little more; false if there is nothing to read.
async fn read_on(world: &World, read: &mut Vec<StoredEvent>) -> bool {
    let after = read.last().map(|event| event.position.clone());
    let more = world.store.feed(after.as_deref(), None, 7).await.unwrap();
    let some = !more.is_empty();
    read.extend(more);
    some
}

async fn a_reader_beside_writers_gets_every_event_once_and_in_order(world: World) {
    let other_server = Store::open(&world.url).await.unwrap();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = if writer % 2 == 0 { world.store.clone() } else { other_server.clone() };
        writers.spawn(write_many(store, writer));
    }
    let mut read: Vec<StoredEvent> = Vec::new();
    while !writers.is_empty() {
        read_on(&world, &mut read).await;
        while let Some(ended) = writers.try_join_next() {
            ended.unwrap();
        }
    }
    world.feed(usize::try_from(WRITERS * COMMITS * 2).unwrap()).await;
    while read_on(&world, &mut read).await {}

    let distinct: BTreeSet<_> = read.iter().map(|event| (event.project_id.clone(), event.seq)).collect();
    assert_eq!(i64::try_from(distinct.len()).unwrap(), WRITERS * COMMITS * 2, "none is skipped");
    assert_eq!(distinct.len(), read.len(), "none comes twice");
    for writer in 0..WRITERS {
        let id = writer.to_string();
        let order: Vec<i64> = read.iter().filter(|event| event.project_id == id).map(|event| event.seq).collect();
        assert!(order.is_sorted(), "{order:?}");
    }
    other_server.close().await;
}

async fn a_position_that_was_never_handed_out_is_refused(world: World) {
    for position in ["", "7", "x.1", "1.x", "1.2.3"] {
        let refused = world.store.feed(Some(position), None, 1).await.unwrap_err();
        assert!(matches!(refused, StoreError::BadCursor), "{position}: {refused:?}");
    }
}

/// Like a commit: an event that is written long before its transaction ends.
const SLOW_EVENT: &str = "
    INSERT INTO events (project_id, seq, version, at, actor, kind, data)
    VALUES ('a', 2, 2, now(), '{}', 'slow', '{}')";

/// SQLite has one writer: this can only happen on PostgreSQL.
#[tokio::test]
async fn an_event_that_commits_late_is_not_skipped_and_those_after_it_wait() {
    let world = World::postgres().await;
    world.new_project("a").await;
    world.feed(1).await;
    let start = world.store.feed_end().await.unwrap();

    let mut slow = PgConnection::connect(&world.url).await.unwrap();
    let mut transaction = slow.begin().await.unwrap();
    transaction.execute(SLOW_EVENT).await.unwrap();
    world.new_project("b").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    // b's event is there, but a reader that saw it now would go on after it and miss the slow one.
    assert_eq!(world.store.events_of("b", 0, 10).await.unwrap().len(), 1);
    assert_eq!(world.store.feed(start.as_deref(), None, 10).await.unwrap(), []);
    assert_eq!(world.store.feed_end().await.unwrap(), start);

    transaction.commit().await.unwrap();
    world.feed(3).await;
    assert_eq!(seen(&world.store.feed(start.as_deref(), None, 10).await.unwrap()), [("a", 2), ("b", 1)]);
}

/// A dump restored to a new server brings transaction numbers that this server has not reached.
#[tokio::test]
async fn events_go_on_in_order_after_a_restore_to_another_server() {
    let world = World::postgres().await;
    world.new_project("a").await;
    world
        .execute(
            "INSERT INTO events (tx, project_id, seq, version, at, actor, kind, data)
             VALUES (4000000000, 'a', 2, 2, now(), '{}', 'from the old server', '{}')",
        )
        .await
        .unwrap();
    for id in ["b", "c"] {
        let reopened = Store::open(&world.url).await.unwrap();
        let mut commit = Commit::new(project(id), 0, at(0));
        commit.events = vec![event("project_created")];
        reopened.commit(commit).await.unwrap();
        reopened.close().await;
    }
    let feed = world.feed(4).await;
    assert_eq!(seen(&feed), [("a", 1), ("a", 2), ("b", 1), ("c", 1)]);
    let after_restore = world.store.feed(Some(&feed[1].position), None, 10).await.unwrap();
    assert_eq!(seen(&after_restore), [("b", 1), ("c", 1)]);
}
