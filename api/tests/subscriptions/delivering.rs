//! What a receiver gets, and what is told of it afterwards.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::receiver::{Call, Receiver};
use crate::world::World;

async fn happens(world: &World, project: &str, times: usize) {
    for i in 0..times {
        let what = if i % 2 == 0 { "hold" } else { "resume" };
        let body = if what == "hold" { json!({"reason": "x"}) } else { json!({}) };
        world.post(&format!("/projects/{project}/{what}"), body).await.expect(StatusCode::OK);
    }
}

/// The only delivery, with its attempts.
async fn delivery(world: &World) -> Value {
    let list = world.get("/deliveries").await;
    assert_eq!(list.items().len(), 1, "{}", list.body);
    world.get(&format!("/deliveries/{}", list.items()[0]["id"].as_str().unwrap())).await.body
}

fn path(subscription: &Value, of: &str) -> String {
    format!("/subscriptions/{}{of}", subscription["id"].as_str().unwrap())
}

fn one(calls: Vec<Call>) -> Call {
    assert_eq!(calls.len(), 1, "{calls:?}");
    calls.into_iter().next().unwrap()
}

/// Whether one of a call's signatures was made with this secret.
fn signed_with(secret: &Value, call: &Call) -> bool {
    let secret: outside::webhook::Secret = secret.as_str().unwrap().parse().unwrap();
    let mut headers = axum::http::HeaderMap::new();
    headers.insert("webhook-id", call.id.parse().unwrap());
    headers.insert("webhook-timestamp", call.timestamp.parse().unwrap());
    headers.insert("webhook-signature", call.signatures.join(" ").parse().unwrap());
    outside::webhook::verify(&secret, &headers, &call.bytes, "2027-01-04T08:00:00Z".parse().unwrap()).is_ok()
}

#[tokio::test]
async fn an_event_is_told_signed_and_once() {
    let world = World::new().await;
    let project = world.project().await;
    let receiver = Receiver::new().await;
    let subscription = receiver.subscribe(&world, &["held"]).await;
    happens(&world, &project, 2).await;
    world.tell().await;
    world.tell().await;
    let call = one(receiver.calls());
    assert_eq!(
        call.body,
        json!({"type": "held", "timestamp": "2027-01-04T08:00:00Z", "data": {
            "project": project, "reference": "2027-0001", "seq": 2, "actor": {"role": "manager", "name": "admin"},
            "data": {"reason": "x"}}})
    );
    assert_eq!(call.timestamp, "1799049600");
    assert!(signed_with(&subscription["secret"], &call));
    assert_eq!(
        delivery(&world).await,
        json!({
            "id": call.id, "location": format!("/api/v1/deliveries/{}", call.id), "subscription": subscription["id"], "type": "held",
            "timestamp": "2027-01-04T08:00:00Z", "project": project, "seq": 2, "state": "delivered", "attempts": 1,
            "next_attempt_at": null, "created_at": "2027-01-04T08:00:00Z", "settled_at": "2027-01-04T08:00:00Z", "body": call.body,
            "tried": [{"attempt": 1, "at": "2027-01-04T08:00:00Z", "milliseconds": delivery(&world).await["tried"][0]["milliseconds"],
                "status": 204, "answer": "", "error": null}],
        })
    );
}

#[tokio::test]
async fn who_subscribes_is_told_of_what_comes_after_and_each_of_its_own() {
    let world = World::new().await;
    let project = world.project().await;
    let (all, some) = (Receiver::new().await, Receiver::new().await);
    all.subscribe(&world, &["*"]).await;
    some.subscribe(&world, &["res*"]).await;
    happens(&world, &project, 4).await;
    world.tell().await;
    let held = |seq| ("held".to_owned(), seq);
    let resumed = |seq| ("resumed".to_owned(), seq);
    assert_eq!(all.told(), [held(2), resumed(3), held(4), resumed(5)], "in their order");
    assert_eq!(some.told(), [resumed(3), resumed(5)]);
}

#[tokio::test]
async fn a_receiver_that_fails_is_told_again_after_growing_pauses() {
    let world = World::new().await;
    let project = world.project().await;
    let receiver = Receiver::new().await;
    let subscription = receiver.subscribe(&world, &["held"]).await;
    receiver.answers(&[500; 10]);
    happens(&world, &project, 1).await;
    // The pauses of the standard, with up to a fifth more.
    let mut attempts = Vec::new();
    for _ in 0..10 {
        world.tell().await;
        attempts.extend(receiver.calls());
        let kept = delivery(&world).await;
        let Some(next) = kept["next_attempt_at"].as_str() else { break };
        assert_eq!(kept["state"], "pending");
        world.tell().await;
        assert_eq!(receiver.calls().len(), 0, "not before {next}");
        world.clock.move_to(next);
    }
    assert_eq!(attempts.len(), 10);
    assert!(attempts.iter().all(|call| call.id == attempts[0].id && call.body == attempts[0].body), "the same under the same id");
    let given_up = delivery(&world).await;
    assert_eq!((&given_up["state"], &given_up["attempts"]), (&json!("failed"), &json!(10)));
    let tried = given_up["tried"].as_array().unwrap();
    assert_eq!((&tried[9]["status"], &tried[9]["answer"]), (&json!(500), &json!("what is wrong\u{fffd}")));
    let at = |i: usize| tried[i]["at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let pauses: Vec<i64> = (1..10).map(|i| (at(i) - at(i - 1)).num_seconds()).collect();
    for (pause, least) in pauses.iter().zip([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]) {
        assert!((least..=least * 6 / 5).contains(pause), "{pauses:?}");
    }
    let shown = world.get(&path(&subscription, "")).await;
    assert_eq!((&shown.body["state"], &shown.body["failing_since"]), (&json!("active"), &json!("2027-01-04T08:00:00Z")));

    // Asked for again, it goes under the same id, and the trouble is over.
    let replayed = world.post(&path(&subscription, "/replay"), json!({"since": "2027-01-04T08:00:00Z"})).await;
    assert_eq!(replayed.body, json!({"replayed": 1}));
    world.tell().await;
    assert_eq!(one(receiver.calls()).id, attempts[0].id);
    assert_eq!(delivery(&world).await["state"], "delivered");
    assert_eq!(world.get(&path(&subscription, "")).await.body["failing_since"], Value::Null);
}

#[tokio::test]
async fn a_receiver_may_ask_to_be_left_alone() {
    let world = World::new().await;
    let project = world.project().await;
    let receiver = Receiver::new().await;
    receiver.subscribe(&world, &["held"]).await;
    receiver.answers_later(429, "600");
    happens(&world, &project, 1).await;
    world.tell().await;
    assert_eq!(delivery(&world).await["next_attempt_at"], "2027-01-04T08:10:00Z");
}

#[tokio::test]
async fn a_delivery_is_sent_again_when_asked_for_whatever_became_of_it() {
    let world = World::new().await;
    let project = world.project().await;
    let receiver = Receiver::new().await;
    receiver.subscribe(&world, &["held"]).await;
    happens(&world, &project, 1).await;
    world.tell().await;
    let first = one(receiver.calls());
    let replayed = world.post(&format!("/deliveries/{}/replay", first.id), json!({})).await;
    replayed.expect(StatusCode::OK);
    assert_eq!((&replayed.body["state"], &replayed.body["settled_at"]), (&json!("pending"), &Value::Null));
    world.tell().await;
    assert_eq!(one(receiver.calls()).id, first.id);
    assert_eq!(delivery(&world).await["tried"].as_array().unwrap().len(), 2);
    let nobody = world.post(&format!("/deliveries/{project}/replay"), json!({})).await;
    nobody.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn what_happens_while_it_is_paused_is_told_when_it_is_resumed() {
    let world = World::new().await;
    let project = world.project().await;
    let receiver = Receiver::new().await;
    let subscription = receiver.subscribe(&world, &["*"]).await;
    world.post(&path(&subscription, "/pause"), json!({})).await.expect(StatusCode::OK);
    happens(&world, &project, 2).await;
    world.tell().await;
    assert_eq!(receiver.told(), []);
    assert_eq!(world.get("/deliveries?state=pending").await.items().len(), 2);
    world.post(&path(&subscription, "/resume"), json!({})).await.expect(StatusCode::OK);
    world.tell().await;
    assert_eq!(receiver.told(), [("held".to_owned(), 2), ("resumed".to_owned(), 3)]);
}

#[tokio::test]
async fn who_says_that_it_is_gone_is_told_nothing_more_until_resumed() {
    let world = World::new().await;
    let project = world.project().await;
    let receiver = Receiver::new().await;
    let subscription = receiver.subscribe(&world, &["*"]).await;
    receiver.answers(&[410]);
    happens(&world, &project, 1).await;
    world.tell().await;
    assert_eq!(receiver.told().len(), 1);
    world.post(&format!("/projects/{project}/resume"), json!({})).await.expect(StatusCode::OK);
    world.tell().await;
    assert_eq!(receiver.told(), []);
    let shown = world.get(&path(&subscription, "")).await.body;
    assert_eq!(shown["disabled"], json!({"because": "gone", "at": "2027-01-04T08:00:00Z"}));
    assert_eq!((&shown["state"], &shown["version"]), (&json!("disabled"), &json!(2)));
    assert_eq!(world.post(&path(&subscription, "/pause"), json!({})).await.body["state"], "disabled");
    let resumed = world.post(&path(&subscription, "/resume"), json!({})).await;
    assert_eq!((&resumed.body["state"], &resumed.body["disabled"]), (&json!("active"), &Value::Null));
    world.tell().await;
    assert_eq!(receiver.told(), [("resumed".to_owned(), 3)], "what waited goes, what was refused does not");
    assert_eq!(world.get("/deliveries?state=failed").await.items().len(), 1);
}

#[tokio::test]
async fn who_takes_nothing_for_five_days_is_told_nothing_more() {
    let world = World::new().await;
    let project = world.project().await;
    let receiver = Receiver::new().await;
    let subscription = receiver.subscribe(&world, &["*"]).await;
    receiver.answers(&[500; 100]);
    happens(&world, &project, 1).await;
    world.tell().await;
    world.clock.move_to("2027-01-09T08:00:00Z");
    world.tell().await;
    let shown = world.get(&path(&subscription, "")).await.body;
    assert_eq!(shown["disabled"], json!({"because": "failing", "at": "2027-01-09T08:00:00Z"}));
    receiver.calls();
    world.clock.move_to("2027-01-10T08:00:00Z");
    world.tell().await;
    assert_eq!(receiver.calls().len(), 0);
    // Once resumed it has five days again.
    world.post(&path(&subscription, "/resume"), json!({})).await.expect(StatusCode::OK);
    world.tell().await;
    assert_eq!(receiver.calls().len(), 1);
    let shown = world.get(&path(&subscription, "")).await.body;
    assert_eq!((&shown["state"], &shown["failing_since"]), (&json!("active"), &json!("2027-01-10T08:00:00Z")));
}

#[tokio::test]
async fn the_old_secret_signs_beside_the_new_one_for_a_day() {
    let world = World::new().await;
    let receiver = Receiver::new().await;
    let subscription = receiver.subscribe(&world, &["*"]).await;
    let old = subscription["secret"].clone();
    let rotated = world.post(&path(&subscription, "/rotate"), json!({})).await;
    rotated.expect(StatusCode::OK);
    let new = rotated.body["secret"].clone();
    assert_ne!(old, new);
    assert_eq!(rotated.body["keys"][1]["signs_until"], "2027-01-05T08:00:00Z");
    let tested = async || {
        world.post(&path(&subscription, "/test"), json!({})).await.expect(StatusCode::CREATED);
        world.tell().await;
        let call = one(receiver.calls());
        (call.signatures.len(), signed_with(&new, &call), signed_with(&old, &call))
    };
    assert_eq!(tested().await, (2, true, true));
    world.clock.move_to("2027-01-05T07:59:59Z");
    assert_eq!(tested().await, (2, true, true));
    world.clock.move_to("2027-01-05T08:00:00Z");
    assert_eq!(tested().await, (1, true, false));
}

#[tokio::test]
async fn a_test_tells_of_no_event_and_comes_whatever_is_subscribed_to() {
    let world = World::new().await;
    let receiver = Receiver::new().await;
    let subscription = receiver.subscribe_with(&world, json!({"kinds": ["held"], "scheme": "v1a"})).await;
    let asked = world.post(&path(&subscription, "/test"), json!({})).await;
    asked.expect(StatusCode::CREATED);
    assert_eq!(asked.header("location"), asked.body["location"].as_str().unwrap());
    assert_eq!(asked.header("etag"), "");
    world.tell().await;
    let call = one(receiver.calls());
    let data = json!({"subscription": subscription["id"]});
    assert_eq!(call.body, json!({"type": "test", "timestamp": "2027-01-04T08:00:00Z", "data": data}));
    assert!(call.signatures[0].starts_with("v1a,"), "{call:?}");
    assert_eq!(asked.body["id"], call.id);
    assert_eq!(delivery(&world).await["body"], call.body);
}

/// A receiver that takes connections and says nothing, and its address.
async fn silent() -> (tokio::net::TcpListener, String) {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    (silent, url)
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_holds_up_neither_others_nor_the_stop() {
    let world = World::new().await;
    let project = world.project().await;
    let (_silent, url) = silent().await;
    let made = world.post("/subscriptions", json!({"url": url, "kinds": ["*"]})).await;
    made.expect(StatusCode::CREATED);
    let receiver = Receiver::new().await;
    receiver.subscribe(&world, &["*"]).await;
    happens(&world, &project, 1).await;
    let teller = world.teller.run(world.stop.clone());
    let other_is_told = async {
        while receiver.told().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        world.stop.cancel();
        std::time::Instant::now()
    };
    let ((), stopped_at) = tokio::join!(teller, other_is_told);
    let took = stopped_at.elapsed();
    assert!(took < std::time::Duration::from_secs(4), "the silent one was waited for: {took:?}");
    let list = world.get(&format!("/deliveries?subscription={}", made.body["id"].as_str().unwrap())).await;
    let cut_off = world.get(&format!("/deliveries/{}", list.items()[0]["id"].as_str().unwrap())).await.body;
    assert_eq!(
        (&cut_off["state"], &cut_off["next_attempt_at"]),
        (&json!("pending"), &json!("2027-01-04T08:00:00Z")),
        "{cut_off}"
    );
    assert_eq!(cut_off["tried"][0]["error"], "the server was stopped before an answer came", "{cut_off}");
}

#[tokio::test]
async fn where_nobody_listens_the_stream_is_not_read() {
    let world = World::new().await;
    let project = world.project().await;
    let before = world.store.dispatched_to().await.unwrap();
    happens(&world, &project, 2).await;
    world.tell().await;
    assert_eq!(world.store.dispatched_to().await.unwrap(), before, "nothing is written for nobody");
    let receiver = Receiver::new().await;
    receiver.subscribe(&world, &["*"]).await;
    assert_eq!(world.store.dispatched_to().await.unwrap(), world.store.feed_end().await.unwrap().unwrap());
    world.tell().await;
    assert!(receiver.told().is_empty(), "what was before is nobody's");
    happens(&world, &project, 1).await;
    world.tell().await;
    assert_eq!(receiver.told(), [("held".to_owned(), 4)]);
}
