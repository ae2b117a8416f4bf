//! The rules: everything that decides.
//!
//! Pure: no IO, no clock, no randomness, no database. What can happen is a [command], decided upon by `decide`, which answers with
//! events, effects and timers; `Project::apply` turns events into state, live and in replay.
//!
//! [command]: crate::command

pub mod calendar;
pub mod contract;
pub mod letter;
pub mod number;
pub mod porting;
