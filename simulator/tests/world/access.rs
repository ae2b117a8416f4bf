//! Who is let in no more: credentials that were renewed, a clock that is off, a confirmation that COIN refuses.

use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use outside::CallError;
use outside::coin::{CoinClient, Credentials};
use serde_json::json;
use simulator::{Simulator, SimulatorSettings};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::scene::{REQUESTED_AT, Scene, credentials, folder, message, now, request};

fn ahead() -> DateTime<Utc> {
    now() + TimeDelta::seconds(185)
}

async fn denied(client: &CoinClient) -> String {
    match client.send(&message(REQUESTED_AT, request())).await {
        Err(CallError::Denied(reason)) => reason,
        other => unreachable!("{other:?} instead of a denial"),
    }
}

/// A world of its own folder, as its credentials change.
async fn own_world(folder: &Path) -> (String, CoinClient) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = SimulatorSettings {
        answer_after: Duration::from_millis(20),
        credentials: Some(folder.to_owned()),
        wire_clock: now,
        webhook_secret: None,
    };
    let simulator = Simulator::new(settings).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { simulator.serve(listener, std::future::pending()).await });
    let client = CoinClient::new(&url, Credentials::load(folder).unwrap(), now).unwrap();
    (url, client)
}

#[tokio::test]
async fn credentials_that_are_renewed_count_from_the_next_call_on() {
    let folder = folder("renewed");
    let (url, client) = own_world(&folder).await;
    client.send(&message(REQUESTED_AT, request())).await.unwrap();

    let renewed = reqwest::Client::new().post(format!("{url}/simulator/credentials/renew")).send().await.unwrap();
    let renewed: serde_json::Value = renewed.json().await.unwrap();
    let reason = denied(&client).await;
    assert!(reason.starts_with("401 Unauthorized: 8010"), "{reason}");
    let (since, _) = client.health().denied.unwrap();
    denied(&client).await;
    assert_eq!(client.health().denied.unwrap().0, since, "since the first time");

    let file = folder.join("sharedkey.encrypted");
    fs::write(&file, "half of it").unwrap();
    let reason = denied(&client).await;
    assert!(reason.contains("can't be read again") && reason.contains("sharedkey.encrypted"), "{reason}");

    fs::write(&file, renewed["sharedkey.encrypted"].as_str().unwrap()).unwrap();
    client.send(&message(REQUESTED_AT, request())).await.unwrap();
    assert_eq!(client.health().denied, None);
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_with_the_difference_and_what_to_do() {
    let scene = Scene::new().await;
    scene.send(REQUESTED_AT, request()).await;
    assert!(scene.client.health().clock_off.unwrap().abs() <= TimeDelta::seconds(2));

    let early = CoinClient::new(&scene.url, Credentials::load(credentials()).unwrap(), ahead).unwrap();
    let reason = denied(&early).await;
    assert!(reason.contains("our clock is 3 min") && reason.contains(" ahead: it shows "), "{reason}");
    assert!(reason.contains("NTP"), "{reason}");

    assert_eq!(scene.post("/simulator/clock", json!({"coin_ahead_seconds": 120})).await.0, 200);
    let reason = denied(&scene.client).await;
    assert!(reason.contains(" behind: it shows "), "{reason}");
    let seconds = scene.client.health().clock_off.unwrap().num_seconds();
    assert!((115..=125).contains(&seconds), "{seconds}");
    scene.post("/simulator/clock", json!({"coin_ahead_seconds": 0})).await;
    scene.send(REQUESTED_AT, request()).await;
}

#[tokio::test]
async fn a_refused_confirmation_is_told_and_holds_up_nobody() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    scene.order_fault("coin.confirmation", "refuse").await;
    scene.send(REQUESTED_AT, request()).await;
    let first = inbox.next().await;
    until(async || scene.client.health().unconfirmed.contains_key(&first.id)).await;
    assert!(scene.client.health().unconfirmed[&first.id].contains("403"), "{:?}", scene.client.health().unconfirmed);

    let range = json!({"message": {
        "header": {"sender": {"networkoperator": "CRDB"}, "receiver": {"networkoperator": "ALLO"}, "timestamp": REQUESTED_AT},
        "body": {"rangeactivation": {"dossierid": "CRDB-1", "repeats": []}},
    }});
    scene.post("/simulator/messages", range).await;
    assert_eq!(inbox.next().await.kind, "rangeactivation", "those behind it go on");

    // A new connection brings it again, and now its confirmation is taken.
    scene.post("/simulator/streams/drop", json!({})).await;
    assert_eq!(inbox.next().await.id, first.id);
    let confirmed = format!("confirmation/{}", first.id);
    until(async || scene.journal().await.iter().any(|(_, key, _)| *key == confirmed)).await;
    until(async || scene.client.health().unconfirmed.is_empty()).await;
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
