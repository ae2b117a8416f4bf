//! Making, changing and ending subscriptions.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::receiver::Receiver;
use crate::world::World;

fn wanted() -> Value {
    json!({"url": "https://crm.example/overstap?tenant=7", "kinds": ["cutover_*", "phase_advanced"], "description": "the CRM"})
}

async fn path_of_a_new_one(world: &World) -> String {
    let made = world.post("/subscriptions", wanted()).await;
    format!("/subscriptions/{}", made.body["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_subscription_is_made_and_its_secret_shown_once() {
    let world = World::new().await;
    let made = world.post("/subscriptions", wanted()).await;
    made.expect(StatusCode::CREATED);
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(made.header("location"), format!("/api/v1/subscriptions/{id}"));
    assert_eq!(made.header("etag"), "\"1\"");
    assert!(made.body["secret"].as_str().unwrap().starts_with("whsec_"));
    let mut shown = made.body.clone();
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(
        shown,
        json!({
            "id": id, "location": format!("/api/v1/subscriptions/{id}"), "version": 1,
            "url": "https://crm.example/overstap?tenant=7", "kinds": ["cutover_*", "phase_advanced"], "description": "the CRM",
            "scheme": "v1", "state": "active", "disabled": null, "failing_since": null,
            "keys": [{"public_key": null, "made_at": "2027-01-04T08:00:00Z", "signs_until": null}],
            "created_by": "admin", "created_at": "2027-01-04T08:00:00Z", "updated_at": "2027-01-04T08:00:00Z",
        })
    );
    assert_eq!(world.get(&format!("/subscriptions/{id}")).await.body, shown);
    assert_eq!(world.get("/subscriptions").await.body, json!({"items": [shown], "next_cursor": null}));
}

#[tokio::test]
async fn a_key_pair_shows_its_public_half_always_and_its_private_half_never() {
    let world = World::new().await;
    let mut form = wanted();
    form["scheme"] = json!("v1a");
    let made = world.post("/subscriptions", form).await;
    made.expect(StatusCode::CREATED);
    assert!(made.body["keys"][0]["public_key"].as_str().unwrap().starts_with("whpk_"));
    let path = format!("/subscriptions/{}", made.body["id"].as_str().unwrap());
    let rotated = world.post(&format!("{path}/rotate"), json!({})).await;
    let shown = world.get(&path).await;
    assert_eq!(shown.body["keys"].as_array().unwrap().len(), 2);
    assert_eq!(shown.body["keys"][1]["public_key"], made.body["keys"][0]["public_key"]);
    for answer in [made, rotated, shown] {
        assert_eq!(answer.body["secret"], Value::Null);
        assert!(!answer.body.to_string().contains("whsk_"), "{}", answer.body);
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let world = World::new().await;
    for (form, errors) in [
        (json!({}), vec!["/kinds missing", "/url missing"]),
        (
            json!({"url": 7, "kinds": "*", "scheme": "v2", "x": 1}),
            vec!["/kinds wrong_type", "/scheme not_one_of", "/url wrong_type", "/x unknown_field"],
        ),
        (
            json!({"url": "crm.example", "kinds": ["cutover.*", "*", "no_such"]}),
            vec!["/kinds/0 unknown_kind", "/kinds/2 unknown_kind", "/url invalid_url"],
        ),
        (json!({"url": "https://a:b@crm.example/", "kinds": ["*"]}), vec!["/url invalid_url"]),
        (json!({"url": "http://1.1.1.1/", "kinds": ["*"]}), vec!["/url not_https"]),
        (json!({"url": "https://169.254.169.254/", "kinds": []}), vec!["/kinds too_few"]),
        (json!({"url": "https://169.254.169.254/", "kinds": ["*"]}), vec!["/url internal_address"]),
        (json!({"url": "https://[::1]/", "kinds": ["*"]}), vec!["/url internal_address"]),
        (
            json!({"url": format!("https://crm.example/{}", "x".repeat(2000)), "kinds": ["*"], "description": "x".repeat(201)}),
            vec!["/description too_long", "/url too_long"],
        ),
    ] {
        let refused = world.post("/subscriptions", form.clone()).await;
        refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
        let mut found = refused.errors();
        found.sort();
        assert_eq!(found, errors, "{form}");
    }
    assert_eq!(world.get("/subscriptions").await.items().len(), 0);
    let path = path_of_a_new_one(&world).await;
    let refused = world.patch(&path, json!({"url": "http://1.1.1.1/", "kinds": ["x"]})).await;
    assert_eq!(refused.errors(), ["/url not_https", "/kinds/0 unknown_kind"]);
    let refused = world.patch(&path, json!({"url": null, "kinds": [], "scheme": "v1a"})).await;
    assert_eq!(refused.errors().len(), 3, "{}", refused.body);
    let refused = world.post(&format!("{path}/replay"), json!({})).await;
    assert_eq!(refused.errors(), ["/since missing"]);
    let strange = world.get("/deliveries?state=lost&subscription=x&limit=0&cursor=x").await;
    strange.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
    assert_eq!(strange.errors().len(), 3, "{}", strange.body);
    world.get("/deliveries?cursor=x").await.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
}

#[tokio::test]
async fn a_subscription_is_changed_paused_resumed_and_ended() {
    let world = World::new().await;
    let path = path_of_a_new_one(&world).await;
    let changed = world.patch(&path, json!({"kinds": ["*"], "description": null})).await;
    changed.expect(StatusCode::OK);
    assert_eq!(
        (&changed.body["version"], &changed.body["kinds"], &changed.body["description"]),
        (&json!(2), &json!(["*"]), &json!(null))
    );
    assert_eq!(changed.body["url"], "https://crm.example/overstap?tenant=7");
    assert_eq!(world.post(&format!("{path}/pause"), json!({})).await.body["state"], "paused");
    assert_eq!(world.post(&format!("{path}/resume"), json!({})).await.body["state"], "active");

    let stale = world.asks(Method::PATCH, &path).header("if-match", "\"2\"").json(json!({"kinds": ["held"]})).await;
    stale.expect_problem(StatusCode::PRECONDITION_FAILED, "version_conflict");
    let fresh = world.asks(Method::PATCH, &path).header("if-match", "\"4\"").json(json!({"kinds": ["held"]})).await;
    fresh.expect(StatusCode::OK);
    assert_eq!(fresh.header("etag"), "\"5\"");

    let ended = world.asks(Method::DELETE, &path).send().await;
    ended.expect(StatusCode::NO_CONTENT);
    assert!(ended.bytes.is_empty());
    for (method, of) in [(Method::GET, ""), (Method::DELETE, ""), (Method::POST, "/pause"), (Method::POST, "/test")] {
        world.asks(method, &format!("{path}{of}")).send().await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    }
    world.get("/subscriptions/x").await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    world.get("/deliveries/x").await.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let world = World::new().await;
    let dry = world.post("/subscriptions?dry_run=true", wanted()).await;
    dry.expect(StatusCode::OK);
    assert_eq!((dry.header("x-overstap-dry-run"), dry.header("location")), ("true", ""));
    assert_eq!((&dry.body["secret"], &dry.body["state"]), (&Value::Null, &json!("active")));
    assert_eq!(world.get("/subscriptions").await.items().len(), 0);
    let path = path_of_a_new_one(&world).await;
    let before = world.get(&path).await.body;
    for of in ["/pause", "/rotate", "/test"] {
        let answer = world.post(&format!("{path}{of}?dry_run=true"), json!({})).await;
        answer.expect(StatusCode::OK);
        assert_eq!(answer.header("x-overstap-dry-run"), "true");
        assert!(!answer.body.to_string().contains("whsec_"), "{}", answer.body);
    }
    let all = world.post(&format!("{path}/replay?dry_run=true"), json!({"since": "2020-01-01T00:00:00Z"})).await;
    assert_eq!(all.body, json!({"replayed": 0}));
    let gone = world.asks(Method::DELETE, &format!("{path}?dry_run=true")).send().await;
    gone.expect(StatusCode::NO_CONTENT);
    assert_eq!(world.get(&path).await.body, before);
    assert_eq!(world.get("/deliveries").await.items().len(), 0);
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_and_has_no_second_effect() {
    let world = World::new().await;
    let under =
        async |key: &str, path: &str, body: Value| world.asks(Method::POST, path).header("idempotency-key", key).json(body).await;
    let first = under("make", "/subscriptions", wanted()).await;
    let again = under("make", "/subscriptions", wanted()).await;
    assert_eq!((again.status, &again.body, again.header("idempotency-replayed")), (StatusCode::CREATED, &first.body, "true"));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(world.get("/subscriptions").await.items().len(), 1);
    let path = format!("/subscriptions/{}", first.body["id"].as_str().unwrap());
    for (key, of) in [("rotate", "/rotate"), ("test", "/test")] {
        let first = under(key, &format!("{path}{of}"), json!({})).await;
        let again = under(key, &format!("{path}{of}"), json!({})).await;
        assert_eq!((again.status, &again.body, again.header("idempotency-replayed")), (first.status, &first.body, "true"));
    }
    assert_eq!(world.get(&path).await.body["keys"].as_array().unwrap().len(), 2);
    assert_eq!(world.get("/deliveries").await.items().len(), 1);
    let other = under("make", &format!("{path}/pause"), json!({})).await;
    other.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
}

#[tokio::test]
async fn there_are_a_hundred_at_most() {
    let world = World::new().await;
    let receiver = Receiver::new().await;
    for _ in 0..100 {
        receiver.subscribe(&world, &["held"]).await;
    }
    world.post("/subscriptions", wanted()).await.expect_problem(StatusCode::CONFLICT, "too_many_subscriptions");
}
