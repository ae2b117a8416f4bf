//! What events do to the cutover.

use chrono::{DateTime, Utc};

use super::Project;
use crate::calendar::local_date;
use crate::cutover::machine::{self, Event as Move};
use crate::cutover::place::{OutOfService, Reached};
use crate::cutover::{Cutover, StepKey, StepState};
use crate::event::Event;
use crate::number::Series;
use crate::porting::{PortingRequest, request};

impl Project {
    /// The numbers that the cutover is about.
    pub fn numbers_in_cutover(&self) -> impl Iterator<Item = &Series> {
        let numbers = self.intake.numbers.iter().map(|entry| &entry.series);
        numbers.filter(|series| self.cutover.as_ref().is_some_and(|cutover| cutover.is_about(series)))
    }

    /// Whether the cutover takes numbers of this request over.
    pub fn is_in_cutover(&self, request: &PortingRequest) -> bool {
        self.numbers_in_cutover().any(|series| request.speaks_for(series))
    }

    /// The accepted requests that the cutover performs.
    pub fn requests_to_perform(&self) -> impl Iterator<Item = &PortingRequest> {
        self.requests.iter().filter(|request| request.state == request::State::Accepted && self.is_in_cutover(request))
    }

    /// What the test calls were about has been reached.
    fn record_reached(&mut self, at: DateTime<Utc>) {
        let moved: Vec<Series> = self.numbers_in_cutover().filter(|series| self.is_ported(series)).cloned().collect();
        self.reached.retain(|reached| !moved.contains(&reached.numbers));
        self.reached.extend(moved.into_iter().map(|numbers| Reached { numbers, at }));
    }

    /// How long a number that was taken over could not be reached, at most.
    pub fn out_of_service(&self, numbers: &Series) -> Option<OutOfService> {
        let performed = |request: &&PortingRequest| request.state == request::State::Performed && request.speaks_for(numbers);
        let request = self.requests.iter().rev().find(performed)?;
        let from = request.taken_over_from.or(request.performed_at)?;
        let reached = self.reached.iter().find(|reached| reached.numbers == *numbers && reached.at >= from);
        Some(OutOfService { from, until: reached.map(|reached| reached.at) })
    }

    fn move_cutover(&mut self, event: Move) {
        if let Some(cutover) = &mut self.cutover
            && let Some(state) = machine::step(cutover.state, event)
        {
            cutover.state = state;
        }
    }

    pub(super) fn apply_to_cutover(&mut self, event: &Event, at: DateTime<Utc>) {
        match event {
            Event::CutoverScheduled { at, override_reason, numbers } => {
                self.cutover = Some(Cutover::new(*at, override_reason.clone(), numbers.clone()));
            }
            Event::CutoverStarted {} => self.move_cutover(Move::Start),
            Event::IncidentOpened(_) => self.move_cutover(Move::Fail),
            Event::IncidentClosed { .. } => self.move_cutover(Move::Continue),
            Event::CutoverAborted { .. } => {
                self.move_cutover(Move::Abort);
                // Who gives up has found out that the numbers were not taken over.
                let given_up: Vec<bool> = self.requests.iter().map(|request| self.is_in_cutover(request)).collect();
                for (request, given_up) in self.requests.iter_mut().zip(given_up) {
                    request.doubted &= !given_up;
                }
            }
            Event::CutoverDone {} => self.move_cutover(Move::Finish),
            Event::StepDone { step: StepKey::Verify, .. } => self.record_reached(at),
            _ => {}
        }
        let Some(cutover) = &mut self.cutover else { return };
        match event {
            Event::PreflightAnnounced { .. } => cutover.preflight_announced = true,
            Event::StepStarted { step } => {
                if let Some(step) = cutover.step_mut(*step) {
                    step.state = StepState::Running;
                    step.started_at = Some(at);
                    step.finished_at = None;
                    step.done_by_hand = None;
                }
            }
            Event::StepDone { step, by_hand } => {
                if let Some(step) = cutover.step_mut(*step) {
                    step.state = StepState::Done;
                    step.attempts = step.attempts.max(1);
                    step.finished_at = Some(at);
                    step.done_by_hand.clone_from(by_hand);
                }
            }
            Event::IncidentOpened(incident) => {
                cutover.incident = Some(incident.clone());
                if let Some(step) = cutover.step_mut(incident.step) {
                    step.state = StepState::Failed;
                    step.attempts = step.attempts.max(1);
                    step.last_error = Some(incident.what.en.clone());
                }
                // What followed a step that turns out not to be done is to be done again.
                for later in cutover.steps.iter_mut().filter(|step| step.key > incident.step) {
                    later.state = StepState::Pending;
                }
            }
            Event::IncidentClosed { .. } => {
                cutover.gone_on_with = Some(local_date(at));
                if let Some(incident) = cutover.incident.take()
                    && let Some(step) = cutover.step_mut(incident.step)
                {
                    step.state = StepState::Pending;
                }
            }
            Event::CutoverAborted { .. } => cutover.incident = None,
            _ => {}
        }
    }

    /// An attempt at a step ended. One that does not go on by itself is to be taken anew, whatever else stopped the cutover meanwhile.
    pub(super) fn attempted(&mut self, step: Option<StepKey>, error: Option<&String>, goes_on: bool) {
        if let Some(step) = step.and_then(|step| self.cutover.as_mut()?.step_mut(step)) {
            step.attempts += 1;
            if let Some(error) = error {
                step.last_error = Some(error.clone());
            }
            if matches!(step.state, StepState::Running | StepState::Waiting) {
                step.state = if goes_on { StepState::Running } else { StepState::Pending };
            }
        }
    }

    pub(super) fn set_step(&mut self, step: StepKey, state: StepState) {
        if let Some(step) = self.cutover.as_mut().and_then(|cutover| cutover.step_mut(step)) {
            step.state = state;
        }
    }

    /// The undoing shows at the cutover that was aborted, not at one that has been scheduled since.
    pub(super) fn undoing_route(&mut self, state: StepState) {
        if self.cutover.as_ref().is_some_and(|cutover| cutover.state == machine::State::Aborted) {
            self.set_step(StepKey::Route, state);
        }
    }

    /// An open incident shows what state the numbers are in now, not when it was opened.
    pub(super) fn look_at_incident_again(&mut self) {
        let Some(mut incident) = self.cutover.as_mut().and_then(|cutover| cutover.incident.take()) else { return };
        incident.look_again(self);
        if let Some(cutover) = &mut self.cutover {
            cutover.incident = Some(incident);
        }
    }
}
