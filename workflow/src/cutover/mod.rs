//! The cutover: the morning on which the numbers move. Its steps and their order; what it looks like when it stops.

pub mod incident;
pub mod machine;
pub mod moved;
pub mod place;
pub mod preflight;
pub mod retry;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::local_date;
use crate::number::Series;
use crate::text::Text;
use incident::Incident;

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepKey {
    /// Is everything there?
    Preflight,
    /// The PBX answers the numbers.
    Route,
    /// The numbers are taken over from their donors.
    Port,
    /// Test calls arrive.
    Verify,
    /// The task `number-porting` is completed.
    Complete,
    /// Everyone is told.
    Notify,
}

impl StepKey {
    /// The steps, in their order.
    pub const ALL: [StepKey; 6] =
        [StepKey::Preflight, StepKey::Route, StepKey::Port, StepKey::Verify, StepKey::Complete, StepKey::Notify];

    /// What it is called.
    pub fn title(self) -> Text {
        match self {
            StepKey::Preflight => Text::new("controle vooraf", "preflight"),
            StepKey::Route => Text::new("nummers routeren op de centrale", "routing the numbers on the PBX"),
            StepKey::Port => Text::new("nummers overnemen", "taking the numbers over"),
            StepKey::Verify => Text::new("testoproepen", "test calls"),
            StepKey::Complete => Text::new("taak afronden", "completing the task"),
            StepKey::Notify => Text::new("iedereen inlichten", "telling everyone"),
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Being done, or to be tried again in a moment.
    Running,
    /// Waits for a person, who does it by hand and says so.
    Waiting,
    /// Could not be done; a person decides how it goes on.
    Failed,
    /// Done.
    Done,
    /// Being undone.
    Undoing,
    /// Undone.
    Undone,
}

/// A step of a cutover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Step {
    /// Which.
    pub key: StepKey,
    /// Where it stands.
    pub state: StepState,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub finished_at: Option<DateTime<Utc>>,
    /// Who says that it has been done by hand, and what they did.
    pub done_by_hand: Option<String>,
}

/// A cutover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cutover {
    /// Its moment.
    pub at: DateTime<Utc>,
    /// Why outside working days or hours.
    pub override_reason: Option<String>,
    /// The numbers that move; all when empty.
    #[serde(default)]
    pub numbers: Vec<Series>,
    /// Where it stands.
    pub state: machine::State,
    /// The day, in Amsterdam, on which a person last let it go on after an incident.
    #[serde(default)]
    pub gone_on_with: Option<NaiveDate>,
    /// The agreed day of which it has been told that it passed without all numbers having moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_done_on: Option<NaiveDate>,
    /// The preflight of the working day before has been done and everyone warned.
    pub preflight_announced: bool,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Why it stopped.
    pub incident: Option<Incident>,
}

impl Cutover {
    /// A cutover of these numbers (all when empty) that will begin at `at`.
    pub fn new(at: DateTime<Utc>, override_reason: Option<String>, numbers: Vec<Series>) -> Self {
        let steps = StepKey::ALL.map(|key| Step {
            key,
            state: StepState::Pending,
            attempts: 0,
            last_error: None,
            started_at: None,
            finished_at: None,
            done_by_hand: None,
        });
        Self {
            at,
            override_reason,
            numbers,
            state: machine::State::Scheduled,
            gone_on_with: None,
            not_done_on: None,
            preflight_announced: false,
            steps: steps.into(),
            incident: None,
        }
    }

    /// Whether its numbers may move on this day in Amsterdam: the one that was expressly agreed (Tw art. 4.10(5)), or on which a person,
    /// knowing of it, let it go on.
    pub fn may_move_on(&self, day: NaiveDate) -> bool {
        local_date(self.at) == day || self.gone_on_with == Some(day)
    }

    /// The day on which it is to be done: the agreed one, or a later one on which a person let it go on.
    pub fn agreed_day(&self) -> NaiveDate {
        let agreed = local_date(self.at);
        self.gone_on_with.map_or(agreed, |day| day.max(agreed))
    }

    /// Whether these numbers move in it.
    pub fn is_about(&self, numbers: &Series) -> bool {
        self.numbers.is_empty() || self.numbers.iter().any(|own| own.overlaps(numbers))
    }

    /// The step with this key.
    pub fn step(&self, key: StepKey) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }

    /// Whether it has begun to route its numbers.
    pub fn routes(&self) -> bool {
        self.step(StepKey::Route).is_some_and(|step| step.started_at.is_some())
    }

    /// Whether the step is done.
    pub fn is_done(&self, key: StepKey) -> bool {
        self.step(key).is_some_and(|step| step.state == StepState::Done)
    }

    /// The first step that is not done.
    pub fn current(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.state != StepState::Done)
    }

    pub(crate) fn step_mut(&mut self, key: StepKey) -> Option<&mut Step> {
        self.steps.iter_mut().find(|step| step.key == key)
    }
}
