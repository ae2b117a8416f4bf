//! What holds for the tree as a whole, so that nobody has to remember it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const LINES_MAX: usize = 500;

/// Which room may use which (ARCHITECTURE.md, "Rooms"). An arrow more is a decision, taken here.
const ROOMS: [(&str, &[&str]); 10] = [
    ("workflow", &[]),
    ("store", &[]),
    ("letters", &["workflow"]),
    ("import", &["workflow"]),
    ("outside", &["workflow"]),
    ("simulator", &["workflow"]),
    ("engine", &["letters", "outside", "store", "workflow"]),
    ("api", &["engine", "import", "letters", "store", "workflow"]),
    ("web", &["api", "workflow"]),
    ("overstap", &["api", "engine", "letters", "outside", "simulator", "store", "web", "workflow"]),
];

/// Rooms that hold rules only, and what would be a way out of them.
const PURE: [&str; 3] = ["workflow", "letters", "import"];
const WAYS_OUT: [&str; 8] = ["axum", "hyper", "libsqlite3-sys", "mio", "reqwest", "sqlx", "sqlx-core", "tokio"];

#[test]
fn rooms_use_each_other_as_drawn() {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let drawn: BTreeMap<&str, Vec<&str>> = ROOMS.map(|(room, uses)| (room, uses.to_vec())).into();
    let mut found = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let own =
            package["dependencies"].as_array().unwrap().iter().filter(|used| used["path"].is_string() && used["kind"].is_null());
        let mut uses: Vec<&str> = own.map(|used| used["name"].as_str().unwrap()).collect();
        uses.sort_unstable();
        found.insert(package["name"].as_str().unwrap(), uses);
    }
    assert_eq!(found, drawn);
}

#[test]
fn pure_rooms_have_no_way_out() {
    for room in PURE {
        let tree = cargo(&["tree", "--package", room, "--edges", "normal", "--prefix", "none", "--format", "{p} {f}"]);
        assert!(tree.contains("chrono v"), "the tree is read:\n{tree}");
        for line in tree.lines() {
            let name = line.split(' ').next().unwrap();
            assert!(!WAYS_OUT.contains(&name), "{room} reaches {name}");
            // printpdf, in the letters' tree, wants the clock for itself.
            let can_read_a_clock = name == "chrono" && line.split([' ', ',']).any(|feature| feature == "clock");
            assert!(room == "letters" || !can_read_a_clock, "{room} can read a clock: {line}");
        }
    }
}

#[test]
fn no_file_is_long() {
    let long = files(&["rs", "md", "sql", "toml", "py", "j2", "html", "css", "js"]).filter_map(|file| {
        let lines = read(&file).lines().count();
        (lines > LINES_MAX).then(|| format!("{}: {lines} lines", file.display()))
    });
    assert_eq!(long.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_module_says_what_lives_in_it() {
    let silent = files(&["rs"]).filter(|file| !read(file).starts_with("//! "));
    assert_eq!(silent.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

#[test]
fn nothing_is_left_for_later() {
    let marks =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimpl", "emented!("), concat!("db", "g!(")];
    let left = files(&["rs", "md", "sql", "toml", "py", "j2", "html", "css", "js"]).flat_map(|file| {
        let text = read(&file);
        let found = marks.iter().filter(|mark| text.contains(*mark)).map(|mark| format!("{}: {mark}", file.display()));
        found.collect::<Vec<_>>()
    });
    assert_eq!(left.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_snapshot_was_reviewed_and_has_its_test() {
    assert_eq!(files(&["snap.new", "pending-snap"]).collect::<Vec<_>>(), Vec::<PathBuf>::new(), "review them: make snapshots");
    for snapshot in files(&["snap"]) {
        let text = read(&snapshot);
        let source = text.lines().find_map(|line| line.strip_prefix("source: ")).expect("a snapshot names its source");
        assert!(Path::new(ROOT).join(source).is_file(), "{} was made by {source}, which is gone", snapshot.display());
    }
}

#[test]
fn commands_that_are_told_of_exist() {
    let makefile = read(&Path::new(ROOT).join("Makefile"));
    let mut told = 0;
    for file in files(&["md"]) {
        let text = read(&file);
        // In prose between backquotes, in a listing at the beginning of a line.
        let after = text.split("`make ").skip(1).chain(text.lines().filter_map(|line| line.strip_prefix("make ")));
        for command in after {
            let target: String = command.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            assert!(makefile.contains(&format!("\n{target}:")), "{} tells of `make {target}`", file.display());
            told += 1;
        }
    }
    assert!(told > 0, "README.md tells of some");
}

#[test]
fn places_that_are_pointed_to_exist() {
    let mut found = 0;
    for file in files(&["md"]) {
        let text = read(&file);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap();
            if !path.is_empty() && !link.contains("://") {
                assert!(file.parent().unwrap().join(path).exists(), "{} points to {link}", file.display());
                found += 1;
            }
        }
    }
    assert!(found > 0, "README.md points to the rest");
}

/// Integrations tell refusals and warnings apart by their code, and subscribe to kinds of events.
#[test]
fn every_code_stands_in_the_documentation() {
    let documentation = read(&Path::new(ROOT).join("docs/api.md"));
    let folder = Path::new(ROOT).join("workflow/src/warning");
    let source: String = files(&["rs"]).filter(|file| file.starts_with(&folder)).map(|file| read(&file)).collect();
    let warnings =
        source.split("Warning::new(").skip(1).filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next());
    let warnings: Vec<&str> = warnings.collect();
    assert!(warnings.contains(&"line_bound_device"), "{warnings:?}");
    let codes = workflow::rejection::Reason::ALL.iter().map(|reason| reason.code()).chain(warnings).chain(workflow::event::KINDS);
    let unsaid = codes.filter(|code| !documentation.contains(&format!("`{code}`")));
    assert_eq!(unsaid.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn everything_for_customers_is_there_in_dutch_and_in_english() {
    let templates = |language: &str| {
        let folder = Path::new(ROOT).join("templates/letters").join(language);
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(templates("nl"), templates("en"));
    let process = read(&Path::new(ROOT).join("workflow/process/v1.toml"));
    for title in ["title.nl = \"", "title.en = \""] {
        assert_eq!(process.matches(title).count(), 24, "{title}");
    }
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).arg("--offline").current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// All files of ours with one of these endings.
fn files(endings: &[&str]) -> impl Iterator<Item = PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(ROOT)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                // What is built, and what belongs to tools.
                if !["target", "node_modules", "__pycache__"].contains(&name.as_str()) && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'))) {
                found.push(path);
            }
        }
    }
    found.sort();
    found.into_iter()
}
