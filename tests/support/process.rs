//! A run of the binary: started, looked at, ended politely or not.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a process may take until it answers. A debug build on a busy machine is slow, a hanging one slower.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// What `SIGTERM` promises (SPEC: the server ends in order).
const STOPS_WITHIN: Duration = Duration::from_secs(15);
/// So much of a log is shown when a test fails.
const LOG_SHOWN: usize = 6000;

/// The binary with these arguments, and nothing of the caller's settings.
pub(crate) fn overstap(arguments: &[&str]) -> Command {
    program(Path::new(env!("CARGO_BIN_EXE_overstap")), arguments)
}

/// The same of another binary.
pub(crate) fn program(binary: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("OVERSTAP_")) {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").env_remove("RUST_LOG").args(arguments).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    overstap(arguments).output().unwrap()
}

/// A port on which nobody listens, and which no other run of tests takes, also while a server is down: each run has blocks of ports to
/// itself, and holds a block by listening on its first. All lie below the ports that the system gives to outgoing connections.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 12_000;
    const BLOCK: u16 = 50;
    const BLOCKS: u16 = 360;
    static OURS: Mutex<(Vec<TcpListener>, Vec<u16>)> = Mutex::new((Vec::new(), Vec::new()));
    let listen = |port| TcpListener::bind(("127.0.0.1", port));
    let mut ours = OURS.lock().unwrap();
    loop {
        if let Some(port) = ours.1.pop() {
            if listen(port).is_ok() {
                return port;
            }
            continue;
        }
        let mut starts = (0..BLOCKS).map(|block| FIRST + block * BLOCK);
        let (held, start) = starts.find_map(|start| Some((listen(start).ok()?, start))).expect("a block of ports is free");
        ours.0.push(held);
        ours.1.extend((start + 1..start + BLOCK).rev());
    }
}

/// A running process. It does not outlive this value, whatever becomes of the test.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it; what it says goes to the end of the file `log`.
    pub(crate) fn start(mut command: Command, log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).unwrap();
        let child = command.stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        Self { child, log: log.to_owned() }
    }

    /// Waits until it answers at `url`.
    pub(crate) async fn ready(&mut self, url: &str) {
        let client = super::api::client();
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("ended with {status} instead of becoming ready:\n{}", self.log());
            }
            if client.get(url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(Instant::now() < deadline, "not ready within {READY_WITHIN:?}:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A power cut.
    pub(crate) fn kill9(mut self) {
        self.end_now();
    }

    /// The most memory that it has had, in MiB, as Linux tells (proc(5), `VmHWM`).
    pub(crate) fn memory_peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    /// Stops it where it is: it keeps all that it holds, and knows of nothing.
    pub(crate) fn pause(&self) {
        self.signal("STOP");
    }

    /// It goes on as if nothing had happened.
    pub(crate) fn wake(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        // The shell has it built in; a program of that name may be missing.
        let kill = format!("kill -{name} $0");
        let sent = Command::new("sh").args(["-c", &kill]).arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success(), "{kill}: {sent}");
    }

    /// Asks it to stop, and sees that it does in time and in order.
    pub(crate) async fn stop(mut self) {
        self.terminate();
        let deadline = Instant::now() + STOPS_WITHIN;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "SIGTERM ended it with {status}:\n{}", self.log());
                return;
            }
            assert!(Instant::now() < deadline, "SIGTERM did not end it within {STOPS_WITHIN:?}:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn end_now(&mut self) {
        // Fails only for a process that has ended.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }

    /// The end of what it said.
    fn log(&self) -> String {
        let said = std::fs::read(&self.log).unwrap_or_default();
        let end = &said[said.len().saturating_sub(LOG_SHOWN)..];
        String::from_utf8_lossy(end).into_owned()
    }
}

impl Drop for Process {
    #[expect(clippy::print_stderr, reason = "a failing test shows what the server said")]
    fn drop(&mut self) {
        self.end_now();
        if std::thread::panicking() {
            eprintln!("--- {}\n{}", self.log.display(), self.log());
        }
    }
}
