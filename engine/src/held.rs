//! Which numbers live projects hold: a number is in at most one.

use store::StoreError;
use uuid::Uuid;
use workflow::intake::{FieldError, Intake};
use workflow::number::Series;

use crate::Engine;

impl Engine {
    /// Names those of an intake's numbers, each by its place, that live projects hold, other than one; with the holder.
    pub async fn numbers_held(&self, numbers: &[(usize, Series)], except: Option<Uuid>) -> Result<Vec<FieldError>, StoreError> {
        let except = except.map(|id| id.to_string());
        let mut held = Vec::new();
        for (i, series) in numbers {
            let (first, last) = series.span();
            if let Some(holder) = self.store().number_holder(first, last, except.as_deref()).await? {
                let reference = holder.reference;
                held.push(FieldError::new(
                    format!("/numbers/{i}/number"),
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
