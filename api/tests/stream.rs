//! Events as they happen.

use std::time::Duration;

use api::TokenRole;
use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::world::{ADMIN, World};

/// Long enough for any machine; a test waits so long only when it fails.
const PATIENCE: Duration = Duration::from_secs(20);

struct Reader {
    body: BodyDataStream,
    text: String,
}

impl Reader {
    async fn open(world: &World, token: &str, after: Option<&str>) -> Self {
        let mut request = Request::get("/api/v1/events/stream").header("authorization", format!("Bearer {token}"));
        request = request.header("accept-encoding", "gzip");
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let response = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event: id, event, data.
    async fn next(&mut self) -> (String, String, Value) {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    line.unwrap_or_default().to_owned()
                };
                let (id, kind, data) = (field("id"), field("event"), field("data"));
                if !data.is_empty() {
                    return (id, kind, serde_json::from_str(&data).unwrap());
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.body.next()).await.unwrap().unwrap().unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

#[tokio::test]
async fn a_reader_gets_what_happens_and_goes_on_where_it_was() {
    let world = World::new().await;
    let id = world.project().await;
    let mut reader = Reader::open(&world, ADMIN, None).await;
    world.post(&format!("/projects/{id}/hold"), json!({"reason": "x"})).await.expect(StatusCode::OK);
    let (position, kind, data) = reader.next().await;
    assert_eq!(kind, "held");
    assert_eq!(
        data,
        json!({"project": id, "reference": "2027-0001", "seq": 2, "at": "2027-01-04T08:00:00Z",
            "actor": {"role": "manager", "name": "admin"}, "kind": "held", "data": {"reason": "x"}})
    );
    drop(reader);
    world.post(&format!("/projects/{id}/resume"), json!({})).await.expect(StatusCode::OK);
    let mut reader = Reader::open(&world, ADMIN, Some(&position)).await;
    assert_eq!(reader.next().await.1, "resumed");
    let mut reader = Reader::open(&world, ADMIN, Some("0.0")).await;
    assert_eq!(reader.next().await.1, "project_started");
    let unknown = world.get("/events/stream?after=yesterday").await;
    unknown.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
}

#[tokio::test]
async fn a_customer_follows_its_own_project() {
    let world = World::new().await;
    let theirs = world.project().await;
    let own = world.project_with(json!({"numbers": []})).await;
    let customer = world.token(TokenRole::Customer, Some(&own)).await;
    let mut reader = Reader::open(&world, &customer, Some("0.0")).await;
    world.post(&format!("/projects/{theirs}/hold"), json!({"reason": "x"})).await.expect(StatusCode::OK);
    world.post(&format!("/projects/{own}/hold"), json!({"reason": "x"})).await.expect(StatusCode::OK);
    for kind in ["project_started", "held"] {
        let (_, found, data) = reader.next().await;
        assert_eq!((found.as_str(), &data["project"]), (kind, &json!(own)));
    }
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let world = World::new().await;
    let mut reader = Reader::open(&world, ADMIN, None).await;
    world.stop.cancel();
    let end = tokio::time::timeout(PATIENCE, async { while reader.body.next().await.is_some() {} }).await;
    assert!(end.is_ok());
}
