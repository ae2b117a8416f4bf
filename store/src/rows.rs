//! One statement for many rows.

/// Runs a statement for many rows; answers how many it changed in all. The rows stand in it as a table `new`, whose columns are given as a
/// placeholder, a name, PostgreSQL's type and a row's value.
///
/// PostgreSQL gets each column as an array, so any number of rows is one statement and one text, prepared once. SQLite is not far away: it is asked
/// once for each row.
///
/// ```text
/// run_rows!(tx, fired, |timer| "DELETE FROM timers WHERE (project_id, key) IN (SELECT project_id, key FROM ", [
///     "$1" project_id "text" = &timer.project_id,
///     "$2" key "text" = &timer.key,
/// ], ")")
/// ```
macro_rules! run_rows {
    ($tx:expr, $rows:expr, |$row:ident| $before:expr, $columns:tt, $after:expr $(,)?) => {
        match $tx.any() {
            $crate::backend::Backend::Sqlite(db) => {
                let mut changed = 0;
                for $row in $rows.iter() {
                    changed += $crate::backend::answered(for_one!($row, $before, $columns, $after).execute(&mut *db))
                        .await?
                        .rows_affected();
                }
                sqlx::Result::Ok(changed)
            }
            $crate::backend::Backend::Postgres(db) => {
                let query = for_all!($rows, $row, $before, $columns, $after);
                $crate::backend::answered(query.execute(db)).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// As `run_rows!`, with the one column that the statement returns.
macro_rules! read_rows {
    ($tx:expr, $rows:expr, |$row:ident| $before:expr, $columns:tt, $after:expr $(,)?) => {
        match $tx.any() {
            $crate::backend::Backend::Sqlite(db) => {
                let mut returned = Vec::new();
                for $row in $rows.iter() {
                    let found = for_one!($row, $before, $columns, $after).fetch_optional(&mut *db);
                    if let Some(found) = $crate::backend::answered(found).await? {
                        returned.push(sqlx::Row::try_get(&found, 0)?);
                    }
                }
                sqlx::Result::Ok(returned)
            }
            $crate::backend::Backend::Postgres(db) => {
                let query = for_all!($rows, $row, $before, $columns, $after);
                let found = $crate::backend::answered(query.fetch_all(db)).await;
                found.and_then(|found| found.iter().map(|row| sqlx::Row::try_get(row, 0)).collect())
            }
        }
    };
}

/// The statement for one row, for SQLite.
macro_rules! for_one {
    ($row:ident, $before:expr, [
        $place:literal $column:ident $type:literal = $value:expr,
        $($places:literal $columns:ident $types:literal = $values:expr,)*
    ], $after:expr) => {{
        const SQL: &str = concat!(
            $before,
            "(SELECT ", $place, " AS ", stringify!($column) $(, ", ", $places, " AS ", stringify!($columns))*, ") AS new",
            $after
        );
        sqlx::query(SQL).bind($value)$(.bind($values))*
    }};
}

/// The statement for all rows, for PostgreSQL.
macro_rules! for_all {
    ($rows:expr, $row:ident, $before:expr, [
        $place:literal $column:ident $type:literal = $value:expr,
        $($places:literal $columns:ident $types:literal = $values:expr,)*
    ], $after:expr) => {{
        const SQL: &str = concat!(
            $before,
            "unnest(", $place, "::", $type, "[]" $(, ", ", $places, "::", $types, "[]")*,
            ") AS new (", stringify!($column) $(, ", ", stringify!($columns))*, ")",
            $after
        );
        sqlx::query(SQL)
            .bind($rows.iter().map(|$row| $value).collect::<Vec<_>>())
            $(.bind($rows.iter().map(|$row| $values).collect::<Vec<_>>()))*
    }};
}
