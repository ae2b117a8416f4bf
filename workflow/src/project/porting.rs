//! What events do to the porting requests.

use chrono::{DateTime, Utc};

use super::Project;
use crate::event::Event;
use crate::number::Series;
use crate::porting::{PortingRequest, RequestedSeries, request};
use crate::text::Text;
use crate::warning::NUMBER_TAKEN_AWAY;

impl Project {
    /// What the donor said of numbers that it refused and that have not been asked for anew, and in which request.
    pub fn refusal_of(&self, numbers: &Series) -> Option<(&PortingRequest, &RequestedSeries)> {
        if self.requests.iter().any(|request| request.speaks_for(numbers)) {
            return None;
        }
        let said = |request: &'_ PortingRequest| request.series.iter().position(|asked| asked.series.overlaps(numbers));
        let (request, i) = self.requests.iter().rev().find_map(|request| Some((request, said(request)?)))?;
        // An accepted request can hold a refused series (COIN NP v3: `blocking` N, and a code at the series).
        request.is_answered().then_some(request).zip(request.series.get(i))
    }

    pub(super) fn apply_to_porting(&mut self, event: &Event, at: DateTime<Utc>) {
        match event {
            Event::PortingRequested(request) => {
                self.requests.push(request.clone());
                return;
            }
            Event::UnfitMessageReceived { message, reason } => {
                let told = |text: &str| format!("{message}: {text}");
                self.unfit_messages.push(Text::new(told(&reason.nl), told(&reason.en)));
                return;
            }
            Event::ForeignMessageReceived(message) => {
                // What was taken note of before says nothing of this one.
                self.acknowledged.retain(|seen| seen.code != NUMBER_TAKEN_AWAY);
                self.foreign_messages.push(message.clone());
                return;
            }
            _ => {}
        }
        let (Event::PortingDelayed { request: id, .. }
        | Event::PortingAnswered { request: id, .. }
        | Event::PortingErrorReported { request: id, .. }
        | Event::PortingRefused { request: id, .. }
        | Event::PortingCancelled { request: id, .. }
        | Event::PortingExpired { request: id }
        | Event::PortingDoubted { request: id }
        | Event::PortingSentAgain { request: id }
        | Event::PortingPerformed { request: id, .. }) = event
        else {
            return;
        };
        let Some(request) = self.requests.iter_mut().find(|request| request.id == *id) else { return };
        let moved = match event {
            Event::PortingAnswered { accepted: true, .. } => Some(request::Event::Accept),
            Event::PortingAnswered { accepted: false, .. } | Event::PortingRefused { .. } => Some(request::Event::Refuse),
            Event::PortingCancelled { .. } => Some(request::Event::Cancel),
            Event::PortingExpired { .. } => Some(request::Event::Expire),
            Event::PortingPerformed { .. } => Some(request::Event::Perform),
            Event::PortingDoubted { .. } => Some(request::Event::Doubt),
            _ => None,
        };
        if let Some(state) = moved.and_then(|event| request::step(request.state, event)) {
            request.state = state;
        }
        match event {
            Event::PortingDelayed { answer_due_at, .. } => request.answer_due_at = *answer_due_at,
            Event::PortingAnswered { series, meanings, donor_operator, detail, attachment, .. } => {
                request.attachment = *attachment;
                request.donor_operator = donor_operator.clone().or(request.donor_operator.take());
                request.detail.clone_from(detail);
                for asked in &mut request.series {
                    let answer = series
                        .iter()
                        .find(|answer| answer.number.as_ref().is_some_and(|number| number.overlaps(&asked.series)))
                        .or_else(|| series.iter().find(|answer| answer.number.is_none()));
                    if let Some(answer) = answer {
                        asked.first_possible_at = answer.first_possible_at;
                        asked.blocking_code = answer.blocking_code;
                        let known = meanings.iter().find(|known| Some(known.code) == answer.blocking_code);
                        asked.meaning = known.map(|known| known.meaning.clone());
                        asked.note.clone_from(&answer.note);
                    }
                }
            }
            Event::PortingErrorReported { errors, .. } => {
                request.detail = Some(errors.clone());
                if request.state == request::State::Cancelled {
                    request.withdrawal_error = Some(errors.clone());
                }
            }
            Event::PortingRefused { detail, .. } => request.detail = Some(detail.clone()),
            Event::PortingPerformed { .. } => {
                request.performed_at = Some(at);
                request.doubted = false;
            }
            Event::PortingSentAgain { .. } => request.sent_again = true,
            Event::PortingDoubted { .. } => {
                request.performed_at = None;
                request.doubted = true;
            }
            _ => {}
        }
        self.look_at_incident_again();
    }
}
