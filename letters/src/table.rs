//! The tables of a letter: the contracts, and the numbers of each.

use workflow::letter::PrintedContract;

use crate::page::{Ink, LEFT, Line, Strip, WIDTH, Words};
use crate::rows::Grid;
use crate::typeface::{Face, Typeface};
use crate::wording::{Wording, unbroken};

const CELL: Face = Face::regular(9);
const HEADING: Face = Face::bold(9);
/// Room between a cell's text and the next cell, and above and below a line, in mm.
pub(crate) const GAP: f64 = 4.0;
const PADDING: f64 = 0.8;
/// The columns of the contract table.
const CONTRACT_COLUMNS: [f64; 4] = [45.0, 40.0, 35.0, 45.0];
/// Numbers stand four in a row; a block, which prints its first and last number and its size, takes two columns.
const NUMBER_COLUMNS: usize = 4;
const NUMBER_COLUMN: f64 = WIDTH / 4.0;
const BLOCK_COLUMNS: usize = 2;

/// A table, with its heading as it stands at its beginning and on the pages on which it goes on.
pub(crate) struct Table {
    pub(crate) heading: Vec<Strip>,
    pub(crate) continued: Vec<Strip>,
    pub(crate) rows: Vec<Strip>,
}

/// The contracts with the customer's number, the kind of line and the end.
pub(crate) fn contracts(typeface: &Typeface, wording: Wording, contracts: &[PrintedContract]) -> Table {
    let cells = |face, texts: [&str; 4]| {
        texts.into_iter().zip(CONTRACT_COLUMNS).map(|(text, width)| Cell::new(face, text, width)).collect::<Vec<_>>()
    };
    let heading = heading(typeface, &cells(HEADING, wording.contract_columns()));
    let mut rows = Vec::new();
    for contract in contracts {
        let end = wording.end(contract);
        let texts = [contract.contract_number.as_str(), &contract.customer_number, &contract.line, &end];
        rows.extend(kept_with_next(row(typeface, &cells(CELL, texts))));
        rows.push(ruled(Ink::Faint));
    }
    Table { continued: heading.clone(), heading, rows }
}

/// A plain table: a line between its rows, which are never broken.
pub(crate) fn grid(typeface: &Typeface, grid: &Grid) -> Table {
    let room: f64 = grid.columns.iter().map(|column| column.share).sum();
    let cells = |face: Face, texts: &mut dyn Iterator<Item = &str>| {
        let widths = grid.columns.iter().map(|column| WIDTH * column.share / room);
        texts.zip(widths).map(|(text, width)| Cell::new(face, text, width)).collect::<Vec<_>>()
    };
    let heading = heading(typeface, &cells(HEADING, &mut grid.columns.iter().map(|column| column.heading)));
    let mut rows = Vec::new();
    for texts in &grid.rows {
        rows.extend(kept_with_next(row(typeface, &cells(CELL, &mut texts.iter().map(String::as_str)))));
        rows.push(ruled(Ink::Faint));
    }
    Table { continued: heading.clone(), heading, rows }
}

/// The numbers that leave a contract, in the order given.
pub(crate) fn numbers(typeface: &Typeface, wording: Wording, contract: &PrintedContract) -> Table {
    let heading = |continued| heading(typeface, &[Cell::new(HEADING, &wording.numbers_of(contract, continued), WIDTH + GAP)]);
    let mut rows = Vec::new();
    let mut cells: Vec<Cell> = Vec::new();
    let mut taken = 0;
    for number in &contract.numbers {
        let (columns, width) = if number.last.is_some() { (BLOCK_COLUMNS, 2.0 * NUMBER_COLUMN) } else { (1, NUMBER_COLUMN) };
        if taken + columns > NUMBER_COLUMNS {
            rows.extend(row(typeface, &cells));
            cells.clear();
            taken = 0;
        }
        cells.push(Cell::new(CELL, &unbroken(&wording.number(number)), width));
        taken += columns;
    }
    rows.extend(row(typeface, &cells));
    Table { heading: heading(false), continued: heading(true), rows }
}

/// A cell of a row.
pub(crate) struct Cell {
    text: String,
    face: Face,
    ink: Ink,
    /// In mm, with the gap on its right.
    width: f64,
}

impl Cell {
    pub(crate) fn new(face: Face, text: &str, width: f64) -> Cell {
        Cell { text: text.to_owned(), face, ink: Ink::Black, width }
    }

    pub(crate) fn in_ink(self, ink: Ink) -> Cell {
        Cell { ink, ..self }
    }
}

/// A row: a strip for each line of its tallest cell, kept together.
pub(crate) fn row(typeface: &Typeface, cells: &[Cell]) -> Vec<Strip> {
    let mut strips: Vec<Strip> = Vec::new();
    let mut x = LEFT;
    for Cell { text, face, ink, width } in cells {
        for (i, text) in typeface.wrap(*face, text, width - GAP).into_iter().enumerate() {
            if strips.len() == i {
                strips.push(Strip { height: face.pitch(), with_next: true, ..Strip::default() });
            }
            strips[i].words.push(Words { ink: *ink, ..Words::new(x, face.baseline(), *face, text) });
        }
        x += width;
    }
    if let Some(last) = strips.last_mut() {
        last.with_next = false;
    }
    strips
}

/// A heading with a line below it, kept with what it heads.
fn heading(typeface: &Typeface, cells: &[Cell]) -> Vec<Strip> {
    let mut strips = row(typeface, cells);
    strips.push(ruled(Ink::Grey));
    kept_with_next(strips)
}

fn kept_with_next(strips: Vec<Strip>) -> Vec<Strip> {
    strips.into_iter().map(|strip| Strip { with_next: true, ..strip }).collect()
}

/// A line across the table.
fn ruled(ink: Ink) -> Strip {
    let line = Line { x: LEFT, y: PADDING, width: WIDTH, ink };
    Strip { height: 2.0 * PADDING, lines: vec![line], ..Strip::default() }
}
