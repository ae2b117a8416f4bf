//! Sheets as they come out of a file, and how a place in them is called.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

/// A sheet: rows by their number as the spreadsheet shows it (from 1), cells by their column (from 0). Only what is filled in is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its name; a CSV file has none. Of a long one the first 200 characters: Excel takes 31.
    pub name: Option<Arc<str>>,
    /// Its rows.
    pub rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// As a person would read it, without white space around it.
    pub text: String,
    /// What the spreadsheet takes it for.
    pub content: Content,
}

/// What the spreadsheet takes a cell's content for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Content {
    /// A text.
    Text,
    /// A number: zeros at its beginning are lost.
    Number(f64),
    /// A day.
    Day(NaiveDate),
    /// A formula that came to nothing (`#N/A`).
    Error,
}

/// So much of a cell is repeated in faults: enough to know it again, and little where a thousand faults repeat it.
const QUOTED_CHARS_MAX: usize = 200;

/// The beginning of what stands in a cell, as faults quote it.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
        None => text.to_owned(),
    }
}

/// A place in a file, and what stands there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The sheet; a CSV file has none. Of a long name the first 200 characters.
    pub sheet: Option<Arc<str>>,
    /// The row, from 1; 0: the sheet as a whole.
    pub row: u32,
    /// The column, from 0; absent: the row as a whole.
    pub column: Option<u32>,
    /// What stands above the column; of a long text the first 200 characters.
    pub header: Option<Arc<str>>,
    /// What stands there; of a long text the first 200 characters.
    pub value: String,
}

impl Place {
    /// A cell of which neither the column's header nor what stands there is of interest.
    pub(crate) const fn of_cell(sheet: Option<Arc<str>>, row: u32, column: u32) -> Self {
        Self { sheet, row, column: Some(column), header: None, value: String::new() }
    }

    /// `C7`, `Nummers!C7`, or `7` for a row as a whole.
    pub fn cell(&self) -> String {
        let column = self.column.map(letters).unwrap_or_default();
        let row = if self.row == 0 { String::new() } else { self.row.to_string() };
        match &self.sheet {
            Some(sheet) if self.row == 0 => sheet.to_string(),
            Some(sheet) => format!("{sheet}!{column}{row}"),
            None => format!("{column}{row}"),
        }
    }
}

/// A column as spreadsheets call it: 0 is `A`, 26 is `AA`.
fn letters(column: u32) -> String {
    let mut rest = column;
    let mut name = String::new();
    loop {
        let letter = char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default());
        name.insert(0, letter);
        if rest < 26 {
            return name;
        }
        rest = rest / 26 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{letters, quoted};

    #[test]
    fn columns_are_called_as_spreadsheets_do() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn a_long_text_is_quoted_by_its_first_200_characters() {
        assert_eq!(quoted(&"é".repeat(200)), "é".repeat(200));
        assert_eq!(quoted(&"é".repeat(201)), "é".repeat(200) + "…");
    }
}
