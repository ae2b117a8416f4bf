//! Problems have one form, whoever finds them.

use api::TokenRole;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

use crate::world::{Reply, World};

#[tokio::test]
async fn unknown_routes_and_methods_are_problems() {
    let world = World::new().await;
    world.get("/nothing").await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    let wrong = world.asks(Method::DELETE, "/projects").send().await;
    wrong.expect_problem(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    assert!(wrong.header("allow").contains("POST"));
    let outside = Reply::of(&world.router, Request::get("/").body(Body::empty()).unwrap()).await;
    outside.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn what_is_no_id_does_not_exist() {
    let world = World::new().await;
    for path in ["/projects/7", "/projects/00000000-0000-7000-8000-000000000000", "/letters/x/pdf", "/attachments/x"] {
        world.get(path).await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    }
    world.post("/effects/x/outcome", json!({"outcome": "done"})).await.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn without_a_good_token_nobody_is_let_in() {
    let world = World::new().await;
    let without = world.asks(Method::GET, "/me").by_nobody().send().await;
    without.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
    assert_eq!(without.header("www-authenticate"), "Bearer");
    world.asks(Method::GET, "/me").by("wrong").send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
    let basic = world.asks(Method::GET, "/me").by_nobody().header("authorization", "Basic YTpi").send().await;
    basic.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");

    let token = world.token(TokenRole::Engineer, None).await;
    let me = world.asks(Method::GET, "/me").by(&token).send().await;
    assert_eq!(
        me.body,
        json!({"role": "engineer", "name": "the engineer", "project": null,
            "clock": {"now": "2027-01-04T08:00:00Z", "simulated": true}})
    );
    let id = world.store.tokens().await.unwrap()[0].id.clone();
    world.store.revoke_token(&id, "2027-01-04T08:00:00Z".parse().unwrap()).await.unwrap();
    world.asks(Method::GET, "/me").by(&token).send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn a_customers_token_without_a_project_opens_nothing() {
    let world = World::new().await;
    let token = world.token(TokenRole::Customer, None).await;
    world.asks(Method::GET, "/projects").by(&token).send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_says_that_the_clock_is_simulated() {
    let world = World::new().await;
    let given = world.asks(Method::GET, "/nothing").header("x-request-id", "019b3c1e-0000-7000-8000-000000000000").send().await;
    assert_eq!(given.header("x-request-id"), "019b3c1e-0000-7000-8000-000000000000");
    assert_eq!(given.body["instance"], "urn:uuid:019b3c1e-0000-7000-8000-000000000000");
    assert_eq!(given.header("x-overstap-clock"), "simulated; now=2027-01-04T08:00:00Z");
    let made = world.get("/me").await;
    assert_eq!(made.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn health_needs_no_token_and_a_lost_database_is_told() {
    let world = World::new().await;
    let ask = |path: &'static str| Reply::of(&world.router, Request::get(path).body(Body::empty()).unwrap());
    ask("/healthz").await.expect(StatusCode::OK);
    ask("/readyz").await.expect(StatusCode::OK);
    ask("/metrics").await.expect(StatusCode::OK);
    world.store.close().await;
    ask("/healthz").await.expect(StatusCode::OK);
    let away = ask("/readyz").await;
    away.expect_problem(StatusCode::SERVICE_UNAVAILABLE, "database_unavailable");
    assert_eq!(away.header("retry-after"), "1");
    world.get("/projects").await.expect_problem(StatusCode::SERVICE_UNAVAILABLE, "database_unavailable");
}
