//! What events do to the readings of invoices and to what they suggest.

use super::Project;
use crate::event::Event;
use crate::invoice::{InvoiceReading, SuggestionOutcome};

impl Project {
    pub(super) fn apply_to_suggestions(&mut self, event: &Event) {
        match event {
            Event::InvoiceRead { attachment, reading, suggestions } => {
                self.readings.insert(*attachment, InvoiceReading::Read(reading.clone()));
                for suggestion in suggestions {
                    // One that comes back takes the place of the one that was accepted.
                    self.suggestions.retain(|known| known.id != suggestion.id);
                    self.suggestions.push(suggestion.clone());
                }
            }
            Event::InvoiceNotRead { attachment, reason } => {
                self.readings.insert(*attachment, InvoiceReading::NotRead { reason: *reason });
            }
            Event::SuggestionAccepted { id } => self.settle_suggestion(*id, &SuggestionOutcome::Accepted),
            Event::SuggestionDismissed { id, reason } => {
                self.settle_suggestion(*id, &SuggestionOutcome::Dismissed { reason: reason.clone() });
            }
            _ => {}
        }
    }

    fn settle_suggestion(&mut self, id: uuid::Uuid, outcome: &SuggestionOutcome) {
        for suggestion in self.suggestions.iter_mut().filter(|known| known.id == id) {
            suggestion.outcome = Some(outcome.clone());
        }
    }
}
