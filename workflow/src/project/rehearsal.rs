//! What events do to the rehearsal of the cutover.

use chrono::{DateTime, Utc};

use super::Project;
use crate::event::Event;
use crate::rehearsal::{Part, PartState, Rehearsal};

impl Project {
    /// The rehearsal that is going on.
    pub fn rehearsing(&self) -> Option<&Rehearsal> {
        self.rehearsal.as_ref().filter(|rehearsal| rehearsal.ended_at.is_none())
    }

    pub(super) fn apply_to_rehearsal(&mut self, event: &Event, at: DateTime<Utc>) {
        match (event, &mut self.rehearsal) {
            (Event::RehearsalBegun(begun), rehearsal) => *rehearsal = Some(Rehearsal::new(begun, at)),
            (Event::RehearsalPartEnded { part, error }, Some(rehearsal)) => {
                if let Some(report) = rehearsal.report_mut(*part) {
                    report.state = if error.is_some() { PartState::Failed } else { PartState::Passed };
                    report.error.clone_from(error);
                    report.ended_at = Some(at);
                }
            }
            (Event::RehearsalEnded { abandoned, .. }, Some(rehearsal)) => {
                rehearsal.ended_at = Some(at);
                rehearsal.abandoned.clone_from(abandoned);
            }
            _ => {}
        }
    }

    pub(super) fn part_is_running(&mut self, part: Part) {
        if let Some(report) = self.rehearsal.as_mut().and_then(|rehearsal| rehearsal.report_mut(part)) {
            report.state = PartState::Running;
        }
    }
}
