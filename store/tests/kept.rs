//! What is kept comes back as it was given: answers, documents, tokens, facts about the database.

use serde_json::json;
use store::{Document, NewDocument, NewIdempotency, NewToken, Session, Store, StoreError, Token};

use crate::support::{World, at};

on_both![
    old_answers_are_pruned,
    a_document_comes_back_byte_for_byte,
    a_token_is_found_by_its_hash_until_it_is_revoked,
    a_session_is_found_until_it_is_ended_or_forgotten,
    a_database_says_how_large_it_is,
    a_fact_is_set_once,
    a_fact_that_changes_is_set_again,
    what_was_committed_is_there_after_opening_again,
    a_closed_store_says_that_it_is_not_available,
    a_database_that_starts_again_costs_at_most_a_failed_question,
    the_databases_own_clock_is_told_where_there_is_one,
];

async fn a_database_that_starts_again_costs_at_most_a_failed_question(world: World) {
    world.new_project("a").await;
    for _ in 0..5 {
        world.restart_database();
        match world.store.load("a").await {
            Ok(project) => assert!(project.is_some()),
            Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}"),
        }
    }
    let answers = async {
        while world.store.ping().await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let found = tokio::time::timeout(std::time::Duration::from_secs(10), answers).await;
    assert!(found.is_ok(), "the store finds its database again");
    world.amend("a", 1, |_| {}).await.unwrap();
}

async fn a_database_says_how_large_it_is(world: World) {
    let empty = world.store.size_bytes().await.unwrap();
    assert!(empty > 10_000, "{empty}");
    world.new_project("a").await;
    assert!(world.store.size_bytes().await.unwrap() >= empty);
}

async fn the_databases_own_clock_is_told_where_there_is_one(world: World) {
    let one = world.store.server_time().await.unwrap();
    let other = world.store.server_time().await.unwrap();
    assert_eq!(one.is_some(), world.is_postgres());
    assert!(one <= other);
}

async fn old_answers_are_pruned(world: World) {
    world.new_project("a").await;
    for (key, minute) in [("old", 1), ("new", 2)] {
        let answer = NewIdempotency {
            scope: "client".to_owned(),
            key: key.to_owned(),
            fingerprint: "f".to_owned(),
            status: 200,
            answer: json!({"items": []}),
        };
        world.amend("a", minute, |commit| commit.idempotency = Some(answer)).await.unwrap();
    }
    assert_eq!(world.store.prune_idempotency(at(2)).await.unwrap(), 1);
    assert_eq!(world.store.idempotency("client", "old").await.unwrap(), None);
    assert!(world.store.idempotency("client", "new").await.unwrap().is_some());
    assert_eq!(world.store.idempotency("another client", "new").await.unwrap(), None);
}

async fn a_document_comes_back_byte_for_byte(world: World) {
    world.new_project("a").await;
    let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let given = NewDocument {
        id: "d".to_owned(),
        kind: "signed_authorization".to_owned(),
        filename: "machtiging één.pdf".to_owned(),
        content_type: "application/pdf".to_owned(),
        sha256: "ab".repeat(32),
        content: content.clone().into(),
    };
    world.amend("a", 4, |commit| commit.documents = vec![given]).await.unwrap();
    let expected = Document {
        id: "d".to_owned(),
        project_id: "a".to_owned(),
        kind: "signed_authorization".to_owned(),
        filename: "machtiging één.pdf".to_owned(),
        content_type: "application/pdf".to_owned(),
        sha256: "ab".repeat(32),
        created_at: at(4),
        content,
    };
    assert_eq!(world.store.document("d").await.unwrap(), Some(expected));
    assert_eq!(world.store.document_project("d").await.unwrap().as_deref(), Some("a"));
    assert_eq!(world.store.document("e").await.unwrap(), None);
    assert_eq!(world.store.document_project("e").await.unwrap(), None);
}

async fn a_token_is_found_by_its_hash_until_it_is_revoked(world: World) {
    world.new_project("a").await;
    for (id, role, project_id, minute) in [("2", "customer", Some("a"), 1), ("1", "project_manager", None, 0)] {
        let token = NewToken {
            id: id.to_owned(),
            name: "portal".to_owned(),
            role: role.to_owned(),
            project_id: project_id.map(str::to_owned),
            sha256: id.repeat(64),
            created_at: at(minute),
        };
        world.store.create_token(&token).await.unwrap();
    }
    let expected = Token {
        id: "2".to_owned(),
        name: "portal".to_owned(),
        role: "customer".to_owned(),
        project_id: Some("a".to_owned()),
        sha256: "2".repeat(64),
        created_at: at(1),
        revoked_at: None,
    };
    assert_eq!(world.store.token_by_hash(&"2".repeat(64)).await.unwrap(), Some(expected));
    assert_eq!(world.store.token_by_hash(&"3".repeat(64)).await.unwrap(), None);

    assert!(world.store.revoke_token("2", at(7)).await.unwrap());
    assert!(!world.store.revoke_token("2", at(8)).await.unwrap());
    assert!(!world.store.revoke_token("3", at(8)).await.unwrap());
    assert_eq!(world.store.token_by_hash(&"2".repeat(64)).await.unwrap(), None);
    let listed: Vec<_> = world.store.tokens().await.unwrap().into_iter().map(|token| (token.id, token.revoked_at)).collect();
    assert_eq!(listed, [("1".to_owned(), None), ("2".to_owned(), Some(at(7)))]);
}

async fn a_fact_that_changes_is_set_again(world: World) {
    for value in ["1", "2", "2"] {
        world.store.set_meta("timers", value).await.unwrap();
        assert_eq!(world.store.meta("timers").await.unwrap().as_deref(), Some(value));
    }
}

async fn a_fact_is_set_once(world: World) {
    assert_eq!(world.store.meta("clock").await.unwrap(), None);
    assert_eq!(world.store.set_meta_if_absent("clock", "simulated").await.unwrap(), "simulated");
    assert_eq!(world.store.set_meta_if_absent("clock", "real").await.unwrap(), "simulated");
    assert_eq!(world.store.meta("clock").await.unwrap().as_deref(), Some("simulated"));
}

async fn what_was_committed_is_there_after_opening_again(world: World) {
    world.new_project("a").await;
    let before = world.store.load("a").await.unwrap();
    world.store.close().await;
    let reopened = Store::open(&world.url).await.unwrap();
    assert_eq!(reopened.load("a").await.unwrap(), before);
    reopened.close().await;
}

async fn a_closed_store_says_that_it_is_not_available(world: World) {
    world.store.ping().await.unwrap();
    world.store.close().await;
    let refused = world.store.ping().await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_refused_without_showing_its_password() {
    for url in [
        "mysql://u:secret@localhost/x",
        "secret",
        "sqlite::memory:",
        "sqlite:///nowhere/store.db",
        "sqlite://x.db?mode=memory",
        "postgres://u:secret@:x/",
    ] {
        let refused = Store::open(url).await.unwrap_err();
        assert!(matches!(refused, StoreError::Address(_)), "{url}: {refused:?}");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
}

#[tokio::test]
async fn a_database_that_postgres_does_not_have_is_a_wrong_address() {
    let world = World::postgres().await;
    let refused = Store::open(&world.url.replace("overstap_test", "absent")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Address(_)), "{refused:?}");
}

async fn a_session_is_found_until_it_is_ended_or_forgotten(world: World) {
    let session = |id: &str, from: i64, until: i64| Session {
        id_sha256: id.to_owned(),
        subject_kind: "token".to_owned(),
        subject: "t".to_owned(),
        proof_sha256: "p".to_owned(),
        created_at: at(from),
        seen_at: at(from),
        ends_at: at(until),
    };
    for opened in [session("a", 1, 3), session("b", 1, 9)] {
        world.store.open_session(&opened).await.unwrap();
        assert_eq!(world.store.session(&opened.id_sha256).await.unwrap(), Some(opened));
    }
    for seen in [2, 1] {
        world.store.session_seen("b", at(seen)).await.unwrap();
        assert_eq!(world.store.session("b").await.unwrap().map(|session| session.seen_at), Some(at(2)), "it only goes forward");
    }
    world.store.open_session(&session("c", 3, 9)).await.unwrap();
    assert_eq!(world.store.session("a").await.unwrap(), None, "it had ended");
    world.store.end_session("b").await.unwrap();
    assert_eq!(world.store.session("b").await.unwrap(), None);
    assert!(world.store.session("c").await.unwrap().is_some());
}
