//! The process as data: which tasks there are, who does them, what they need. Read from `process/v*.toml` and checked on load.
//!
//! No task is named here: what a completion means is said by [`Completion`], and looked at by the decisions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::letter::LetterKind;
use crate::phase;
use crate::text::Text;

/// A party that confirms tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The company that moves.
    Customer,
    /// The integrator.
    Contractor,
    /// The current telecom provider.
    Provider,
}

impl Party {
    /// The name by which it is stored and shown in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Party::Customer => "customer",
            Party::Contractor => "contractor",
            Party::Provider => "provider",
        }
    }
}

/// What completes a task without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    /// Every letter of this kind has been sent.
    LettersSent(LetterKind),
    /// Every contract has an invoice attached.
    InvoicesAttached,
    /// The porting requests have been made.
    PortingSubmitted,
    /// The donors have accepted every number.
    PortingAccepted,
    /// The PBX has the tenant and its users.
    PbxProvisioned,
    /// The cutover has been performed.
    CutoverDone,
}

/// What must be there before a task can be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// A signed authorization is attached for each provider whose numbers are to be ported.
    SignedAuthorizations,
    /// A cutover has been scheduled.
    CutoverScheduled,
    /// Every number to be ported has been ported.
    NumbersPorted,
}

/// Where a due date comes from. Several may be given: the earliest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DueRule {
    /// So many working days before the planned porting date.
    pub working_days_before_porting: Option<u32>,
    /// So many working days after the porting date.
    pub working_days_after_porting: Option<u32>,
    /// The earliest post-by day of the contracts.
    pub post_by: bool,
}

/// A task as the process describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its stable name.
    pub key: String,
    /// The phase it belongs to.
    pub phase: phase::State,
    /// Who must confirm, all of them.
    pub done_by: Vec<Party>,
    /// Tasks that must be done or skipped first.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What completes it by itself.
    pub complete: Option<Completion>,
    /// What must be there before it can be completed.
    pub requires: Option<Requirement>,
    /// Can't be skipped while any number is to be ported.
    #[serde(default)]
    pub essential_to_porting: bool,
    /// A note with its confirmation is a point of attention, which the delivery document tells.
    #[serde(default)]
    pub settles_points_of_attention: bool,
    /// Where its due date comes from.
    #[serde(default)]
    pub due: DueRule,
    /// Comes back after it was done, and never holds a gate.
    #[serde(default)]
    pub recurring: bool,
    /// What it is called.
    pub title: Text,
}

/// One version of the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// The version, as in the file's name.
    pub version: u32,
    tasks: Vec<Task>,
}

/// What is wrong with a process file.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ProcessError {
    /// It is not TOML of the right shape.
    #[error("process file: {0}")]
    Shape(String),
    /// Faults in what it says, all of them.
    #[error("process version {version}: {}", faults.join("; "))]
    Faults {
        /// The version it says it is.
        version: u32,
        /// One sentence each.
        faults: Vec<String>,
    },
}

impl Process {
    /// Reads and checks a process file: keys are unique, needs exist and have no cycle, no need lies in a later phase or comes back for ever, everything has a
    /// title in both languages and somebody who does it.
    pub fn parse(toml: &str) -> Result<Self, ProcessError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            version: u32,
            task: Vec<Task>,
        }
        let file: File = toml::from_str(toml).map_err(|error| ProcessError::Shape(error.to_string()))?;
        let faults = faults(&file.task);
        if faults.is_empty() {
            Ok(Self { version: file.version, tasks: file.task })
        } else {
            Err(ProcessError::Faults { version: file.version, faults })
        }
    }

    /// The tasks, in the order of the file.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// The task with this key.
    pub fn task(&self, key: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.key == key)
    }

    /// The tasks that this completes.
    pub fn completed_by(&self, completion: Completion) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(move |task| task.complete == Some(completion))
    }

    /// `key` and all that directly or indirectly needs it, in the order of the file.
    pub fn with_dependents(&self, key: &str) -> Vec<&Task> {
        let mut reached = BTreeSet::from([key]);
        loop {
            let before = reached.len();
            for task in &self.tasks {
                if task.needs.iter().any(|need| reached.contains(need.as_str())) {
                    reached.insert(&task.key);
                }
            }
            if reached.len() == before {
                return self.tasks.iter().filter(|task| reached.contains(task.key.as_str())).collect();
            }
        }
    }
}

fn faults(tasks: &[Task]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut by_key: BTreeMap<&str, &Task> = BTreeMap::new();
    for task in tasks {
        let key = &task.key;
        if by_key.insert(key, task).is_some() {
            faults.push(format!("task `{key}` stands twice"));
        }
        if key.is_empty() || !key.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
            faults.push(format!("task key `{key}`: only lower-case letters and hyphens"));
        }
        if task.title.nl.trim().is_empty() || task.title.en.trim().is_empty() {
            faults.push(format!("task `{key}` has no title in both languages"));
        }
        if task.done_by.is_empty() {
            faults.push(format!("task `{key}` is done by nobody"));
        }
        if let Some(Completion::LettersSent(kind)) = task.complete
            && kind.is_from_contractor()
        {
            let kind = kind.as_str();
            faults.push(format!(
                "task `{key}` is completed by letters of kind `{kind}`, which go to the customer and complete nothing"
            ));
        }
        if task.phase.is_final() {
            faults.push(format!("task `{key}` is in phase `{}`, in which nothing is done", task.phase));
        }
    }
    for task in tasks {
        for need in &task.needs {
            match by_key.get(need.as_str()) {
                None => faults.push(format!("task `{}` needs `{need}`, which does not exist", task.key)),
                Some(needed) if needed.phase > task.phase => {
                    faults.push(format!("task `{}` needs `{need}` of a later phase", task.key));
                }
                Some(needed) if needed.recurring => {
                    faults.push(format!("task `{}` needs `{need}`, which comes back and is never done", task.key));
                }
                Some(_) => {}
            }
        }
    }
    if let Some(key) = first_in_cycle(tasks) {
        faults.push(format!("task `{key}` needs itself, directly or through others"));
    }
    faults
}

/// Takes away tasks whose needs are all gone until nothing changes: what is left waits for itself.
fn first_in_cycle(tasks: &[Task]) -> Option<&str> {
    let mut left: Vec<&Task> = tasks.iter().collect();
    loop {
        let keys: BTreeSet<&str> = left.iter().map(|task| task.key.as_str()).collect();
        let before = left.len();
        left.retain(|task| task.needs.iter().any(|need| keys.contains(need.as_str())));
        if left.len() == before {
            return left.first().map(|task| task.key.as_str());
        }
    }
}

/// Every version of the process that a project may have been started with. A version once released stays here unchanged.
pub fn versions() -> &'static [Process] {
    static VERSIONS: LazyLock<Vec<Process>> = LazyLock::new(|| {
        [include_str!("../process/v1.toml")]
            .into_iter()
            .map(|toml| {
                #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads each")]
                Process::parse(toml).expect("the built-in process files are right")
            })
            .collect()
    });
    &VERSIONS
}

/// The version new projects start with.
///
/// # Panics
/// Never: there is a version.
pub fn newest() -> &'static Process {
    #[expect(clippy::expect_used, reason = "the list above is not empty")]
    versions().last().expect("there is a process version")
}

/// A version by its number; the newest where it is unknown (a database written by a newer program is refused before this).
pub fn version(number: u32) -> &'static Process {
    versions().iter().find(|process| process.version == number).unwrap_or_else(newest)
}
