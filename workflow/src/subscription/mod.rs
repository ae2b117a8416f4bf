//! Who else is told of what happens: which events a subscription takes, what it signs with, and what follows an attempt to tell.
//!
//! A subscription is a system's wish to be told of events; a delivery is one event on its way to one of them.

mod attempt;
mod key;
mod kinds;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use attempt::{Consequence, DisabledBecause, Ended, Next, after_attempt};
pub use key::{Key, rotated, signing};
pub use kinds::{kind_faults, takes};

/// So many subscriptions there can be.
pub const COUNT_MAX: usize = 100;

/// How long a delivery is kept once it is over, and one that nobody may send.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// The type of a delivery that only tries the way. No event has this kind.
pub const TEST: &str = "test";

/// How deliveries are signed, as Standard Webhooks names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// HMAC-SHA256: both sides have the secret, `whsec_…`.
    #[default]
    V1,
    /// Ed25519: the receiver has the public key, `whpk_…`, and can't sign with it.
    V1a,
}

impl Scheme {
    /// The name by which it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scheme::V1 => "v1",
            Scheme::V1a => "v1a",
        }
    }

    /// The scheme with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Scheme::V1, Scheme::V1a].into_iter().find(|scheme| scheme.as_str() == name)
    }
}
