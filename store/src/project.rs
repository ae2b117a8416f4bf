//! A project's row: its state, and the columns that lists filter and sort by.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use serde_json::value::RawValue;
use sqlx::types::Json;

use crate::backend::Tx;
use crate::{Commit, CommitError, Derived, Store, StoreError};

/// A project as a commit leaves it.
#[derive(Debug, Clone)]
pub struct ProjectRow {
    /// Its id.
    pub id: String,
    /// What people call it, such as `2027-0001`; no two projects have the same.
    pub reference: String,
    /// All of it, as JSON.
    pub state: JsonText,
    /// What lists show, filter and sort by.
    pub columns: ListColumns,
}

/// JSON as text: by far the largest thing that is read and written, it is not taken apart here.
pub type JsonText = Box<RawValue>;

/// What lists show, filter and sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListColumns {
    /// The phase.
    pub phase: String,
    /// The status.
    pub status: String,
    /// The customer's name.
    pub customer_name: String,
    /// The customer's city.
    pub city: String,
    /// The parties that the project waits for.
    pub waiting_on: Vec<String>,
    /// The day by which the next thing is due.
    pub next_due_on: Option<NaiveDate>,
    /// The day of the porting.
    pub porting_on: Option<NaiveDate>,
    /// How far the porting has come.
    pub porting_status: String,
    /// How far the cutover has come.
    pub cutover_status: String,
    /// The text that a search looks in, made lower-case by [`str::to_lowercase`].
    pub search: String,
}

from_row!(ListColumns {
    phase, status, customer_name, city, next_due_on, porting_on, porting_status, cutover_status, search
} json { waiting_on });

/// A project in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub reference: String,
    /// Its version.
    pub version: i64,
    /// When its first commit was.
    pub created_at: DateTime<Utc>,
    /// When its last commit was.
    pub updated_at: DateTime<Utc>,
    /// The rest.
    pub columns: ListColumns,
}

from_row!(ListRow { id, reference, version, created_at, updated_at } nested { columns });

/// A project with its state.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub reference: String,
    /// All of it.
    pub state: Value,
    /// Its version, from 1; a commit must name the one that it was decided upon.
    pub version: i64,
    /// When its first commit was.
    pub created_at: DateTime<Utc>,
    /// When its last commit was.
    pub updated_at: DateTime<Utc>,
}

/// What a decision needs of a project.
#[derive(Debug, Clone)]
pub struct State {
    /// All of it, as JSON.
    pub state: String,
    /// Its version.
    pub version: i64,
}

from_row!(State { state, version });

from_row!(Loaded { id, reference, state, version, created_at, updated_at });

/// Sets the list columns to those of `new`.
macro_rules! set_columns {
    () => {
        "phase = new.phase, status = new.status, customer_name = new.customer_name, customer_name_key = new.customer_name_key,
            city = new.city, waiting_on = new.waiting_on, next_due_on = new.next_due_on, porting_on = new.porting_on,
            porting_status = new.porting_status, cutover_status = new.cutover_status, search = new.search, state = new.state"
    };
}

/// As `run_rows!` or `read_rows!`, with the project's id, the version decided upon, the list columns and the state, and then others.
macro_rules! project_rows {
    ($run:ident!, $tx:expr, $rows:expr, |$row:ident| $id:expr, $version:expr, $columns:expr, $state:expr, $before:expr, [$($others:tt)*], $after:expr) => {
        $run!($tx, $rows, |$row| $before, [
            "$1" id "text" = $id,
            "$2" version "bigint" = $version,
            "$3" phase "text" = &$columns.phase,
            "$4" status "text" = &$columns.status,
            "$5" customer_name "text" = &$columns.customer_name,
            "$6" customer_name_key "text" = name_key(&$columns.customer_name),
            "$7" city "text" = &$columns.city,
            "$8" waiting_on "jsonb" = Json(&$columns.waiting_on),
            "$9" next_due_on "date" = $columns.next_due_on,
            "$10" porting_on "date" = $columns.porting_on,
            "$11" porting_status "text" = &$columns.porting_status,
            "$12" cutover_status "text" = &$columns.cutover_status,
            "$13" search "text" = &$columns.search,
            "$14" state "jsonb" = Json(&*$state),
            $($others)*
        ], $after)
    };
}

impl Store {
    /// A project.
    pub async fn load(&self, id: &str) -> Result<Option<Loaded>, StoreError> {
        Ok(read!(
            fetch_optional,
            self.reader,
            "SELECT id, reference, state, version, created_at, updated_at FROM projects WHERE id = $1",
            id
        )?)
    }

    /// A project's state as text, for decisions.
    pub async fn state(&self, id: &str) -> Result<Option<State>, StoreError> {
        let sql = "SELECT CAST(state AS TEXT) AS state, version FROM projects WHERE id = $1";
        Ok(read!(fetch_optional, self.reader, sql, id)?)
    }

    /// A project, by what people call it.
    pub async fn load_by_reference(&self, reference: &str) -> Result<Option<Loaded>, StoreError> {
        Ok(read!(
            fetch_optional,
            self.reader,
            "SELECT id, reference, state, version, created_at, updated_at FROM projects WHERE reference = $1",
            reference
        )?)
    }

    /// The id of the project that an external dossier leads to.
    pub async fn project_of_dossier(&self, dossier_id: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> =
            read!(fetch_optional, self.reader, "SELECT project_id FROM dossiers WHERE dossier_id = $1", dossier_id)?;
        Ok(row.map(|(project_id,)| project_id))
    }

    /// The next number for a year's references, from 1. It is taken from now on, used or not.
    pub async fn next_reference_number(&self, year: i32) -> Result<i64, StoreError> {
        self.next_reference_numbers(year, 1).await
    }

    /// The first of so many next numbers for a year's references. They are taken from now on, used or not.
    pub async fn next_reference_numbers(&self, year: i32, count: u32) -> Result<i64, StoreError> {
        let (last,): (i64,) = read!(
            fetch_one,
            self.writer,
            "INSERT INTO reference_counters (year, last_number) VALUES ($1, $2)
             ON CONFLICT (year) DO UPDATE SET last_number = reference_counters.last_number + excluded.last_number
             RETURNING last_number",
            i64::from(year),
            i64::from(count),
        )?;
        Ok(last - i64::from(count) + 1)
    }

    /// The ids of all projects after one (none: from the first), in the database's order of ids. For reading them all, bit by
    /// bit.
    pub async fn project_ids(&self, after: Option<&str>, limit: u32) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = read!(
            fetch_all,
            self.reader,
            "SELECT id FROM projects WHERE id > $1 ORDER BY id LIMIT $2",
            after.unwrap_or_default(),
            i64::from(limit)
        )?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

/// Writes the rows of those whose version decided upon is still in force; answers the others.
pub(crate) async fn write<'a>(tx: &mut Tx, commits: &[&'a Commit]) -> Result<Vec<&'a Commit>, CommitError> {
    let (begun, changed): (Vec<&Commit>, Vec<&Commit>) = commits.iter().partition(|commit| commit.expected_version == 0);
    let mut left = Vec::new();
    for (some, written) in [(&begun, insert(tx, &begun).await), (&changed, update(tx, &changed).await)] {
        match written {
            Ok(written) if written.len() == some.len() => {}
            Ok(written) => left.extend(some.iter().copied().filter(|commit| !written.contains(&commit.project.id))),
            // Nothing but the reference can collide in an update.
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Err(CommitError::ReferenceTaken),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(left)
}

async fn insert(tx: &mut Tx, begun: &[&Commit]) -> sqlx::Result<Vec<String>> {
    if begun.is_empty() {
        return Ok(Vec::new());
    }
    project_rows!(
        read_rows!,
        tx, begun, |commit| &commit.project.id, commit.expected_version, commit.project.columns, commit.project.state,
        "INSERT INTO projects (id, version, phase, status, customer_name, customer_name_key, city, waiting_on, next_due_on, porting_on,
            porting_status, cutover_status, search, state, reference, created_at, updated_at)
         SELECT id, version + 1, phase, status, customer_name, customer_name_key, city, waiting_on, next_due_on, porting_on,
            porting_status, cutover_status, search, state, reference, at, at FROM ",
        ["$15" reference "text" = &commit.project.reference, "$16" at "timestamptz" = commit.at,],
        " WHERE TRUE ON CONFLICT DO NOTHING RETURNING id"
    )
}

async fn update(tx: &mut Tx, changed: &[&Commit]) -> sqlx::Result<Vec<String>> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    project_rows!(
        read_rows!,
        tx, changed, |commit| &commit.project.id, commit.expected_version, commit.project.columns, commit.project.state,
        concat!("UPDATE projects SET version = new.version + 1, ", set_columns!(), ", reference = new.reference, updated_at = new.at FROM "),
        ["$15" reference "text" = &commit.project.reference, "$16" at "timestamptz" = commit.at,],
        " WHERE projects.id = new.id AND projects.version = new.version RETURNING projects.id"
    )
}

/// Writes the state and the list columns anew, if the version is still in force; answers whether it was.
pub(crate) async fn rewrite(tx: &mut Tx, derived: &Derived) -> Result<bool, StoreError> {
    let rows = [derived];
    let written = project_rows!(
        run_rows!,
        tx,
        rows,
        |derived| &derived.project_id,
        derived.version,
        derived.columns,
        derived.state,
        concat!("UPDATE projects SET ", set_columns!(), " FROM "),
        [],
        " WHERE projects.id = new.id AND projects.version = new.version"
    );
    Ok(written? > 0)
}

/// Why a commit's project was not written.
pub(crate) async fn refusal(tx: &mut Tx, commit: &Commit) -> Result<CommitError, CommitError> {
    let project = &commit.project;
    let row: Option<(i64,)> = read!(fetch_optional, tx, "SELECT version FROM projects WHERE id = $1", &project.id)?;
    let taken: Option<(String,)> = read!(fetch_optional, tx, "SELECT id FROM projects WHERE reference = $1", &project.reference)?;
    Ok(match (row, taken) {
        (None, Some(_)) => CommitError::ReferenceTaken,
        (row, _) => CommitError::VersionConflict { current: row.map_or(0, |(version,)| version) },
    })
}

/// What customers' names are sorted by.
pub(crate) fn name_key(customer_name: &str) -> String {
    customer_name.to_lowercase()
}

/// Lets an external dossier lead to the project.
pub(crate) async fn add_dossier(tx: &mut Tx, project_id: &str, dossier_id: &str) -> Result<(), CommitError> {
    let added = run!(
        tx,
        "INSERT INTO dossiers (dossier_id, project_id) VALUES ($1, $2)
         ON CONFLICT (dossier_id) DO UPDATE SET project_id = excluded.project_id
         WHERE dossiers.project_id = excluded.project_id",
        dossier_id,
        project_id,
    )?;
    if added == 0 { Err(CommitError::DossierTaken { dossier_id: dossier_id.to_owned() }) } else { Ok(()) }
}
