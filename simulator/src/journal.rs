//! What was asked of the world: every call that took effect, and every repeat of one.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;

/// The calls in the order in which they came.
#[derive(Default, Serialize)]
pub(crate) struct Journal {
    items: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    at: String,
    kind: String,
    idempotency_key: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    repeat: bool,
    body: Value,
}

/// Whether a call did something or was known already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    First,
    Repeat,
}

impl Journal {
    pub(crate) fn record(&mut self, at: DateTime<Utc>, kind: &str, key: String, effect: Effect, body: Value) {
        self.items.push(Entry {
            at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
            kind: kind.to_owned(),
            idempotency_key: key,
            repeat: effect == Effect::Repeat,
            body,
        });
    }
}
