//! How much a file's cells may hold. A few bytes of XLSX can name one long text from many cells, so it is counted cell by cell, before a
//! cell is kept.

use workflow::text::Text;

use crate::FileFault;

/// The longest text of a cell, in characters: Excel's own limit ("Excel specifications and limits", support.microsoft.com).
pub(crate) const CELL_CHARS_MAX: usize = 32_767;
/// The most cells that are kept, in all sheets together: 50 in each of the most rows, where we know 35 columns.
pub(crate) const CELLS_MAX: usize = 1_000_000;
/// The most bytes of text in all cells together: three times what a CSV file can have.
pub(crate) const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What is left for the cells to come.
#[derive(Debug)]
pub(crate) struct Allowance {
    cells: usize,
    text_bytes: usize,
}

impl Allowance {
    /// Nothing is taken yet.
    pub(crate) const fn whole() -> Self {
        Self { cells: CELLS_MAX, text_bytes: TEXT_BYTES_MAX }
    }

    /// Takes room for a cell; `cell` says which it is, where it is too long.
    pub(crate) fn take(&mut self, text: &str, cell: impl FnOnce() -> String) -> Result<(), FileFault> {
        if text.len() > CELL_CHARS_MAX && text.chars().nth(CELL_CHARS_MAX).is_some() {
            return Err(too_long(&cell()));
        }
        self.cells = self.cells.checked_sub(1).ok_or_else(too_many_cells)?;
        self.text_bytes = self.text_bytes.checked_sub(text.len()).ok_or_else(too_much_text)?;
        Ok(())
    }
}

/// In CSV it is most often a quotation mark that is never closed, which makes the rest of the file one cell.
fn too_long(cell: &str) -> FileFault {
    FileFault::TooLarge(Text::new(
        format!("{cell} heeft meer dan {CELL_CHARS_MAX} tekens; maak de tekst korter, of sluit het aanhalingsteken"),
        format!("{cell} has more than {CELL_CHARS_MAX} characters; shorten the text, or close the quotation mark"),
    ))
}

fn too_many_cells() -> FileFault {
    FileFault::TooLarge(Text::new(
        format!("het bestand heeft meer dan {CELLS_MAX} gevulde cellen; haal andere kolommen weg, of splits het"),
        format!("the file has more than {CELLS_MAX} filled cells; take away other columns, or split it"),
    ))
}

fn too_much_text() -> FileFault {
    let mebibytes = TEXT_BYTES_MAX / 1024 / 1024;
    FileFault::TooLarge(Text::new(
        format!("de cellen hebben samen meer dan {mebibytes} MiB tekst; haal andere kolommen weg, of splits het"),
        format!("the cells together have more than {mebibytes} MiB of text; take away other columns, or split it"),
    ))
}

#[cfg(test)]
mod tests {
    use super::{Allowance, CELL_CHARS_MAX, CELLS_MAX, TEXT_BYTES_MAX};

    #[test]
    fn characters_are_counted_in_a_cell_and_bytes_in_all() {
        let longest = "é".repeat(CELL_CHARS_MAX);
        let mut allowance = Allowance::whole();
        for _ in 0..TEXT_BYTES_MAX / longest.len() {
            assert_eq!(allowance.take(&longest, || "A1".to_owned()), Ok(()));
        }
        let full = allowance.take(&longest, || "A1".to_owned()).map_err(|fault| fault.to_string());
        assert!(full.as_ref().is_err_and(|fault| fault.contains("32 MiB")), "{full:?}");
        let long = Allowance::whole().take(&(longest + "a"), || "A1".to_owned()).map_err(|fault| fault.to_string());
        assert!(long.as_ref().is_err_and(|fault| fault.starts_with("A1 has more than 32767")), "{long:?}");
    }

    #[test]
    fn cells_are_counted() {
        let mut allowance = Allowance::whole();
        for _ in 0..CELLS_MAX {
            assert_eq!(allowance.take("1", || "A1".to_owned()), Ok(()));
        }
        assert!(allowance.take("1", || "A1".to_owned()).is_err());
    }
}
