//! Which sheets and columns are ours: sheets by their name or the first one, columns by their headers in any order.

use std::collections::BTreeMap;
use std::sync::Arc;

use workflow::text::Text;

use crate::cell::{Cell, Place, Sheet, quoted};
use crate::column::{COLUMNS, Column, Subject, folded};
use crate::fault::Fault;

/// Sheets that are read beside each other, in this order: a customer is known before its contracts, these before its numbers.
const NAMED: [&[&str]; 3] = [&["klanten", "customers"], &["contracten", "contracts"], &["nummers", "numbers"]];

/// Titles and remarks may stand above the headers; so far they are looked for.
const HEADER_ROWS_MAX: usize = 20;

/// The sheets that are read, and those that are not: the named ones if there are any, else the first with anything in it.
pub(crate) fn chosen(sheets: Vec<Sheet>) -> (Vec<Sheet>, Vec<Place>) {
    let rank = |sheet: &Sheet| {
        let name = folded(sheet.name.as_deref().unwrap_or_default());
        NAMED.iter().position(|names| names.contains(&name.as_str()))
    };
    let filled = sheets.into_iter().filter(|sheet| !sheet.rows.is_empty());
    let (mut ours, mut others): (Vec<_>, Vec<_>) = filled.partition(|sheet| rank(sheet).is_some());
    if ours.is_empty() && !others.is_empty() {
        ours.push(others.remove(0));
    }
    ours.sort_by_key(rank);
    let ignored =
        others.into_iter().map(|sheet| Place { sheet: sheet.name, row: 0, column: None, header: None, value: String::new() });
    (ours, ignored.collect())
}

/// A sheet of which the columns are known.
#[derive(Debug)]
pub(crate) struct Headed<'a> {
    sheet: &'a Sheet,
    /// The row with the headers.
    row: u32,
    /// Our columns, by their place.
    columns: BTreeMap<u32, (&'static Column, Arc<str>)>,
    /// What is wrong with the headers.
    pub(crate) faults: Vec<Fault>,
}

impl<'a> Headed<'a> {
    /// Looks for the headers: the first row in which at least two are known, else the first row.
    pub(crate) fn new(sheet: &'a Sheet) -> Self {
        let known = |cells: &BTreeMap<u32, Cell>| cells.values().filter(|cell| Column::with_header(&cell.text).is_some()).count();
        let first = sheet.rows.iter().next();
        let headers = sheet.rows.iter().take(HEADER_ROWS_MAX).find(|(_, cells)| known(cells) >= 2).or(first);
        let mut headed = Self { sheet, row: headers.map_or(1, |(row, _)| *row), columns: BTreeMap::new(), faults: Vec::new() };
        for (at, cell) in headers.into_iter().flat_map(|(_, cells)| cells) {
            let Some(column) = Column::with_header(&cell.text) else { continue };
            if let Some(twin) =
                headed.columns.iter().find(|(_, (known, _))| known.field == column.field && known.subject == column.subject)
            {
                let (twin, other) = (headed.place(headed.row, Some(*twin.0)).cell(), quoted(&cell.text));
                headed.faults.push(Fault::new(
                    &headed.place(headed.row, Some(*at)),
                    "duplicate_column",
                    Text::new(
                        format!("{other:?} zegt hetzelfde als {twin}; houd een van beide"),
                        format!("{other:?} says the same as {twin}; keep one of them"),
                    ),
                ));
                continue;
            }
            headed.columns.insert(*at, (column, Arc::from(quoted(&cell.text))));
        }
        headed
    }

    /// The rows below the headers: our columns' cells.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, Vec<(&'static Column, Place, &'a Cell)>)> {
        self.sheet.rows.range(self.row + 1..).map(|(row, cells)| {
            let ours = self.columns.iter().filter_map(|(at, (column, _))| {
                let cell = cells.get(at)?;
                Some((*column, self.place(*row, Some(*at)), cell))
            });
            (*row, ours.collect())
        })
    }

    /// A place in this sheet, with what stands there.
    pub(crate) fn place(&self, row: u32, column: Option<u32>) -> Place {
        let cell = column.and_then(|column| self.sheet.rows.get(&row)?.get(&column));
        Place {
            sheet: self.sheet.name.clone(),
            row,
            column,
            header: column.and_then(|column| self.columns.get(&column)).map(|(_, header)| header.clone()),
            value: cell.map(|cell| quoted(&cell.text)).unwrap_or_default(),
        }
    }

    /// The cell for a column in a row, filled in or not; absent when the sheet has no such column.
    pub(crate) fn place_of(&self, row: u32, column: &Column) -> Option<Place> {
        let at = self.columns.iter().find(|(_, (known, _))| *known == column).map(|(at, _)| *at)?;
        Some(self.place(row, Some(at)))
    }

    fn has(&self, column: &Column) -> bool {
        self.columns.values().any(|(known, _)| *known == column)
    }

    /// Headers that are not ours.
    pub(crate) fn ignored(&self) -> impl Iterator<Item = Place> {
        let headers = self.sheet.rows.get(&self.row).into_iter().flatten();
        let strange = headers.filter(|(_, cell)| Column::with_header(&cell.text).is_none());
        strange.map(|(at, _)| self.place(self.row, Some(*at)))
    }
}

/// Whether any of the sheets has the column.
pub(crate) fn has(sheets: &[Headed<'_>], column: &Column) -> bool {
    sheets.iter().any(|sheet| sheet.has(column))
}

/// Columns that no project, or no contract, can do without: told once each, rather than with every row.
pub(crate) fn missing(sheets: &[Headed<'_>]) -> Vec<Fault> {
    let Some(first) = sheets.first() else {
        let nowhere = Place { sheet: None, row: 1, column: None, header: None, value: String::new() };
        let text = Text::new("het bestand is leeg", "the file is empty");
        return vec![Fault::new(&nowhere, "empty", text)];
    };
    let about_contracts = COLUMNS.iter().any(|column| column.subject == Subject::Contract && has(sheets, column));
    let needed = |column: &&Column| column.required && (column.subject == Subject::Customer || about_contracts);
    let absent = COLUMNS.iter().filter(needed).filter(|column| !has(sheets, column));
    let fault = |column: &Column| {
        let [nl, en] = column.header;
        Fault::new(
            &first.place(first.row, None),
            "missing_column",
            Text::new(format!("de kolom {nl:?} ontbreekt; voeg haar toe"), format!("the column {en:?} is missing; add it")),
        )
    };
    absent.map(fault).collect()
}
