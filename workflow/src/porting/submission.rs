//! When a porting is best asked for, so that the wish date can be met.

use chrono::NaiveDate;

use super::window::WINDOW_DAYS;
use crate::why::{Basis, Dated, Subject};

/// A donor answers within so many working days, as a rule (COIN, *Porting on Demand*; operators say the same).
pub(crate) const ANSWER_WORKING_DAYS: u32 = 3;

/// The first day on which a porting can be asked for without its window lapsing before the wish date: a donor may allow it from the day it is
/// asked, and the window is 90 days.
pub fn submit_from(wish_date: NaiveDate) -> Dated {
    Dated::given(Subject::WishDate, wish_date).minus_days(WINDOW_DAYS, Basis::Window, Subject::SubmitFrom)
}

/// The last day on which a porting can be asked for with its answer there by the wish date.
pub fn submit_by(wish_date: NaiveDate) -> Dated {
    let wish_date = Dated::given(Subject::WishDate, wish_date);
    wish_date.minus_working_days(ANSWER_WORKING_DAYS, Basis::DonorAnswers, Subject::SubmitBy)
}
