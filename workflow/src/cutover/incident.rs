//! A cutover that stopped: in plain words what happened, what state each number is in, and what can be done.

use serde::{Deserialize, Serialize};

use super::StepKey;
use crate::number::Series;
use crate::porting::request;
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

/// What state a number is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NumberState {
    /// The numbers.
    #[serde(flatten)]
    pub series: Series,
    /// Where they are.
    pub place: Place,
    /// In words.
    pub text: Text,
}

/// Where a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Still with the current provider.
    Donor,
    /// Taken over.
    Ported,
    /// The taking over was sent, and no answer came, or an error was reported later.
    Unknown,
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
        self.numbers = project.numbers_in_cutover().map(|series| number_state(project, series)).collect();
        let none_ported = self.numbers.iter().all(|number| number.place != Place::Ported);
        let none_sent = !project.requests.iter().any(|request| project.porting_may_have_happened(&request.id));
        let back = if none_ported && none_sent { WayOut::Abort } else { WayOut::ForwardCalls };
        self.can = vec![WayOut::Retry, WayOut::Resolve, back];
    }
}

fn number_state(project: &Project, series: &Series) -> NumberState {
    let request = project.requests.iter().rev().find(|request| request.speaks_for(series));
    let place = match request {
        Some(request) if request.state == request::State::Performed => Place::Ported,
        Some(request) if request.doubted || project.porting_may_have_happened(&request.id) => Place::Unknown,
        _ => Place::Donor,
    };
    let text = match place {
        Place::Donor => Text::new(
            "nog bij de huidige provider: oproepen komen op de oude lijn aan",
            "still with the current provider: calls arrive on the old line",
        ),
        Place::Ported => {
            Text::new("overgenomen: oproepen komen op de nieuwe centrale aan", "ported: calls arrive on the new PBX")
        }
        Place::Unknown if request.is_some_and(|request| request.doubted) => Text::new(
            "onbekend: COIN meldt een fout in de overname; vraag na of zij is uitgevoerd",
            "unknown: COIN reports an error in the porting; find out whether it was performed",
        ),
        Place::Unknown => Text::new(
            "onbekend: de overname is verzonden, maar er kwam geen bevestiging",
            "unknown: the porting was sent, but no confirmation came",
        ),
    };
    NumberState { series: series.clone(), place, text }
}
