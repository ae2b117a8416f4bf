//! Which numbers live projects hold: a number is in at most one.

use store::{ClaimChange, StoreError};
use uuid::Uuid;
use workflow::decide::Decision;
use workflow::event::Event;
use workflow::intake::{FieldError, Intake};
use workflow::number::Series;

use crate::Engine;

impl Engine {
    /// Names those of an intake's numbers, each by its place, that live projects hold, other than one; with the holder.
    pub async fn numbers_held(&self, numbers: &[(usize, Series)], except: Option<Uuid>) -> Result<Vec<FieldError>, StoreError> {
        let placed = numbers.iter().map(|(i, series)| (format!("/numbers/{i}/number"), series.clone()));
        self.held(placed.collect(), except).await
    }

    /// Names what a decision takes and other live projects hold: numbers of its intake, temporary numbers that it asks for.
    pub(crate) async fn taken(&self, decision: &Decision) -> Result<Vec<FieldError>, StoreError> {
        let intake = decision.project.intake.numbers.iter().enumerate();
        let mut placed: Vec<(String, Series)> =
            intake.map(|(i, entry)| (format!("/numbers/{i}/number"), entry.series.clone())).collect();
        placed.extend(decision.events.iter().filter_map(|event| match event {
            Event::ForwardingAsked(plan) => Some(("/to/number".to_owned(), plan.to.temporary()?.clone())),
            _ => None,
        }));
        self.held(placed, Some(decision.project.id)).await
    }

    async fn held(&self, numbers: Vec<(String, Series)>, except: Option<Uuid>) -> Result<Vec<FieldError>, StoreError> {
        let except = except.map(|id| id.to_string());
        let mut held = Vec::new();
        for (pointer, series) in numbers {
            let (first, last) = series.span();
            if let Some(holder) = self.store().number_holder(first, last, except.as_deref()).await? {
                let reference = holder.reference;
                held.push(FieldError::new(
                    pointer,
                    "number_taken",
                    format!("{series} staat al in project {reference}"),
                    format!("{series} already stands in project {reference}"),
                ));
            }
        }
        Ok(held)
    }
}

/// An intake's numbers, each by its place.
pub(crate) fn numbers_of(intake: &Intake) -> Vec<(usize, Series)> {
    intake.numbers.iter().map(|entry| entry.series.clone()).enumerate().collect()
}

/// A project's numbers are claimed while it lives, and its temporary ones until the PBX has forgotten them.
pub(crate) fn claims(decision: &Decision) -> ClaimChange {
    let project = &decision.project;
    let forwards = !project.forwardings.is_empty();
    let changes = |event: &Event| match event {
        Event::ProjectStarted { .. } | Event::IntakeChanged { .. } | Event::ForwardingAsked(_) | Event::ForwardingEnded(_) => {
            true
        }
        Event::EffectDone { .. } | Event::EffectWithdrawn { .. } => forwards,
        _ => false,
    };
    let is_over = project.phase.is_final();
    let own = project.intake.numbers.iter().map(|entry| &entry.series).filter(|_| !is_over);
    let claimed: Vec<(i64, i64)> = own.chain(project.temporary_numbers()).map(Series::span).collect();
    if is_over && claimed.is_empty() {
        ClaimChange::Release
    } else if is_over || decision.events.iter().any(changes) {
        ClaimChange::Replace(claimed)
    } else {
        ClaimChange::Keep
    }
}
