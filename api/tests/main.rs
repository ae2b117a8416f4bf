//! The API as its callers see it: requests to the router, on a database of its own, without a network.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod access;
mod calendar;
mod changes;
mod checklist;
mod deadlines;
mod document;
mod files;
mod forwardings;
mod import;
mod input;
mod letters;
mod lists;
mod porting;
mod problems;
mod projects;
mod providers;
mod stream;
mod subscriptions;
mod suggestions;
mod uploads;
mod world;
