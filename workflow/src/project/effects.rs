//! What events do to the effects under way, and to the cutover's steps that they serve.

use chrono::{DateTime, Utc};

use super::{PendingEffect, Project};
use crate::cutover::{StepKey, StepState};
use crate::event::{Event, Purpose};

impl Project {
    pub(super) fn apply_to_effects(&mut self, event: &Event, at: DateTime<Utc>) {
        match event {
            Event::EffectRequested { id, purpose, by_hand } => {
                let effect = PendingEffect {
                    purpose: purpose.clone(),
                    by_hand: by_hand.clone(),
                    failures: 0,
                    last_error: None,
                    may_have_happened: false,
                    waiting: false,
                    parked: false,
                };
                self.effects.insert(*id, effect);
                if *purpose == Purpose::Unroute {
                    self.set_step(StepKey::Route, StepState::Undoing);
                }
            }
            Event::EffectFailed { id, error, may_have_happened, retry_at, .. } => {
                let Some(effect) = self.effects.get_mut(id) else { return };
                effect.failures += 1;
                effect.last_error = Some(error.clone());
                effect.may_have_happened |= may_have_happened;
                effect.waiting = false;
                effect.parked = retry_at.is_none();
                let step = effect.purpose.step();
                self.attempted(step, Some(error));
            }
            Event::EffectRearmed { id } => {
                if let Some(effect) = self.effects.get_mut(id) {
                    effect.parked = false;
                    effect.failures = 0;
                }
            }
            Event::EffectWaiting { id, by_hand } => {
                let Some(effect) = self.effects.get_mut(id) else { return };
                effect.waiting = true;
                effect.may_have_happened |= !by_hand;
                if let Some(step) = effect.purpose.step() {
                    self.set_step(step, StepState::Waiting);
                }
            }
            Event::EffectDone { id, .. } => {
                let Some(effect) = self.effects.remove(id) else { return };
                self.attempted(effect.purpose.step(), None);
                match effect.purpose {
                    Purpose::Provision => self.provisioned = true,
                    Purpose::Unroute => self.set_step(StepKey::Route, StepState::Undone),
                    _ => {}
                }
            }
            Event::EffectRefused { id, detail, .. } => {
                let Some(effect) = self.effects.remove(id) else { return };
                self.attempted(effect.purpose.step(), Some(detail));
            }
            Event::EffectWithdrawn { id } => {
                self.effects.remove(id);
            }
            _ => {}
        }
        self.updated_at = at;
    }
}
