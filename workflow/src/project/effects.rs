//! What events do to the effects under way, and to the cutover's steps that they serve.

use chrono::{DateTime, Utc};

use super::{PendingEffect, Project, Turn};
use crate::cutover::StepState;
use crate::event::{Event, Purpose};
use crate::number::Series;

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
                    turn: Turn::Adapter,
                    answer_by: None,
                    waiting_since: None,
                    times_asked: 0,
                    denied: false,
                };
                self.effects.insert(*id, effect);
                self.temporary_asked(purpose);
                if *purpose == Purpose::Route {
                    let asked: Vec<Series> = self.numbers_in_cutover().cloned().collect();
                    self.routed.retain(|series| !asked.contains(series));
                    self.routed.extend(asked);
                }
                if *purpose == Purpose::Unroute {
                    self.undoing_route(StepState::Undoing);
                }
                if let Purpose::Rehearse(part) = purpose {
                    self.part_is_running(*part);
                }
                if let Purpose::PerformPorting(id) = purpose
                    && let Some(request) = self.requests.iter_mut().find(|request| request.id == *id)
                {
                    request.taken_over_from = Some(at);
                }
            }
            Event::EffectFailed { id, error, may_have_happened, retry_at, denied, .. } => {
                let Some(effect) = self.effects.get_mut(id) else { return };
                effect.failures += 1;
                effect.last_error = Some(error.clone());
                effect.may_have_happened |= may_have_happened;
                effect.denied = *denied;
                effect.turn = if retry_at.is_some() { Turn::Adapter } else { Turn::Nobody };
                let step = effect.purpose.step();
                self.attempted(step, Some(error), retry_at.is_some());
            }
            Event::EffectHeld { id } => {
                if let Some(effect) = self.effects.get_mut(id) {
                    effect.turn = Turn::Nobody;
                }
            }
            Event::EffectRearmed { id } => {
                if let Some(effect) = self.effects.get_mut(id) {
                    effect.turn = Turn::Adapter;
                    effect.failures = 0;
                }
            }
            Event::EffectWaiting { id, by_hand, answer_by } => {
                let Some(effect) = self.effects.get_mut(id) else { return };
                effect.turn = if *by_hand { Turn::Person } else { Turn::Peer };
                effect.may_have_happened |= !by_hand;
                effect.answer_by = *answer_by;
                effect.waiting_since = Some(at);
                effect.times_asked = 0;
                if let Some(step) = effect.purpose.step() {
                    self.set_step(step, StepState::Waiting);
                }
            }
            Event::StepUnconfirmed { id, answer_by, .. } => {
                if let Some(effect) = self.effects.get_mut(id) {
                    effect.answer_by = Some(*answer_by);
                    effect.times_asked += 1;
                }
            }
            Event::EffectDone { id, .. } => {
                let Some(effect) = self.effects.remove(id) else { return };
                self.attempted(effect.purpose.step(), None, true);
                self.temporary_done(&effect.purpose);
                match effect.purpose {
                    Purpose::Provision => self.provisioned = true,
                    Purpose::Unroute => {
                        let ported = self.routed.iter().filter(|series| self.is_ported(series));
                        self.routed = ported.cloned().collect();
                        self.undoing_route(StepState::Undone);
                    }
                    _ => {}
                }
            }
            Event::EffectRefused { id, detail, retry_at } => {
                let Some(effect) = self.effects.remove(id) else { return };
                self.attempted(effect.purpose.step(), Some(detail), retry_at.is_some());
            }
            Event::EffectWithdrawn { id } => {
                if let Some(effect) = self.effects.remove(id).filter(|effect| !effect.may_have_happened) {
                    self.temporary_withdrawn(&effect.purpose);
                }
            }
            _ => {}
        }
        self.look_at_incident_again();
    }
}
