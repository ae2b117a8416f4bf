//! Failures on order, as the client meets them.

use std::time::Duration;

use outside::CallError;
use serde_json::json;

use crate::scene::{BLOCK, FIRST_POSSIBLE, REQUESTED_AT, SINGLE, Scene, message, performed, request};

#[tokio::test]
async fn unavailable_is_not_reached_and_has_no_effect() {
    let scene = Scene::new().await;
    scene.order_fault("coin.portingrequest", "unavailable").await;
    let sent = scene.client.send(&message(REQUESTED_AT, request())).await;
    assert!(matches!(sent, Err(CallError::NotReached(_))), "{sent:?}");
    assert_eq!(scene.effects().await, []);
    scene.send(REQUESTED_AT, request()).await;
}

#[tokio::test]
async fn a_lost_answer_leaves_the_outcome_unknown_and_has_its_effect_once() {
    let scene = Scene::new().await;
    scene.order_fault("coin.portingrequest", "lost_answer").await;
    let sent = scene.client.send(&message(REQUESTED_AT, request())).await;
    let Err(CallError::Unknown(reason)) = sent else { unreachable!("{sent:?}") };
    assert!(reason.starts_with("error sending request"), "not even a status: {reason}");
    assert_eq!(scene.effects().await.len(), 1);
    scene.send(REQUESTED_AT, request()).await;
    let repeats: Vec<bool> = scene.effects().await.into_iter().map(|(_, _, repeat)| repeat).collect();
    assert_eq!(repeats, [false, true]);
}

#[tokio::test]
async fn a_refused_request_is_blocked_by_the_donor_and_a_refused_porting_by_coin() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    scene.order_fault("coin.portingperformed", "refuse").await;
    scene.send(REQUESTED_AT, request()).await;
    assert!(!inbox.answer().await.blocking);
    scene.send(FIRST_POSSIBLE, performed(&[BLOCK, SINGLE])).await;
    assert_eq!(inbox.error_codes().await, ["REFUSED"]);
    assert_eq!(scene.effects().await.len(), 1, "the refused porting has no effect");
    scene.send(FIRST_POSSIBLE, performed(&[BLOCK, SINGLE])).await;
    assert_eq!(scene.effects().await.len(), 2);

    let other = Scene::new().await;
    let mut inbox = other.listen();
    other.order_fault("coin.portingrequest", "refuse").await;
    other.send(REQUESTED_AT, request()).await;
    assert!(inbox.answer().await.blocking);
}

#[tokio::test]
async fn a_slow_peer_has_done_it_before_it_answers() {
    let scene = Scene::new().await;
    scene.order_fault("coin.portingrequest", "slow").await;
    let message = message(REQUESTED_AT, request());
    let sent = tokio::time::timeout(Duration::from_secs(1), scene.client.send(&message)).await;
    assert!(sent.is_err(), "no answer within a second: {sent:?}");
    assert_eq!(scene.effects().await.len(), 1);
}

#[tokio::test]
async fn nobody_there_is_not_reached() {
    let scene = Scene::new().await;
    let message = message(REQUESTED_AT, request());
    let credentials = outside::coin::Credentials::load(crate::scene::credentials()).unwrap();
    let nobody = outside::coin::CoinClient::new("http://127.0.0.1:1", credentials, crate::scene::now).unwrap();
    let sent = nobody.send(&message).await;
    assert!(matches!(sent, Err(CallError::NotReached(_))), "{sent:?}");
    assert_eq!(scene.effects().await, []);
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused_with_the_reason() {
    let scene = Scene::new().await;
    for (order, reason) in [
        (json!({"target": "pbx.rout", "kind": "slow"}), "pbx.route"),
        (json!({"target": "pbx.route", "kind": "broken"}), "lost_answer"),
        (json!({"target": "pbx.route", "kind": "slow", "times": 0}), "at least 1"),
        (json!({"target": "pbx.route", "kind": "slow", "time": 1}), "unknown field"),
        (json!({"kind": "slow"}), "missing field `target`"),
    ] {
        let (status, said) = scene.post("/simulator/faults", order.clone()).await;
        assert_eq!(status, 400, "{order}");
        assert!(said["detail"].as_str().unwrap().contains(reason), "{order}: {said}");
    }
    let (status, _) = scene.post("/simulator/donor", json!({"next": {"blocking": 63}})).await;
    assert_eq!(status, 400);
}
