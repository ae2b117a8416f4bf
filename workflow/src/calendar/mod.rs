//! Working days, holidays, months, Amsterdam time.
//!
//! All dates are days in the Netherlands. Every function is total: at the edges of chrono's range the answer stays at the
//! edge. What is counted *from* or *towards* (a notice, a window) is decided elsewhere; nothing here reads a clock.

pub mod amsterdam;
mod holiday;
mod month;
mod working_day;

pub use amsterdam::{Resolved, local_date, local_time, resolve, start_of_day};
pub use holiday::{Holiday, holiday};
pub use month::{add_months, last_day_months_before};
pub use working_day::{
    Counted, DayOff, add_working_days, count_working_days_after, count_working_days_before, day_off, is_working_day,
    next_working_day, previous_working_day, subtract_working_days, working_days_until,
};
