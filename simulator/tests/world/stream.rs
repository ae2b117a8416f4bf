//! The event stream: at least once, in order, and through failures.

use std::time::Duration;

use outside::coin::{IncomingMessage, MessageSink, SinkError};
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use workflow::porting::coin::{Body, Deactivation, Envelope, SeriesRequested};

use crate::scene::{REQUESTED_AT, SINGLE, Scene, message, request, series};

#[tokio::test]
async fn a_message_comes_again_until_the_sink_has_taken_it() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen_failing(1, SinkError::NotNow);
    scene.send(REQUESTED_AT, request()).await;
    let first = inbox.next().await;
    let again = inbox.next().await;
    assert_eq!(first, again);
    until(async || scene.journal().await.len() == 2).await;
    let confirmations: Vec<_> = scene.journal().await.into_iter().filter(|(kind, _, _)| kind == "coin.confirmation").collect();
    assert_eq!(confirmations, [("coin.confirmation".to_owned(), format!("confirmation/{}", first.id), false)]);
    drop(inbox);

    let mut later = scene.listen();
    deliver_deactivation(&scene).await;
    assert_eq!(later.next().await.kind, "deactivation", "what is confirmed does not come again");
}

#[tokio::test]
async fn a_message_that_cannot_be_taken_does_not_hold_up_the_others() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen_failing(1, SinkError::NotThis);
    scene.send(REQUESTED_AT, request()).await;
    let passed_over = inbox.next().await;
    deliver_deactivation(&scene).await;
    assert_eq!(inbox.next().await.kind, "deactivation");
    assert!(inbox.is_empty());
    scene.post("/simulator/streams/drop", json!({})).await;
    assert_eq!(inbox.next().await, passed_over, "it was not confirmed");
}

#[tokio::test]
async fn a_message_whose_confirmation_failed_comes_again() {
    let scene = Scene::new().await;
    scene.order_fault("coin.confirmation", "unavailable").await;
    let mut inbox = scene.listen();
    deliver_deactivation(&scene).await;
    assert_eq!(inbox.next().await, inbox.next().await);
}

#[tokio::test]
async fn the_client_comes_back_after_its_connection_was_dropped() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    until(async || scene.client.health().connected_since.is_some()).await;
    scene.post("/simulator/streams/drop", json!({})).await;
    until(async || scene.client.health().last_error.is_some()).await;
    assert_eq!(scene.client.health().connected_since, None);
    deliver_deactivation(&scene).await;
    assert_eq!(inbox.next().await.kind, "deactivation");
    assert!(scene.client.health().connected_since.is_some());
}

#[tokio::test]
async fn what_another_operator_sends_arrives_as_it_was_sent() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    let range = json!({"message": {
        "header": {"sender": {"networkoperator": "CRDB"}, "receiver": {"networkoperator": "ALLO"}, "timestamp": REQUESTED_AT},
        "body": {"rangeactivation": {"dossierid": "CRDB-1", "repeats": []}},
    }});
    scene.post("/simulator/messages", range.clone()).await;
    let incoming = inbox.next().await;
    assert_eq!(incoming.kind, "rangeactivation");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&incoming.text).unwrap(), range);
}

#[tokio::test]
async fn listening_ends_when_told_to() {
    struct Nothing;
    impl MessageSink for Nothing {
        async fn receive(&self, _: IncomingMessage) -> Result<(), SinkError> {
            Ok(())
        }
    }
    let scene = Scene::new().await;
    let client = scene.client.clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let stop_once_connected = async {
        until(async || client.health().connected_since.is_some()).await;
        stop.send(()).unwrap();
    };
    let listening = client.listen(&Nothing, async { stopped.await.unwrap() });
    timeout(Duration::from_secs(10), async { tokio::join!(listening, stop_once_connected) }).await.unwrap();
    assert_eq!(client.health().connected_since, None);
    assert_eq!(client.health().last_error, None);
}

/// Numbers that leave: no dossier of ours.
async fn deliver_deactivation(scene: &Scene) {
    let body = Body::Deactivation(Deactivation {
        dossier_id: "OTHER-1".to_owned(),
        current_network_operator: "OTHER".to_owned(),
        original_network_operator: None,
        series: vec![SeriesRequested { numbers: series(SINGLE) }],
    });
    let envelope = Envelope { message: message(REQUESTED_AT, body) };
    let (status, _) = scene.post("/simulator/messages", serde_json::to_value(envelope).unwrap()).await;
    assert_eq!(status, 200);
}

async fn until(holds: impl AsyncFn() -> bool) {
    timeout(Duration::from_secs(10), async {
        while !holds().await {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
}
