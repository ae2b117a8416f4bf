//! What effects serve: the trail says so of each, and so does the project's state while it is under way.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cutover::StepKey;
use crate::process::Party;
use crate::rehearsal::Part;

/// What an effect is for, within the project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The PBX tenant and users.
    Provision,
    /// The cutover's routing.
    Route,
    /// Its undoing.
    Unroute,
    /// The cutover's verification.
    TestCall,
    /// Asking for the numbers of this request.
    RequestPorting(String),
    /// Taking over the numbers of this request.
    PerformPorting(String),
    /// Withdrawing this request.
    CancelPorting(String),
    /// E-mailing letters to the customer.
    MailLetters {
        /// Which.
        letters: Vec<Uuid>,
        /// To which address.
        to: String,
        /// What is said with them.
        message: Option<String>,
    },
    /// Reminding this party of what is due.
    Remind(Party),
    /// Telling the contractor that this effect, a step of the cutover, still waits for somebody.
    TellUnconfirmed(Uuid),
    /// Telling the contractor that somebody takes a number.
    TellTakenAway,
    /// Telling somebody that the agreed moment of the cutover moved.
    TellMoved {
        /// At which address.
        to: String,
        /// Of which party.
        party: Party,
    },
    /// A part of a rehearsal of the cutover.
    Rehearse(Part),
    /// Having the PBX answer the temporary numbers of this forwarding.
    RouteTemporary(String),
    /// Having it forget them.
    UnrouteTemporary(String),
    /// Reading this invoice, by the id of its file.
    ReadInvoice(Uuid),
}

impl Purpose {
    /// Whether it stops while the project is on hold. What undoes something goes on.
    pub const fn waits_on_hold(&self) -> bool {
        matches!(self, Purpose::Provision | Purpose::RequestPorting(_) | Purpose::RouteTemporary(_))
    }

    /// Whether it undoes something: it is done whatever becomes of the project.
    pub const fn undoes(&self) -> bool {
        matches!(
            self,
            Purpose::Unroute | Purpose::CancelPorting(_) | Purpose::Rehearse(Part::Unroute) | Purpose::UnrouteTemporary(_)
        )
    }

    /// Whether a person who has to do it is still asked to when the project is on hold or over.
    pub const fn outlasts(&self) -> bool {
        self.undoes() || matches!(self, Purpose::TellMoved { .. })
    }

    /// The part of a rehearsal that it tries, which fails rather than being tried on.
    pub const fn tries(&self) -> Option<Part> {
        match self {
            Purpose::Rehearse(part @ (Part::Route | Part::TestCall)) => Some(*part),
            _ => None,
        }
    }

    /// The cutover's step that it serves.
    pub const fn step(&self) -> Option<StepKey> {
        match self {
            Purpose::Route => Some(StepKey::Route),
            Purpose::PerformPorting(_) => Some(StepKey::Port),
            Purpose::TestCall => Some(StepKey::Verify),
            Purpose::Provision
            | Purpose::Unroute
            | Purpose::RequestPorting(_)
            | Purpose::CancelPorting(_)
            | Purpose::MailLetters { .. }
            | Purpose::Remind(_)
            | Purpose::TellUnconfirmed(_)
            | Purpose::TellTakenAway
            | Purpose::TellMoved { .. }
            | Purpose::Rehearse(_)
            | Purpose::RouteTemporary(_)
            | Purpose::UnrouteTemporary(_)
            | Purpose::ReadInvoice(_) => None,
        }
    }
}
