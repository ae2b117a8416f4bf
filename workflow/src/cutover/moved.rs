//! The agreed moment of a cutover moves: how, who is to be told of it, and who was.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::process::Party;
use crate::text::Text;

/// What became of the agreed moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// Another moment has taken its place.
    AnotherMoment,
    /// The cutover was given up; another moment may follow.
    CalledOff,
    /// Its day passed, and numbers have not moved.
    NotDone,
    /// A person let it go on, on another day.
    GoesOn,
}

/// Somebody who is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Recipient {
    /// Of which party.
    pub party: Party,
    /// Name, where it is known.
    pub name: Option<String>,
    /// E-mail address.
    pub email: String,
    /// Telephone number, where it is known.
    pub phone: Option<String>,
}

/// That the agreed moment moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Moved {
    /// How.
    pub kind: MoveKind,
    /// The moment that those who are to be told know of.
    pub from: DateTime<Utc>,
    /// The moment that holds now, when there is one.
    pub to: Option<DateTime<Utc>>,
    /// In words.
    pub text: Text,
    /// Who is to be told. Whoever knew of no moment need not be told that it moved.
    pub tell: Vec<Recipient>,
}

/// Somebody who was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Who, by e-mail address.
    pub email: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom: Overstap itself by e-mail, or a person.
    pub by: Actor,
}

/// The last time that the agreed moment moved, with who has been told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// When it moved.
    pub at: DateTime<Utc>,
    /// The cutover that it is about, by its moment.
    pub of: Option<DateTime<Utc>>,
    /// How.
    #[serde(flatten)]
    pub moved: Moved,
    /// Who has been told.
    pub told: Vec<Told>,
}
