//! Whole migrations.

mod by_hand;
mod letters;
mod mailing;
mod main_job;
mod months;
mod moving;
mod rehearsal;
mod telling;
