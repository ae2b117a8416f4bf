//! Uploads that are not what they say, too large, too slow or too many.

use std::time::{Duration, Instant};

use api::TokenRole;
use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::files::{PDF, form};
use crate::world::{Reply, World};

const FORM: &str = "multipart/form-data; boundary=X";
const HEAD: &str = "--X\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nother\r\n\
    --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.pdf\"\r\n\r\n";

#[tokio::test]
async fn a_file_is_what_its_first_bytes_say() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}/attachments");
    for (kind, content, taken) in [
        ("invoice", PDF, true),
        ("invoice", b"<!DOCTYPE html><script>alert(1)</script>".as_slice(), false),
        ("invoice", b"MZ\x90\0\x03\0\0\0", false),
        ("invoice", b"PK\x03\x04a zip of whatever size within", false),
        ("signed_contract", b"just text", false),
        ("other", b"just text", true),
        ("other", b"\x7fELF\x02\x01", false),
        ("other", b"<svg onload=alert(1)>", false),
    ] {
        let answer = form(world.asks(Method::POST, &path), &[("kind", kind)], Some(("factuur.pdf", content))).await;
        if taken {
            answer.expect(StatusCode::CREATED);
        } else {
            answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
            assert_eq!(answer.errors(), ["/file file_type_not_allowed"]);
        }
    }
    assert_eq!(world.get(&path).await.items().len(), 2);
}

/// A body that must not be read.
fn unread() -> Body {
    Body::from_stream(stream::once(async { panic!("the body is read") }).map(Ok::<Bytes, std::io::Error>))
}

#[tokio::test]
async fn what_announces_itself_too_large_is_refused_before_it_is_read() {
    let world = World::new().await;
    let id = world.project().await;
    let ask = world.asks(Method::POST, &format!("/projects/{id}/attachments"));
    let answer = ask.header("content-type", FORM).header("content-length", "209715200").body(unread()).await;
    answer.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
}

#[tokio::test]
async fn what_does_not_announce_itself_is_refused_when_it_has_become_too_large() {
    let world = World::new().await;
    let id = world.project().await;
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    for (head, code) in [(HEAD, "too_large"), ("--X\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n", "too_large")] {
        let ask = world.asks(Method::POST, &format!("/projects/{id}/attachments"));
        let endless = stream::once(async move { Bytes::from(head) }).chain(stream::repeat(piece.clone()));
        let answer = ask.header("content-type", FORM).body(Body::from_stream(endless.map(Ok::<_, std::io::Error>))).await;
        answer.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, code);
    }
}

/// A body that begins, and then brings a byte a second for ever.
fn slow() -> Body {
    let drops = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Bytes::from_static(b"x"), ()))
    });
    Body::from_stream(stream::once(async { Bytes::from(HEAD) }).chain(drops).map(Ok::<_, std::io::Error>))
}

#[tokio::test]
async fn a_slow_upload_is_ended_and_many_of_them_keep_no_place_for_ever() {
    let world = World::new().await;
    let id = world.project().await;
    let path = format!("/projects/{id}/attachments");
    let begun = Instant::now();
    let uploads: Vec<_> = (0..33).map(|_| world.asks(Method::POST, &path).header("content-type", FORM).body(slow())).collect();
    let answers: Vec<Reply> = futures_util::future::join_all(uploads).await;
    let (late, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == StatusCode::REQUEST_TIMEOUT);
    assert_eq!((late.len(), refused.len()), (32, 1));
    late[0].expect_problem(StatusCode::REQUEST_TIMEOUT, "upload_too_slow");
    refused[0].expect_problem(StatusCode::SERVICE_UNAVAILABLE, "too_many_uploads");
    assert_eq!(refused[0].header("retry-after"), "1");
    assert!(begun.elapsed() < Duration::from_mins(1));
    form(world.asks(Method::POST, &path), &[("kind", "other")], Some(("f.pdf", PDF))).await.expect(StatusCode::CREATED);
    assert_eq!(world.get(&path).await.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(world.get(&path).await.body["next_cursor"], json!(null));
}

#[tokio::test]
async fn who_may_not_begin_projects_is_refused_before_the_spreadsheet_is_read() {
    let world = World::new().await;
    let id = world.project().await;
    let customer = world.token(TokenRole::Customer, Some(&id)).await;
    for content_type in [FORM, "text/csv"] {
        let ask = world.asks(Method::POST, "/projects/import").by(&customer).header("content-type", content_type);
        ask.body(unread()).await.expect_problem(StatusCode::FORBIDDEN, "forbidden");
        let large = world.asks(Method::POST, "/projects/import").header("content-type", content_type);
        let answer = large.header("content-length", "20971520").body(unread()).await;
        answer.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    }
}

#[tokio::test]
async fn a_slow_spreadsheet_is_ended_and_the_next_has_its_turn() {
    let world = World::new().await;
    let ask = |content_type| world.asks(Method::POST, "/projects/import").header("content-type", content_type);
    let (form, bare) = futures_util::future::join(ask(FORM).body(slow()), ask("text/csv").body(slow())).await;
    for answer in [form, bare] {
        answer.expect_problem(StatusCode::REQUEST_TIMEOUT, "upload_too_slow");
    }
    let next = world.asks(Method::POST, "/projects/import?dry_run=true").header("content-type", "text/csv");
    next.body("Klant;KvK\n").await.expect(StatusCode::OK);
}

/// Three bring as much as the pace asks, for longer than a turn is waited for; two of them hold the turns.
#[tokio::test]
async fn two_spreadsheets_at_a_time_are_received() {
    let world = World::new().await;
    let steady = || {
        let pieces = stream::iter(0..33).then(|_| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, std::io::Error>(Bytes::from(vec![b'\n'; 17 * 1024]))
        });
        Body::from_stream(pieces)
    };
    let ask = || world.asks(Method::POST, "/projects/import?dry_run=true").header("content-type", "text/csv");
    let answers: Vec<Reply> = futures_util::future::join_all((0..3).map(|_| ask().body(steady()))).await;
    let (refused, received): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((refused.len(), received.len()), (1, 2));
    refused[0].expect_problem(StatusCode::SERVICE_UNAVAILABLE, "too_many_uploads");
    received[0].expect(StatusCode::OK);
    ask().body("Klant;KvK\n").await.expect(StatusCode::OK);
}
