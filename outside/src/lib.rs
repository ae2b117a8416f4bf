//! Clients of the world outside.
