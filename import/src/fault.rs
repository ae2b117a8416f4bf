//! What is wrong with a cell, a row or a file.

use serde::Serialize;
use workflow::text::Text;

use crate::cell::Place;

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

    /// Where it is: faults are shown in the order of the file.
    pub fn place(&self) -> &Place {
        &self.place
    }
}
