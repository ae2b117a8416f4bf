//! A rehearsal of the cutover: everything but the porting, with a test number, so that what would fail on the porting morning is known while
//! there is time to mend it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::number::Series;
use crate::rejection::Unmet;
use crate::text::Text;

/// The parts of a rehearsal, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Would the preflight find everything there?
    Preflight,
    /// Does the PBX take a number?
    Route,
    /// Does a call to it arrive?
    TestCall,
    /// Does the PBX let it go again, as a cutover that is given up needs it?
    Unroute,
}

impl Part {
    /// The parts, in their order.
    pub const ALL: [Part; 4] = [Part::Preflight, Part::Route, Part::TestCall, Part::Unroute];
}

/// Where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// Not begun; or, once the rehearsal is over, not done.
    Pending,
    /// Being done.
    Running,
    /// It went well.
    Passed,
    /// It did not.
    Failed,
}

/// A part with how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartReport {
    /// Which.
    pub part: Part,
    /// Where it stands.
    pub state: PartState,
    /// What went wrong, in the peer's words.
    pub error: Option<String>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Rehearsal {
    /// The number that was routed and called.
    pub test_number: Series,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was given up before that.
    pub abandoned: Option<Text>,
    /// What would stop the cutover at its preflight.
    pub missing: Vec<Unmet>,
    /// What would not stop it, and had better be mended.
    pub to_mend: Vec<Unmet>,
    /// Its parts.
    pub parts: Vec<PartReport>,
}

/// What a rehearsal found when it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsalBegun {
    /// The number that is routed and called.
    pub test_number: Series,
    /// What would stop the cutover at its preflight.
    pub missing: Vec<Unmet>,
    /// What would not stop it, and had better be mended.
    pub to_mend: Vec<Unmet>,
}

impl Rehearsal {
    /// A rehearsal that begins.
    pub fn new(begun: &RehearsalBegun, at: DateTime<Utc>) -> Self {
        let RehearsalBegun { test_number, missing, to_mend } = begun.clone();
        let pending = |part| PartReport { part, state: PartState::Pending, error: None, ended_at: None };
        let mut parts = Part::ALL.map(pending);
        parts[0].state = if missing.is_empty() { PartState::Passed } else { PartState::Failed };
        parts[0].ended_at = Some(at);
        Self { test_number, began_at: at, ended_at: None, abandoned: None, missing, to_mend, parts: parts.into() }
    }

    /// How a part stands.
    pub fn state(&self, part: Part) -> Option<PartState> {
        self.parts.iter().find(|report| report.part == part).map(|report| report.state)
    }

    /// Whether everything went well; `None` while it is not over.
    pub fn passed(&self) -> Option<bool> {
        self.ended_at.map(|_| self.parts.iter().all(|report| report.state == PartState::Passed))
    }

    pub(crate) fn report_mut(&mut self, part: Part) -> Option<&mut PartReport> {
        self.parts.iter_mut().find(|report| report.part == part)
    }
}
