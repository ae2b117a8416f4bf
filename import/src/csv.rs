//! CSV as Dutch Excel writes it: semicolons, Windows-1252 or UTF-8, quoted line breaks. Commas and tabs are recognised too.

use std::collections::BTreeMap;

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use workflow::text::Text;

use crate::allowance::Allowance;
use crate::cell::{Cell, Content, Place, Sheet};
use crate::{COLUMNS_MAX, FileFault, ROWS_MAX, too_many_rows};

/// Excel separates by what the country's settings say, and can be told so in a first line `sep=;`.
const SEPARATORS: [u8; 3] = [b';', b',', b'\t'];

/// So many lines tell which of them it is.
const LINES_LOOKED_AT: usize = 20;

/// Reads a text file.
pub(crate) fn read(bytes: &[u8]) -> Result<Sheet, FileFault> {
    let text = decoded(bytes)?;
    // One kind of line end, so that lines can be counted.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (text, rows_before, separator) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
        Some((separator, rest)) => (rest, 1, separator.bytes().next().unwrap_or(b';')),
        None => (text.as_str(), 0, separator(&text)),
    };
    let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = BTreeMap::new();
    let mut row = rows_before;
    let mut read_until = 0;
    let mut record = ByteRecord::new();
    let mut allowance = Allowance::whole();
    while reader.read_byte_record(&mut record).map_err(|error| unreadable(&error))? {
        // Empty lines are passed over by the reader, and counted by spreadsheets.
        let between = text.as_bytes().get(read_until..).unwrap_or_default();
        row += 1 + u32::try_from(between.iter().take_while(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX);
        read_until = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let mut cells = BTreeMap::new();
        for (column, field) in (0..COLUMNS_MAX).zip(record.iter()) {
            let cell = cell(&String::from_utf8_lossy(field));
            if !cell.text.is_empty() {
                allowance.take(&cell.text, || Place::of_cell(None, row, column).cell())?;
                cells.insert(column, cell);
            }
        }
        if !cells.is_empty() {
            rows.insert(row, cells);
        }
        if rows.len() > ROWS_MAX {
            return Err(too_many_rows());
        }
    }
    Ok(Sheet { name: None, rows })
}

/// With a byte order mark as that says; else UTF-8 where it can be, else what Excel writes in Western Europe.
fn decoded(bytes: &[u8]) -> Result<String, FileFault> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let (text, ..) = encoding.decode(bytes);
    if text.contains('\0') {
        return Err(unreadable(&"NUL"));
    }
    Ok(text.into_owned())
}

fn unreadable(error: &dyn std::fmt::Display) -> FileFault {
    FileFault::Unreadable(Text::new(
        format!("dit is geen spreadsheet ({error}); bewaar het als XLSX of als CSV"),
        format!("this is no spreadsheet ({error}); save it as XLSX or CSV"),
    ))
}

/// The separator that stands most often in the first lines: a title has none, and a text may have commas.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; SEPARATORS.len()];
    for byte in text.lines().take(LINES_LOOKED_AT).flat_map(str::bytes) {
        quoted ^= byte == b'"';
        if let Some(i) = SEPARATORS.iter().position(|separator| *separator == byte).filter(|_| !quoted)
            && let Some(count) = counts.get_mut(i)
        {
            *count += 1;
        }
    }
    // Of equals the first, the Dutch one.
    let most = counts.iter().zip(SEPARATORS).rev().max_by_key(|(count, _)| **count);
    most.map_or(b';', |(_, separator)| separator)
}

/// `="0301001200"` and `'0301001200` are how people keep Excel from taking a text for a number.
fn cell(field: &str) -> Cell {
    let text = field.trim();
    let text = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let text = text.strip_prefix('\'').unwrap_or(text).trim();
    let content = if text.starts_with('#') && text.ends_with(['!', '?']) || matches!(text, "#N/A" | "#N/B") {
        Content::Error
    } else {
        Content::Text
    };
    Cell { text: text.to_owned(), content }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::read;

    fn rows(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let sheet = read(bytes).unwrap();
        sheet.rows.into_iter().map(|(row, cells)| (row, cells.into_values().map(|cell| cell.text).collect())).collect()
    }

    fn texts(row: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (row, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn separators_are_recognised() {
        for text in ["a;b,c;d\n1;2;3\n", "sep=|\na|b,c|d\n1|2|3", "a\tb,c\td\r\n1\t2\t3\r\n", "\"a\",\"b,c\",d\n1,2,3\n"] {
            let found = rows(text.as_bytes());
            assert_eq!(found[0].1, ["a", "b,c", "d"], "{text:?}");
            assert_eq!(found[1].1, ["1", "2", "3"], "{text:?}");
        }
        let below_a_title = rows("Klanten\nKlant,Lijn\nA,\"alarm; lift; fax\"\n".as_bytes());
        assert_eq!(below_a_title[2].1, ["A", "alarm; lift; fax"]);
    }

    #[test]
    fn encodings_are_recognised() {
        for bytes in
            ["é;€\n".as_bytes(), b"\xef\xbb\xbf\xc3\xa9;\xe2\x82\xac\n", b"\xe9;\x80\r\n", b"\xff\xfe\xe9\0;\0\xac\x20\n\0"]
        {
            assert_eq!(rows(bytes), [texts(1, &["é", "€"])], "{bytes:?}");
        }
        assert!(read(b"%PDF\0\0").is_err());
    }

    #[test]
    fn rows_have_the_numbers_that_the_spreadsheet_shows() {
        let text = "kop;kop2\n\n\n\"een\nover twee regels\";x\r\n;;\r\nlaatste;y";
        assert_eq!(
            rows(text.as_bytes()),
            [texts(1, &["kop", "kop2"]), texts(4, &["een\nover twee regels", "x"]), texts(6, &["laatste", "y"])]
        );
        assert_eq!(rows(b"\n\nx;y\nz;"), [texts(3, &["x", "y"]), texts(4, &["z"])]);
        assert_eq!(rows(b"sep=;\nx;y\n"), [texts(2, &["x", "y"])]);
    }

    #[test]
    fn what_keeps_excel_from_counting_is_taken_away() {
        assert_eq!(rows(b"=\"0301001200\";'0297;\"een \"\"twee\"\"\"\n"), [texts(1, &["0301001200", "0297", "een \"twee\""])]);
    }
}
