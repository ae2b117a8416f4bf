//! A SELECT whose conditions depend on what was asked for. Values are always bound, never written into the text.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};

use crate::backend::{Backend, Pool};

/// A value to bind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bound {
    Text(String),
    Integer(i64),
    Date(NaiveDate),
    Instant(DateTime<Utc>),
}

impl From<&str> for Bound {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The statement so far.
#[derive(Debug)]
pub(crate) struct Selection {
    sql: String,
    values: Vec<Bound>,
    joint: &'static str,
}

macro_rules! fetch {
    ($selection:ident on $pool:ident, kept: $kept:literal) => {{
        let mut query = sqlx::query_as(AssertSqlSafe($selection.sql)).persistent($kept);
        for value in $selection.values {
            query = match value {
                Bound::Text(text) => query.bind(text),
                Bound::Integer(number) => query.bind(number),
                Bound::Date(day) => query.bind(day),
                Bound::Instant(at) => query.bind(at),
            };
        }
        query.fetch_all($pool).await
    }};
}

impl Selection {
    /// Begins with `SELECT … FROM …`.
    pub(crate) fn from(select: &'static str) -> Self {
        Self { sql: select.to_owned(), values: Vec::new(), joint: " WHERE " }
    }

    /// Adds a condition; each `?` in it stands for a value.
    pub(crate) fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Bound>) {
        self.sql.push_str(self.joint);
        self.joint = " AND ";
        let mut values = values.into_iter();
        for character in condition.chars() {
            match character {
                '?' => self.bind(values.next()),
                other => self.sql.push(other),
            }
        }
    }

    /// Ends with the order and the greatest number of rows.
    pub(crate) fn page(&mut self, order: &str, limit: u32) {
        // Writing to a String cannot fail.
        let _ = write!(self.sql, " ORDER BY {order} LIMIT ");
        self.bind(Some(Bound::Integer(limit.into())));
    }

    /// A `?` without a value becomes a placeholder without one, which the database refuses.
    fn bind(&mut self, value: Option<Bound>) {
        self.values.extend(value);
        let _ = write!(self.sql, "${}", self.values.len());
    }

    pub(crate) async fn rows<T>(self, pool: &Pool) -> sqlx::Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        match pool {
            Backend::Sqlite(pool) => fetch!(self on pool, kept: true),
            // A statement that is kept is soon no longer planned for its values, and by them a plan differs a thousandfold: whether nearly all
            // rows meet a condition or nearly none, and whether a partial index serves.
            Backend::Postgres(pool) => fetch!(self on pool, kept: false),
        }
    }
}
