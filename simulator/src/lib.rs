//! The world outside itself, in memory, for demos and tests.
