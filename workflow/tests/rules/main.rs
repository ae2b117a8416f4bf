//! The rules of dates and numbers, read as tables: `given → what follows`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod blocks;
mod contract_dates;
mod invoices;
mod naive;
mod numbers;
mod table;
mod wall_clock;
mod why;
mod window;
mod working_days;
