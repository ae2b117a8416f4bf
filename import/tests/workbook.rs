//! Makes XLSX files: the least of XML that a spreadsheet needs.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A cell to be written.
pub(crate) enum Written {
    Text(&'static str),
    Number(f64),
    /// A day as spreadsheets count them, formatted as a date.
    Day(f64),
    Error(&'static str),
}

pub(crate) fn text(text: &'static str) -> Written {
    Written::Text(text)
}

/// A file with these sheets, each a name and rows.
pub(crate) fn workbook(sheets: &[(&str, Vec<Vec<Written>>)]) -> Vec<u8> {
    let mut parts = vec![
        ("_rels/.rels".to_owned(), relationships(&[("rId1", "officeDocument", "xl/workbook.xml")])),
        ("xl/styles.xml".to_owned(), STYLES.to_owned()),
    ];
    let mut listed = String::new();
    let mut targets = Vec::new();
    for (i, (name, rows)) in sheets.iter().enumerate() {
        let number = i + 1;
        let _ = write!(listed, "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
        targets.push((format!("rId{number}"), format!("worksheets/sheet{number}.xml")));
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet(rows)));
    }
    targets.push(("rId99".to_owned(), "styles.xml".to_owned()));
    let listed = format!("<workbook {MAIN} {RELATIONSHIP}><sheets>{listed}</sheets></workbook>");
    parts.push(("xl/workbook.xml".to_owned(), listed));
    let targets: Vec<_> = targets
        .iter()
        .map(|(id, target)| (id.as_str(), if id == "rId99" { "styles" } else { "worksheet" }, target.as_str()))
        .collect();
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), relationships(&targets)));
    archive(&parts)
}

/// A ZIP archive of these parts.
pub(crate) fn archive(parts: &[(String, String)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
const RELATIONSHIP: &str = "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
/// The second format is a date.
const STYLES: &str = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\">\
                      <xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";

pub(crate) fn relationships(targets: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
        )
    };
    let all: String = targets.iter().map(one).collect();
    format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{all}</Relationships>")
}

fn sheet(rows: &[Vec<Written>]) -> String {
    let mut xml = String::new();
    for (row, cells) in (1..).zip(rows) {
        let _ = write!(xml, "<row r=\"{row}\">");
        for (column, cell) in ('A'..).zip(cells) {
            let at = format!("r=\"{column}{row}\"");
            let _ = match cell {
                Written::Text(text) => write!(xml, "<c {at} t=\"inlineStr\"><is><t>{text}</t></is></c>"),
                Written::Number(number) => write!(xml, "<c {at}><v>{number}</v></c>"),
                Written::Day(serial) => write!(xml, "<c {at} s=\"1\"><v>{serial}</v></c>"),
                Written::Error(error) => write!(xml, "<c {at} t=\"e\"><v>{error}</v></c>"),
            };
        }
        xml.push_str("</row>");
    }
    format!("<worksheet {MAIN}><sheetData>{xml}</sheetData></worksheet>")
}
