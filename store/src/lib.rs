//! What is kept, in SQLite or PostgreSQL, behind one handle: [`Store`].
//!
//! Here live the one transaction by which a decision takes effect ([`Commit`]), the reads that lists, trails and workers
//! need, and the leases by which workers share what is to be done. The store keeps what it is given. It knows no rule, fills
//! in no default and counts by no clock: every instant is a parameter, in UTC and already cut to microseconds (PostgreSQL keeps
//! no more, so a finer one would come back changed). A project's state, events and effects are JSON to it.
//!
//! Each statement is written once and compiled for both databases (`backend`); the few that truly differ stand side by side.

#[macro_use]
mod backend;
#[macro_use]
mod row;
#[macro_use]
mod rows;

mod claim;
mod commit;
mod delivery;
mod derived;
mod document;
mod error;
mod event;
mod group;
mod idempotency;
mod list;
mod message;
mod meta;
mod migrate;
mod open;
mod outbox;
mod position;
mod project;
mod selection;
mod session;
mod subscription;
mod timer;
mod token;
mod wake;

pub use claim::{ClaimChange, Holder};
pub use commit::Commit;
pub use delivery::{
    Backlog, Delivery, DeliveryAttempt, DeliveryFilter, DeliveryState, EndedAttempt, NewDelivery, OfEvent, ThenDelivery,
};
pub use derived::Derived;
pub use document::{Document, NewDocument};
pub use error::{CommitError, StoreError};
pub use event::{NewEvent, StoredEvent};
pub use idempotency::{NewIdempotency, Saved};
pub use list::{Direction, Page, ProjectFilter, Sort};
pub use message::{MessageDirection, NewMessage, StoredMessage};
pub use open::Store;
pub use outbox::{AnsweredEffect, ClaimedEffect, EffectState, NewEffect, Settle, SettledEffect, StoredEffect};
pub use project::{JsonText, ListColumns, ListRow, Loaded, ProjectRow, State};
pub use session::Session;
pub use subscription::{Subscription, SubscriptionState};
pub use timer::{DueTimer, FiredTimer, TimerChange};
pub use token::{NewToken, Token};
