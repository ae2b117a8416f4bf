//! The messages for the consumer, and which of them it has confirmed.

use chrono::{DateTime, Utc};
use workflow::porting::coin::{Envelope, Message};

/// All messages ever sent to the consumer, in order.
pub(crate) struct Inbox {
    next_id: i64,
    deliveries: Vec<Delivery>,
    unconfirmed: usize,
}

/// A message for the consumer.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) id: i64,
    pub(super) kind: String,
    /// The message as JSON.
    pub(super) text: String,
    confirmed: bool,
}

/// What a confirmation did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Confirmed {
    Now,
    Before,
    Unknown,
}

/// Which messages a stream asks for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Also those that are confirmed.
    pub(super) all: bool,
    /// Only of these types; empty: of every type.
    pub(super) kinds: Vec<String>,
}

impl Inbox {
    /// An inbox whose ids go on where an earlier simulator's ended: consumers know messages by their id.
    pub(crate) fn starting(now: DateTime<Utc>) -> Self {
        Self { next_id: now.timestamp_millis(), deliveries: Vec::new(), unconfirmed: 0 }
    }

    /// Adds a message and gives its id.
    pub(super) fn add(&mut self, message: &Message) -> i64 {
        // Its parts are strings and lists of them, which JSON can always hold.
        let text = serde_json::to_string(&Envelope { message: message.clone() }).unwrap_or_default();
        self.add_text(message.body.kind().to_owned(), text)
    }

    /// Adds whatever it is and gives its id.
    pub(super) fn add_text(&mut self, kind: String, text: String) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.deliveries.push(Delivery { id, kind, text, confirmed: false });
        self.unconfirmed += 1;
        id
    }

    pub(super) fn confirm(&mut self, id: i64) -> Confirmed {
        match self.deliveries.iter_mut().find(|delivery| delivery.id == id) {
            None => Confirmed::Unknown,
            Some(Delivery { confirmed: true, .. }) => Confirmed::Before,
            Some(delivery) => {
                delivery.confirmed = true;
                self.unconfirmed -= 1;
                Confirmed::Now
            }
        }
    }

    /// How many messages the consumer has not confirmed.
    pub(crate) fn unconfirmed(&self) -> usize {
        self.unconfirmed
    }

    /// The first message after `offset` that is wanted.
    pub(super) fn after(&self, offset: i64, wanted: &Wanted) -> Option<&Delivery> {
        self.deliveries.iter().find(|delivery| {
            let kind = wanted.kinds.is_empty() || wanted.kinds.contains(&delivery.kind);
            delivery.id > offset && kind && (wanted.all || !delivery.confirmed)
        })
    }
}
