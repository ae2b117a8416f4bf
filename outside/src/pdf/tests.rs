//! Right PDFs and hostile ones: each is read or told to be unread, in bounded time.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{PdfError, PdfReader};

/// A PDF of one page with this content, as it is or under a filter.
fn pdf(content: &[u8], filter: &str) -> Vec<u8> {
    let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>";
    let stream = [format!("<</Length {}{filter}>>stream\n", content.len()).as_bytes(), content, b"\nendstream\n"].concat();
    let objects: [&[u8]; 5] =
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page.as_bytes(), &stream, font.as_bytes()];
    let (mut pdf, mut table) = (b"%PDF-1.4\n".to_vec(), "0000000000 65535 f \n".to_owned());
    for (number, object) in (1..).zip(objects) {
        writeln!(table, "{:010} 00000 n ", pdf.len()).unwrap();
        pdf.extend([format!("{number} 0 obj").as_bytes(), object, b"endobj\n"].concat());
    }
    let start = pdf.len();
    pdf.extend(format!("xref\n0 6\n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    pdf
}

/// A page with these lines.
fn page(lines: &[&str]) -> Vec<u8> {
    pdf(format!("BT /F1 12 Tf 50 800 Td ({}) Tj ET", lines.join(") Tj 0 -20 Td (")).as_bytes(), "")
}

/// Many equal bytes, run-length encoded: each pair becomes 128 of them (PDF 32000-1, 7.4.5). Twice, so that 64 MiB fit in a few kilobytes
/// and cost little to make.
fn bomb() -> Vec<u8> {
    let once = [129, b' '].repeat(256 * 1024);
    let twice: Vec<u8> = once
        .chunks(2)
        .collect::<Vec<_>>()
        .chunks(64)
        .flat_map(|pairs| {
            let bytes = pairs.concat();
            [vec![u8::try_from(bytes.len() - 1).unwrap()], bytes].concat()
        })
        .collect();
    pdf(&twice, "/Filter[/RunLengthDecode/RunLengthDecode]")
}

async fn reader() -> PdfReader {
    PdfReader::by("pdftotext").await.unwrap_or_else(|error| panic!("pdftotext, of Debian's poppler-utils: {error}"))
}

#[track_caller]
fn told(read: &Result<String, PdfError>) -> &'static str {
    match read {
        Ok(text) if text.trim().is_empty() => "no text",
        Ok(_) => "text",
        Err(PdfError::Protected) => "protected",
        Err(PdfError::Damaged) => "damaged",
        Err(PdfError::TooDemanding) => "too demanding",
        Err(error @ PdfError::NotRun(_)) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_text_of_a_page_is_read_in_its_columns() {
    let text = reader().await.text(&page(&["Klantnummer: 100200300", "030-1001200 t/m 99"])).await.unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, ["Klantnummer: 100200300", "030-1001200 t/m 99"]);
    assert!(text.ends_with('\u{c}'), "a page ends with a form feed");
}

#[tokio::test]
async fn what_is_no_invoice_is_told_as_such_in_bounded_time() {
    let reader = reader().await;
    let good = page(&["030-1001200"]);
    let replaced = |from: &str, to: &str| {
        let at = good.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
        [&good[..at], to.as_bytes(), &good[at + from.len()..]].concat()
    };
    let noise: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain((0..=255).cycle().take(300_000)).collect();
    let encrypted = replaced(
        "/Root 1 0 R",
        "/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(01234567890123456789012345678901)/U(01234567890123456789012345678901)>>",
    );
    let table = [
        ("empty", Vec::new(), "damaged"),
        ("a web page", b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), "damaged"),
        ("a program", b"MZ\x90\0\x03\0\0\0".to_vec(), "damaged"),
        ("noise", noise, "damaged"),
        ("cut off", good[..200].to_vec(), "damaged"),
        ("a scan", pdf(b"", ""), "no text"),
        ("a password", encrypted, "protected"),
        ("pages that contain themselves", replaced("/Kids[3 0 R]", "/Kids[2 0 R]"), "no text"),
        ("a table that follows itself", replaced("/Root 1 0 R", "/Root 1 0 R/Prev 9"), "text"),
        ("a million faults", pdf(&[b"[".repeat(500_000), b"]".repeat(500_000)].concat(), ""), "too demanding"),
        ("a bomb", bomb(), "no text"),
    ];
    let mut wrong = Vec::new();
    for (what, pdf, expected) in table {
        let begun = Instant::now();
        let read = reader.text(&pdf).await;
        if told(&read) != expected || begun.elapsed() > Duration::from_secs(25) {
            wrong.push(format!("{what}: {} instead of {expected}, after {:?}", told(&read), begun.elapsed()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A program in the place of `pdftotext`, to see what any may do.
async fn instead(script: &str) -> Result<String, PdfError> {
    let path = std::env::temp_dir().join(format!("overstap-pdf-{}-{}", std::process::id(), script.len()));
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    let mode = std::process::Command::new("chmod").arg("700").arg(&path).status().unwrap();
    assert!(mode.success());
    let read = PdfReader { program: path.display().to_string() }.text(b"%PDF-").await;
    std::fs::remove_file(&path).unwrap();
    read
}

#[tokio::test]
async fn the_reading_process_is_held_to_its_limits() {
    let limits =
        instead("cat > /dev/null; echo $(ulimit -t) $(ulimit -v) $(ulimit -f) $(ulimit -c) $(ulimit -n) $(nice)").await.unwrap();
    assert_eq!(limits.trim(), "5 524288 0 0 32 19");
    let environment = instead("env").await.unwrap();
    let mut names: Vec<&str> =
        environment.lines().filter_map(|line| line.split('=').next()).filter(|name| *name != "_").collect();
    names.sort_unstable();
    assert_eq!(names, ["LC_ALL", "PATH", "PWD"]);
    let written = instead("echo x > /tmp/overstap-must-not-be-written; exit 0").await;
    assert_eq!(std::fs::metadata("/tmp/overstap-must-not-be-written").map_or(0, |file| file.len()), 0, "{written:?}");
    let _made_empty = std::fs::remove_file("/tmp/overstap-must-not-be-written");
    assert_eq!(told(&instead("while :; do :; done").await), "too demanding", "it turns in a circle");
    assert_eq!(told(&instead("yes").await), "too demanding", "it never ends to speak");
    assert_eq!(told(&instead("yes >&2").await), "too demanding", "it never ends to complain");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_told_at_the_start() {
    for program in ["no-such-program", "/etc/passwd"] {
        assert!(matches!(PdfReader::by(program).await, Err(PdfError::NotRun(_))), "{program}");
    }
}
