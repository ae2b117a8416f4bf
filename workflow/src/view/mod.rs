//! What is shown of a project: due dates, on whom it waits, what to do next. Computed from the state and the moment; a list column is a
//! copy of it made at commit.

mod actions;
mod deadline;
mod forwarding;
mod invoice;
mod letter;
mod moved;

pub use actions::{NextAction, next_actions, waiting_on};
pub use deadline::{DeadlineView, deadlines_view};
pub use forwarding::{ForwardingToDo, ForwardingView, forwardings_view};
pub use invoice::{ReadingStatus, ReadingView, SuggestionStatus, SuggestionView, reading_view, suggestions_view};
pub use letter::{LetterStatus, LetterView, letter_view};
pub use moved::{MoveView, TellView, moved_view};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Moment;
use crate::calendar::amsterdam;
use crate::cutover::machine as cutover_machine;
use crate::deadline::due_dates;
use crate::intake::Intake;
use crate::number::Series;
use crate::phase;
use crate::porting::{PortingRequest, PortingStatus, request};
use crate::process::{Party, Task};
use crate::project::Project;
use crate::task::TaskState;
use crate::text::Text;
use crate::warning::{Warning, warnings};
use crate::why::Dated;

/// Whether things go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// They do.
    Active,
    /// Automation and due dates are stopped.
    OnHold,
    /// Called off.
    Cancelled,
    /// Over.
    Ended,
}

impl Status {
    /// The name by which it is stored and shown in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::OnHold => "on_hold",
            Status::Cancelled => "cancelled",
            Status::Ended => "ended",
        }
    }
}

/// A task as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaskView {
    /// Its stable name.
    pub key: String,
    /// The phase it belongs to.
    pub phase: phase::State,
    /// What it is called.
    pub title: Text,
    /// Who must confirm.
    pub done_by: Vec<Party>,
    /// Who has.
    pub confirmed_by: Vec<Party>,
    /// Where it stands.
    pub state: TaskState,
    /// By which day it should be done, in Amsterdam.
    pub due_on: Option<NaiveDate>,
    /// That day has passed.
    pub overdue: bool,
    /// Tasks that must be done first.
    pub needs: Vec<String>,
    /// It completes by itself when what it is about has happened.
    pub automatic: bool,
    /// Why it was skipped.
    pub skipped_because: Option<String>,
    /// When it was done or skipped.
    pub done_at: Option<DateTime<Utc>>,
}

/// Whether the phase can be left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Gate {
    /// It can.
    pub ready: bool,
    /// The tasks that keep it.
    pub unmet: Vec<String>,
}

/// A project as shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProjectView {
    /// Its id.
    pub id: Uuid,
    /// Its reference, e.g. `2027-0001`.
    pub reference: String,
    /// Its phase.
    pub phase: phase::State,
    /// Whether things go on.
    pub status: Status,
    /// Why it is on hold, when it is.
    pub hold_reason: Option<String>,
    /// Counts its changes; `If-Match` compares with it.
    pub version: i64,
    /// The version of the process that it follows.
    pub process_version: u32,
    /// What is known of it.
    #[serde(flatten)]
    pub intake: Intake,
    /// Its tasks.
    pub tasks: Vec<TaskView>,
    /// Whether the phase can be left.
    pub gate: Gate,
    /// What one must know.
    pub warnings: Vec<Warning>,
    /// On whom it waits.
    pub waiting_on: Vec<Party>,
    /// What can be done now.
    pub next_actions: Vec<NextAction>,
    /// How the porting stands.
    pub porting_status: PortingStatus,
    /// How the cutover stands.
    pub cutover_status: String,
    /// The day on which it is or was planned to be ported: the cutover's, else the wish date.
    pub porting_on: Option<NaiveDate>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When something last happened.
    pub updated_at: DateTime<Utc>,
}

/// A project as it looks at a moment.
pub fn project_view(project: &Project, version: i64, moment: &Moment) -> ProjectView {
    let tasks = tasks_view(project, moment);
    // What is over has no gate any more.
    let going_on = !project.phase.is_final();
    let unmet: Vec<String> = project.unmet_tasks().filter(|_| going_on).map(|task| task.key.clone()).collect();
    ProjectView {
        id: project.id,
        reference: project.reference.clone(),
        phase: project.phase,
        status: project.status(),
        hold_reason: project.hold.clone(),
        version,
        process_version: project.process_version,
        intake: project.intake.clone(),
        tasks,
        gate: Gate { ready: unmet.is_empty() && going_on && project.hold.is_none(), unmet },
        warnings: warnings(project, moment.today()),
        waiting_on: waiting_on(project),
        next_actions: next_actions(project),
        porting_status: project.porting_status(),
        cutover_status: project.cutover_status().to_owned(),
        porting_on: project.planned_porting_date(),
        created_at: project.created_at,
        updated_at: project.updated_at,
    }
}

/// The tasks as they look at a moment.
pub fn tasks_view(project: &Project, moment: &Moment) -> Vec<TaskView> {
    let due: std::collections::BTreeMap<String, Dated> = due_dates(project).into_iter().collect();
    let view = |task: &Task| {
        let progress = project.tasks.get(&task.key);
        let state = project.task_state(task);
        let due_on = due.get(&task.key).map(|dated| dated.day);
        TaskView {
            key: task.key.clone(),
            phase: task.phase,
            title: task.title.clone(),
            done_by: task.done_by.clone(),
            confirmed_by: progress.map(|progress| progress.confirmed_by.clone()).unwrap_or_default(),
            state,
            due_on,
            overdue: state == TaskState::Open && project.hold.is_none() && due_on.is_some_and(|due_on| due_on < moment.today()),
            needs: task.needs.clone(),
            automatic: task.complete.is_some(),
            skipped_because: progress.and_then(|progress| progress.skipped.clone()),
            done_at: progress.and_then(|progress| progress.done_at),
        }
    };
    project.process().tasks().iter().map(view).collect()
}

impl Project {
    /// Whether things go on.
    pub fn status(&self) -> Status {
        match self.phase {
            phase::State::Cancelled => Status::Cancelled,
            phase::State::Ended => Status::Ended,
            _ if self.hold.is_some() => Status::OnHold,
            _ => Status::Active,
        }
    }

    /// The day on which it is or was planned to be ported: the cutover's, else the wish date. None when part of the numbers has moved and
    /// the others have no day yet.
    pub fn planned_porting_date(&self) -> Option<NaiveDate> {
        let part_has_moved = self.any_ported() && self.numbers_to_port().next().is_some() && !self.cutover_is_under_way();
        if part_has_moved { None } else { self.cutover_date().or(self.intake.wish_date) }
    }

    /// The day on which a contract's numbers move, or moved. Numbers can move in parts: a contract whose numbers are not in the part that is
    /// scheduled has no day yet. One without numbers goes by the project's.
    pub fn porting_date_of(&self, contract: &str) -> Option<NaiveDate> {
        let performed = |series: &Series| {
            let done = |request: &&PortingRequest| request.state == request::State::Performed && request.speaks_for(series);
            self.requests.iter().find(done).and_then(|request| request.performed_at).map(amsterdam::local_date)
        };
        let numbers: Vec<&Series> = self.intake.numbers_of(contract).collect();
        let left: Vec<&&Series> = numbers.iter().filter(|series| !self.is_ported(series)).collect();
        let moves = |series: &Series| self.cutover.as_ref().is_some_and(|cutover| cutover.is_about(series));
        if numbers.is_empty() {
            self.planned_porting_date()
        } else if left.is_empty() {
            numbers.iter().filter_map(|series| performed(series)).max()
        } else if self.cutover_is_under_way() && !left.iter().any(|series| moves(series)) {
            None
        } else {
            self.planned_porting_date()
        }
    }

    /// The day of the cutover, when there is one that was not given up.
    pub fn cutover_date(&self) -> Option<NaiveDate> {
        let cutover = self.cutover.as_ref().filter(|cutover| cutover.state != cutover_machine::State::Aborted)?;
        Some(amsterdam::local_date(cutover.at))
    }

    /// How the cutover stands, `none` when there is none.
    pub fn cutover_status(&self) -> &'static str {
        self.cutover.as_ref().map_or("none", |cutover| cutover.state.as_str())
    }

    /// How the porting as a whole stands. What a person must act upon comes before what goes by itself.
    pub fn porting_status(&self) -> PortingStatus {
        use request::State;
        let any = |state| self.requests.iter().any(|request| request.state == state);
        let numbers = || self.intake.numbers.iter().map(|entry| &entry.series);
        let uncovered = || numbers().filter(|numbers| !self.requests.iter().any(|request| request.speaks_for(numbers)));
        let last_of = |numbers: &Series| {
            let asks = |request: &&PortingRequest| request.series.iter().any(|asked| asked.series.overlaps(numbers));
            self.requests.iter().rev().find(asks)
        };
        if self.requests.is_empty() {
            return PortingStatus::None;
        }
        if let Some(last) = uncovered().find_map(last_of) {
            return match last.state {
                State::Cancelled => PortingStatus::Cancelled,
                State::Expired => PortingStatus::Expired,
                _ => PortingStatus::Refused,
            };
        }
        // What was added later has no answer either. That of others, given up since, says nothing of it.
        if uncovered().next().is_some() {
            return if numbers().any(|numbers| last_of(numbers).is_some()) {
                PortingStatus::Requested
            } else {
                PortingStatus::None
            };
        }
        if self.numbers_to_port().next().is_none() {
            return if self.any_ported() { PortingStatus::Performed } else { PortingStatus::None };
        }
        if any(State::Requested) {
            return PortingStatus::Requested;
        }
        if self.cutover_is_under_way() { PortingStatus::Scheduled } else { PortingStatus::Accepted }
    }
}
