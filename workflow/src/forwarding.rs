//! Forwarding: calls to a number arrive at another one, before the porting at a temporary number on the new PBX, so that the customer works
//! there already and the porting needs no hurry; after it, while the number can't be reached, at whatever can be.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::number::Series;
use crate::process::Party;

/// Where calls arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// At temporary numbers on the new PBX: one for all, or as many as there are forwarded, each for its own.
    Temporary(Series),
    /// At a mobile, in E.164.
    Mobile(String),
}

impl Destination {
    /// The temporary numbers, which the PBX has to answer.
    pub fn temporary(&self) -> Option<&Series> {
        match self {
            Destination::Temporary(numbers) => Some(numbers),
            Destination::Mobile(_) => None,
        }
    }
}

/// As printed.
impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Destination::Temporary(numbers) => numbers.fmt(f),
            Destination::Mobile(number) => f.write_str(number),
        }
    }
}

/// How it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// By dialling `*21*` on the old line. It holds for the number of that line only.
    StarCode,
    /// In the current provider's portal.
    Portal,
    /// By the current provider, who is asked to.
    Provider,
    /// In the contractor's own network, once the number is there.
    OwnNetwork,
}

/// A forwarding that somebody asks for; what they leave out follows from the numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct ForwardingWish {
    /// The numbers, or a part of a block of them.
    pub numbers: Series,
    /// Where calls to them are to arrive.
    pub to: Destination,
    /// Who sets it.
    pub set_by: Option<Party>,
    /// How.
    pub means: Option<Means>,
    /// The day on which it is to be in place; today when absent.
    pub on: Option<NaiveDate>,
    /// What the current provider charges for it, as far as is known.
    pub costs: Option<String>,
}

/// A forwarding as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ForwardingPlan {
    /// By which it is known in the project.
    pub id: String,
    /// The numbers, or a part of a block of them.
    pub numbers: Series,
    /// Where calls to them arrive.
    pub to: Destination,
    /// Who sets it.
    pub set_by: Party,
    /// How.
    pub means: Means,
    /// The day on which it is to be in place.
    pub on: NaiveDate,
    /// What the current provider charges for it, as far as is known.
    pub costs: Option<String>,
    /// The numbers had been ported, or may have been, when it was asked for: it bridges the time until they can be reached.
    pub after_porting: bool,
}

/// What somebody says of a forwarding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardingSaid {
    /// Of which.
    pub id: String,
    /// Anything worth keeping.
    pub note: Option<String>,
}

/// A call to a forwarded number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardingTried {
    /// Of which forwarding.
    pub id: String,
    /// It arrived where it should.
    pub arrived: bool,
    /// Anything worth keeping.
    pub note: Option<String>,
}

/// Who said so, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Said {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// What else they said.
    pub note: Option<String>,
}

/// A test by a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Trial {
    /// The call arrived.
    pub arrived: bool,
    /// Who called, and when.
    #[serde(flatten)]
    pub said: Said,
}

/// Whether the PBX answers the temporary numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnPbx {
    /// It does not.
    #[default]
    No,
    /// It was asked to.
    Asked,
    /// It does.
    Yes,
    /// It was asked to forget them.
    Leaving,
}

/// Where a forwarding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ForwardingStatus {
    /// It is to be set.
    Asked,
    /// Somebody says that it is set; no call has shown it yet.
    Set,
    /// A call has arrived by it.
    Works,
    /// A call did not arrive by it.
    Fails,
    /// It is over.
    Ended,
}

/// A forwarding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Forwarding {
    /// As it was asked for.
    #[serde(flatten)]
    pub plan: ForwardingPlan,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Whether the PBX answers its temporary numbers.
    pub on_pbx: OnPbx,
    /// That it was set.
    pub set: Option<Said>,
    /// The last call by which it was tested since.
    pub test: Option<Trial>,
    /// That it was taken away, or is not wanted any more.
    pub ended: Option<Said>,
}

impl Forwarding {
    /// Where it stands.
    pub fn status(&self) -> ForwardingStatus {
        match (&self.ended, &self.set, &self.test) {
            (Some(_), _, _) => ForwardingStatus::Ended,
            (None, Some(_), Some(Trial { arrived: true, .. })) => ForwardingStatus::Works,
            (None, Some(_), Some(_)) => ForwardingStatus::Fails,
            (None, Some(_), None) => ForwardingStatus::Set,
            (None, None, _) => ForwardingStatus::Asked,
        }
    }

    /// Whether it has not ended.
    pub fn stands(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether calls go by it, as far as is known.
    pub fn carries_calls(&self) -> bool {
        matches!(self.status(), ForwardingStatus::Set | ForwardingStatus::Works)
    }

    /// Whether it leads to numbers that the PBX does not answer (yet).
    pub fn leads_nowhere(&self) -> bool {
        self.plan.to.temporary().is_some() && self.on_pbx != OnPbx::Yes
    }
}
