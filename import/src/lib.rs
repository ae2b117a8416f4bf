//! Spreadsheets as project managers have them become intake forms, and faults that name their cell.
//!
//! Pure: bytes go in. What a form must hold is not known here: forms are read and checked as any other intake is, and
//! [`Draft::fault`] leads what is wrong back to its cell. What lives where: `csv` and `xlsx` make a [`Sheet`] of bytes, `heading` finds the
//! columns, `value` and `equipment` read cells, `group` puts rows together into customers, `draft` makes forms of them.

mod allowance;
mod cell;
mod column;
mod csv;
mod draft;
mod equipment;
mod fault;
mod group;
mod heading;
mod overlap;
mod template;
mod value;
mod xlsx;

use workflow::text::Text;

pub use cell::{Cell, Content, Place, Sheet};
pub use draft::Draft;
pub use fault::{FAULTS_MAX, Fault, Faults};
pub use overlap::overlaps;
pub use template::template;

/// The largest file, in bytes. A thousand customers with ten numbers each take 3 MB as CSV.
pub const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// The most rows that are read, in all sheets together.
pub const ROWS_MAX: usize = 20_000;
/// The most columns of a row that are read; a sheet may have more, empty or not ours, which are ignored.
pub const COLUMNS_MAX: u32 = 200;
/// The most projects of a file: they are committed together.
pub const PROJECTS_MAX: usize = 2_000;

/// A file taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The projects, in the order in which their customers first appear.
    pub drafts: Vec<Draft>,
    /// What is wrong with the file as a whole, with cells and with rows that don't go together.
    pub faults: Faults,
    /// Columns and sheets that nothing was read from, each by its place.
    pub ignored: Vec<Place>,
    /// How many rows were read.
    pub rows: usize,
}

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// It has more bytes, rows or customers than are taken in at once.
    #[error("{}", .0.en)]
    TooLarge(Text),
    /// It is no spreadsheet, or a damaged one.
    #[error("{}", .0.en)]
    Unreadable(Text),
}

impl FileFault {
    /// What is wrong, and what would be right.
    pub fn text(&self) -> &Text {
        let (Self::TooLarge(text) | Self::Unreadable(text)) = self;
        text
    }
}

/// Reads a file: XLSX by its first bytes, anything else as CSV.
///
/// # Errors
/// When nothing can be read. What is wrong with cells and rows is in the [`Import`].
pub fn read(bytes: &[u8]) -> Result<Import, FileFault> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileFault::TooLarge(Text::new(
            format!("het bestand is groter dan {} MiB; splits het", FILE_BYTES_MAX / 1024 / 1024),
            format!("the file is larger than {} MiB; split it", FILE_BYTES_MAX / 1024 / 1024),
        )));
    }
    let sheets = if xlsx::is_xlsx(bytes) { xlsx::read(bytes)? } else { vec![csv::read(bytes)?] };
    let (sheets, mut ignored) = heading::chosen(sheets);
    let headed: Vec<_> = sheets.iter().map(heading::Headed::new).collect();
    let rows = sheets.iter().map(|sheet| sheet.rows.len()).sum();
    if rows > ROWS_MAX {
        return Err(too_many_rows());
    }
    ignored.extend(headed.iter().flat_map(heading::Headed::ignored));
    let mut faults = Faults::default();
    faults.extend(headed.iter().flat_map(|sheet| sheet.faults.clone()));
    faults.extend(heading::missing(&headed));
    let customers = group::group(&headed, &mut faults)?;
    let drafts = customers.iter().map(|customer| Draft::new(customer, &headed, &mut faults)).collect();
    Ok(Import { drafts, faults, ignored, rows })
}

fn too_many_customers() -> FileFault {
    FileFault::TooLarge(Text::new(
        format!("het bestand heeft meer dan {PROJECTS_MAX} klanten; splits het"),
        format!("the file has more than {PROJECTS_MAX} customers; split it"),
    ))
}

fn too_many_rows() -> FileFault {
    FileFault::TooLarge(Text::new(
        format!("het bestand heeft meer dan {ROWS_MAX} rijen; splits het"),
        format!("the file has more than {ROWS_MAX} rows; split it"),
    ))
}
