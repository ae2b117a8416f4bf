//! Workers share what is to be done by leases, and only who holds a claim is heard.

use serde_json::json;
use store::{AnsweredEffect, CommitError, EffectState, Settle};
use tokio::task::JoinSet;

use crate::support::{PBX, World, at, done, effect, one, settled};

on_both![
    an_effect_is_claimed_from_its_due_moment_on_and_by_one_worker,
    workers_that_claim_at_once_get_different_effects,
    a_claim_takes_no_more_than_asked_for,
    a_claim_takes_only_the_adapters_effects,
    an_effect_whose_lease_ran_out_is_claimed_again_and_says_so,
    who_lost_the_lease_is_not_heard,
    a_lease_can_be_extended,
    an_effect_to_be_retried_waits_until_then,
    an_answer_counts_once,
    an_answer_may_come_before_the_worker_has_said_that_it_waits,
    a_withdrawn_effect_is_not_claimed_and_one_that_is_done_stays_done,
    a_held_effect_is_not_claimed_until_it_is_rearmed_and_a_claimed_one_is_left_to_its_worker,
    the_next_due_moment_is_the_earliest_of_effects_timers_and_leases,
];

async fn an_effect_is_claimed_from_its_due_moment_on_and_by_one_worker(world: World) {
    world.project_with_effects("a", &["e"]).await;
    assert_eq!(world.claim(0, "me").await, []);
    let claimed = one(world.claim(1, "me").await);
    assert_eq!((claimed.id.as_str(), claimed.project_id.as_str(), claimed.kind.as_str()), ("e", "a", "pbx.route"));
    assert_eq!(claimed.payload, json!({"effect": "e"}));
    assert_eq!((claimed.attempt, claimed.previous_attempt_lost, claimed.created_at), (1, false, at(0)));
    assert_eq!(world.claim(2, "other").await, []);
    assert_eq!(world.claim(2, "me").await, []);

    world
        .amend("a", 3, |commit| {
            commit.settled = Some(settled(&claimed, "me", done(json!({"ok": true}))));
        })
        .await
        .unwrap();
    assert_eq!(world.claim(60, "me").await, []);
    let kept = world.store.effect("e").await.unwrap().unwrap();
    assert_eq!((kept.state, kept.outcome), (EffectState::Done, Some(json!({"ok": true}))));
    assert_eq!((kept.attempts, kept.settled_at, kept.claimed_by), (1, Some(at(3)), None));
}

async fn workers_that_claim_at_once_get_different_effects(world: World) {
    let ids: Vec<String> = (0..40).map(|number| format!("e{number:02}")).collect();
    world.project_with_effects("a", &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let other_server = store::Store::open(&world.url).await.unwrap();
    let mut racing = JoinSet::new();
    for number in 0..8 {
        let store = if number % 2 == 0 { world.store.clone() } else { other_server.clone() };
        racing.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = store.claim_effects(at(1), at(11), &format!("w{number}"), 3, PBX).await.unwrap();
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|effect| effect.id));
            }
        });
    }
    let mut all = racing.join_all().await.concat();
    all.sort();
    assert_eq!(all, ids);
    other_server.close().await;
}

async fn a_claim_takes_no_more_than_asked_for(world: World) {
    world.project_with_effects("a", &["e1", "e2", "e3"]).await;
    let first = world.store.claim_effects(at(1), at(11), "me", 2, PBX).await.unwrap();
    let second = world.store.claim_effects(at(1), at(11), "me", 2, PBX).await.unwrap();
    assert_eq!((first.len(), second.len()), (2, 1));
}

async fn a_claim_takes_only_the_adapters_effects(world: World) {
    world.project_with_effects("a", &["e1", "e2"]).await;
    for others in ["mail", "pbx.", "pb", "pbx.route", "route", ""] {
        assert_eq!(world.store.claim_effects(at(1), at(11), "me", 9, others).await.unwrap(), [], "{others}");
    }
    assert_eq!(world.store.claim_effects(at(1), at(11), "me", 9, PBX).await.unwrap().len(), 2);
}

async fn an_effect_whose_lease_ran_out_is_claimed_again_and_says_so(world: World) {
    world.project_with_effects("a", &["e"]).await;
    world.claim(1, "lost").await;
    assert_eq!(world.claim(10, "me").await, [], "the lease runs until minute 11");
    let again = one(world.claim(11, "me").await);
    assert_eq!((again.attempt, again.previous_attempt_lost), (2, true));

    // What became of the lost attempt stays unknown, however often it is tried again.
    assert!(world.store.postpone_effect("e", 2, "me", at(12), "no answer").await.unwrap());
    let third = one(world.claim(12, "me").await);
    assert_eq!((third.attempt, third.previous_attempt_lost), (3, true));
}

async fn who_lost_the_lease_is_not_heard(world: World) {
    world.project_with_effects("a", &["e"]).await;
    let lost = one(world.claim(1, "lost").await);
    let held = one(world.claim(11, "holder").await);

    let stale = world
        .amend("a", 12, |commit| {
            commit.settled = Some(settled(&lost, "lost", done(json!(1))));
        })
        .await;
    assert!(matches!(stale, Err(CommitError::StaleClaim)), "{stale:?}");
    assert!(!world.store.postpone_effect("e", 1, "lost", at(13), "late").await.unwrap());
    assert!(!world.store.extend_lease("e", 1, "lost", at(99)).await.unwrap());
    // Neither under the holder's name nor with the holder's attempt: it takes both.
    let stale = world
        .amend("a", 12, |commit| {
            commit.settled = Some(settled(&lost, "holder", done(json!(1))));
        })
        .await;
    assert!(matches!(stale, Err(CommitError::StaleClaim)), "{stale:?}");
    let stale = world
        .amend("a", 12, |commit| {
            commit.settled = Some(settled(&held, "lost", done(json!(1))));
        })
        .await;
    assert!(matches!(stale, Err(CommitError::StaleClaim)), "{stale:?}");
    assert_eq!(world.store.load("a").await.unwrap().unwrap().version, 1);

    world
        .amend("a", 12, |commit| {
            commit.settled = Some(settled(&held, "holder", done(json!(2))));
        })
        .await
        .unwrap();
    let twice = world
        .amend("a", 13, |commit| {
            commit.settled = Some(settled(&held, "holder", done(json!(3))));
        })
        .await;
    assert!(matches!(twice, Err(CommitError::StaleClaim)), "{twice:?}");
    assert_eq!(world.store.effect("e").await.unwrap().unwrap().outcome, Some(json!(2)));
}

async fn a_lease_can_be_extended(world: World) {
    world.project_with_effects("a", &["e"]).await;
    world.claim(1, "me").await;
    assert!(world.store.extend_lease("e", 1, "me", at(30)).await.unwrap());
    assert_eq!(world.claim(29, "other").await, []);
    assert_eq!(world.claim(30, "other").await.len(), 1);
}

async fn an_effect_to_be_retried_waits_until_then(world: World) {
    world.project_with_effects("a", &["e"]).await;
    let first = one(world.claim(1, "me").await);
    let retry = Settle::RetryAt { at: at(5), error: "503".to_owned() };
    world
        .amend("a", 2, |commit| {
            commit.settled = Some(settled(&first, "me", retry));
        })
        .await
        .unwrap();
    let kept = world.store.effect("e").await.unwrap().unwrap();
    assert_eq!((kept.state, kept.claimable_at, kept.last_error.as_deref()), (EffectState::Pending, Some(at(5)), Some("503")));

    assert_eq!(world.claim(4, "me").await, []);
    let second = one(world.claim(5, "me").await);
    assert_eq!((second.attempt, second.previous_attempt_lost), (2, false));
    assert!(world.store.postpone_effect("e", 2, "me", at(8), "timeout").await.unwrap());
    assert_eq!(world.claim(7, "me").await, []);
    assert_eq!(one(world.claim(8, "me").await).attempt, 3);
    assert_eq!(world.store.effect("e").await.unwrap().unwrap().last_error.as_deref(), Some("timeout"));
}

async fn the_next_due_moment_is_the_earliest_of_effects_timers_and_leases(world: World) {
    assert_eq!(world.store.next_due_at().await.unwrap(), None);
    world.project_with_effects("a", &["e"]).await;
    assert_eq!(world.store.next_due_at().await.unwrap(), Some(at(1)));
    world.claim(1, "me").await;
    assert_eq!(world.store.next_due_at().await.unwrap(), Some(at(11)), "the lease's end");
    let timer = store::TimerChange::Set { key: "t".to_owned(), due_at: at(7) };
    world.amend("a", 2, |commit| commit.timers = vec![timer]).await.unwrap();
    assert_eq!(world.store.next_due_at().await.unwrap(), Some(at(7)));
    world.store.claim_timers(at(7), at(20), "me", 1).await.unwrap();
    world.amend("a", 8, |commit| commit.new_effects = vec![effect("soon")]).await.unwrap();
    assert_eq!(world.store.next_due_at().await.unwrap(), Some(at(1)));
}

async fn an_answer_counts_once(world: World) {
    world.project_with_effects("a", &["e"]).await;
    world.new_project("b").await;
    let claimed = one(world.claim(1, "me").await);
    let waiting = Settle::Waiting { detail: json!("asked") };
    world
        .amend("a", 2, |commit| {
            commit.settled = Some(settled(&claimed, "me", waiting));
        })
        .await
        .unwrap();
    let effect = world.store.effect("e").await.unwrap().unwrap();
    assert_eq!((effect.state, effect.outcome, effect.claimable_at), (EffectState::Waiting, Some(json!("asked")), None));
    assert!(world.claim(60, "me").await.is_empty(), "what waits is not claimed");

    let answer = |outcome: &str| Some(AnsweredEffect { id: "e".to_owned(), outcome: json!(outcome) });
    let refused = world.amend("b", 3, |commit| commit.answered = answer("not its effect")).await.unwrap_err();
    assert!(matches!(refused, CommitError::AlreadyHandled), "{refused:?}");
    world.amend("a", 3, |commit| commit.answered = answer("done")).await.unwrap();
    let refused = world.amend("a", 4, |commit| commit.answered = answer("refused")).await.unwrap_err();
    assert!(matches!(refused, CommitError::AlreadyHandled), "{refused:?}");
    let effect = world.store.effect("e").await.unwrap().unwrap();
    assert_eq!((effect.state, effect.outcome, effect.settled_at), (EffectState::Done, Some(json!("done")), Some(at(3))));
}

async fn an_answer_may_come_before_the_worker_has_said_that_it_waits(world: World) {
    world.project_with_effects("a", &["e"]).await;
    let claimed = one(world.claim(1, "me").await);
    let answer = AnsweredEffect { id: "e".to_owned(), outcome: json!("done") };
    world.amend("a", 2, |commit| commit.answered = Some(answer)).await.unwrap();
    let waiting = Settle::Waiting { detail: json!("asked") };
    let stale = world
        .amend("a", 3, |commit| {
            commit.settled = Some(settled(&claimed, "me", waiting));
        })
        .await
        .unwrap_err();
    assert!(matches!(stale, CommitError::StaleClaim), "{stale:?}");
    assert_eq!(world.store.effect("e").await.unwrap().unwrap().outcome, Some(json!("done")));
}

async fn a_withdrawn_effect_is_not_claimed_and_one_that_is_done_stays_done(world: World) {
    world.project_with_effects("a", &["done"]).await;
    let claimed = one(world.claim(1, "me").await);
    world
        .amend("a", 2, |commit| {
            commit.settled = Some(settled(&claimed, "me", done(json!(1))));
        })
        .await
        .unwrap();
    world
        .amend("a", 3, |commit| {
            commit.new_effects = vec![effect("pending"), effect("held")];
        })
        .await
        .unwrap();
    let held = world.store.claim_effects(at(4), at(14), "me", 1, PBX).await.unwrap();

    let all = ["done", "pending", "held"].map(str::to_owned).to_vec();
    world.amend("a", 5, |commit| commit.withdrawn_effects = all).await.unwrap();
    let states: Vec<_> =
        world.store.effects_of("a").await.unwrap().into_iter().map(|effect| (effect.state, effect.settled_at)).collect();
    assert_eq!(
        states,
        [(EffectState::Done, Some(at(2))), (EffectState::Withdrawn, Some(at(5))), (EffectState::Withdrawn, Some(at(5)))]
    );
    assert!(world.claim(60, "other").await.is_empty());
    let stale = world
        .amend("a", 6, |commit| {
            commit.settled = Some(settled(&one(held), "me", done(json!(1))));
        })
        .await;
    assert!(matches!(stale, Err(CommitError::StaleClaim)), "{stale:?}");
}

async fn a_held_effect_is_not_claimed_until_it_is_rearmed_and_a_claimed_one_is_left_to_its_worker(world: World) {
    world.project_with_effects("a", &["e"]).await;
    world.amend("a", 1, |commit| commit.held_effects = vec!["e".to_owned()]).await.unwrap();
    assert_eq!(world.claim(60, "me").await, []);
    world.amend("a", 61, |commit| commit.rearmed_effects = vec![("e".to_owned(), at(70))]).await.unwrap();
    assert_eq!(world.claim(69, "me").await, []);
    let claimed = one(world.claim(70, "me").await);
    world.amend("a", 71, |commit| commit.held_effects = vec!["e".to_owned()]).await.unwrap();
    world.amend("a", 72, |commit| commit.settled = Some(settled(&claimed, "me", done(json!(null))))).await.unwrap();
    world.amend("a", 73, |commit| commit.rearmed_effects = vec![("e".to_owned(), at(73))]).await.unwrap();
    assert_eq!(world.claim(99, "me").await, [], "one that is done stays done");
}
