//! Who may talk to COIN: calls signed by hand, in the two styles of the clients in use, and then spoilt.

use std::fs;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use rsa::PrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use simulator::{Simulator, SimulatorSettings};
use workflow::porting::coin::Envelope;

use crate::scene::{REQUESTED_AT, Scene, credentials, folder, message, now, request};

const SEND: &str = "/number-portability/v3/dossiers/portingrequest";

/// A call that can be spoilt in every part.
struct Call {
    method: Method,
    path: &'static str,
    signed_path: &'static str,
    body: String,
    signed_body: String,
    order: [&'static str; 3],
    username: String,
    issuer: String,
    date_off: TimeDelta,
    token_off: TimeDelta,
    spoil_signature: bool,
    spoil_token: bool,
    with_token: bool,
}

fn call() -> Call {
    let body = serde_json::to_string(&Envelope { message: message(REQUESTED_AT, request()) }).unwrap();
    let name = read("consumer_name");
    Call {
        method: Method::POST,
        path: SEND,
        signed_path: SEND,
        signed_body: body.clone(),
        body,
        order: ["x-date", "digest", "request-line"],
        username: name.clone(),
        issuer: name,
        date_off: TimeDelta::zero(),
        token_off: TimeDelta::zero(),
        spoil_signature: false,
        spoil_token: false,
        with_token: true,
    }
}

fn read(file: &str) -> String {
    fs::read_to_string(credentials().join(file)).unwrap()
}

impl Call {
    async fn status(&self, scene: &Scene) -> (u16, Value) {
        let private = PrivateKey::from_pkcs8_pem(&read("private-key.pem")).unwrap();
        let encrypted = BASE64_STANDARD.decode(read("sharedkey.encrypted")).unwrap();
        let secret = private.pkcs1v15_decrypt(&encrypted).unwrap();
        let date = (now() + self.date_off).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let digest = format!("SHA-256={}", BASE64_STANDARD.encode(Sha256::digest(&self.signed_body)));
        let line = |name: &&str| match *name {
            "x-date" => format!("x-date: {date}"),
            "digest" => format!("digest: {digest}"),
            _ => format!("{} {} HTTP/1.1", self.method, self.signed_path),
        };
        let lines: Vec<String> = self.order.iter().map(line).collect();
        let mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap().chain_update(lines.join("\n"));
        let mut signature = mac.finalize().into_bytes();
        signature[0] ^= u8::from(self.spoil_signature);
        let authorization = format!(
            r#"hmac username="{}", algorithm="hmac-sha256", headers="{}", signature="{}""#,
            self.username,
            self.order.join(" "),
            BASE64_STANDARD.encode(signature)
        );
        let at = (now() + self.token_off).timestamp();
        let claims = json!({"iss": self.issuer, "nbf": at - 30, "exp": at + 30});
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(json!({"alg": "RS256"})), part(claims));
        let mut token = private.pkcs1v15_sign::<Sha256>(signed.as_bytes()).unwrap();
        token[9] ^= u8::from(self.spoil_token);
        let mut request = reqwest::Client::new()
            .request(self.method.clone(), format!("{}{}", scene.url, self.path))
            .header("x-date", date)
            .header("digest", digest)
            .header("authorization", authorization)
            .body(self.body.clone());
        if self.with_token {
            request = request.header("cookie", format!("other=1; jwt={signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(token)));
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let stream = self.method == Method::GET && status == 200;
        (status, if stream { Value::Null } else { answer.json().await.unwrap() })
    }
}

#[tokio::test]
async fn both_styles_of_signing_are_good() {
    let scene = Scene::new().await;
    assert_eq!(call().status(&scene).await.0, 200);
    assert_eq!(Call { order: ["digest", "x-date", "request-line"], ..call() }.status(&scene).await.0, 200);
    let path = "/number-portability/v3/dossiers/events?offset=-1&confirmationStatus=All";
    let empty =
        |signed_path| Call { method: Method::GET, path, signed_path, body: String::new(), signed_body: String::new(), ..call() };
    assert_eq!(empty(path).status(&scene).await.0, 200, "with the query string");
    assert_eq!(empty("/number-portability/v3/dossiers/events").status(&scene).await.0, 200, "without it");
}

#[tokio::test]
async fn each_part_must_hold() {
    let scene = Scene::new().await;
    let (early, late) = (TimeDelta::seconds(-90), TimeDelta::seconds(90));
    for (what, spoilt) in [
        ("signature", Call { spoil_signature: true, ..call() }),
        ("body", Call { body: "{}".to_owned(), ..call() }),
        ("path", Call { signed_path: "/number-portability/v3/dossiers/cancel", ..call() }),
        ("old date", Call { date_off: early, ..call() }),
        ("coming date", Call { date_off: late, ..call() }),
        ("token", Call { spoil_token: true, ..call() }),
        ("no token", Call { with_token: false, ..call() }),
        ("old token", Call { token_off: early, ..call() }),
        ("coming token", Call { token_off: late, ..call() }),
        ("unsigned date", Call { order: ["digest", "digest", "request-line"], ..call() }),
    ] {
        let (status, said) = spoilt.status(&scene).await;
        assert_eq!((status, &said["errors"][0]["code"]), (401, &json!("8010")), "{what}: {said}");
        assert!(said["transactionId"].is_string(), "{what}");
    }
    assert_eq!(scene.journal().await, []);
}

#[tokio::test]
async fn a_proven_stranger_is_forbidden() {
    let scene = Scene::new().await;
    let stranger = || "STRANGER".to_owned();
    for call in [Call { issuer: stranger(), ..call() }, Call { username: stranger(), issuer: stranger(), ..call() }] {
        let (status, said) = call.status(&scene).await;
        assert_eq!((status, &said["errors"][0]["code"]), (403, &json!("8000")), "{said}");
    }
}

#[tokio::test]
async fn a_message_that_is_ill_formed_is_refused_with_every_reason() {
    let scene = Scene::new().await;
    let sent = |body: Value, path| {
        let body = body.to_string();
        Call { signed_body: body.clone(), body, path, signed_path: path, ..call() }
    };
    let well = serde_json::to_value(Envelope { message: message(REQUESTED_AT, request()) }).unwrap();
    let mut ill = well.clone();
    ill["message"]["body"]["portingrequest"]["dossierid"] = json!("dynx");
    ill["message"]["header"]["sender"]["networkoperator"] = json!("dynx");
    let (status, said) = sent(ill, SEND).status(&scene).await;
    assert_eq!((status, said["errors"].as_array().unwrap().len()), (400, 2), "{said}");
    for (body, path, code) in [
        (json!({"message": {}}), SEND, "1000"),
        (well.clone(), "/number-portability/v3/dossiers/cancel", "1000"),
        (well, "/number-portability/v3/dossiers/errorfound", "1020"),
    ] {
        let (status, said) = sent(body, path).status(&scene).await;
        assert_eq!((status, &said["errors"][0]["code"]), (400, &json!(code)), "{path}: {said}");
    }
}

#[test]
fn a_consumer_outlives_the_simulator_and_a_broken_one_is_made_anew() {
    let folder = folder("consumer");
    let start = || {
        let settings = SimulatorSettings {
            answer_after: std::time::Duration::ZERO,
            credentials: Some(folder.clone()),
            wire_clock: now,
            webhook_secret: None,
        };
        Simulator::new(settings).unwrap();
        let read = |file| fs::read_to_string(folder.join(file)).unwrap();
        (read("private-key.pem"), read("sharedkey.encrypted"))
    };
    let first = start();
    assert_eq!(start(), first);
    fs::write(folder.join("sharedkey.encrypted"), "AAAA").unwrap();
    let error = outside::coin::Credentials::load(&folder).unwrap_err().to_string();
    assert!(error.contains("sharedkey.encrypted"), "{error}");
    assert_ne!(start(), first);
    outside::coin::Credentials::load(&folder).unwrap();
    fs::remove_dir_all(folder).unwrap();
}
