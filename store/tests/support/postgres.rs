//! A fresh PostgreSQL database for a test. Needs nothing but std, so that other test binaries can include this file.
//!
//! If `TEST_POSTGRES_URL` names a server in which databases may be created, that is used, and each database is dropped after
//! its test. Otherwise the first test starts a private server from Debian's binaries, without a port, in a folder of its
//! own. A shell watches over it and holds the other end of a pipe: however the tests end, the pipe closes, and the shell
//! stops the server and removes the folder.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// What the shell does; `$1` is the folder of PostgreSQL's programs, `$2` more settings. What it holds is thrown away, so it
/// need not be safe against a crash of the machine.
const WATCH: &str = r#"
    folder=$(mktemp -d /tmp/overstap-postgres.XXXXXX) || exit 1
    "$1/initdb" -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 &&
    "$1/pg_ctl" -D "$folder/data" -w -l "$folder/log" start >>"$folder/log" 2>&1 -o "-c listen_addresses='' \
        -c unix_socket_directories=$folder -c fsync=off -c full_page_writes=off -c max_connections=300 $2" &&
    echo "$folder" || cat "$folder/log" >&2
    cat >/dev/null
    "$1/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1
    rm -rf "$folder"
"#;

/// A database that no other test uses.
#[derive(Debug)]
pub(crate) struct Database {
    /// Its address.
    pub(crate) url: String,
    name: String,
}

impl Database {
    /// Creates one.
    pub(crate) fn fresh() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("overstap_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let server = server();
        let done = Command::new(server.programs.join("createdb"))
            .arg(format!("--maintenance-db={}", server.url))
            .arg(&name)
            .output()
            .unwrap_or_else(|error| panic!("createdb can't be run ({error}): {INSTALL}"));
        assert!(done.status.success(), "createdb: {}", String::from_utf8_lossy(&done.stderr));
        Self { url: with_database(&server.url, &name), name }
    }
}

impl Database {
    /// Ends every session on it.
    pub(crate) fn end_sessions(&self) {
        let server = server();
        let end = format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        let done = Command::new(server.programs.join("psql")).args(["--quiet", "--command", &end, &server.url]).output();
        let done = done.unwrap_or_else(|error| panic!("psql can't be run ({error}): {INSTALL}"));
        assert!(done.status.success(), "psql: {}", String::from_utf8_lossy(&done.stderr));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let server = server();
        if server.watch.is_none() {
            // Best effort: a database that stays behind harms no other test.
            let _ = Command::new(server.programs.join("dropdb"))
                .arg(format!("--maintenance-db={}", server.url))
                .args(["--if-exists", "--force", &self.name])
                .output();
        }
    }
}

const INSTALL: &str = "install PostgreSQL (apt-get install postgresql) or set TEST_POSTGRES_URL to a server's address";

/// A server, the tests' own or another.
#[derive(Debug)]
pub(crate) struct Server {
    /// Of a database that exists; others are created from there.
    pub(crate) url: String,
    /// The folder of PostgreSQL's programs.
    pub(crate) programs: PathBuf,
    /// For a private server. Its standard input stays open as long as this process lives.
    pub(crate) watch: Option<Child>,
}

#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => Server { url, programs: programs().unwrap_or_default(), watch: None },
        Err(_) => start(""),
    })
}

/// The newest version's folder of programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let newest = versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    newest.max().map(|version| format!("/usr/lib/postgresql/{version}/bin").into())
}

/// A program as PostgreSQL's owner runs it: it refuses to run as root.
pub(crate) fn as_its_owner(program: &str) -> Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", program]);
    command
}

/// Starts a private server, with more settings.
pub(crate) fn start(settings: &str) -> Server {
    let programs = programs().unwrap_or_else(|| panic!("there is no PostgreSQL: {INSTALL}"));
    let mut watch = as_its_owner("sh")
        .args(["-c", WATCH, "sh"])
        .arg(&programs)
        .arg(settings)
        .current_dir("/tmp")
        // An interrupt from the terminal is for the tests; the shell must live on to clean up.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("PostgreSQL can't be started: {error}"));
    let mut folder = String::new();
    if let Some(stdout) = watch.stdout.take() {
        // Nothing to read means that it failed; the shell has printed why.
        let _ = BufReader::new(stdout).read_line(&mut folder);
    }
    let folder = folder.trim();
    assert!(!folder.is_empty(), "PostgreSQL did not start: see above");
    Server { url: format!("postgres://postgres@localhost/postgres?host={folder}"), programs, watch: Some(watch) }
}

/// The same server's address, for another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, None), |(a, p)| (a, Some(p)));
    let Some((server, _)) = address.rsplit_once('/') else {
        panic!("TEST_POSTGRES_URL must end with a database: postgres://USER:PASSWORD@HOST/postgres")
    };
    match parameters {
        Some(parameters) => format!("{server}/{name}?{parameters}"),
        None => format!("{server}/{name}"),
    }
}
