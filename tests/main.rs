//! The whole program, from outside: real processes, spoken to over what they promise.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod coin;
mod crash;
mod import;
mod letters;
mod stories;
mod subscriptions;
mod support;
mod tidy;
mod uploads;
mod verify;
mod web;
mod wrong_inputs;
mod year;
