//! The clocks of machines, set as a test likes.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use overstap::clock::wire_clock;

/// Clocks that show a world's time, or are off from it.
#[derive(Debug, Clone)]
pub(crate) struct Clocks {
    /// Answers for a process's system clock. Debian's faketime does so too, but something of each process that is killed stays behind.
    library: PathBuf,
    /// Says by how many seconds the world's time is another than this machine's.
    file: PathBuf,
}

impl Clocks {
    /// Those of a world that keeps its things in this folder. Its time is this machine's at first.
    pub(crate) fn kept_in(folder: &Path) -> Self {
        let (library, file) = (folder.join("shifted.so"), folder.join("clock"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/shifted.c");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-Wall", "-o"]).arg(&library).arg(&source).output();
        let built = built.expect("Rust links with a C compiler, which is there");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let clocks = Self { library, file };
        clocks.tell(TimeDelta::zero());
        clocks
    }

    /// From now on the world's time is this, and goes on from there.
    pub(crate) fn show(&self, moment: DateTime<Utc>) {
        self.tell(moment - wire_clock());
    }

    /// Runs this on a machine with the world's time.
    pub(crate) fn right(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.library).env("SHIFT_FILE", &self.file);
    }

    /// Runs this on a machine whose clock is so far off.
    pub(crate) fn off(&self, by: TimeDelta, command: &mut Command) {
        self.right(command);
        command.env("SHIFT", by.num_seconds().to_string());
    }

    fn tell(&self, by: TimeDelta) {
        // Renamed into place: half a number would be another time.
        let new = self.file.with_extension("new");
        std::fs::write(&new, by.num_seconds().to_string()).unwrap();
        std::fs::rename(&new, &self.file).unwrap();
    }
}
