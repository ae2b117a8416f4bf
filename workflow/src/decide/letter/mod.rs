//! Letters: which a migration needs ([`needed`]), what they say ([`facts`], [`particulars`]), and what becomes of them ([`post`]).

mod facts;
mod needed;
mod particulars;
mod post;

pub(super) use needed::{all_sent, make, make_missing, remake_drafts};
pub(super) use post::record_sent;
