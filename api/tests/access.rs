//! Who sees what: every route of the document is asked with tokens that should not open it.

use api::TokenRole;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::files::{PDF, form};
use crate::world::{Reply, World, intake};

/// Methods and paths of the document with what fills their parameters, without those that name no project.
async fn routes_to(world: &World, ids: &Ids) -> Vec<(Method, String)> {
    let document = crate::document::document(world).await;
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/v1").unwrap();
        let id = match path.split('/').nth(1).unwrap() {
            "letters" => &ids.letter,
            "attachments" => &ids.attachment,
            "effects" => &ids.effect,
            _ => &ids.project,
        };
        // Subscriptions are of no project: see below.
        if !path.contains("{id}") || ["/subscriptions", "/deliveries"].iter().any(|of| path.starts_with(of)) {
            continue;
        }
        let path = path.replace("{id}", id).replace("{key}", "scope").replace("{code}", "line_bound_device");
        let path = path.replace("{suggestion}", &ids.effect);
        for method in item.as_object().unwrap().keys() {
            routes.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    assert!(routes.len() > 30, "the document lists {} routes", routes.len());
    routes
}

struct Ids {
    project: String,
    letter: String,
    attachment: String,
    effect: String,
}

/// A project with one of everything.
async fn project_with_everything(world: &World) -> Ids {
    let (project, effect) = world.project_in_porting().await;
    let letters = world.get(&format!("/projects/{project}/letters")).await;
    let letter = letters.items()[0]["id"].as_str().unwrap().to_owned();
    let attached = world.asks(Method::POST, &format!("/projects/{project}/attachments"));
    let attached = form(attached, &[("kind", "invoice")], Some(("f.pdf", PDF))).await;
    let attachment = attached.body["id"].as_str().unwrap().to_owned();
    Ids { project, letter, attachment, effect }
}

fn body_of(path: &str) -> Value {
    match path.rsplit('/').next().unwrap() {
        "outcome" => json!({"outcome": "done"}),
        "letters" => json!({"kind": "cancellation", "contract": "kpn-isdn"}),
        "rehearse" => json!({"test_number": "085 123 45 67"}),
        "schedule" => json!({"at": "2027-01-26T08:00:00Z"}),
        "answer" => json!({"first_possible_at": "2027-01-10"}),
        "forwardings" => json!({"numbers": {"number": "030 100 12 00"}, "to": {"number": "085 100 12 00"}}),
        "tested" => json!({"arrived": true}),
        "acknowledge" | "resolve" => json!({"note": "x"}),
        "received" => json!({"received_on": "2027-01-04", "by": "acknowledgement"}),
        "confirmed" => json!({"confirmed_on": "2027-01-04"}),
        "hold" | "cancel" | "skip" | "reopen" | "abort" | "unsent" | "dismiss" => json!({"reason": "x"}),
        _ => json!({}),
    }
}

async fn ask(world: &World, method: &Method, path: &str, token: &str) -> Reply {
    let ask = world.asks(method.clone(), path).by(token);
    if *method == Method::GET { ask.send().await } else { ask.json(body_of(path)).await }
}

#[tokio::test]
async fn a_customer_finds_nothing_of_another_project_on_any_route() {
    let world = World::new().await;
    let theirs = project_with_everything(&world).await;
    let own = world.project_with(json!({"numbers": []})).await;
    let customer = world.token(TokenRole::Customer, Some(&own)).await;
    let before = world.everything().await;
    for (method, path) in routes_to(&world, &theirs).await {
        let answer = ask(&world, &method, &path, &customer).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: {}", answer.body);
        assert_eq!(answer.body["detail"], "there is no such thing", "{method} {path}");
    }
    let list = world.asks(Method::GET, "/projects").by(&customer).send().await;
    assert_eq!(list.items().len(), 1);
    assert_eq!(list.items()[0]["id"], json!(own));
    let calendar = world.asks(Method::GET, "/calendar.ics").by(&customer).send().await;
    assert!(!String::from_utf8_lossy(&calendar.bytes).contains(&theirs.project));
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn no_route_opens_without_a_token() {
    let world = World::new().await;
    let ids = project_with_everything(&world).await;
    for (method, path) in routes_to(&world, &ids).await {
        let answer = world.asks(method.clone(), &path).by_nobody().send().await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    for path in ["/projects", "/events/stream", "/calendar.ics", "/me"] {
        world.asks(Method::GET, path).by_nobody().send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
    }
}

#[tokio::test]
async fn a_calendar_token_reads_the_calendar_and_nothing_else() {
    let world = World::new().await;
    let ids = project_with_everything(&world).await;
    let token = world.token(TokenRole::Calendar, None).await;
    for (method, path) in routes_to(&world, &ids).await {
        let answer = ask(&world, &method, &path, &token).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    world.asks(Method::GET, &format!("/calendar.ics?token={token}")).by_nobody().send().await.expect(StatusCode::OK);
    let elsewhere = world.asks(Method::GET, &format!("/me?token={token}")).by_nobody().send().await;
    elsewhere.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn a_customer_does_its_own_part_and_no_more() {
    let world = World::new().await;
    let ids = project_with_everything(&world).await;
    let customer = world.token(TokenRole::Customer, Some(&ids.project)).await;
    let allowed = ["attachments", "sent", "received", "confirmed", "complete", "set", "tested", "end"];
    for (method, path) in routes_to(&world, &ids).await {
        let last = path.rsplit('/').next().unwrap();
        let answer = ask(&world, &method, &path, &customer).await;
        let not_shown = ["messages", "sheet", "sheet.html", "checklist", "checklist.html"];
        if method == Method::GET && !not_shown.contains(&last) {
            assert_eq!(answer.status, StatusCode::OK, "{method} {path}");
        } else if !allowed.contains(&last) {
            answer.expect_problem(StatusCode::FORBIDDEN, "forbidden");
        } else {
            assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
        }
    }
    let new = world.asks(Method::POST, "/projects").by(&customer).json(intake()).await;
    new.expect_problem(StatusCode::FORBIDDEN, "forbidden");
    let for_us = world.asks(Method::POST, &format!("/projects/{}/tasks/contract-signature/complete", ids.project)).by(&customer);
    for_us.json(json!({"on_behalf_of": "contractor"})).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
}

#[tokio::test]
async fn messages_of_operators_are_for_managers_and_engineers() {
    let world = World::new().await;
    let id = world.project().await;
    for (role, status) in [
        (TokenRole::Manager, StatusCode::OK),
        (TokenRole::Engineer, StatusCode::OK),
        (TokenRole::Integration, StatusCode::FORBIDDEN),
    ] {
        let token = world.token(role, None).await;
        let answer = world.asks(Method::GET, &format!("/projects/{id}/porting/messages")).by(&token).send().await;
        assert_eq!(answer.status, status, "{role:?}");
    }
}

#[tokio::test]
async fn who_is_told_of_events_is_for_managers_only() {
    let world = World::new().await;
    let project = world.project().await;
    let asked = json!({"url": "https://crm.example/", "kinds": ["*"]});
    let made = world.post("/subscriptions", asked.clone()).await;
    let subscription = made.body["id"].as_str().unwrap().to_owned();
    let tried = world.post(&format!("/subscriptions/{subscription}/test"), json!({})).await;
    let delivery = tried.body["id"].as_str().unwrap().to_owned();
    let document = crate::document::document(&world).await;
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/v1").unwrap();
        let id = if path.starts_with("/subscriptions") { &subscription } else { &delivery };
        if path.starts_with("/subscriptions") || path.starts_with("/deliveries") {
            let methods = item.as_object().unwrap().keys().map(|method| method.to_uppercase().parse().unwrap());
            routes.extend(methods.map(|method: Method| (method, path.replace("{id}", id))));
        }
    }
    assert_eq!(routes.len(), 13, "{routes:?}");
    let before = (world.get("/subscriptions").await.body, world.get("/deliveries").await.body);
    for role in TokenRole::ALL.into_iter().filter(|role| *role != TokenRole::Manager) {
        let of = (role == TokenRole::Customer).then_some(project.as_str());
        let token = world.token(role, of).await;
        for (method, path) in &routes {
            let answer = world.asks(method.clone(), path).by(&token).json(asked.clone()).await;
            answer.expect_problem(StatusCode::FORBIDDEN, "forbidden");
        }
    }
    for (method, path) in &routes {
        world.asks(method.clone(), path).by_nobody().send().await.expect_problem(StatusCode::UNAUTHORIZED, "unauthenticated");
    }
    assert_eq!((world.get("/subscriptions").await.body, world.get("/deliveries").await.body), before);
    let manager = world.token(TokenRole::Manager, None).await;
    world.asks(Method::GET, "/subscriptions").by(&manager).send().await.expect(StatusCode::OK);
}
