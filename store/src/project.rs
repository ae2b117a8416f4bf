//! A project's row: its state, and the columns that lists filter and sort by.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::types::Json;

use crate::backend::Tx;
use crate::{CommitError, Store, StoreError};

/// A project as a commit leaves it.
#[derive(Debug, Clone)]
pub struct ProjectRow {
    /// Its id.
    pub id: String,
    /// What people call it, such as `2027-0001`; no two projects have the same.
    pub reference: String,
    /// All of it.
    pub state: Value,
    /// What lists show, filter and sort by.
    pub columns: ListColumns,
}

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

from_row!(Loaded { id, reference, state, version, created_at, updated_at });

/// Sets the list columns to the values that `run_with_columns!` gives.
macro_rules! set_columns {
    () => {
        "phase = $3, status = $4, customer_name = $5, customer_name_key = $6, city = $7, waiting_on = $8, next_due_on = $9,
            porting_on = $10, porting_status = $11, cutover_status = $12, search = $13"
    };
}

/// As `run!`, with a project's id as $1, the version decided upon as $2, the list columns as $3 to $13, and the other values after them.
macro_rules! run_with_columns {
    ($on:expr, $sql:expr, $id:expr, $version:expr, $columns:expr $(, $value:expr)* $(,)?) => {
        run!(
            $on,
            $sql,
            $id,
            $version,
            &$columns.phase,
            &$columns.status,
            &$columns.customer_name,
            name_key(&$columns.customer_name),
            &$columns.city,
            Json(&$columns.waiting_on),
            $columns.next_due_on,
            $columns.porting_on,
            &$columns.porting_status,
            &$columns.cutover_status,
            &$columns.search
            $(, $value)*
        )
    };
}

/// This and the next take the same values in the same order.
const INSERT: &str = "
    INSERT INTO projects (id, version, phase, status, customer_name, customer_name_key, city, waiting_on, next_due_on, porting_on,
        porting_status, cutover_status, search, reference, updated_at, state, created_at)
    VALUES ($1, $2 + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $15)
    ON CONFLICT DO NOTHING";
const UPDATE: &str = concat!(
    "UPDATE projects SET version = version + 1, ",
    set_columns!(),
    ", reference = $14, updated_at = $15, state = $16 WHERE id = $1 AND version = $2"
);
const REWRITE: &str = concat!("UPDATE projects SET ", set_columns!(), ", state = $14 WHERE id = $1 AND version = $2");

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

/// Writes the row if the version decided upon is still in force; answers the new version.
pub(crate) async fn write(
    tx: &mut Tx,
    project: &ProjectRow,
    expected_version: i64,
    at: DateTime<Utc>,
) -> Result<i64, CommitError> {
    let written = run_with_columns!(
        tx,
        if expected_version == 0 { INSERT } else { UPDATE },
        &project.id,
        expected_version,
        project.columns,
        &project.reference,
        at,
        &project.state,
    );
    match written {
        Ok(0) => Err(refusal(tx, project).await?),
        Ok(_) => Ok(expected_version + 1),
        // Nothing but the reference can collide in an update.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(CommitError::ReferenceTaken),
        Err(error) => Err(error.into()),
    }
}

/// Writes the state and the list columns anew, if the version is still in force; answers whether it was.
pub(crate) async fn rewrite(
    tx: &mut Tx,
    id: &str,
    version: i64,
    columns: &ListColumns,
    state: &Value,
) -> Result<bool, StoreError> {
    Ok(run_with_columns!(tx, REWRITE, id, version, columns, state)? > 0)
}

/// Why nothing was written.
async fn refusal(tx: &mut Tx, project: &ProjectRow) -> Result<CommitError, CommitError> {
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
