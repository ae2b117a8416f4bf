//! Timers: one per project and key, fired once.

use serde_json::json;
use store::{CommitError, Derived, Direction, DueTimer, FiredTimer, Loaded, ProjectFilter, Sort, TimerChange};

use crate::support::{World, at, json_text, one, project};

on_both![
    a_timer_is_due_from_its_moment_on_and_fires_once,
    a_timer_set_again_while_claimed_makes_the_claim_stale,
    a_timer_cleared_while_claimed_makes_the_claim_stale,
    a_fired_timer_may_be_set_again_in_the_same_commit,
    a_timer_whose_lease_ran_out_is_due_again_and_the_loser_is_not_heard,
    a_projects_timers_come_one_after_the_other,
    a_projects_timers_are_listed_claimed_or_not,
    what_is_derived_is_rewritten_without_a_version,
];

fn set(key: &str, minute: i64) -> TimerChange {
    TimerChange::Set { key: key.to_owned(), due_at: at(minute) }
}

fn fired(timer: &DueTimer, worker: &str) -> FiredTimer {
    FiredTimer { key: timer.key.clone(), due_at: timer.due_at, claimed_by: worker.to_owned() }
}

async fn world_with_timer(world: &World) {
    world.new_project("a").await;
    world
        .amend("a", 0, |commit| {
            commit.timers = vec![set("t", 9), set("t", 5), set("later", 90)];
        })
        .await
        .unwrap();
}

async fn claim(world: &World, minute: i64, worker: &str) -> Vec<DueTimer> {
    world.store.claim_timers(at(minute), at(minute + 10), worker, 10).await.unwrap()
}

async fn a_timer_is_due_from_its_moment_on_and_fires_once(world: World) {
    world_with_timer(&world).await;
    assert_eq!(claim(&world, 4, "me").await, []);
    let due = one(claim(&world, 5, "me").await);
    assert_eq!(due, DueTimer { project_id: "a".to_owned(), project_version: 2, key: "t".to_owned(), due_at: at(5) });
    assert_eq!(claim(&world, 6, "other").await, []);

    world
        .amend("a", 6, |commit| {
            commit.fired_timer = Some(fired(&due, "me"));
        })
        .await
        .unwrap();
    let again = world
        .amend("a", 7, |commit| {
            commit.fired_timer = Some(fired(&due, "me"));
        })
        .await;
    assert!(matches!(again, Err(CommitError::StaleClaim)), "{again:?}");
    assert_eq!(claim(&world, 60, "me").await, []);
    assert_eq!(one(claim(&world, 90, "me").await).key, "later");
}

async fn a_timer_set_again_while_claimed_makes_the_claim_stale(world: World) {
    for moved_to in [20, 5] {
        let id = moved_to.to_string();
        world.new_project(&id).await;
        world.amend(&id, 0, |commit| commit.timers = vec![set("t", 5)]).await.unwrap();
        let due = one(claim(&world, 5, "me").await);
        world.amend(&id, 6, |commit| commit.timers = vec![set("t", moved_to)]).await.unwrap();
        let stale = world
            .amend(&id, 7, |commit| {
                commit.fired_timer = Some(fired(&due, "me"));
            })
            .await;
        assert!(matches!(stale, Err(CommitError::StaleClaim)), "{stale:?}");
        assert_eq!(one(claim(&world, 20, "other").await).due_at, at(moved_to), "the timer stands as set");
        world
            .amend(&id, 21, |commit| {
                commit.timers = vec![TimerChange::Clear { key: "t".to_owned() }];
            })
            .await
            .unwrap();
    }
}

async fn a_timer_cleared_while_claimed_makes_the_claim_stale(world: World) {
    world_with_timer(&world).await;
    let due = one(claim(&world, 5, "me").await);
    let clear = |key: &str| TimerChange::Clear { key: key.to_owned() };
    world
        .amend("a", 6, |commit| {
            commit.timers = vec![clear("t"), clear("absent")];
        })
        .await
        .unwrap();
    let stale = world
        .amend("a", 7, |commit| {
            commit.fired_timer = Some(fired(&due, "me"));
        })
        .await;
    assert!(matches!(stale, Err(CommitError::StaleClaim)), "{stale:?}");
}

async fn a_fired_timer_may_be_set_again_in_the_same_commit(world: World) {
    world_with_timer(&world).await;
    let due = one(claim(&world, 5, "me").await);
    world
        .amend("a", 6, |commit| {
            commit.fired_timer = Some(fired(&due, "me"));
            commit.timers = vec![set("t", 15)];
        })
        .await
        .unwrap();
    assert_eq!(one(claim(&world, 15, "me").await).due_at, at(15));
}

async fn a_timer_whose_lease_ran_out_is_due_again_and_the_loser_is_not_heard(world: World) {
    world_with_timer(&world).await;
    let lost = one(claim(&world, 5, "lost").await);
    let held = one(claim(&world, 15, "holder").await);
    assert_eq!(held, lost);
    let stale = world
        .amend("a", 16, |commit| {
            commit.fired_timer = Some(fired(&lost, "lost"));
        })
        .await;
    assert!(matches!(stale, Err(CommitError::StaleClaim)), "{stale:?}");
    world
        .amend("a", 16, |commit| {
            commit.fired_timer = Some(fired(&held, "holder"));
        })
        .await
        .unwrap();
}

/// Whoever holds the first is still deciding what it means; it may clear the next.
async fn a_projects_timers_come_one_after_the_other(world: World) {
    world.new_project("a").await;
    world.amend("a", 1, |commit| commit.timers = vec![set("first", 1), set("second", 2)]).await.unwrap();
    let keys = |due: Vec<DueTimer>| due.into_iter().map(|timer| timer.key).collect::<Vec<_>>();
    let claimed = world.store.claim_timers(at(3), at(5), "one", 1).await.unwrap();
    assert_eq!(keys(claimed), ["first"]);
    let passed_over = world.store.claim_timers(at(4), at(6), "other", 10).await.unwrap();
    assert_eq!(keys(passed_over), [""; 0]);
    let after_its_lease = world.store.claim_timers(at(5), at(7), "other", 10).await.unwrap();
    assert_eq!(keys(after_its_lease), ["first", "second"]);
}

async fn a_projects_timers_are_listed_claimed_or_not(world: World) {
    world_with_timer(&world).await;
    claim(&world, 5, "me").await;
    let listed = world.store.timers_of("a").await.unwrap();
    assert_eq!(listed, [("later".to_owned(), at(90)), ("t".to_owned(), at(5))]);
    assert_eq!(world.store.timers_of("b").await.unwrap(), []);
}

async fn what_is_derived_is_rewritten_without_a_version(world: World) {
    world_with_timer(&world).await;
    let before = world.store.load("a").await.unwrap().unwrap();
    let mut columns = project("a").columns;
    columns.next_due_on = Some("2027-01-25".parse().unwrap());
    let timers = vec![set("new", 7), TimerChange::Clear { key: "later".to_owned() }];
    let (project_id, made) = ("a".to_owned(), json!({"made": "anew"}));
    let derived = Derived { project_id, version: before.version, state: json_text(&made), columns: columns.clone(), timers };
    assert!(world.store.rewrite_derived(&derived).await.unwrap());
    assert_eq!(
        world.store.load("a").await.unwrap().unwrap(),
        Loaded { state: made, ..before.clone() },
        "nothing has happened to it"
    );
    let listed = world.store.list(&ProjectFilter::all(Sort::Created, Direction::Ascending, 10)).await.unwrap();
    assert_eq!(one(listed.items).columns, columns);
    let listed = world.store.timers_of("a").await.unwrap();
    assert_eq!(listed, [("new".to_owned(), at(7)), ("t".to_owned(), at(5))]);

    let stale = Derived { version: before.version - 1, timers: vec![set("stale", 1)], ..derived };
    assert!(!world.store.rewrite_derived(&stale).await.unwrap(), "another version is in force");
    assert_eq!(world.store.timers_of("a").await.unwrap().len(), 2);
}
