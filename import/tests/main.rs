//! Files as project managers have them, read as they meant them; and files that mean harm.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod faults;
mod hostile;
mod rows;
mod sheets;
mod workbook;
