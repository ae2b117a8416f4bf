//! A cutover that stopped: in plain words what happened, what state each number is in, and what can be done.

use serde::{Deserialize, Serialize};

use super::StepKey;
use super::place::{NumberState, Place};
use crate::project::Project;
use crate::rejection::Unmet;
use crate::text::Text;

/// Why a cutover stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Incident {
    /// At which step.
    pub step: StepKey,
    /// What happened.
    pub what: Text,
    /// What is missing, when the preflight stopped it.
    pub missing: Vec<Unmet>,
    /// What state each number is in.
    pub numbers: Vec<NumberState>,
    /// What can be done.
    pub can: Vec<WayOut>,
}

/// What can be done about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WayOut {
    /// Try the step again.
    Retry,
    /// Give the cutover up and undo the routing.
    Abort,
    /// Do the step by hand and say so.
    Resolve,
    /// Have the current provider's network forward calls, as a performed porting has no undo.
    ForwardCalls,
}

impl Incident {
    /// An incident of a project's cutover, as things stand.
    pub fn new(project: &Project, step: StepKey, what: Text, missing: Vec<Unmet>) -> Self {
        let mut incident = Self { step, what, missing, numbers: Vec::new(), can: Vec::new() };
        incident.look_again(project);
        incident
    }

    /// Takes in what state the numbers are in now, and what can be done in it.
    pub(crate) fn look_again(&mut self, project: &Project) {
        self.numbers = project.numbers_in_cutover().map(|series| NumberState::of(project, series)).collect();
        let none_ported = self.numbers.iter().all(|number| number.place != Place::Ported);
        let none_sent = !project.requests.iter().any(|request| project.porting_may_have_happened(&request.id));
        let back = if none_ported && none_sent { WayOut::Abort } else { WayOut::ForwardCalls };
        self.can = vec![WayOut::Retry, WayOut::Resolve, back];
    }
}
