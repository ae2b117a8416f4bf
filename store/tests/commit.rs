//! All that a decision changes, or nothing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use store::{
    AnsweredEffect, ClaimChange, Commit, CommitError, MessageDirection, NewDocument, NewIdempotency, NewMessage, StoreError,
    TimerChange,
};
use tokio::task::JoinSet;

use crate::support::{World, at, done, effect, event, json_text, one, project, settled};

on_both![
    a_new_project_has_version_1_and_each_commit_adds_1,
    of_commits_upon_the_same_version_one_wins,
    a_commit_upon_no_project_is_told_so,
    no_two_projects_have_the_same_reference,
    when_the_last_insert_fails_nothing_has_happened,
    projects_begun_together_are_begun_all_or_none,
    while_many_projects_are_written_others_get_their_numbers,
    commits_that_wait_together_take_effect_each_by_itself,
    a_commit_takes_effect_though_nobody_waits_for_it,
    of_requests_under_one_key_one_is_answered,
    a_message_counts_once,
    a_message_that_belonged_to_nobody_is_taken_over,
    a_dossier_leads_to_one_project,
];

async fn a_new_project_has_version_1_and_each_commit_adds_1(world: World) {
    world.new_project("a").await;
    assert_eq!(world.store.load("a").await.unwrap().unwrap().version, 1);

    let mut commit = Commit::new(project("a"), 1, at(5));
    let state = json!({"phase": "order", "letters": ["é", 1.5, null]});
    commit.project.state = json_text(&state);
    commit.project.columns.waiting_on = vec![];
    commit.events = vec![event("phase_left"), event("phase_reached")];
    world.store.commit(commit).await.unwrap();

    let loaded = world.store.load("a").await.unwrap().unwrap();
    assert_eq!(loaded.state, state);
    let kept = world.store.state("a").await.unwrap().unwrap();
    assert_eq!((serde_json::from_str::<Value>(&kept.state).unwrap(), kept.version), (state, 2));
    let trail = world.store.events_of("a", 0, 10).await.unwrap();
    let trail: Vec<_> = trail.iter().map(|event| (event.seq, event.version, event.kind.as_str())).collect();
    assert_eq!(trail, [(1, 1, "project_created"), (2, 2, "phase_left"), (3, 2, "phase_reached")]);
    assert_eq!((loaded.version, loaded.created_at, loaded.updated_at), (2, at(0), at(5)));
    assert_eq!(loaded.reference, "2027-a");
}

async fn of_commits_upon_the_same_version_one_wins(world: World) {
    world.new_project("a").await;
    let mut racing = JoinSet::new();
    for _ in 0..8 {
        let store = world.store.clone();
        racing.spawn(async move {
            let mut commit = Commit::new(project("a"), 1, at(1));
            commit.events = vec![event("raced")];
            store.commit(commit).await
        });
    }
    let results = racing.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for lost in results.into_iter().filter_map(Result::err) {
        assert!(matches!(lost, CommitError::VersionConflict { current: 2 }), "{lost:?}");
    }
    assert_eq!(world.store.events_of("a", 0, 100).await.unwrap().len(), 2);
}

async fn a_commit_upon_no_project_is_told_so(world: World) {
    let refused = world.store.commit(Commit::new(project("a"), 3, at(0))).await.unwrap_err();
    assert!(matches!(refused, CommitError::VersionConflict { current: 0 }), "{refused:?}");
    world.new_project("a").await;
    let refused = world.store.commit(Commit::new(project("a"), 0, at(0))).await.unwrap_err();
    assert!(matches!(refused, CommitError::VersionConflict { current: 1 }), "{refused:?}");
}

async fn no_two_projects_have_the_same_reference(world: World) {
    world.new_project("a").await;
    world.new_project("b").await;
    let mut commit = Commit::new(project("c"), 0, at(1));
    commit.project.reference = "2027-a".to_owned();
    let refused = world.store.commit(commit).await.unwrap_err();
    assert!(matches!(refused, CommitError::ReferenceTaken), "{refused:?}");

    let refused = world
        .amend("b", 1, |commit| {
            commit.project.reference = "2027-a".to_owned();
        })
        .await
        .unwrap_err();
    assert!(matches!(refused, CommitError::ReferenceTaken), "{refused:?}");
}

fn document(id: &str) -> NewDocument {
    NewDocument {
        id: id.to_owned(),
        kind: "invoice".to_owned(),
        filename: "factuur.pdf".to_owned(),
        content_type: "application/pdf".to_owned(),
        sha256: "00".repeat(32),
        content: vec![0, 159, 146, 150].into(),
    }
}

async fn when_the_last_insert_fails_nothing_has_happened(world: World) {
    world.project_with_effects("a", &["settled", "withdrawn", "answered"]).await;
    world.amend("a", 0, |commit| commit.documents = vec![document("d1")]).await.unwrap();
    let claimed = world.claim(1, "me").await;
    let settles = claimed.iter().find(|effect| effect.id == "settled").unwrap();
    let before = (
        world.store.load("a").await.unwrap(),
        world.store.effects_of("a").await.unwrap(),
        world.store.next_due_at().await.unwrap(),
    );

    let all = |commit: &mut Commit| {
        commit.project.state = json_text(&json!("changed"));
        commit.events = vec![event("changed")];
        commit.new_effects = vec![effect("new")];
        commit.settled = Some(settled(settles, "me", done(json!(1))));
        commit.withdrawn_effects = vec!["withdrawn".to_owned()];
        commit.answered = Some(AnsweredEffect { id: "answered".to_owned(), outcome: json!(2) });
        commit.timers = vec![TimerChange::Set { key: "t".to_owned(), due_at: at(-5) }];
        commit.claims = ClaimChange::Replace(vec![(100, 199)]);
        commit.message = Some(message("m"));
        commit.dossiers = vec!["DYN-1".to_owned()];
        commit.idempotency = Some(idempotency("k", "f"));
        commit.documents = vec![document("d2")];
    };
    let failed = world
        .amend("a", 2, |commit| {
            all(commit);
            // This id is in use.
            commit.documents.push(document("d1"));
        })
        .await
        .unwrap_err();
    assert!(matches!(failed, CommitError::Store(StoreError::Failed(_))), "{failed:?}");

    let after = (
        world.store.load("a").await.unwrap(),
        world.store.effects_of("a").await.unwrap(),
        world.store.next_due_at().await.unwrap(),
    );
    assert_eq!(after, before);
    assert_eq!(world.store.events_of("a", 0, 10).await.unwrap(), []);
    assert_eq!(world.store.number_holder(100, 199, None).await.unwrap(), None);
    assert_eq!(world.store.messages_of("a").await.unwrap(), []);
    assert_eq!(world.store.project_of_dossier("DYN-1").await.unwrap(), None);
    assert_eq!(world.store.idempotency("client", "k").await.unwrap(), None);
    assert_eq!(world.store.document("d2").await.unwrap(), None);

    // Nothing but the document stood in the way.
    world.amend("a", 2, all).await.unwrap();
    assert_eq!(world.store.next_due_at().await.unwrap(), Some(at(-5)));
    assert_eq!(world.store.effects_of("a").await.unwrap().len(), 4);
    assert!(world.store.document("d2").await.unwrap().is_some());
}

fn idempotency(key: &str, fingerprint: &str) -> NewIdempotency {
    NewIdempotency {
        scope: "client".to_owned(),
        key: key.to_owned(),
        fingerprint: fingerprint.to_owned(),
        status: 201,
        answer: json!({"id": fingerprint}),
    }
}

async fn projects_begun_together_are_begun_all_or_none(world: World) {
    let begun = |id: &str, numbers: (i64, i64)| {
        let mut commit = Commit::new(project(id), 0, at(0));
        commit.events = vec![event("project_created")];
        commit.claims = ClaimChange::Replace(vec![numbers]);
        commit
    };
    let told = AtomicUsize::new(0);
    let tell = |written| told.store(written, Ordering::Relaxed);
    let refused = world.store.commit_all(&[begun("a", (10, 19)), begun("b", (15, 15))], tell).await;
    assert!(matches!(refused, Err(CommitError::NumberTaken { first: 15, .. })), "{refused:?}");
    assert_eq!((world.store.load("a").await.unwrap(), told.load(Ordering::Relaxed)), (None, 2));
    world.store.commit_all(&[begun("a", (10, 19)), begun("b", (20, 20))], tell).await.unwrap();
    for id in ["a", "b"] {
        assert_eq!(world.store.load(id).await.unwrap().unwrap().version, 1);
        assert_eq!(world.store.events_of(id, 0, 10).await.unwrap().len(), 1);
    }
    assert_eq!(told.load(Ordering::Relaxed), 2);
}

/// SQLite has one writer at a time, whatever it writes.
async fn while_many_projects_are_written_others_get_their_numbers(world: World) {
    if !world.is_postgres() {
        return;
    }
    let begun = |id: &str, number: i64| {
        let mut commit = Commit::new(project(id), 0, at(0));
        commit.events = vec![event("project_created")];
        commit.claims = ClaimChange::Replace(vec![(number, number)]);
        commit
    };
    let meanwhile = |written: usize| {
        let id = format!("meanwhile-{written}");
        let other = begun(&id, 100 + i64::try_from(written).unwrap());
        let within = tokio::time::timeout(Duration::from_secs(5), world.store.commit(other));
        let committed = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(within));
        committed.unwrap_or_else(|_| unreachable!("{id} waits for the others")).unwrap();
    };
    world.store.commit_all(&[begun("a", 10), begun("b", 11)], meanwhile).await.unwrap();
    for number in [10, 11, 102] {
        assert!(world.store.number_holder(number, number, None).await.unwrap().is_some(), "{number}");
    }
}

/// Some that wait at the same time are written by one transaction, and what is wrong with one is nobody else's.
async fn commits_that_wait_together_take_effect_each_by_itself(world: World) {
    const COUNT: usize = 60;
    for number in 0..COUNT {
        world.project_with_effects(&format!("p{number:02}"), &[&format!("e{number:02}")]).await;
    }
    let claimed = world.claim(1, "me").await;
    let mut waiting = JoinSet::new();
    for (number, held) in claimed.iter().enumerate() {
        let mut commit = Commit::new(project(&held.project_id), 1, at(2));
        commit.project.columns.city = held.project_id.clone();
        commit.events = vec![event("one"), event("other")];
        let who = if number % 10 == 3 { "somebody else" } else { "me" };
        commit.settled = Some(settled(held, who, done(json!(held.project_id))));
        commit.new_effects = vec![effect(&format!("next-{}", held.id))];
        commit.timers = vec![TimerChange::Set { key: "t".to_owned(), due_at: at(9) }];
        // Another decision upon the same version, which nothing but the version tells from one that may be.
        let too_late =
            (number % 10 == 7).then(|| Commit { settled: None, new_effects: vec![], events: vec![], ..commit.clone() });
        let (store, id) = (world.store.clone(), held.project_id.clone());
        waiting.spawn(async move { (id, store.commit(commit).await) });
        if let Some(too_late) = too_late {
            let (store, id) = (world.store.clone(), format!("late {}", held.project_id));
            waiting.spawn(async move { (id, store.commit(too_late).await) });
        }
    }
    let mut outcomes: Vec<_> = waiting.join_all().await;
    outcomes.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert_eq!(outcomes.len(), COUNT + COUNT / 10);
    for (number, held) in claimed.iter().enumerate() {
        let id = &held.project_id;
        let told = |id: &str| outcomes.iter().find(|(of, _)| of == id).map(|(_, outcome)| outcome).unwrap();
        let stored = world.store.load(id).await.unwrap().unwrap();
        let trail = world.store.events_of(id, 0, 10).await.unwrap();
        let trail: Vec<_> = trail.iter().map(|event| (event.seq, event.version, event.kind.as_str())).collect();
        let effects = world.store.effects_of(id).await.unwrap();
        if number % 10 == 3 {
            assert!(matches!(told(id), Err(CommitError::StaleClaim)), "{:?}", told(id));
            assert_eq!((stored.version, trail, effects.len()), (1, vec![], 1));
            continue;
        }
        let happened = if told(id).is_ok() { vec![(1, 2, "one"), (2, 2, "other")] } else { vec![] };
        assert_eq!((stored.version, trail), (2, happened));
        assert_eq!(world.store.timers_of(id).await.unwrap(), [("t".to_owned(), at(9))]);
        if number % 10 == 7 {
            let both = [told(id), told(&format!("late {id}"))];
            assert_eq!(both.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{both:?}");
            assert!(both.iter().any(|outcome| matches!(outcome, Err(CommitError::VersionConflict { current: 2 }))), "{both:?}");
        } else {
            assert!(told(id).is_ok());
            assert_eq!((effects[0].outcome.clone(), effects[1].id.clone()), (Some(json!(id)), format!("next-{}", held.id)));
        }
    }
}

async fn a_commit_takes_effect_though_nobody_waits_for_it(world: World) {
    world.new_project("a").await;
    let commit = world.store.commit(Commit::new(project("a"), 1, at(1)));
    // Abandoned, or done already, where the disk is quicker than this is asked.
    let _either = tokio::time::timeout(Duration::ZERO, commit).await;
    for _ in 0..500 {
        if world.store.load("a").await.unwrap().unwrap().version == 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    unreachable!("it was dropped");
}

async fn of_requests_under_one_key_one_is_answered(world: World) {
    let mut racing = JoinSet::new();
    for number in 0..8 {
        let store = world.store.clone();
        racing.spawn(async move {
            let id = number.to_string();
            let mut commit = Commit::new(project(&id), 0, at(0));
            commit.idempotency = Some(idempotency("k", &id));
            store.commit(commit).await
        });
    }
    let results = racing.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for lost in results.into_iter().filter_map(Result::err) {
        assert!(matches!(lost, CommitError::IdempotencyKeyUsed), "{lost:?}");
    }
    let created = one(world.store.project_ids(None, 10).await.unwrap());
    let saved = world.store.idempotency("client", "k").await.unwrap().unwrap();
    assert_eq!((saved.fingerprint, saved.answer), (created.clone(), json!({"id": created})));
    assert_eq!((saved.status, saved.created_at), (201, at(0)));

    // A repetition is told so even if the project has moved on meanwhile.
    let mut commit = Commit::new(project(&created), 0, at(0));
    commit.idempotency = Some(idempotency("k", &created));
    let refused = world.store.commit(commit).await.unwrap_err();
    assert!(matches!(refused, CommitError::IdempotencyKeyUsed), "{refused:?}");
}

fn message(external_id: &str) -> NewMessage {
    NewMessage {
        peer: "coin".to_owned(),
        direction: MessageDirection::In,
        external_id: external_id.to_owned(),
        kind: "portingrequestanswer".to_owned(),
        body: json!({"dossierid": "DYN-1"}),
    }
}

async fn a_message_counts_once(world: World) {
    world.new_project("a").await;
    world.amend("a", 1, |commit| commit.message = Some(message("m"))).await.unwrap();
    let refused = world.amend("a", 2, |commit| commit.message = Some(message("m"))).await.unwrap_err();
    assert!(matches!(refused, CommitError::AlreadyHandled), "{refused:?}");
    assert_eq!(world.store.load("a").await.unwrap().unwrap().version, 2);

    // The same id in the other direction is another message.
    let sent = NewMessage { direction: MessageDirection::Out, ..message("m") };
    world.amend("a", 3, |commit| commit.message = Some(sent.clone())).await.unwrap();
    let kept = world.store.messages_of("a").await.unwrap();
    let kept: Vec<_> = kept.iter().map(|message| (message.direction, message.at)).collect();
    assert_eq!(kept, [(MessageDirection::In, at(1)), (MessageDirection::Out, at(3))]);
}

async fn a_message_that_belonged_to_nobody_is_taken_over(world: World) {
    assert!(world.store.record_message(&message("m"), at(0)).await.unwrap());
    assert!(!world.store.record_message(&message("m"), at(1)).await.unwrap());
    assert_eq!(one(world.store.unclaimed_messages(10).await.unwrap()).project_id, None);

    // Also by the commit that creates the project.
    let mut commit = Commit::new(project("a"), 0, at(2));
    commit.message = Some(message("m"));
    world.store.commit(commit).await.unwrap();
    assert_eq!(world.store.unclaimed_messages(10).await.unwrap(), []);
    let kept = one(world.store.messages_of("a").await.unwrap());
    assert_eq!((kept.project_id.as_deref(), kept.at), (Some("a"), at(0)));
    assert_eq!((kept.kind.as_str(), kept.body), ("portingrequestanswer", json!({"dossierid": "DYN-1"})));

    assert!(!world.store.record_message(&message("m"), at(3)).await.unwrap());
    let refused = world.amend("a", 4, |commit| commit.message = Some(message("m"))).await.unwrap_err();
    assert!(matches!(refused, CommitError::AlreadyHandled), "{refused:?}");
}

async fn a_dossier_leads_to_one_project(world: World) {
    world.new_project("a").await;
    world.new_project("b").await;
    let name = |commit: &mut Commit| commit.dossiers = vec!["DYN-1".to_owned(), "DYN-2".to_owned()];
    world.amend("a", 1, name).await.unwrap();
    world.amend("a", 2, name).await.unwrap();
    let refused = world.amend("b", 3, name).await.unwrap_err();
    assert!(matches!(&refused, CommitError::DossierTaken { dossier_id } if dossier_id == "DYN-1"), "{refused:?}");
    assert_eq!(world.store.project_of_dossier("DYN-2").await.unwrap().as_deref(), Some("a"));
    assert_eq!(world.store.project_of_dossier("DYN-3").await.unwrap(), None);
}
