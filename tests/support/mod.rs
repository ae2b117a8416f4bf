//! A world to act in: processes, a client, and the words in which the stories are told.

pub(crate) mod api;
pub(crate) mod clocks;
pub(crate) mod cluster;
pub(crate) mod intake;
pub(crate) mod job;
#[path = "../../outside/tests/mail/server.rs"]
pub(crate) mod mail_server;
pub(crate) mod oracle;
pub(crate) mod pdf;
#[path = "../../store/tests/support/postgres.rs"]
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod sqlite;
pub(crate) mod world;
