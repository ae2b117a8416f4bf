//! A PostgreSQL server of a test's own, which it may end as it likes: in order, in a hurry, or with `kill -9`.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::clocks::Clocks;
use super::postgres::{self, Server};

/// How long a server may take to begin again. It first goes through what it had written down and not carried out.
const BACK_WITHIN: Duration = Duration::from_mins(1);

/// How a server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// `pg_ctl stop -m fast`: transactions are undone, and everything is written.
    InOrder,
    /// `pg_ctl stop -m immediate`, as in a power cut: nothing more is written; the next start recovers.
    InAHurry,
    /// `kill -9` of the server and of every process of it.
    Killed,
    /// `kill -9` of one session: the server ends all others, and recovers by itself.
    OneSessionKilled,
}

impl Ending {
    pub(crate) const ALL: [Self; 4] = [Self::InOrder, Self::InAHurry, Self::Killed, Self::OneSessionKilled];
}

/// A server. It does not outlive this value.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// The address of its database.
    pub(crate) url: String,
    server: Server,
    /// The clocks of its world, where it has its own.
    clocks: OnceLock<Clocks>,
}

impl Cluster {
    /// Makes one, and starts it.
    pub(crate) fn start() -> Self {
        // A process that dies in the middle of a write leaves half a page.
        let server = postgres::start("-c full_page_writes=on");
        Self { url: server.url.clone(), server, clocks: OnceLock::new() }
    }

    /// Moves it to a machine whose clock can be set; it begins again there.
    pub(crate) fn with_clocks(&self) -> Clocks {
        let clocks = Clocks::kept_in(&self.folder());
        self.clocks.set(clocks.clone()).expect("it is moved once");
        self.end(Ending::InOrder);
        self.begin_again();
        clocks
    }

    /// Ends it.
    pub(crate) fn end(&self, how: Ending) {
        match how {
            Ending::InOrder => self.must("-m fast stop"),
            Ending::InAHurry => self.must("-m immediate stop"),
            // The first process first: it would begin to clear up after the others.
            Ending::Killed => kill(&[self.first_process(), self.processes("TRUE")].concat()),
            Ending::OneSessionKilled => kill(&self.processes("backend_type = 'client backend' LIMIT 1")),
        }
    }

    /// Starts it again.
    pub(crate) fn begin_again(&self) {
        let deadline = Instant::now() + BACK_WITHIN;
        // Of one that was killed, some process may still hold its memory.
        while !self.control("restart").status.success() {
            assert!(Instant::now() < deadline, "PostgreSQL does not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn must(&self, what: &str) {
        let done = self.control(what);
        assert!(done.status.success(), "pg_ctl {what}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn control(&self, what: &str) -> Output {
        let (program, data, log) = (self.server.programs.join("pg_ctl"), self.folder().join("data"), self.folder().join("log"));
        let mut command = postgres::as_its_owner("sh");
        let line = format!("exec {} -D {} -w -l {} {what} </dev/null", program.display(), data.display(), log.display());
        if let Some(clocks) = self.clocks.get() {
            clocks.right(&mut command);
        }
        command.args(["-c", &line]).current_dir("/tmp").output().unwrap()
    }

    /// The id of the process that starts all others.
    fn first_process(&self) -> Vec<String> {
        let file = std::fs::read_to_string(self.folder().join("data/postmaster.pid")).unwrap();
        file.lines().take(1).map(str::to_owned).collect()
    }

    /// The ids of its other processes of a kind.
    fn processes(&self, which: &str) -> Vec<String> {
        let others = format!("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND {which}");
        let asked = Command::new(self.server.programs.join("psql"))
            .args(["--quiet", "--no-align", "--tuples-only", "--command", &others, &self.url])
            .output()
            .unwrap();
        assert!(asked.status.success(), "psql: {}", String::from_utf8_lossy(&asked.stderr));
        String::from_utf8_lossy(&asked.stdout).lines().map(str::to_owned).collect()
    }

    fn folder(&self) -> PathBuf {
        self.url.split_once("host=").map(|(_, folder)| PathBuf::from(folder)).unwrap()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The shell that watches over it ends it when the pipe is closed.
        if let Some(mut watch) = self.server.watch.take() {
            drop(watch.stdin.take());
            let _ended = watch.wait();
        }
    }
}

/// One that has ended by itself can't be killed, which is as well.
fn kill(whom: &[String]) {
    let _ended = Command::new("sh").args(["-c", "kill -9 \"$@\" 2>/dev/null", "sh"]).args(whom).status().unwrap();
}
