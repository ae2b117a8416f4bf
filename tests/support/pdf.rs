//! PDFs: a small one to upload, and the text of one that was made.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// A right PDF of one page with this text.
pub(crate) fn one_page(text: &str) -> Vec<u8> {
    let lines: Vec<String> = text.lines().map(|line| line.replace('(', r"\(").replace(')', r"\)")).collect();
    let content = format!("BT /F1 10 Tf 30 780 Td ({}) Tj ET", lines.join(") Tj 0 -16 Td ("));
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let (mut pdf, mut table) = ("%PDF-1.4\n".to_owned(), "0000000000 65535 f \n".to_owned());
    for (number, object) in (1..).zip(&objects) {
        writeln!(table, "{:010} 00000 n ", pdf.len()).unwrap();
        writeln!(pdf, "{number} 0 obj{object}endobj").unwrap();
    }
    let (start, size) = (pdf.len(), objects.len() + 1);
    write!(pdf, "xref\n0 {size}\n{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").unwrap();
    pdf.into_bytes()
}

/// What a reader of the PDF sees; fails when it does not open.
pub(crate) fn text(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("pdftotext, of Debian's poppler-utils");
    reader.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success(), "the PDF does not open: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
