//! The store's rules, each checked on SQLite and on PostgreSQL by the same function.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::assigning_clones, reason = "a test reads better with plain assignments")]

#[macro_use]
mod support;

mod claim;
mod commit;
mod delivery;
mod event;
mod kept;
mod list;
mod outbox;
mod project;
mod schema;
mod timer;
mod wake;
