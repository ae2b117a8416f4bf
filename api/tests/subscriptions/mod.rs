//! Other systems that are told of events: what managers say, and what a real receiver on this machine gets.

mod delivering;
mod managing;
mod receiver;
