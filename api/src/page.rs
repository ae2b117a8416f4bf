//! Lists: `{"items": […], "next_cursor": null}`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use workflow::intake::FieldError;

/// How many items a page has when nobody says.
pub(crate) const LIMIT_DEFAULT: u32 = 50;

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// To be given as `cursor` for the next part; null on the last one.
    pub(crate) next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A list that fits one page.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

/// Which part of a list.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// At most so many items.
    #[schema(minimum = 1, maximum = 200, default = 50)]
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(crate) limit: Option<u32>,
    /// `next_cursor` of the part before.
    pub(crate) cursor: Option<String>,
}

impl PageParams {
    /// At most so many items.
    pub(crate) fn limit(&self) -> u32 {
        self.limit.unwrap_or(LIMIT_DEFAULT)
    }

    /// The cursor of a list that is ordered by a number: the last one seen, 0 before the first.
    pub(crate) fn after(&self) -> Result<i64, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(0) };
        cursor.parse().ok().filter(|seen| *seen >= 0).ok_or_else(|| {
            Problem::query(vec![FieldError::new(
                "/cursor",
                "invalid_cursor",
                "deze cursor is niet voor deze lijst gegeven; begin zonder cursor",
                "this cursor was not given for this list; begin without one",
            )])
        })
    }
}
