//! Clients of the world outside, a folder each. They carry messages and say what became of them; they decide nothing, keep
//! nothing, and never read the system clock: the caller hands them the clock of the wire, which signatures count by.
//!
//! TLS needs a crypto provider: call `rustls::crypto::ring::default_provider().install_default()` once, before any client
//! is made, also where all addresses are plain HTTP.

pub mod coin;
pub mod mail;
mod outcome;
pub mod pdf;
pub mod webhook;

pub use outcome::{Answer, CallError};
