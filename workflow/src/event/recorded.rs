//! An event as the trail has it.

use chrono::{DateTime, Utc};

use super::Event;
use crate::actor::Actor;

/// An event with who and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// What.
    pub event: Event,
}
