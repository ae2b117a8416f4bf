//! The customers' mail server: takes what is sent, and now and then does not.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use engine::Performer;
use serde_json::Value;
use workflow::effect::{Effect, Outcome};

use crate::chance::Chance;

/// Takes e-mails and counts them.
pub(super) struct Mailbox(Mutex<(Chance, u64)>);

impl Mailbox {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new((Chance(seed), 0)))
    }

    /// How many e-mails it has taken.
    pub(super) fn taken(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

#[async_trait]
impl Performer for Mailbox {
    async fn perform(&self, _: &Effect) -> Outcome {
        let (chance, taken) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match chance.between(1, 200) {
            1..=2 => Outcome::Failed { error: "421 try again later".to_owned(), may_have_happened: false, repeatable: true },
            3 => Outcome::Refused { detail: "552 mailbox full".to_owned() },
            _ => {
                *taken += 1;
                Outcome::Done { detail: None, data: Value::Null }
            }
        }
    }
}
