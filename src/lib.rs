//! Wiring: flags become configuration, configuration becomes a running server.
//!
//! Only here are the environment ([`config`]) and the system's clock ([`clock`]) read.

pub mod chance;
pub mod clock;
pub mod config;
pub mod demo;
pub mod import;
pub mod letters;
pub mod paper;
pub mod rehearse_year;
pub mod serve;
pub mod simulate;
pub mod temporary;
pub mod token;
pub mod verify;
