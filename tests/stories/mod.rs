//! Whole migrations.

mod by_hand;
mod main_job;
mod months;
mod telling;
