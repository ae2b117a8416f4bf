//! The rules: everything that decides.
//!
//! Pure: no IO, no clock, no randomness, no database. What can happen is a [`Command`](command::Command); [`decide`](decide::decide)
//! answers with events, effects, timers and letters, or a [`Rejection`](rejection::Rejection);
//! [`Project::apply`](project::Project::apply) turns events into state, live and in replay.

pub mod actor;
pub mod calendar;
pub mod checklist;
pub mod command;
pub mod contract;
pub mod cutover;
pub mod deadline;
pub mod decide;
pub mod effect;
pub mod event;
pub mod forwarding;
pub mod instruction;
pub mod intake;
pub mod invoice;
pub mod letter;
mod machine;
pub mod number;
pub mod phase;
pub mod porting;
pub mod process;
pub mod project;
pub mod provider;
pub mod rehearsal;
pub mod rejection;
pub mod settings;
pub mod sheet;
pub mod subscription;
pub mod task;
pub mod text;
pub mod timer;
pub mod view;
pub mod warning;
pub mod why;
