//! Letters: which a migration needs ([`needed`]), what they say ([`facts`], [`particulars`]), whether that still holds ([`mod@review`]), what becomes of them
//! ([`post`]), and bringing them to the customer ([`mod@mail`]).

mod facts;
mod mail;
mod needed;
mod particulars;
mod post;
mod review;

pub(super) use mail::{mail, mailed};
pub(super) use needed::{all_sent, make, make_missing};
pub(super) use post::{record_confirmed, record_received, record_sent, record_unsent};
pub(super) use review::{review, translate_drafts};

use super::Draft;

/// Keeps letters right after what has happened since this many events, and the e-mails with them.
pub(super) fn keep_right(draft: &mut Draft<'_>, since: usize) {
    review::keep_right(draft, since);
    mail::redirect(draft);
}
