//! Both databases have the same tables and columns, but for `project_searches`: what PostgreSQL searches in, a copy.

use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::support::World;

/// Table, column, kind, whether it may be absent.
type Column = (String, String, String, bool);

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (World::sqlite().await, World::postgres().await);
    let mut on_sqlite: Vec<Column> = sqlx::query_as(
        "SELECT tables.name, columns.name, columns.type, columns.\"notnull\" = 0
         FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE '\\_%' ESCAPE '\\' AND tables.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .fetch_all(&mut SqliteConnection::connect(&sqlite.url).await.unwrap())
    .await
    .unwrap();
    let on_postgres: Vec<Column> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%' AND table_name <> 'project_searches'",
    )
    .fetch_all(&mut PgConnection::connect(&postgres.url).await.unwrap())
    .await
    .unwrap();

    let mut as_sqlite: Vec<Column> = on_postgres
        .into_iter()
        .map(|(table, column, kind, absent)| (table, column, sqlite_kind(&kind).to_owned(), absent))
        .collect();
    on_sqlite.sort();
    as_sqlite.sort();
    assert!(on_sqlite.len() > 80, "{on_sqlite:?}");
    assert_eq!(on_sqlite, as_sqlite);
}

/// How SQLite keeps what PostgreSQL has a type for.
fn sqlite_kind(postgres: &str) -> &str {
    match postgres {
        "text" | "jsonb" | "date" | "timestamp with time zone" => "TEXT",
        "bigint" | "boolean" => "INTEGER",
        "bytea" => "BLOB",
        other => other,
    }
}
