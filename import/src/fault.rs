//! What is wrong with a cell, a row or a file.

use serde::Serialize;
use workflow::text::Text;

use crate::cell::Place;

/// The most faults that are kept: more than anybody reads. A hostile sheet can have as many as it has cells.
pub const FAULTS_MAX: usize = 10_000;

/// What is wrong with a file: all of it is counted, and the first [`FAULTS_MAX`] in the order of the file are kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Faults {
    /// In any order, and up to twice as many as are kept in the end, so that they needn't be put in order with each new one.
    kept: Vec<Fault>,
    count: usize,
}

impl Faults {
    /// Takes in one more.
    pub fn push(&mut self, fault: Fault) {
        self.count += 1;
        self.kept.push(fault);
        if self.kept.len() >= 2 * FAULTS_MAX {
            put_in_order(&mut self.kept);
        }
    }

    /// How many there are, kept or not.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first in the order of the file: all of them, or [`FAULTS_MAX`].
    pub fn first(&self) -> Vec<Fault> {
        let mut first = self.kept.clone();
        put_in_order(&mut first);
        first
    }
}

/// In the order of the file, and no more than are kept.
fn put_in_order(faults: &mut Vec<Fault>) {
    faults.sort_by(|one, other| one.place.cmp(&other.place));
    faults.truncate(FAULTS_MAX);
}

impl Extend<Fault> for Faults {
    fn extend<T: IntoIterator<Item = Fault>>(&mut self, faults: T) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }
}

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Fault {
    /// The cell as the spreadsheet calls it: `C7`, `Nummers!C7`; `7` is a row as a whole.
    #[cfg_attr(feature = "schema", schema(example = "C7"))]
    pub cell: String,
    /// The row, from 1.
    pub row: u32,
    /// What stands above the column.
    #[cfg_attr(feature = "schema", schema(example = "KvK-nummer"))]
    pub column: Option<String>,
    /// What stands in the cell; of a long text the first 200 characters.
    pub value: String,
    /// A stable code.
    #[cfg_attr(feature = "schema", schema(example = "invalid_kvk_number"))]
    pub code: String,
    /// What is wrong, and what would be right.
    pub detail: Text,
    #[serde(skip)]
    place: Place,
}

impl Fault {
    /// A fault at a place.
    pub fn new(place: &Place, code: impl Into<String>, detail: Text) -> Self {
        Self {
            cell: place.cell(),
            row: place.row,
            column: place.header.as_deref().map(str::to_owned),
            value: place.value.clone(),
            code: code.into(),
            detail,
            place: place.clone(),
        }
    }
}
