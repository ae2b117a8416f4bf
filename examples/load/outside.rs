//! The world outside: it does what it is asked, after a while, and keeps a journal that no kill of this process can take back.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use engine::Performer;
use serde_json::{Value, json};
use workflow::effect::{Action, Effect, Outcome};

use super::Done;

/// From when donors let go.
const FIRST_POSSIBLE: &str = "2027-02-17";

/// Does everything that it is asked.
pub(crate) struct Fake {
    answers_after: Duration,
    journal: Option<File>,
}

impl Fake {
    /// One that answers after so many milliseconds, and writes a line for each call into the journal: its key, project and kind.
    pub(crate) fn new(millis: u64, journal: Option<&Path>) -> Done<Self> {
        let journal = journal.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { answers_after: Duration::from_millis(millis), journal })
    }
}

#[async_trait]
impl Performer for Fake {
    async fn perform(&self, effect: &Effect) -> Outcome {
        // A call takes effect on its way, not when its answer arrives.
        tokio::time::sleep(self.answers_after / 2).await;
        if let Some(mut journal) = self.journal.as_ref() {
            let line = format!("{} {} {}\n", effect.id, effect.project.id, effect.action.kind());
            if let Err(error) = journal.write_all(line.as_bytes()) {
                return Outcome::Failed { error: error.to_string(), may_have_happened: true, repeatable: true };
            }
        }
        tokio::time::sleep(self.answers_after / 2).await;
        let data = match effect.action {
            Action::RequestPorting(_) => json!({"first_possible_at": FIRST_POSSIBLE}),
            _ => Value::Null,
        };
        Outcome::Done { detail: None, data }
    }
}
