//! Donors whose time somebody else keeps: what they say waits until it is told that its moment has come. For a rehearsal, whose clock jumps
//! over weeks in which nothing happens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use workflow::porting::coin::{Message, PortingRequest};

use crate::coin::Behaviour;
use crate::{Simulator, SimulatorError, SimulatorSettings};

/// How a donor treats a request, and how long it takes to say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Treatment {
    /// What it does, unless something else was ordered (`/simulator/donor`, `/simulator/faults`).
    pub behaviour: Behaviour,
    /// From the request to what it first says.
    pub after: Duration,
}

/// What donors make of the requests that come in.
pub type Treat = Arc<dyn Fn(&PortingRequest) -> Treatment + Send + Sync>;

/// What donors have yet to say, by the moment that it carries, and in the order in which it was thought of.
#[derive(Default)]
pub(crate) struct Unsaid {
    count: u64,
    messages: BTreeMap<(DateTime<Utc>, u64), Message>,
}

impl Unsaid {
    pub(crate) fn add(&mut self, message: Message) {
        self.count += 1;
        self.messages.insert((message.header.timestamp.instant(), self.count), message);
    }

    fn take_due(&mut self, now: DateTime<Utc>) -> Option<Message> {
        let first = self.messages.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }
}

impl Simulator {
    /// A new world as of [`Simulator::new`], in which donors treat requests by `treat` and say nothing before
    /// [`Simulator::say_until`] tells them the time.
    pub fn with_kept_time(settings: SimulatorSettings, treat: Treat) -> Result<Self, SimulatorError> {
        Self::made(settings, Some(treat))
    }

    /// When a donor next has something to say, in the consumer's time.
    pub fn next_message_at(&self) -> Option<DateTime<Utc>> {
        self.world().unsaid.messages.keys().next().map(|(at, _)| *at)
    }

    /// It is `now`: whatever donors had to say until then is said.
    pub fn say_until(&self, now: DateTime<Utc>) {
        loop {
            // Saying looks into the world too.
            let due = self.world().unsaid.take_due(now);
            let Some(message) = due else { return };
            self.say(&message);
        }
    }

    /// How many messages the consumer has not confirmed.
    pub fn unconfirmed(&self) -> usize {
        self.world().inbox.unconfirmed()
    }

    /// Waits until the consumer has confirmed every message.
    pub async fn all_confirmed(&self) {
        let mut confirmations = self.shared.signals.confirmations();
        loop {
            confirmations.mark_unchanged();
            // Without a sender there is no simulator either.
            if self.unconfirmed() == 0 || confirmations.changed().await.is_err() {
                return;
            }
        }
    }
}
