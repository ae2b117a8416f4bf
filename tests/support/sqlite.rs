//! The database file of a world, looked into and tampered with as no server does.

use std::fmt::Write;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

async fn open(url: &str) -> SqliteConnection {
    SqliteConnection::connect(url).await.unwrap()
}

/// The content of every table, as text. But for the counter of references: one that was given out to a project that then could not be made
/// is not given out again, and its gap says nothing.
pub(crate) async fn dump(url: &str) -> String {
    let mut file = open(url).await;
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'reference_counters' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut file).await.unwrap();
    let mut dump = String::new();
    for table in tables {
        let columns = "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info(?)";
        let columns: Vec<String> = sqlx::query_scalar(columns).bind(&table).fetch_all(&mut file).await.unwrap();
        let rows = format!("SELECT {} AS line FROM \"{table}\" ORDER BY line", columns.join(" || ', ' || "));
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut file).await.unwrap();
        for row in rows {
            writeln!(dump, "{table}: {row}").unwrap();
        }
    }
    dump
}

/// Changes rows behind the server's back, if the database lets it; how many.
pub(crate) async fn tamper(url: &str, statement: &'static str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(statement).execute(&mut open(url).await).await?.rows_affected())
}
