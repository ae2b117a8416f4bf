"""The peers: durable workflow engines that run a cutover's six steps as workflows. One that is not installed is skipped."""

import os
import signal
import subprocess

from .machine import ROOT

FOLDER = ROOT / "benches/peers"


class Peer:
    """`goal`: so many times its cutovers each second ours should be."""

    def __init__(self, name, goal, callers, needs, install, command):
        self.name, self.goal, self.callers, self.needs, self.install, self.command = name, goal, callers, needs, install, command

    def is_installed(self):
        if self.needs.exists():
            return True
        print(f"  {self.name} is not installed and is skipped: {self.install}")
        return False

    def start(self, where, count, callers, answers_after, journal):
        """Starts it in a group of its own, so that all of it can be killed at once."""
        words = [str(word) for word in (*self.command, where, count, callers, answers_after, journal)]
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def run(self, *words):
        """The seconds it took, and of a workflow's milliseconds the median and the 99th percentile."""
        process = self.start(*words)
        try:
            said, errors = process.communicate(timeout=900)
        finally:
            kill(process)
        if process.returncode != 0:
            raise RuntimeError(f"{self.name}: {errors[-2000:]}")
        return [float(word) for word in said.split()[-3:]]


def kill(process):
    """Kills a peer with all that it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


PYTHON = FOLDER / "dbos-python/.venv/bin/python"
PEERS = [
    Peer(
        "DBOS (Rust)", 1.25, (32, 64), FOLDER / "dbos-rust/target/release/peer-dbos-rust",
        "cargo build --release --manifest-path benches/peers/dbos-rust/Cargo.toml", [FOLDER / "dbos-rust/target/release/peer-dbos-rust"],
    ),
    Peer(
        "Restate", 2.5, (32, 64), FOLDER / "restate/node_modules/@restatedev/restate-server",
        "npm install --no-package-lock --prefix benches/peers/restate", ["node", FOLDER / "restate/cutovers.mjs"],
    ),
    Peer(
        "DBOS (Python)", 8, (8, 32), PYTHON,
        "cd benches/peers/dbos-python && python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
        [PYTHON, FOLDER / "dbos-python/cutovers.py"],
    ),
]


def place(peer, postgres, folder, name):
    """Where a peer keeps what it knows, empty: a database, or for Restate a folder."""
    if peer.name != "Restate":
        return postgres.fresh(name)
    path = folder / name
    subprocess.run(["rm", "-rf", str(path)], check=True)
    path.mkdir()
    return path
