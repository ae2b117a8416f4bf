//! The rules that decide: commands go in, and what is told, asked for, refused and shown is held against the specification.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod blocking;
mod cutover;
mod deadlines;
mod documents;
mod doubt;
mod exchange;
mod forwarding;
mod from_coin;
mod giving_up;
mod intake;
mod invoices;
mod journey;
mod letters;
mod mailing;
mod moved;
#[expect(dead_code, reason = "how a history ends well is known where a whole one is run")]
#[path = "../../../tests/support/oracle/mod.rs"]
mod oracle;
mod parts;
mod phases;
mod portal;
mod porting;
mod process;
mod properties;
mod providers;
mod rehearsing;
mod reminding;
mod sending;
mod service;
mod submission;
mod tasks;
mod view;
mod warnings;
mod world;
