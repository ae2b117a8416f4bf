//! Finds what is due and does it.
