//! Files that strangers send: invoices that are read, and what only pretends to be one, with the memory that it takes.

use std::io::{Read, Write};
use std::time::Duration;

use serde_json::json;

use crate::support::api::{Answer, TOKEN};
use crate::support::intake::shop;
use crate::support::job::{Job, text};
use crate::support::pdf;
use crate::support::world::World;

const MIB: usize = 1024 * 1024;

/// What a server may need at most: 46 MiB at rest in a debug build, twice 20 MiB for the file and its way to the database, and twice what
/// `SQLite` takes for it.
const MEMORY_MAX: u64 = 300;

#[tokio::test]
async fn an_invoice_is_read_and_what_it_suggests_is_accepted() {
    let mut world = World::begin().await;
    let job = Job::start(&world.api, &shop(0)).await;
    let project = world.api.get(&format!("/api/v1/projects/{}", job.id)).await;
    let contract = text(&project["contracts"][0]["id"]);
    let invoice =
        pdf::one_page("KPN B.V.\nKlantnummer: 555000111\nAansluiting 0297-987654 (ISDN2)\nTotaal 12,50\nVragen? Bel 0800-0403");
    let answer = world.api.attach_file(&job.id, "invoice", Some(&contract), "mei", &invoice).await;
    assert_eq!(answer.status, 201);
    let read = world.api.reading(&job.id, &answer.json()).await;
    assert_eq!((&read["status"], &read["found"]["provider"]), (&json!("read"), &json!("KPN")));

    let path = format!("/api/v1/projects/{}/suggestions", job.id);
    let suggestions = world.api.list(&path).await;
    let told: Vec<&str> = suggestions.iter().map(|suggestion| suggestion["text"]["en"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            format!("make the customer number of contract {contract} 555000111"),
            format!("add 0297 98 76 54, on contract {contract}")
        ]
    );
    assert_eq!(suggestions[1]["quote"], json!({"page": 1, "line": 3, "text": "Aansluiting 0297-987654 (ISDN2)"}));
    for suggestion in &suggestions {
        world.api.post(&format!("{path}/{}/accept", text(&suggestion["id"])), json!({})).await;
    }
    let after = world.api.get(&format!("/api/v1/projects/{}", job.id)).await;
    assert_eq!(after["contracts"][0]["customer_number"], "555000111");
    assert!(after["numbers"].as_array().unwrap().iter().any(|number| number["number"] == "+31297987654"));
    world.stop().await;
    assert!(world.verify().status.success());
}

/// Run-length encoded twice (PDF 32000-1, 7.4.5): 32 KiB that become 128 MiB of blanks.
fn bomb() -> Vec<u8> {
    let within = [129, b' '].repeat(64);
    let piece = [vec![127], within].concat();
    let small = [129, b' '].repeat(16 * 1024);
    let content = [piece.repeat(256), small].concat();
    let page = String::from_utf8(pdf::one_page("")).unwrap();
    let (head, tail) = page.split_once("<</Length").unwrap();
    let (_, tail) = tail.split_once("endstream").unwrap();
    let stream = format!("<</Length {}/Filter[/RunLengthDecode/RunLengthDecode]>>stream\n", content.len());
    [head.as_bytes(), stream.as_bytes(), &content, b"\nendstream", tail.as_bytes()].concat()
}

#[tokio::test]
async fn hostile_files_are_refused_or_told_to_be_unread() {
    let mut world = World::begin().await;
    let job = Job::start(&world.api, &shop(0)).await;
    let right = pdf::one_page("030-1001200");
    let loops = String::from_utf8(right.clone()).unwrap().replace("/Kids[3 0 R]", "/Kids[2 0 R]").into_bytes();
    let noise: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain((0..=255).cycle().take(MIB)).collect();
    let cases: [(&str, &[u8], &str); 8] = [
        ("a web page", b"<!DOCTYPE html><script>alert(1)</script>", "file_type_not_allowed"),
        ("a program", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "file_type_not_allowed"),
        ("a zip", b"PK\x03\x04\x14\0\0\0\x08\0bomb", "file_type_not_allowed"),
        ("noise", &noise, "damaged"),
        ("a broken table", &right[..right.len() / 3], "damaged"),
        ("pages that contain themselves", &loops, "no_text"),
        ("a bomb", &bomb(), "no_text"),
        ("a photograph", b"\xff\xd8\xff\xe0", "not_pdf"),
    ];
    for (what, file, expected) in cases {
        let answer = world.api.attach_file(&job.id, "invoice", None, what, file).await;
        let told = if answer.status == 201 {
            text(&world.api.reading(&job.id, &answer.json()).await["reason"])
        } else {
            assert_eq!(answer.status, 422, "{what}");
            text(&answer.json()["errors"][0]["code"])
        };
        assert_eq!(told, expected, "{what}");
    }
    assert!(world.memory_peak() < MEMORY_MAX, "{} MiB", world.memory_peak());
    world.stop().await;
    assert!(world.verify().status.success());
}

#[tokio::test]
async fn many_and_large_uploads_take_bounded_memory() {
    let mut world = World::begin().await;
    let job = Job::start(&world.api, &shop(0)).await;
    let path = format!("/api/v1/projects/{}/attachments", job.id);

    // 200 MB are refused when nothing but their announcement has come.
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: multipart/form-data; boundary=X\r\nContent-Length: 200000000\r\n\r\n"
    );
    assert!(said_to(&world, &head, &[]).starts_with("HTTP/1.1 413"));
    // Those that don't announce themselves are refused when they have become too large.
    let head = head.replace("Content-Length: 200000000", "Transfer-Encoding: chunked");
    let piece = [b"10000\r\n", vec![b'x'; 0x10000].as_slice(), b"\r\n"].concat();
    let begin = "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.pdf\"\r\n\r\n";
    let begin = format!("{:x}\r\n{begin}\r\n", begin.len());
    let said = said_to(&world, &format!("{head}{begin}"), &piece);
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 413"), "{said}");

    let file = [b"%PDF-1.4\n", vec![b'x'; 20 * MIB - 9].as_slice()].concat();
    let uploads = (0..20).map(|i| {
        let (api, project, file) = (world.api.clone(), job.id.clone(), file.clone());
        tokio::spawn(async move { api.attach_file(&project, "other", None, &format!("large-{i}"), &file).await })
    });
    for upload in uploads.collect::<Vec<_>>() {
        let answer: Answer = upload.await.unwrap();
        assert_eq!(answer.status, 201);
    }
    assert_eq!(world.api.list(&path).await.len(), 20);
    assert!(world.memory_peak() < MEMORY_MAX, "{} MiB", world.memory_peak());
    world.stop().await;
}

/// Says this to the server, and then the same piece until 200 MB are said or it does not listen any more; what it answers, if it can be heard:
/// a connection on which somebody goes on speaking is reset.
fn said_to(world: &World, head: &str, piece: &[u8]) -> String {
    let mut connection = world.begin_request(head);
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    connection.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut said = 0;
    while !piece.is_empty() && said < 200 * MIB && connection.write_all(piece).is_ok() {
        said += piece.len();
    }
    assert!(said < 60 * MIB, "it listened to {said} bytes");
    let mut answer = [0; 1024];
    let length = connection.read(&mut answer).unwrap_or(0);
    String::from_utf8_lossy(&answer[..length]).into_owned()
}
