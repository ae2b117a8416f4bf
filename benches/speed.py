"""Measures commits, lists and timers against what the databases themselves can do, in one run: make bench.

A private PostgreSQL (with fsync, as in production) and an SQLite file hold the same projects. Peers take turns, so that whatever else the
machine does meets both; only ratios mean anything. PROJECTS=… is the size of the large list (default 100000), TIMERS=… how many are due at once.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOAD = ROOT / "target/release/examples/load"
CLIENTS, SECONDS, ROUNDS = (8, 32), 4, 3
PROJECTS, TIMERS = int(os.environ.get("PROJECTS", 100_000)), int(os.environ.get("TIMERS", 5000))
SMALL = 1000

# What one confirmation or reopening of a task sends, statement by statement (log_statement=all shows it), with the same values.
SCRIPT = """
\\set n random(1, 1000)
SELECT id, reference, version, phase, status, customer_name, customer_name_key, city, waiting_on, next_due_on, porting_on, porting_status,
    cutover_status, search, state, created_at, updated_at FROM projects WHERE reference = 'B-' || lpad((:n)::text, 8, '0') \\gset p_
BEGIN;
UPDATE projects SET version = version + 1, reference = :p_reference, updated_at = now(), phase = :p_phase, status = :p_status,
    customer_name = :p_customer_name, customer_name_key = :p_customer_name_key, city = :p_city, waiting_on = :p_waiting_on::jsonb,
    next_due_on = :p_next_due_on::date, porting_on = :p_porting_on::date, porting_status = :p_porting_status,
    cutover_status = :p_cutover_status, search = :p_search, state = :p_state::jsonb WHERE id = :p_id AND version = :p_version::bigint;
SELECT coalesce(max(seq), 0) AS seq FROM events WHERE project_id = :p_id \\gset e_
INSERT INTO events (project_id, seq, version, at, actor, kind, data) VALUES (:p_id, :e_seq::bigint + 1, :p_version::bigint + 1, now(),
    '{"role": "manager", "name": "measuring"}', 'task_confirmed',
    '{"key": "connectivity-test", "party": "contractor", "note": "measuring"}');
COMMIT;
"""


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, **more).stdout


def load(*words):
    return run(LOAD, *words).strip()


class Postgres:
    """A private server in a folder, run by the user postgres when we are root, which PostgreSQL refuses."""

    def __init__(self, folder):
        versions = [int(path.name) for path in Path("/usr/lib/postgresql").iterdir() if path.name.isdigit()]
        self.programs = Path(f"/usr/lib/postgresql/{max(versions)}/bin")
        self.folder = folder / "postgres"
        self.folder.mkdir()
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self.user:
            folder.chmod(0o755)
            shutil.chown(self.folder, "postgres")
        self.own("initdb", "-D", self.folder / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        settings = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=100"
        # Not through a pipe: the server would keep it open.
        with open(self.folder / "start", "w") as said:
            command = [*self.user, self.programs / "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", settings, "start"]
            subprocess.run(command, check=True, stdout=said, stderr=said, cwd="/tmp")

    def own(self, program, *words):
        return run(*self.user, self.programs / program, *words, cwd="/tmp")

    def database(self, name):
        run(self.programs / "createdb", "-h", self.folder, "-U", "postgres", name)
        return f"postgres://postgres@localhost/{name}?host={self.folder}"

    def pgbench(self, name, script, clients):
        said = run(
            self.programs / "pgbench", "-h", self.folder, "-U", "postgres", "-n", "-M", "prepared", "-f", script, "-c", clients, "-j", 2,
            "-T", SECONDS, name,
        )
        return next(float(line.split()[2]) for line in said.splitlines() if line.startswith("tps"))

    def stop(self):
        self.own("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")


def row(what, ours, peer, goal):
    ratio = statistics.median(one / other for one, other in zip(ours, peer))
    print(f"{what:36}{statistics.median(ours):10.0f}{statistics.median(peer):10.0f}{ratio:8.2f}   ≥ {goal}", flush=True)


def commits(postgres, folder, urls):
    script = folder / "commit.sql"
    script.write_text(SCRIPT)
    print(f"\n{'Commits each second, median':36}{'Overstap':>10}{'peer':>10}{'ratio':>8}   goal")
    for clients in CLIENTS:
        ours, peer = [], []
        for _ in range(ROUNDS):
            ours.append(float(load("commits", urls["small"], clients, SECONDS)))
            peer.append(postgres.pgbench("small", script, clients))
        row(f"PostgreSQL / pgbench, {clients} clients", ours, peer, 0.8)
    for clients in CLIENTS:
        ours, peer = [], []
        for _ in range(ROUNDS):
            ours.append(float(load("commits", urls["sqlite"], clients, SECONDS)))
            peer.append(float(load("bare", urls["bare"], clients, SECONDS)))
        row(f"SQLite / bare statements, {clients} clients", ours, peer, 0.8)


def lists(small, large):
    of = lambda url: dict(line.split("\t") for line in load("list", url).splitlines())
    rounds = [(of(small), of(large)) for _ in range(ROUNDS)]
    print(f"\n{'A page of 50, median ms, PostgreSQL':36}{SMALL:>10}{PROJECTS:>10}{'ratio':>8}   goal ≤ 2")
    for name in rounds[0][0]:
        few, many = (statistics.median(float(one[side][name]) for one in rounds) for side in (0, 1))
        print(f"{name:36}{few:10.2f}{many:10.2f}{many / few:8.1f}", flush=True)


def timers(url):
    count, median, late, last = load("timers", url).split("\t")
    print(f"\n{count} timers due at one instant, one server, PostgreSQL: late by {median} s (median), {late} s (p99), {last} s (last); goal p99 ≤ 1 s")


def main():
    with tempfile.TemporaryDirectory(prefix="overstap-bench-") as temporary:
        folder = Path(temporary)
        postgres = Postgres(folder)
        try:
            urls = {name: postgres.database(name) for name in ("small", "timers", "large")}
            urls |= {name: f"sqlite://{folder / name}.db" for name in ("sqlite", "bare")}
            counts = {"timers": TIMERS, "large": PROJECTS}
            for name, url in urls.items():
                load("fill", url, counts.get(name, SMALL))
            print(f"Load on the machine, 1 minute: {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores", flush=True)
            lists(urls["small"], urls["large"])
            commits(postgres, folder, urls)
            timers(urls["timers"])
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
