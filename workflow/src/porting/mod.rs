//! Number porting between operators: scenario, request, window, and COIN's messages.
//!
//! Never asks what time it is.

pub mod coin;
pub mod window;
