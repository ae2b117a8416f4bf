//! What events do to what is known of the agreed moment of the cutover.

use chrono::NaiveDate;

use super::Project;
use crate::cutover::machine::State;
use crate::cutover::moved::{Move, MoveKind, Told};
use crate::event::{Event, Purpose, Recorded};

impl Project {
    /// The agreed day of a cutover that has begun and not moved all its numbers, until it is told that the day passed.
    pub fn day_to_be_done_on(&self) -> Option<NaiveDate> {
        let goes_on = |state| matches!(state, State::Running | State::Incident);
        let cutover = self.cutover.as_ref().filter(|cutover| goes_on(cutover.state))?;
        let day = cutover.agreed_day();
        let left = self.numbers_in_cutover().any(|series| !self.is_ported(series));
        (left && cutover.not_done_on != Some(day)).then_some(day)
    }

    pub(super) fn apply_to_moved(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::CutoverMoved(moved) => {
                if moved.kind == MoveKind::NotDone
                    && let Some(cutover) = &mut self.cutover
                {
                    cutover.not_done_on = Some(cutover.agreed_day());
                }
                let of = self.cutover.as_ref().map(|cutover| cutover.at);
                self.moved = Some(Box::new(Move { at: recorded.at, of, moved: moved.clone(), told: Vec::new() }));
            }
            Event::EffectDone { id, .. } => {
                let purpose = self.effects.get(id).map(|effect| &effect.purpose);
                if let (Some(Purpose::TellMoved { to, .. }), Some(last)) = (purpose, &mut self.moved) {
                    last.told.push(Told { email: to.clone(), at: recorded.at, by: recorded.actor.clone() });
                }
            }
            _ => {}
        }
    }
}
