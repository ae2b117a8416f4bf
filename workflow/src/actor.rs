//! Who does something, and when.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::amsterdam;
use crate::process::Party;

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A project manager of the contractor.
    Manager,
    /// An engineer of the contractor.
    Engineer,
    /// The customer of one project.
    Customer,
    /// Another system: CRM, portal, a PBX's own portal.
    Integration,
    /// A current provider, by its answer over COIN.
    Provider,
    /// Overstap itself: a timer, or an effect's outcome.
    System,
}

impl Role {
    /// Whom this role speaks for by itself.
    pub const fn party(self) -> Option<Party> {
        match self {
            Role::Manager | Role::Engineer => Some(Party::Contractor),
            Role::Customer => Some(Party::Customer),
            Role::Provider => Some(Party::Provider),
            Role::Integration | Role::System => None,
        }
    }

    /// The name by which it is stored and shown in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Manager => "manager",
            Role::Engineer => "engineer",
            Role::Customer => "customer",
            Role::Integration => "integration",
            Role::Provider => "provider",
            Role::System => "system",
        }
    }
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Actor {
    /// What they may do.
    pub role: Role,
    /// Who they are: a token's name, an operator's code.
    pub name: String,
}

impl Actor {
    /// Somebody of this role.
    pub fn new(role: Role, name: impl Into<String>) -> Self {
        Self { role, name: name.into() }
    }

    /// Overstap itself.
    pub fn system() -> Self {
        Self::new(Role::System, "overstap")
    }
}

/// When something happens. Rules get the time from here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The instant, cut to microseconds.
    pub now: DateTime<Utc>,
}

impl Moment {
    /// The day in Amsterdam.
    pub fn today(&self) -> NaiveDate {
        amsterdam::local_date(self.now)
    }
}
