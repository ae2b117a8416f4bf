//! XLSX: a ZIP archive of XML. Read by calamine, within bounds that are looked after here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use chrono::NaiveDate;
use workflow::text::Text;
use zip::ZipArchive;

use crate::allowance::Allowance;
use crate::cell::{Cell, Content, Place, Sheet, quoted};
use crate::{COLUMNS_MAX, FileFault, ROWS_MAX, too_many_rows};

/// How much an archive may come to when unpacked: what the most rows take as XML, some times over.
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// More parts than any spreadsheet has.
const PARTS_MAX: usize = 2_000;
/// The least that a shared string takes: `<si/>`.
const SHARED_STRING_BYTES_MIN: usize = 5;
/// The largest number that a spreadsheet keeps exactly: 15 digits.
const EXACT_MAX: f64 = 1e15;

/// Whether a file begins as a ZIP archive does.
pub(crate) fn is_xlsx(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads every sheet of an archive.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, FileFault> {
    look_inside(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let mut sheets = Vec::new();
    let mut rows_left = ROWS_MAX;
    let mut allowance = Allowance::whole();
    for name in workbook.sheet_names() {
        let Ok(mut reader) = workbook.worksheet_cells_reader(&name) else {
            // A sheet with a chart only.
            continue;
        };
        let name: Arc<str> = Arc::from(quoted(&name));
        let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
        while let Some(found) = reader.next_cell().map_err(|error| unreadable(&error))? {
            let (row, column) = (found.get_position().0.saturating_add(1), found.get_position().1);
            let Some((text, content)) = shown(found.get_value()).filter(|_| column < COLUMNS_MAX) else { continue };
            allowance.take(&text, || Place::of_cell(Some(name.clone()), row, column).cell())?;
            rows.entry(row).or_default().insert(column, Cell { text: text.into_owned(), content });
            if rows.len() > rows_left {
                return Err(too_many_rows());
            }
        }
        rows_left -= rows.len();
        sheets.push(Sheet { name: Some(name), rows });
    }
    Ok(sheets)
}

/// Unpacks all parts once to see how large they are, whatever the archive says of them.
fn look_inside(bytes: &[u8]) -> Result<(), FileFault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    if archive.len() > PARTS_MAX {
        return Err(too_large());
    }
    let mut left = UNPACKED_BYTES_MAX;
    for i in 0..archive.len() {
        let part = archive.by_index(i).map_err(|error| unreadable(&error))?;
        let name = part.name().map_err(|error| unreadable(&error))?;
        let has_strings = name.to_lowercase().ends_with("sharedstrings.xml");
        let mut within = part.take(left + 1);
        let size = if has_strings {
            let mut content = Vec::new();
            within.read_to_end(&mut content).map_err(|error| unreadable(&error))?;
            if promises_too_much(&content) {
                return Err(unreadable(&"uniqueCount"));
            }
            content.len() as u64
        } else {
            std::io::copy(&mut within, &mut std::io::sink()).map_err(|error| unreadable(&error))?
        };
        left = left.checked_sub(size).ok_or_else(too_large)?;
    }
    Ok(())
}

/// calamine makes room for as many strings as the part says it has: a lie of a few bytes would take all memory.
fn promises_too_much(strings: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    // In UTF-16 the name would not be found.
    let counts = strings.windows(NAME.len()).enumerate().filter(|(_, part)| *part == NAME).map(|(at, _)| {
        let after = strings.get(at + NAME.len()..).unwrap_or_default();
        let value = after.iter().skip_while(|byte| !byte.is_ascii_digit());
        value
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0_usize, |count, digit| count.saturating_mul(10).saturating_add(usize::from(digit - b'0')))
    });
    strings.contains(&0) || counts.max().is_some_and(|count| count > strings.len() / SHARED_STRING_BYTES_MIN)
}

fn unreadable(error: &dyn std::fmt::Display) -> FileFault {
    FileFault::Unreadable(Text::new(
        format!("dit XLSX-bestand is beschadigd of versleuteld ({error}); bewaar het opnieuw, zonder wachtwoord"),
        format!("this XLSX file is damaged or encrypted ({error}); save it again, without a password"),
    ))
}

fn too_large() -> FileFault {
    let mebibytes = UNPACKED_BYTES_MAX / 1024 / 1024;
    FileFault::TooLarge(Text::new(
        format!("uitgepakt is dit bestand groter dan {mebibytes} MiB; haal afbeeldingen en andere bladen weg, of splits het"),
        format!("unpacked this file is larger than {mebibytes} MiB; take away pictures and other sheets, or split it"),
    ))
}

/// What stands in a cell, not yet copied: many cells may share one text.
fn shown<'a>(value: &'a DataRef<'_>) -> Option<(Cow<'a, str>, Content)> {
    let text = |text: &'a str| (Cow::Borrowed(text.trim()), Content::Text);
    let (text, content) = match value {
        DataRef::Empty => return None,
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Int(number) => number_cell(i32::try_from(*number).map_or(f64::NAN, f64::from), number),
        DataRef::Float(number) => number_cell(*number, number),
        DataRef::Bool(truth) => text(if *truth { "ja" } else { "nee" }),
        DataRef::DateTime(moment) => match day(*moment) {
            Some(day) => (day.to_string().into(), Content::Day(day)),
            None => number_cell(moment.as_f64(), &moment.as_f64()),
        },
        DataRef::DateTimeIso(iso) => match iso.get(..10).and_then(|day| day.parse().ok()) {
            Some(day) => (Cow::Borrowed(iso.as_str()), Content::Day(day)),
            None => text(iso),
        },
        DataRef::DurationIso(iso) => text(iso),
        DataRef::Error(error) => (error.to_string().into(), Content::Error),
    };
    (!text.is_empty()).then_some((text, content))
}

/// A whole number is shown without a point.
fn number_cell(number: f64, as_is: &dyn std::fmt::Display) -> (Cow<'static, str>, Content) {
    let text = if number.fract() == 0.0 && number.abs() < EXACT_MAX { format!("{number:.0}") } else { as_is.to_string() };
    (text.into(), Content::Number(number))
}

fn day(moment: ExcelDateTime) -> Option<NaiveDate> {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    moment.is_datetime().then(|| NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())).flatten()
}
