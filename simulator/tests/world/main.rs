//! The clients and the simulated world against each other, over sockets; and COIN's own Python SDK against the world.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod authentication;
mod coin_sdk;
mod faults;
mod kept_time;
mod porting;
mod scene;
mod stream;
mod webhooks;
