//! Calls to systems that speak webhooks: a PBX's portal, a carrier's, and whoever subscribes to events. Signed as Standard Webhooks says.

mod client;
mod events;
mod network;
mod signature;
mod signer;

pub use client::{WebhookCall, WebhookClient, WebhookProject};
pub use events::{AddressFault, EventAnswer, EventCall, EventClient};
pub use network::{InvalidNetwork, Network};
pub use signature::{InvalidSecret, Secret, SignatureError, verify};
pub use signer::{NoRandomness, Signer, new_key, new_secret};

/// The client can't be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The address isn't one.
    #[error("{url:?} is not an address: {reason}")]
    Address {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client can't be made, for lack of a TLS provider most likely.
    #[error("no HTTP client: {0}")]
    Http(String),
}
