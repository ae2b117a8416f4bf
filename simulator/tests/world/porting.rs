//! A dossier from the request to its end, and what COIN finds wrong with it.

use serde_json::json;
use workflow::porting::coin::Body;

use crate::scene::{BLOCK, DOSSIER, FIRST_POSSIBLE, REQUESTED_AT, SINGLE, Scene, cancel, entry, performed, request};

#[tokio::test]
async fn a_request_is_answered_and_performed() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    scene.send(REQUESTED_AT, request()).await;
    let answer = inbox.answer().await;
    assert!(!answer.blocking);
    for series in &answer.series {
        assert_eq!(series.first_possible_date.map(|date| date.to_string()).as_deref(), Some(FIRST_POSSIBLE));
        assert_eq!(series.blocking_code, None);
    }
    scene.send("20270126083000", performed(&[BLOCK, SINGLE])).await;
    let expected = [
        entry("coin.portingrequest", &format!("portingrequest/{DOSSIER}"), false),
        entry("coin.portingperformed", &format!("portingperformed/{DOSSIER}"), false),
    ];
    assert_eq!(scene.effects().await, expected);
    assert!(inbox.is_empty());
}

#[tokio::test]
async fn the_same_message_again_has_no_second_effect() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    for _ in 0..2 {
        scene.send(REQUESTED_AT, request()).await;
    }
    inbox.answer().await;
    for at in ["20270126083000", "20270126083001"] {
        scene.send(at, performed(&[BLOCK, SINGLE])).await;
    }
    let repeats: Vec<bool> = scene.effects().await.into_iter().map(|(_, _, repeat)| repeat).collect();
    assert_eq!(repeats, [false, true, false, true]);
    assert!(inbox.is_empty(), "one answer only, and nothing wrong");
}

#[tokio::test]
async fn what_is_wrong_in_substance_is_told_afterwards_and_has_no_effect() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    scene.send(REQUESTED_AT, performed(&[BLOCK])).await;
    assert_eq!(inbox.error_codes().await, ["UNKNOWN_DOSSIER"]);
    scene.send(REQUESTED_AT, cancel("te vroeg")).await;
    assert_eq!(inbox.error_codes().await, ["UNKNOWN_DOSSIER"]);
    scene.send(REQUESTED_AT, request()).await;
    inbox.answer().await;

    let before_it_may = "20270106235959";
    let after_ninety_days = "20270408000000";
    let other = ("0301001290", "0301001300");
    for (at, numbers, codes) in [
        (before_it_may, vec![BLOCK, SINGLE], vec!["TOO_EARLY", "TOO_EARLY"]),
        (after_ninety_days, vec![SINGLE], vec!["EXPIRED"]),
        (FIRST_POSSIBLE, vec![SINGLE, other], vec!["NOT_REQUESTED"]),
    ] {
        scene.send(at, performed(&numbers)).await;
        assert_eq!(inbox.error_codes().await, codes, "{numbers:?} at {at}");
    }
    let last_moment = "20270407235959";
    scene.send(last_moment, performed(&[BLOCK])).await;
    scene.send(last_moment, performed(&[BLOCK, SINGLE])).await;
    assert_eq!(inbox.error_codes().await, ["ALREADY_PERFORMED"]);
    scene.send(last_moment, cancel("te laat")).await;
    assert_eq!(inbox.error_codes().await, ["ALREADY_PERFORMED"]);

    let kinds: Vec<String> = scene.effects().await.into_iter().map(|(kind, _, _)| kind).collect();
    assert_eq!(kinds, ["coin.portingrequest", "coin.portingperformed"]);
}

#[tokio::test]
async fn a_cancelled_dossier_is_not_answered_and_not_performed() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    scene.tell_donor(json!({"delay": {"seconds": 1}})).await;
    scene.send(REQUESTED_AT, request()).await;
    assert_eq!(inbox.body().await.kind(), "pradelayed");
    scene.send(REQUESTED_AT, cancel("op verzoek van de klant")).await;
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    scene.send(FIRST_POSSIBLE, performed(&[BLOCK])).await;
    assert_eq!(inbox.error_codes().await, ["CANCELLED"]);
}

#[tokio::test]
async fn a_donor_blocks_delays_or_keeps_silent_when_told_to() {
    let scene = Scene::new().await;
    let mut inbox = scene.listen();
    for next in [json!("silent"), json!({"blocking_code": 63})] {
        scene.tell_donor(next).await;
    }
    scene.send(REQUESTED_AT, named("DYNX-SILENT", request())).await;
    scene.send(REQUESTED_AT, named("DYNX-BLOCKED", request())).await;
    let answer = inbox.answer().await;
    assert!(answer.blocking);
    assert_eq!(answer.dossier_id, "DYNX-BLOCKED");
    assert!(answer.series.iter().all(|series| series.blocking_code.as_deref() == Some("63")));

    scene.tell_donor(json!({"partial": {"blocking_code": 42, "series": [SINGLE.0]}})).await;
    scene.send(REQUESTED_AT, request()).await;
    let answer = inbox.answer().await;
    assert!(!answer.blocking);
    let codes: Vec<_> = answer.series.iter().map(|series| series.blocking_code.as_deref()).collect();
    assert_eq!(codes, [None, Some("42")]);
    scene.send(FIRST_POSSIBLE, performed(&[BLOCK, SINGLE])).await;
    assert_eq!(inbox.error_codes().await, ["BLOCKED"]);

    scene.tell_donor(json!({"delay": {"seconds": 0, "reason_code": 7}})).await;
    scene.send(REQUESTED_AT, named("DYNX-DELAYED", request())).await;
    assert_eq!(inbox.body().await.kind(), "pradelayed");
    assert_eq!(inbox.answer().await.dossier_id, "DYNX-DELAYED");
}

fn named(dossier: &str, body: Body) -> Body {
    match body {
        Body::PortingRequest(mut request) => {
            dossier.clone_into(&mut request.dossier_id);
            Body::PortingRequest(request)
        }
        other => other,
    }
}
