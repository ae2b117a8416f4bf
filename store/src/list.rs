//! Lists of projects: filtered, sorted, a page at a time.
//!
//! A page goes on after a row, not after a count: rows that come and go meanwhile neither repeat nor hide others. Rows that
//! have nothing in the column sorted by come last in either direction.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::project::name_key;
use crate::selection::{Bound, Selection};
use crate::{ListRow, Store, StoreError};

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// When the project was created.
    Created,
    /// When it last changed.
    Updated,
    /// What people call it.
    Reference,
    /// The customer's name, capital letters or not.
    CustomerName,
    /// The day of the porting.
    PortingOn,
    /// The day by which the next thing is due.
    NextDueOn,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest or earliest first.
    Ascending,
    /// Greatest or latest first.
    Descending,
}

/// Which projects, in which order, and how many. A condition that is absent holds for all.
#[derive(Debug, Clone)]
pub struct ProjectFilter {
    /// In this phase.
    pub phase: Option<String>,
    /// With this status.
    pub status: Option<String>,
    /// With a cutover that stands so.
    pub cutover_status: Option<String>,
    /// Waiting for this party, perhaps among others.
    pub waiting_on: Option<String>,
    /// With something due before this day.
    pub overdue_on: Option<NaiveDate>,
    /// Porting on this day or later.
    pub porting_from: Option<NaiveDate>,
    /// Porting on this day or earlier.
    pub porting_to: Option<NaiveDate>,
    /// With this text somewhere in what is searched, capital letters or not.
    pub q: Option<String>,
    /// Only this project.
    pub project_id: Option<String>,
    /// By what they are sorted.
    pub sort: Sort,
    /// Which way.
    pub direction: Direction,
    /// At most so many.
    pub limit: u32,
    /// From where the page before ended; for the same sort and direction.
    pub cursor: Option<String>,
}

impl ProjectFilter {
    /// All projects; conditions are added by setting fields.
    pub fn all(sort: Sort, direction: Direction, limit: u32) -> Self {
        Self {
            phase: None,
            status: None,
            cutover_status: None,
            waiting_on: None,
            overdue_on: None,
            porting_from: None,
            porting_to: None,
            q: None,
            project_id: None,
            sort,
            direction,
            limit,
            cursor: None,
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// From where the next page goes on; absent on the last one.
    pub next_cursor: Option<String>,
}

const SELECT: &str = "
    SELECT id, reference, version, created_at, updated_at, phase, status, customer_name, city, waiting_on, next_due_on,
        porting_on, porting_status, cutover_status, search
    FROM projects";

/// Conditions that each database needs in its own words, to see which index serves. Migration 0012 makes the indexes.
#[derive(Debug)]
struct Words {
    /// For a party that the database has an index for.
    waiting_on: [(&'static str, &'static str); 3],
    /// What SQLite must be told of a value to see that a partial index in the order of creation holds it; PostgreSQL plans for the value.
    rare: Option<[Rare; 2]>,
    /// For a text.
    search: &'static str,
}

/// A column, the value that nearly all projects have there in the end, and the condition of the index that leaves those out.
type Rare = (&'static str, &'static str, &'static str);

const SQLITE: Words = Words {
    waiting_on: [
        ("customer", r#"instr(waiting_on, '"customer"') > 0"#),
        ("contractor", r#"instr(waiting_on, '"contractor"') > 0"#),
        ("provider", r#"instr(waiting_on, '"provider"') > 0"#),
    ],
    rare: Some([("phase", "maintenance", "phase <> 'maintenance'"), ("status", "active", "status <> 'active'")]),
    search: r"search LIKE ? ESCAPE '\'",
};
const POSTGRES: Words = Words {
    waiting_on: [
        ("customer", r#"waiting_on @> '["customer"]'"#),
        ("contractor", r#"waiting_on @> '["contractor"]'"#),
        ("provider", r#"waiting_on @> '["provider"]'"#),
    ],
    rare: None,
    search: r"id IN (SELECT project_id FROM project_searches WHERE search LIKE ? ESCAPE '\')",
};

impl Store {
    /// A page of the projects that meet the conditions.
    pub async fn list(&self, filter: &ProjectFilter) -> Result<Page<ListRow>, StoreError> {
        let after = filter.cursor.as_deref().map(|cursor| Place::parse(cursor, filter)).transpose()?;
        let valued = !matches!(after, Some(Place { value: None, .. }));
        let words = self.reader.pick(&SQLITE, &POSTGRES);

        // One row more than wanted tells whether there is another page.
        let wanted = filter.limit.saturating_add(1);
        let mut items: Vec<ListRow> = Vec::new();
        if valued {
            items = select(filter, Part::Valued, after.as_ref(), wanted, words).rows(&self.reader).await?;
        }
        let missing = wanted.saturating_sub(u32::try_from(items.len()).unwrap_or(wanted));
        if filter.sort.may_be_absent() && missing > 0 {
            let after = after.as_ref().filter(|_| !valued);
            items.append(&mut select(filter, Part::Absent, after, missing, words).rows(&self.reader).await?);
        }

        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|row| cursor_after(row, filter));
        Ok(Page { items, next_cursor })
    }
}

/// A list is its rows with a value in the column sorted by, then those without: each part is one walk along an index.
#[derive(Debug, Clone, Copy)]
enum Part {
    Valued,
    Absent,
}

fn select(filter: &ProjectFilter, part: Part, after: Option<&Place>, limit: u32, words: &Words) -> Selection {
    let mut projects = Selection::from(SELECT);
    conditions(&mut projects, filter, words);
    let column = filter.sort.column();
    let (beyond, way) = match filter.direction {
        Direction::Ascending => (">", "ASC"),
        Direction::Descending => ("<", "DESC"),
    };
    match part {
        Part::Valued => {
            if filter.sort.may_be_absent() {
                projects.and(&format!("{column} IS NOT NULL"), []);
            }
            if let Some(Place { value: Some(value), id }) = after {
                projects.and(&format!("({column}, id) {beyond} (?, ?)"), [value.clone(), Bound::from(id.as_str())]);
            }
            projects.page(&format!("{column} {way}, id {way}"), limit);
        }
        Part::Absent => {
            projects.and(&format!("{column} IS NULL"), []);
            if let Some(Place { id, .. }) = after {
                projects.and(&format!("id {beyond} ?"), [Bound::from(id.as_str())]);
            }
            projects.page(&format!("id {way}"), limit);
        }
    }
    projects
}

fn conditions(projects: &mut Selection, filter: &ProjectFilter, words: &Words) {
    let texts = [
        ("id", &filter.project_id),
        ("phase", &filter.phase),
        ("status", &filter.status),
        ("cutover_status", &filter.cutover_status),
    ];
    for (column, text) in texts {
        if let Some(text) = text {
            projects.and(&format!("{column} = ?"), [Bound::from(text.as_str())]);
            // The index of migration 0014, which SQLite does not see for a value that is bound.
            if column == "cutover_status" && ["incident", "running"].contains(&text.as_str()) {
                projects.and("cutover_status IN ('incident', 'running')", []);
            }
            // In any other order SQLite, which does not count rows, would rather sort them all.
            for (of, usual, condition) in words.rare.iter().flatten().filter(|_| filter.sort == Sort::Created) {
                if *of == column && text != usual {
                    projects.and(condition, []);
                }
            }
        }
    }
    let days = [
        ("next_due_on < ?", filter.overdue_on),
        ("porting_on >= ?", filter.porting_from),
        ("porting_on <= ?", filter.porting_to),
    ];
    for (condition, day) in days {
        if let Some(day) = day {
            projects.and(condition, [Bound::Date(day)]);
        }
    }
    if let Some(party) = &filter.waiting_on {
        if let Some((_, condition)) = words.waiting_on.iter().find(|(known, _)| known == party) {
            projects.and(condition, []);
        } else {
            // With its quotation marks a party is found whole: within a JSON text a mark is always escaped.
            let quoted = Value::from(party.as_str()).to_string();
            projects.and(r"CAST(waiting_on AS TEXT) LIKE ? ESCAPE '\'", [Bound::Text(containing(&quoted))]);
        }
    }
    if let Some(q) = &filter.q {
        projects.and(words.search, [Bound::Text(containing(&q.to_lowercase()))]);
    }
}

/// A `LIKE` pattern (escape: backslash) for texts that contain this one, taken literally.
fn containing(text: &str) -> String {
    format!("%{}%", text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"))
}

impl Sort {
    const fn column(self) -> &'static str {
        match self {
            Self::Created => "created_at",
            Self::Updated => "updated_at",
            Self::Reference => "reference",
            Self::CustomerName => "customer_name_key",
            Self::PortingOn => "porting_on",
            Self::NextDueOn => "next_due_on",
        }
    }

    const fn may_be_absent(self) -> bool {
        matches!(self, Self::PortingOn | Self::NextDueOn)
    }

    /// A row's value in the column, as a cursor carries it.
    fn value_of(self, row: &ListRow) -> Option<String> {
        match self {
            Self::Created => Some(row.created_at.to_rfc3339()),
            Self::Updated => Some(row.updated_at.to_rfc3339()),
            Self::Reference => Some(row.reference.clone()),
            Self::CustomerName => Some(name_key(&row.columns.customer_name)),
            Self::PortingOn => row.columns.porting_on.map(|day| day.to_string()),
            Self::NextDueOn => row.columns.next_due_on.map(|day| day.to_string()),
        }
    }

    /// The reverse of [`Sort::value_of`].
    fn parse(self, text: &str) -> Option<Bound> {
        match self {
            Self::Created | Self::Updated => {
                DateTime::parse_from_rfc3339(text).ok().map(|at| Bound::Instant(at.with_timezone(&Utc)))
            }
            Self::Reference | Self::CustomerName => Some(Bound::from(text)),
            Self::PortingOn | Self::NextDueOn => text.parse().ok().map(Bound::Date),
        }
    }
}

/// Where a page ended.
#[derive(Debug)]
struct Place {
    value: Option<Bound>,
    id: String,
}

/// The order that a cursor belongs to.
fn order(filter: &ProjectFilter) -> Value {
    json!([filter.sort.column(), filter.direction == Direction::Descending])
}

fn cursor_after(row: &ListRow, filter: &ProjectFilter) -> String {
    URL_SAFE_NO_PAD.encode(json!([order(filter), filter.sort.value_of(row), row.id]).to_string())
}

impl Place {
    fn parse(cursor: &str, filter: &ProjectFilter) -> Result<Self, StoreError> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::BadCursor)?;
        let parts: [Value; 3] = serde_json::from_slice(&bytes).map_err(|_| StoreError::BadCursor)?;
        let [of, value, Value::String(id)] = parts else {
            return Err(StoreError::BadCursor);
        };
        if of != order(filter) {
            return Err(StoreError::BadCursor);
        }
        let value = match value {
            Value::Null if filter.sort.may_be_absent() => None,
            Value::String(text) => Some(filter.sort.parse(&text).ok_or(StoreError::BadCursor)?),
            _ => return Err(StoreError::BadCursor),
        };
        Ok(Self { value, id })
    }
}
