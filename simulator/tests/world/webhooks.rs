//! Webhook calls to the PBX and to the carrier.

use outside::webhook::{WebhookCall, WebhookClient, WebhookProject};
use outside::{Answer, CallError};
use serde_json::{Value, json};

use crate::scene::{Scene, entry, now};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn client(scene: &Scene, path: &str, secret: Option<&str>) -> WebhookClient {
    let secret = secret.map(|secret| secret.parse().unwrap());
    WebhookClient::new(&format!("{}{path}", scene.url), secret, now).unwrap()
}

fn call_for(project: &str, id: &str, kind: &str, data: Value) -> WebhookCall {
    let project = WebhookProject { id: project.to_owned(), reference: "2027-0001".to_owned() };
    WebhookCall { id: id.to_owned(), kind: kind.to_owned(), project, data }
}

fn call(id: &str, kind: &str, data: Value) -> WebhookCall {
    call_for("p-1", id, kind, data)
}

#[expect(clippy::unnecessary_wraps, reason = "compared with what a call gives")]
fn done(data: Value) -> Result<Answer, CallError> {
    Ok(Answer::Done { detail: None, data })
}

fn numbers() -> Value {
    json!({"numbers": [{"number": "+31301001200", "block_size": 100}, "+31302001234"]})
}

#[tokio::test]
async fn a_pbx_answers_a_test_call_only_for_numbers_that_it_routes() {
    let scene = Scene::new().await;
    let pbx = client(&scene, "/pbx", None);
    assert_eq!(
        pbx.call(&call("e-1", "pbx.provision", json!({"users": []}))).await,
        done(json!({"tenant": "p-1", "created": true}))
    );
    let before = pbx.call(&call("e-2", "pbx.test_call", numbers())).await;
    let Ok(Answer::Refused { detail, data }) = before else { unreachable!("{before:?}") };
    assert!(detail.contains("+31301001200") && detail.contains("96 more"), "{detail}");
    assert_eq!(data["unreachable"].as_array().unwrap().len(), 101);

    assert_eq!(pbx.call(&call("e-3", "pbx.route", numbers())).await, done(json!({"routed": 101})));
    assert_eq!(pbx.call(&call("e-4", "pbx.test_call", numbers())).await, done(json!({"reached": 101})));
    let range = json!({"numbers": [{"first": "+31301001200", "last": "+31301001299"}]});
    assert_eq!(pbx.call(&call("e-5", "pbx.unroute", range)).await, done(json!({"unrouted": 100})));
    let after = pbx.call(&call("e-6", "pbx.test_call", numbers())).await;
    assert!(matches!(after, Ok(Answer::Refused { .. })), "{after:?}");
    assert_eq!(scene.get("/simulator/pbx").await["routes"], json!({"31302001234": "p-1"}));
}

#[tokio::test]
async fn a_number_rings_at_one_tenant_only() {
    let scene = Scene::new().await;
    let pbx = client(&scene, "/pbx", None);
    pbx.call(&call("e-1", "pbx.route", numbers())).await.unwrap();
    let other = json!({"numbers": ["+31301001299"]});
    let taken = pbx.call(&call_for("p-2", "e-2", "pbx.route", other.clone())).await;
    assert!(matches!(&taken, Ok(Answer::Refused { data, .. }) if data["taken"] == json!(["+31301001299"])), "{taken:?}");
    assert_eq!(pbx.call(&call_for("p-2", "e-3", "pbx.unroute", other)).await, done(json!({"unrouted": 0})));
}

#[tokio::test]
async fn a_repeated_key_gets_the_same_answer_without_a_second_effect() {
    let scene = Scene::new().await;
    let pbx = client(&scene, "/pbx", None);
    let route = call("e-1", "pbx.route", numbers());
    let first = pbx.call(&route).await;
    pbx.call(&call("e-2", "pbx.unroute", numbers())).await.unwrap();
    assert_eq!(pbx.call(&route).await, first);
    assert_eq!(scene.get("/simulator/pbx").await["routes"], json!({}));
    let expected = [entry("pbx.route", "e-1", false), entry("pbx.unroute", "e-2", false), entry("pbx.route", "e-1", true)];
    assert_eq!(scene.journal().await, expected);
}

#[tokio::test]
async fn each_fault_is_met_as_what_it_is() {
    let scene = Scene::new().await;
    let pbx = client(&scene, "/pbx", None);
    let route = call("e-1", "pbx.route", numbers());
    scene.order_fault("pbx.route", "unavailable").await;
    let answer = pbx.call(&route).await;
    assert!(matches!(answer, Err(CallError::NotReached(_))), "{answer:?}");
    scene.order_fault("pbx.route", "refuse").await;
    let answer = pbx.call(&route).await;
    assert!(matches!(answer, Ok(Answer::Refused { .. })), "{answer:?}");
    assert_eq!(scene.journal().await, []);
    scene.order_fault("pbx.route", "lost_answer").await;
    let answer = pbx.call(&route).await;
    assert!(matches!(answer, Err(CallError::Unknown(_))), "{answer:?}");
    assert_eq!(scene.journal().await, [entry("pbx.route", "e-1", false)]);
    assert_eq!(pbx.call(&route).await, done(json!({"routed": 101})));
    assert_eq!(scene.journal().await[1..], [entry("pbx.route", "e-1", true)]);
}

#[tokio::test]
async fn with_a_secret_only_signed_calls_are_taken() {
    let scene = Scene::with_secret(Some(SECRET)).await;
    let route = call("e-1", "pbx.route", numbers());
    for secret in [None, Some("whsec_AAAAAAAAAAAAAAAAAAAAAAAA")] {
        let answer = client(&scene, "/pbx", secret).call(&route).await;
        assert!(matches!(&answer, Err(CallError::Rejected(reason)) if reason.starts_with("401")), "{answer:?}");
    }
    assert_eq!(scene.journal().await, []);
    assert_eq!(client(&scene, "/pbx", Some(SECRET)).call(&route).await, done(json!({"routed": 101})));
}

#[tokio::test]
async fn a_call_that_makes_no_sense_is_rejected() {
    let scene = Scene::new().await;
    let pbx = client(&scene, "/pbx", None);
    for (kind, data, reason) in [
        ("porting.perform", numbers(), "a PBX takes pbx.provision"),
        ("pbx.route", json!({}), "missing field `numbers`"),
        ("pbx.route", json!({"numbers": []}), "there are no numbers"),
        ("pbx.route", json!({"numbers": ["030 100 12 00"]}), "not a number in E.164"),
        ("pbx.route", json!({"numbers": [{"number": "+31301001200", "block_size": 1_000_000}]}), "not a series"),
    ] {
        let answer = pbx.call(&call("e-1", kind, data)).await;
        assert!(matches!(&answer, Err(CallError::Rejected(text)) if text.contains(reason)), "{kind}: {answer:?}");
    }
    assert_eq!(scene.journal().await, []);
}

#[tokio::test]
async fn a_carrier_ports_inside_the_window_that_it_gave() {
    let scene = Scene::new().await;
    let carrier = client(&scene, "/porting", None);
    let dossier = |at: &str| json!({"dossier_id": "d-1", "at": at, "numbers": ["+31302001234"]});
    let requested = carrier.call(&call("e-1", "porting.request", dossier("2027-01-04T08:00:00Z"))).await;
    assert_eq!(requested, done(json!({"dossier_id": "d-1", "first_possible_at": "2027-01-06T23:00:00Z"})));
    for at in ["2027-01-06T22:59:59Z", "2027-04-07T22:00:00Z"] {
        let answer = carrier.call(&call("e-2", "porting.perform", dossier(at))).await;
        assert!(matches!(answer, Ok(Answer::Refused { .. })), "{at}: {answer:?}");
    }
    let performed = call("e-2", "porting.perform", dossier("2027-01-26T07:30:00Z"));
    assert_eq!(carrier.call(&performed).await, done(json!({"dossier_id": "d-1"})));
    let cancelled = carrier.call(&call("e-3", "porting.cancel", dossier("2027-01-26T08:00:00Z"))).await;
    assert!(matches!(cancelled, Ok(Answer::Refused { .. })), "{cancelled:?}");
    let expected = [entry("porting.request", "e-1", false), entry("porting.perform", "e-2", false)];
    assert_eq!(scene.journal().await, expected);
}
