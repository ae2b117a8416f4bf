//! What is going to be done by whom, and when.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Something that is done at a moment. What it comes to is looked up in the project then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// A migration begins.
    Begin(usize),
    /// Somebody looks whether there is something to do for whom.
    Consider(usize),
    /// The customer does what it can do next.
    Customer(usize),
    /// A project manager does what is next.
    Manager(usize),
    /// An engineer does what is next.
    Engineer(usize),
    /// An engineer, or the project manager, looks at a cutover that stopped.
    Incident(usize),
    /// The provider's confirmation of a cancellation comes.
    Confirmed(usize, Uuid),
    /// The customer calls the whole thing off.
    Cancel(usize),
    /// The customer asks to wait.
    Hold(usize),
    /// It may go on.
    Resume(usize),
    /// The customer asks for another day.
    Move(usize),
    /// The customer remembers another number.
    AddNumber(usize),
    /// An engineer rehearses the cutover with a test number.
    Rehearse(usize),
    /// Something else of the intake turns out otherwise.
    Change(usize),
    /// Something that was done turns out not to be.
    Reopen(usize),
    /// What comes back in maintenance is done.
    Maintain(usize),
    /// The week begins: the project managers go through everything that is late.
    Review,
    /// Something outside breaks.
    Fail(Failure),
    /// Something outside breaks just before this project's cutover at this moment.
    FailCutover(usize, DateTime<Utc>),
}

/// The next calls of a kind go wrong (`/simulator/faults`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) target: &'static str,
    pub(super) kind: &'static str,
    pub(super) times: u64,
}

/// Deeds by their moments; those of one moment in the order in which they were thought of.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    count: u64,
    deeds: BTreeMap<(DateTime<Utc>, u64), Deed>,
}

impl Agenda {
    pub(super) fn add(&mut self, at: DateTime<Utc>, deed: Deed) {
        self.count += 1;
        self.deeds.insert((at, self.count), deed);
    }

    pub(super) fn next_at(&self) -> Option<DateTime<Utc>> {
        self.deeds.keys().next().map(|(at, _)| *at)
    }

    pub(super) fn take_due(&mut self, now: DateTime<Utc>) -> Option<Deed> {
        let first = self.deeds.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }
}
