//! On what terms a change is made: versions, idempotency keys, dry runs, merge patches.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::{World, intake};

#[tokio::test]
async fn a_repeated_post_gets_the_same_answer_and_has_no_second_effect() {
    let world = World::new().await;
    let ask = || world.asks(Method::POST, "/projects").header("idempotency-key", "intake-1");
    let first = ask().json(intake()).await;
    first.expect(StatusCode::CREATED);
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = ask().json(intake()).await;
    again.expect(StatusCode::CREATED);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(world.get("/projects").await.items().len(), 1);
}

#[tokio::test]
async fn a_key_used_for_something_else_is_refused() {
    let world = World::new().await;
    let id = world.project().await;
    let hold = |reason: &'static str| {
        let ask = world.asks(Method::POST, &format!("/projects/{id}/hold")).header("idempotency-key", "k");
        ask.json(json!({"reason": reason}))
    };
    hold("one").await.expect(StatusCode::OK);
    hold("two").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
    let elsewhere =
        world.asks(Method::POST, &format!("/projects/{id}/resume")).header("idempotency-key", "k").json(json!({})).await;
    elsewhere.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
}

#[tokio::test]
async fn keys_of_different_tokens_have_nothing_to_do_with_each_other() {
    let world = World::new().await;
    let id = world.project().await;
    let engineer = world.token(api::TokenRole::Engineer, None).await;
    let path = format!("/projects/{id}/tasks/connectivity-test/complete");
    let first = world.asks(Method::POST, &path).header("idempotency-key", "k").json(json!({})).await;
    first.expect(StatusCode::OK);
    let other = world.asks(Method::POST, &path).by(&engineer).header("idempotency-key", "k").json(json!({})).await;
    other.expect_problem(StatusCode::CONFLICT, "task_done");
}

#[tokio::test]
async fn a_key_that_is_no_key_is_refused() {
    let world = World::new().await;
    let long = "k".repeat(201);
    for key in ["", "sleutel-é", &long] {
        let ask = world.asks(Method::POST, "/projects").header("idempotency-key", key);
        ask.json(intake()).await.expect_problem(StatusCode::BAD_REQUEST, "invalid_idempotency_key");
    }
}

#[tokio::test]
async fn a_change_upon_a_stale_version_is_refused() {
    let world = World::new().await;
    let id = world.project().await;
    let hold = |tag: &'static str| {
        world.asks(Method::POST, &format!("/projects/{id}/hold")).header("if-match", tag).json(json!({"reason": "x"}))
    };
    hold("\"7\"").await.expect_problem(StatusCode::PRECONDITION_FAILED, "version_conflict");
    hold("soon").await.expect_problem(StatusCode::BAD_REQUEST, "invalid_if_match");
    let done = hold("W/\"1\"").await;
    done.expect(StatusCode::OK);
    assert_eq!(done.header("etag"), "\"2\"");
    let patch = world.asks(Method::PATCH, &format!("/projects/{id}")).header("if-match", "1").json(json!({"users": 3})).await;
    patch.expect_problem(StatusCode::PRECONDITION_FAILED, "version_conflict");
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_changes_nothing() {
    let world = World::new().await;
    let id = world.project_in_order().await;
    world.authorize(&id).await;
    let boundary = "X";
    let form = "--X\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ninvoice\r\n\
        --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.pdf\"\r\n\r\n%PDF-1.4\r\n--X--\r\n";
    let before = world.everything().await;
    let new = world.post("/projects?dry_run=true", json!({"customer": intake()["customer"], "users": 3})).await;
    new.expect(StatusCode::OK);
    assert_eq!(new.header("x-overstap-dry-run"), "true");
    assert_eq!(new.header("location"), "");
    assert_eq!(new.body["phase"], "offer");
    let held = world.post(&format!("/projects/{id}/hold?dry_run=true"), json!({"reason": "x"})).await;
    assert_eq!(held.body["status"], "on_hold");
    let submitted = world.asks(Method::POST, &format!("/projects/{id}/porting/submit?dry_run=true"));
    let submitted = submitted.header("idempotency-key", "k").json(json!({})).await;
    assert_eq!(submitted.body["status"], "requested", "{}", submitted.body);
    let dossiers = &submitted.body["dry_run"]["dossiers"];
    assert_eq!(
        (&dossiers[0]["dossier_id"], &dossiers[0]["kind"]),
        (&submitted.body["requests"][0]["dossier_id"], &json!("geographic"))
    );
    let uploaded = world.asks(Method::POST, &format!("/projects/{id}/attachments?dry_run=true"));
    let uploaded = uploaded.header("content-type", &format!("multipart/form-data; boundary={boundary}")).body(form).await;
    uploaded.expect(StatusCode::OK);
    let patched = world.patch(&format!("/projects/{id}?dry_run=true"), json!({"users": 99})).await;
    assert_eq!(patched.body["users"], 99);
    let refused = world.post(&format!("/projects/{id}/advance?dry_run=true"), json!({})).await;
    refused.expect_problem(StatusCode::CONFLICT, "gate_not_met");
    world
        .post(&format!("/projects/{id}/hold?dry_run=maybe"), json!({"reason": "x"}))
        .await
        .expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
    assert_eq!(world.everything().await, before);
    let url = uploaded.body["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    world.get(&url).await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    // The key was not used up by the dry run.
    let real = world.asks(Method::POST, &format!("/projects/{id}/porting/submit")).header("idempotency-key", "k");
    real.json(json!({})).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_merge_patch_changes_what_it_names_and_is_checked_as_a_whole() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}");
    let change = json!({"wish_date": null, "customer": {"contact": {"name": "P. Jansen"}}, "users": [{"name": "Ans"}]});
    let patched =
        world.asks(Method::PATCH, &path).header("content-type", "application/merge-patch+json").body(change.to_string()).await;
    patched.expect(StatusCode::OK);
    assert_eq!(patched.body["version"], 2);
    assert!(patched.body["wish_date"].is_null());
    assert_eq!(patched.body["customer"]["contact"]["name"], "P. Jansen");
    assert_eq!(patched.body["customer"]["contact"]["email"], "j.devries@korenaar.example");
    assert_eq!(patched.body["users"], json!([{"name": "Ans"}]));
    assert_eq!(patched.body["numbers"][0]["number"], "+31301001200");

    let moved = world.patch(&path, json!({"customer": {"address": {"street": "Kerkstraat 5-bis"}}})).await;
    assert_eq!(moved.body["customer"]["address"]["house_number"], "5");
    assert_eq!(moved.body["customer"]["address"]["house_number_addition"], "bis");

    let wrong = world.patch(&path, json!({"customer": {"name": null, "color": "red"}, "equipment": [{"model": "X"}]})).await;
    wrong.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    let mut errors = wrong.errors();
    errors.sort();
    assert_eq!(errors, ["/customer/color unknown_field", "/customer/name missing", "/equipment/0/quantity missing"]);
    let meaning = world.patch(&path, json!({"numbers": [{"number": "030 100 12 05", "block_size": 10}]})).await;
    assert_eq!(meaning.errors(), ["/numbers/0/number block_not_aligned"]);
    world.patch(&path, json!([])).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
}

#[tokio::test]
async fn an_intake_with_a_part_of_a_block_can_be_patched() {
    let world = World::new().await;
    let part = json!([{"number": "030 100 12 10", "block_size": 10, "contract": "kpn-isdn",
        "part_of": {"number": "030 100 12 00", "block_size": 100}}]);
    let id = world.project_with(json!({"numbers": part})).await;
    let patched = world.patch(&format!("/projects/{id}"), json!({"users": 3})).await;
    patched.expect(StatusCode::OK);
    assert_eq!(patched.body["numbers"][0]["part_of"]["number"], "+31301001200");
}

#[tokio::test]
async fn changes_at_the_same_time_lose_nothing() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}");
    let (users, name) = tokio::join!(
        world.patch(&path, json!({"users": 40})),
        world.patch(&path, json!({"customer": {"contact": {"name": "P. Jansen"}}})),
    );
    users.expect(StatusCode::OK);
    name.expect(StatusCode::OK);
    let after = world.get(&path).await.body;
    assert_eq!((&after["users"], &after["customer"]["contact"]["name"]), (&json!(40), &json!("P. Jansen")));
}
