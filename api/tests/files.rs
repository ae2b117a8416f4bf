//! Letters and attachments: what is made, sent, taken in and given back.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{Ask, Reply, World};

pub(crate) const PDF: &[u8] = b"%PDF-1.4\n%%EOF\n";

/// Sends a form with these fields and this file.
pub(crate) async fn form(ask: Ask<'_>, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Reply {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    if let Some((name, content)) = file {
        let head = format!(
            "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--X--\r\n");
    ask.header("content-type", "multipart/form-data; boundary=X").body(body).await
}

#[tokio::test]
async fn a_file_is_kept_as_it_is_and_given_back_as_a_download() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}/attachments");
    let fields = [("kind", "invoice"), ("contract", "kpn-isdn")];
    let added = form(world.asks(Method::POST, &path), &fields, Some(("../map/factuur é.pdf", PDF))).await;
    added.expect(StatusCode::CREATED);
    let attachment = &added.body;
    assert_eq!(attachment["kind"], "invoice");
    assert_eq!(attachment["contract"], "kpn-isdn");
    assert_eq!(attachment["filename"], "factuur é.pdf");
    assert_eq!(attachment["content_type"], "application/pdf");
    assert_eq!(attachment["size"], PDF.len());
    assert_eq!(attachment["sha256"].as_str().unwrap().len(), 64);
    let url = attachment["url"].as_str().unwrap();
    assert_eq!(added.header("location"), url);
    assert_eq!(world.get(&path).await.body, json!({"items": [attachment], "next_cursor": null}));

    let url = url.strip_prefix("/api/v1").unwrap();
    let file = world.get(url).await;
    assert_eq!(file.bytes, PDF);
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"factuur _.pdf\"; filename*=UTF-8''factuur%20%C3%A9.pdf"
    );
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-security-policy").starts_with("sandbox"));
    let again = world.asks(Method::GET, url).header("if-none-match", file.header("etag")).send().await;
    again.expect(StatusCode::NOT_MODIFIED);
    assert!(again.bytes.is_empty());
}

#[tokio::test]
async fn every_fault_of_a_form_is_named_at_once() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}/attachments");
    let post = || world.asks(Method::POST, &path);
    let nothing = form(post(), &[], None).await;
    nothing.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    assert_eq!(nothing.errors(), ["/kind missing", "/file missing"]);
    let wrong = form(post(), &[("kind", "selfie"), ("color", "red"), ("kind", "other")], Some(("leeg.pdf", b""))).await;
    let mut errors = wrong.errors();
    errors.sort();
    assert_eq!(errors, ["/color unknown_field", "/file empty", "/kind given_twice"]);
    let elsewhere = form(post(), &[("kind", "invoice"), ("contract", "ziggo")], Some(("f.pdf", PDF))).await;
    assert_eq!(elsewhere.errors(), ["/contract unknown_contract"]);
    post().json(json!({})).await.expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_multipart");
    let cut = post().header("content-type", "multipart/form-data; boundary=X").body("--X\r\nContent-Disp").await;
    cut.expect_problem(StatusCode::BAD_REQUEST, "incomplete_body");
}

#[tokio::test]
async fn a_file_over_20_mebibytes_is_refused() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}/attachments");
    let limit = 20 * 1024 * 1024;
    for size in [limit + 1, limit + 1024 * 1024] {
        let large = form(world.asks(Method::POST, &path), &[("kind", "other")], Some(("groot.bin", &vec![b'x'; size]))).await;
        large.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
        assert!(large.body["detail"].as_str().unwrap().contains("20 MiB"));
    }
    let fits = form(world.asks(Method::POST, &path), &[("kind", "other")], Some(("past.bin", &vec![b'x'; limit]))).await;
    fits.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn the_same_file_under_the_same_key_is_added_once_whatever_the_boundary() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}/attachments");
    let ask = || world.asks(Method::POST, &path).header("idempotency-key", "factuur-mei");
    let first = form(ask(), &[("kind", "invoice")], Some(("f.pdf", PDF))).await;
    let other = "--Y\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ninvoice\r\n--Y\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"f.pdf\"\r\n\r\n%PDF-1.4\n%%EOF\n\r\n--Y--\r\n";
    let again = ask().header("content-type", "multipart/form-data; boundary=Y").body(other).await;
    again.expect(StatusCode::CREATED);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    let changed = form(ask(), &[("kind", "other")], Some(("f.pdf", PDF))).await;
    changed.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
    assert_eq!(world.get(&path).await.items().len(), 1);
}

#[tokio::test]
async fn letters_are_made_shown_and_recorded_as_sent() {
    let world = World::new().await;
    let id = world.project_in_order().await;
    let list = world.get(&format!("/projects/{id}/letters")).await;
    let kinds: Vec<_> = list.items().iter().map(|letter| letter["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["porting_notice", "authorization", "cancellation", "cover"]);
    assert_eq!(list.items()[3]["provider"], Value::Null, "to the customer");
    let letter = &list.items()[2];
    for field in ["id", "kind", "contract", "provider", "language", "status", "created_at", "sent_at"] {
        assert!(letter.get(field).is_some(), "{field}");
    }
    assert_eq!(letter["status"], "draft");

    let pdf = world.get(letter["pdf"].as_str().unwrap().strip_prefix("/api/v1").unwrap()).await;
    pdf.expect(StatusCode::OK);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.header("content-disposition").starts_with("inline; filename=\"2027-0001-cancellation.pdf\""));
    assert_eq!(pdf.header("x-content-type-options"), "nosniff");
    assert!(pdf.bytes.starts_with(b"%PDF-"));

    let letter_id = letter["id"].as_str().unwrap();
    let sent = world.post(&format!("/letters/{letter_id}/sent"), json!({"sent_on": "2027-01-03", "note": "3SABC"})).await;
    sent.expect(StatusCode::OK);
    assert_eq!((&sent.body["status"], &sent.body["sent_on"]), (&json!("sent"), &json!("2027-01-03")));
    let twice = world.post(&format!("/letters/{letter_id}/sent"), json!({})).await;
    twice.expect_problem(StatusCode::CONFLICT, "letter_sent");

    let english = json!({"kind": "porting_notice", "contract": "kpn-isdn", "language": "en"});
    let made = world.post(&format!("/projects/{id}/letters"), english).await;
    made.expect(StatusCode::CREATED);
    assert_eq!((&made.body["kind"], &made.body["language"]), (&json!("porting_notice"), &json!("en")));
    assert_eq!(made.header("location"), made.body["pdf"].as_str().unwrap());
    let unknown = world.post(&format!("/projects/{id}/letters"), json!({"kind": "invoice", "contract": ""})).await;
    assert_eq!(unknown.errors(), ["/contract empty", "/kind not_one_of"]);
    let to_nobody = world.post(&format!("/projects/{id}/letters"), json!({"kind": "cancellation"})).await;
    assert_eq!(to_nobody.errors(), ["/contract missing"]);
}

#[tokio::test]
async fn letters_to_the_customer_are_made_when_it_is_time_or_somebody_asks() {
    let world = World::new().await;
    let id = world.project_in_order().await;
    let letters = format!("/projects/{id}/letters");
    let installation = json!({"on": "2027-01-20", "from": "09:00", "until": "12:30"});
    let changed = world.patch(&format!("/projects/{id}"), json!({"installation": installation})).await;
    changed.expect(StatusCode::OK);
    assert_eq!(changed.body["installation"], installation);
    let made = world.get(&letters).await;
    let appointment = made.items().last().unwrap();
    assert_eq!(
        (&appointment["kind"], &appointment["provider"], &appointment["contract"]),
        (&json!("installation_appointment"), &Value::Null, &Value::Null)
    );
    let sheet = world.post(&letters, json!({"kind": "fraud_safety", "language": "en"})).await;
    sheet.expect(StatusCode::CREATED);
    let pdf = world.get(sheet.body["pdf"].as_str().unwrap().strip_prefix("/api/v1").unwrap()).await;
    assert!(pdf.header("content-disposition").starts_with("inline; filename=\"2027-0001-fraud_safety.pdf\""));
    let too_soon = world.post(&letters, json!({"kind": "delivery"})).await;
    too_soon.expect_problem(StatusCode::CONFLICT, "letter_not_needed");
    let of_a_contract = world.post(&letters, json!({"kind": "cover", "contract": "kpn-isdn"})).await;
    assert_eq!(of_a_contract.errors(), ["/contract unknown_field"]);
}

#[tokio::test]
async fn an_appointment_that_can_not_be_is_refused() {
    let world = World::new().await;
    let id = world.project_in_order().await;
    let project = format!("/projects/{id}");
    let backwards = json!({"installation": {"on": "2027-01-03", "from": "12:30", "until": "09:00", "note": "🦀"}});
    let refused = world.patch(&project, backwards).await;
    assert_eq!(
        refused.errors(),
        ["/installation/on in_the_past", "/installation/until ends_before_it_begins", "/installation/note unprintable_character"]
    );
    let unreadable =
        world.patch(&project, json!({"installation": {"on": "2027-01-20", "from": "9 uur", "until": "25:00"}})).await;
    assert_eq!(unreadable.errors().len(), 2, "{:?}", unreadable.errors());
}
