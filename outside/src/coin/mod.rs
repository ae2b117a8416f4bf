//! COIN's number portability API v3, as a consumer: sending messages and taking those that come.
//!
//! The messages themselves are [`workflow::porting::coin`]'s.

mod client;
mod credentials;
mod events;
mod health;
mod listen;
mod signing;
mod time;

pub use client::{CoinClient, Receipt};
pub use credentials::{Credentials, CredentialsError};
pub use health::Health;
pub use listen::{IncomingMessage, MessageSink, SinkError};

pub use crate::webhook::SetupError;
