//! Letters: bringing them to the customer, and recording what becomes of them.

use std::io::{Cursor, Read};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::files::{PDF, form};
use crate::world::World;

/// A letter's path, by its kind.
async fn letter(world: &World, project: &str, kind: &str) -> String {
    let list = world.get(&format!("/projects/{project}/letters")).await;
    let found = list.items().iter().rev().find(|letter| letter["kind"] == kind).unwrap();
    format!("/letters/{}", found["id"].as_str().unwrap())
}

#[tokio::test]
async fn sending_receipt_and_confirmation_are_recorded_each_with_its_proof_and_taken_back() {
    let world = World::new().await;
    let id = world.project_in_order().await;
    let cancellation = letter(&world, &id, "cancellation").await;
    let scan = form(world.asks(Method::POST, &format!("/projects/{id}/attachments")), &[("kind", "other")], Some(("b.pdf", PDF)));
    let scan = scan.await.body["id"].clone();

    let sent = json!({"sent_on": "2027-01-02", "tracking_code": "3SRPKS123456789"});
    let sent = world.post(&format!("{cancellation}/sent"), sent).await;
    sent.expect(StatusCode::OK);
    assert_eq!(sent.body["sending"], json!({"how": "registered", "tracking_code": "3SRPKS123456789", "note": null}));
    assert_eq!(sent.body["confirm_by"], "2027-01-16");

    let received = json!({"received_on": "2027-01-03", "by": "track_and_trace"});
    let received = world.post(&format!("{cancellation}/received"), received).await;
    received.expect(StatusCode::OK);
    assert_eq!((&received.body["received_on"], &received.body["confirm_by"]), (&json!("2027-01-03"), &json!("2027-01-17")));

    let confirmed = json!({"confirmed_on": "2027-01-04", "ends_on": "2027-03-01", "attachment": scan});
    let confirmed = world.post(&format!("{cancellation}/confirmed"), confirmed).await;
    confirmed.expect(StatusCode::OK);
    assert_eq!((&confirmed.body["confirmed_on"], &confirmed.body["confirm_by"]), (&json!("2027-01-04"), &Value::Null));
    assert_eq!(confirmed.body["confirmation"]["attachment"], scan);
    let warnings = world.get(&format!("/projects/{id}")).await.body["warnings"].clone();
    let differs = warnings.as_array().unwrap().iter().find(|warning| warning["code"] == "confirmed_end_differs").unwrap();
    assert_eq!(differs["letter"], confirmed.body["id"]);

    let wrong = world.post(&format!("{cancellation}/confirmed"), json!({"confirmed_on": "2027-02-01", "end": 1})).await;
    assert_eq!(wrong.errors(), ["/end unknown_field"]);
    let taken_back = world.post(&format!("{cancellation}/unsent"), json!({"reason": "verkeerde brief"})).await;
    taken_back.expect(StatusCode::OK);
    assert_eq!((&taken_back.body["status"], &taken_back.body["confirmation"]), (&json!("draft"), &Value::Null));
    world
        .post(&format!("{cancellation}/received"), json!({"received_on": "2027-01-04", "by": "acknowledgement"}))
        .await
        .expect_problem(StatusCode::CONFLICT, "letter_not_sent");
}

#[tokio::test]
async fn a_sent_letter_that_is_not_right_any_more_says_what_changed() {
    let world = World::new().await;
    let id = world.project_in_order().await;
    let authorization = letter(&world, &id, "authorization").await;
    world.post(&format!("{authorization}/sent"), json!({})).await.expect(StatusCode::OK);
    let change = world.asks(Method::PATCH, &format!("/projects/{id}")).json(json!({"wish_date": "2027-02-16"}));
    change.await.expect(StatusCode::OK);
    let list = world.get(&format!("/projects/{id}/letters")).await;
    let stale: Vec<&Value> = list.items().iter().filter(|letter| letter["stale"] == true).collect();
    let [stale] = stale.as_slice() else { panic!("{stale:#?}") };
    let change = json!({"what": {"nl": "porteringsdatum", "en": "porting date"}, "was": "2027-01-26", "is": "2027-02-16"});
    assert_eq!((&stale["kind"], &stale["changes"]), (&json!("authorization"), &json!([change])));
    let corrected = json!({"kind": "authorization", "contract": "kpn-isdn"});
    let corrected = world.post(&format!("/projects/{id}/letters"), corrected).await;
    assert_eq!(corrected.body["replaces"], stale["id"]);
}

#[tokio::test]
async fn letters_are_mailed_to_the_customer_by_a_person_where_there_is_no_mail_server() {
    let world = World::new().await;
    let id = world.project_in_order().await;
    let asked = world.post(&format!("/projects/{id}/letters/email"), json!({"message": "Tot woensdag"})).await;
    asked.expect(StatusCode::OK);
    assert!(asked.items().iter().all(|letter| letter["email_pending"] == true));
    world.work().await;
    let project = world.get(&format!("/projects/{id}")).await;
    let actions = project.body["next_actions"].as_array().unwrap();
    let action = actions.iter().find(|action| action["effect"].is_string()).unwrap();
    assert!(action["text"]["en"].as_str().unwrap().starts_with("e-mail to j.devries@korenaar.example"), "{action}");
    let outcome = format!("/effects/{}/outcome", action["effect"].as_str().unwrap());
    world.post(&outcome, json!({"outcome": "done"})).await.expect(StatusCode::OK);
    let list = world.get(&format!("/projects/{id}/letters")).await;
    for letter in list.items() {
        // What the customer signs is still to be sent; the cover letter has been.
        let status = if letter["kind"] == "cover" { "sent" } else { "draft" };
        assert_eq!((&letter["status"], &letter["email_pending"]), (&json!(status), &json!(false)));
        assert_eq!(letter["emailed_to"], "j.devries@korenaar.example");
    }
    let one = letter(&world, &id, "cancellation").await;
    let nowhere = world.post(&format!("{one}/email"), json!({"to": "niemand"})).await;
    assert_eq!(nowhere.errors(), ["/to invalid_email"]);
    world.post(&format!("{one}/email"), json!({"to": "a@b.example"})).await.expect(StatusCode::OK);
    world.post(&format!("{one}/email"), json!({})).await.expect_problem(StatusCode::CONFLICT, "mail_under_way");
}

#[tokio::test]
async fn all_current_letters_are_downloaded_at_once() {
    let world = World::new().await;
    let early = world.project_with(json!({"numbers": []})).await;
    let none = world.get(&format!("/projects/{early}/letters.pdf")).await;
    none.expect_problem(StatusCode::NOT_FOUND, "no_letters");
    let id = world.project_in_order().await;
    let english = json!({"kind": "porting_notice", "contract": "kpn-isdn", "language": "en"});
    world.post(&format!("/projects/{id}/letters"), english).await.expect(StatusCode::CREATED);
    let authorization = letter(&world, &id, "authorization").await;
    world.post(&format!("{authorization}/sent"), json!({})).await.expect(StatusCode::OK);

    let names = |bytes: &[u8]| {
        let mut zip = ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
        let mut names = Vec::new();
        for i in 0..zip.len() {
            let mut file = zip.by_index(i).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            assert!(content.starts_with(b"%PDF-"));
            names.push(file.name().unwrap().split_once('_').unwrap().1.to_owned());
        }
        names
    };
    let all = world.get(&format!("/projects/{id}/letters.zip")).await;
    all.expect(StatusCode::OK);
    assert_eq!(all.header("content-type"), "application/zip");
    assert!(all.header("content-disposition").contains("_letters.zip\""));
    let expected =
        ["authorization_KPN-B.V_nl.pdf", "cancellation_KPN-B.V_kpn-isdn_nl.pdf", "cover_nl.pdf", "porting_notice_KPN-B.V_en.pdf"];
    assert_eq!(names(&all.bytes), expected, "without the notice that was replaced");
    let drafts = world.get(&format!("/projects/{id}/letters.zip?status=draft")).await;
    assert_eq!(names(&drafts.bytes), expected[1..]);

    let pdf = world.get(&format!("/projects/{id}/letters.pdf?status=sent")).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let again = world.asks(Method::GET, &format!("/projects/{id}/letters.pdf?status=sent"));
    again.header("if-none-match", pdf.header("etag")).send().await.expect(StatusCode::NOT_MODIFIED);
    // The mandate is one page long: with a blank one it is a sheet.
    let sheet = world.get(&format!("/projects/{id}/letters.pdf?status=sent&double_sided=true")).await;
    let pages = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches("/Type/Page/").count();
    assert_eq!((pages(&pdf.bytes), pages(&sheet.bytes)), (1, 2));
    let files = world.get(&format!("/projects/{id}/letters.zip?double_sided=true")).await;
    files.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
    let wrong = world.get(&format!("/projects/{id}/letters.pdf?status=lost")).await;
    wrong.expect_problem(StatusCode::BAD_REQUEST, "invalid_query");
}
