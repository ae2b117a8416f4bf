//! A year of few migrations, rehearsed: everything that must hold does, and the report tells it.

use std::process::Output;

use serde_json::Value;

use crate::support::postgres;
use crate::support::process::run;
use crate::support::sqlite::tamper;

/// A database file that is gone at the end.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("year-{}-{name}.db", std::process::id())))
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.0.display())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            // What stays behind lies in the target folder and harms nobody.
            let _removed = std::fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

fn rehearsed(arguments: &[&str]) -> Value {
    let output = run(&[&["rehearse-year", "--json"], arguments].concat());
    assert!(output.status.success(), "{}{}", said(&output), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn counted(list: &Value, key: &str, value: &str) -> u64 {
    let items = list.as_array().unwrap().iter().filter(|item| item[key] == value);
    items.map(|item| item["count"].as_u64().unwrap()).sum()
}

#[test]
fn a_year_of_twenty_migrations_goes_as_it_must() {
    let file = File::new("twenty");
    let report = rehearsed(&["--migrations", "20", "--seed", "7", "--database-url", &file.url()]);
    assert_eq!(report["violations"], serde_json::json!([]));
    let projects = &report["projects"];
    assert_eq!(projects.as_array().unwrap().iter().map(|of| of["count"].as_u64().unwrap()).sum::<u64>(), 20);
    assert!(counted(projects, "phase", "maintenance") >= 8, "most are moved: {projects}");
    let portings = &report["portings"];
    assert!(portings["count"].as_u64().unwrap() >= 8, "{portings}");
    assert_eq!(portings["outside_hours"], 0);
    assert_eq!(counted(&report["by_hand"], "command", "start"), 20);
    assert!(report["letters"]["sent"].as_u64() > Some(60), "{}", report["letters"]);

    let verified = run(&["verify", "--database-url", &file.url()]);
    assert!(verified.status.success() && said(&verified).starts_with("20 projects"), "{}", said(&verified));
}

#[test]
fn it_goes_as_it_must_on_postgresql() {
    let database = postgres::Database::fresh();
    let report = rehearsed(&["--migrations", "4", "--seed", "3", "--database-url", &database.url]);
    assert_eq!(report["violations"], serde_json::json!([]));
    assert!(report["portings"]["count"].as_u64() > Some(0), "{}", report["portings"]);
}

#[tokio::test]
async fn a_database_that_holds_projects_is_refused_and_left_as_it_is() {
    let file = File::new("held");
    let first = ["rehearse-year", "--migrations", "1", "--lang", "en", "--database-url", &file.url()];
    let told = run(&first);
    assert!(told.status.success(), "{}", said(&told));
    assert!(said(&told).starts_with("A year of 1 migrations, from 2027-01-04 to 2028-01-04, seed 1\n"), "{}", said(&told));
    assert!(said(&told).ends_with("What must hold and does not\n  nothing: all is well\n"), "{}", said(&told));

    let again = run(&first);
    let error = String::from_utf8_lossy(&again.stderr).into_owned();
    assert_eq!(again.status.code(), Some(1));
    assert!(error.contains("the database holds projects; a rehearsal needs an empty one"), "{error}");
    assert_eq!(tamper(&file.url(), "UPDATE projects SET version = version").await.unwrap(), 1, "nothing was added to it");
}
