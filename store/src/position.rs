//! Where an event stands in the stream of all events, as a text that clients keep and hand back.

use std::str::FromStr;

use crate::StoreError;

/// The transaction that wrote the event, and the event's number within the database: `tx.id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) tx: i64,
    pub(crate) id: i64,
}

impl Position {
    /// Before all events.
    pub(crate) const START: Self = Self { tx: -1, id: -1 };
}

impl FromStr for Position {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let (tx, id) = text.split_once('.').ok_or(StoreError::BadCursor)?;
        match (tx.parse(), id.parse()) {
            (Ok(tx), Ok(id)) => Ok(Self { tx, id }),
            _ => Err(StoreError::BadCursor),
        }
    }
}
