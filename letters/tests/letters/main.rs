//! Letters as their readers get them: the text that `pdftotext -layout` (Debian's poppler-utils) finds in each, and what is refused.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bundle;
mod chromium;
mod customer;
mod facts;
mod look;
mod need;
mod own;
mod pdf;
mod proof;
mod reading;
mod refusal;
mod template;
