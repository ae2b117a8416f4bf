"""What all parts stand on: the programs, a private PostgreSQL, copies of projects, and the line that tells a figure."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOAD = ROOT / "target/release/examples/load"
SERVER = ROOT / "target/release/overstap"
ROUNDS = int(os.environ.get("ROUNDS", 3))

# The porting morning of the models (examples/load/models.rs).
MORNING = datetime(2027, 3, 10, 8, tzinfo=timezone.utc)

# All that is measured here lasts: fsync and synchronous_commit stay on. Checkpoints and clean-up are as on a small server of its own.
SETTINGS = {
    "listen_addresses": "''", "max_connections": 200, "shared_buffers": "512MB", "max_wal_size": "4GB", "checkpoint_timeout": "15min",
    # When a transaction was durable is what counts, not when it was decided.
    "track_commit_timestamp": "on", "log_destination": "csvlog", "logging_collector": "on", "log_filename": "server.log", "log_rotation_size": 0,
}

# Wide as real projects, each under an id and reference of its own, with its timers and its last event. Days are spread over three years: of
# a thousand the first is overdue.
ID = "'00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0')"
COPY = f"""
INSERT INTO projects (id, reference, version, created_at, updated_at, phase, status, customer_name, customer_name_key, city, waiting_on,
    next_due_on, porting_on, porting_status, cutover_status, search, state)
SELECT {ID}, 'B-' || n, version, created_at - n * interval '1 second', updated_at - n * interval '1 second', phase, status,
    'Bedrijf ' || n, 'bedrijf ' || n, city, waiting_on, CASE WHEN next_due_on IS NOT NULL THEN current_date - 1 + ((n - 1) % 1000)::int END,
    CASE WHEN porting_on IS NOT NULL THEN current_date + (n % 1000)::int END, porting_status,
    cutover_status, 'b-' || n || ' bedrijf ' || n || ' utrecht 0301001200 c-' || n,
    replace(replace(state::text, models.id, {ID}), reference, 'B-' || n)::jsonb
FROM generate_series(1, {{count}}) AS n JOIN models ON {{which}} JOIN projects ON projects.id = models.id;
INSERT INTO timers (project_id, key, due_at, claimable_at)
SELECT {ID}, key, due_at, due_at
FROM generate_series(1, {{count}}) AS n JOIN models ON {{which}} JOIN timers ON timers.project_id = models.id;
INSERT INTO events (project_id, seq, version, at, actor, kind, data)
SELECT {ID}, seq, version, at, actor, kind, data
FROM generate_series(1, {{count}}) AS n JOIN models ON {{which}}
    JOIN LATERAL (SELECT * FROM events WHERE project_id = models.id ORDER BY seq DESC LIMIT 1) AS last ON TRUE;
DELETE FROM timers WHERE project_id IN (SELECT id FROM models);
"""


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def line(what, ours, peer=None, ratio=None, goal="", holds=None, unit=""):
    """One figure: what it is, ours, the other's, their ratio, and the goal with whether it is met."""
    number = lambda value: "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.2f}" if 0 < abs(value) < 100 else f"{value:,.0f}"
    verdict = "" if holds is None else "met" if holds else "NOT MET"
    print(f"{what:72}{number(ours):>10}{number(peer):>10} {unit:3}{number(ratio):>8}   {goal:8}{verdict}".rstrip(), flush=True)


def at_least(what, ours, peer, goal, unit=""):
    """A figure of several rounds that should be so many times the peer's of the same rounds."""
    ratio = statistics.median(one / other for one, other in zip(ours, peer))
    line(what, statistics.median(ours), statistics.median(peer), ratio, f">= {goal}", ratio >= goal, unit)


def shift(comes_in, instant=MORNING):
    """By how many microseconds a server's clock must differ for an instant to come in so many seconds."""
    return round((instant - datetime.now(timezone.utc) - timedelta(seconds=comes_in)) / timedelta(microseconds=1))


class Server:
    """One of our servers: the engine and its worker, with a fake world that answers after so many milliseconds."""

    def __init__(self, url, by, answers_after, *journal):
        command = [str(word) for word in (LOAD, "serve", url, by, answers_after, *journal)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError(f"our server did not start: {command}")

    def memory(self):
        return memory(self.process.pid)

    def kill(self):
        self.process.kill()
        self.process.wait()


def memory(pid):
    """What a process holds in memory, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


class Postgres:
    """A private server in a folder, run by the user postgres when we are root, which PostgreSQL refuses."""

    def __init__(self, folder):
        if not Path("/usr/lib/postgresql").exists():
            sys.exit("PostgreSQL's programs are needed: make packages")
        versions = [int(path.name) for path in Path("/usr/lib/postgresql").iterdir() if path.name.isdigit()]
        self.programs = Path(f"/usr/lib/postgresql/{max(versions)}/bin")
        self.folder = folder / "postgres"
        self.folder.mkdir()
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self.user:
            folder.chmod(0o755)
            shutil.chown(self.folder, "postgres")
        self.own("initdb", "-D", self.folder / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items()) + f" -c unix_socket_directories={self.folder}"
        # Not through a pipe: the server would keep it open.
        with open(self.folder / "start", "w") as said:
            command = [*self.user, self.programs / "pg_ctl", "-D", self.folder / "data", "-w", "-o", settings, "start"]
            subprocess.run(command, check=True, stdout=said, stderr=said, cwd="/tmp")
        self.models()

    def own(self, program, *words):
        return run(*self.user, self.programs / program, *words, cwd="/tmp")

    def client(self, program, *words):
        return run(self.programs / program, "-h", self.folder, "-U", "postgres", *words)

    def url(self, name):
        return f"postgresql://postgres@localhost/{name}?host={self.folder}"

    def sql(self, name, text):
        return self.client("psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", name, "-c", text).strip()

    def number(self, name, text):
        return float(self.sql(name, text) or 0)

    def fresh(self, name, of="template0"):
        """A database that is a copy of another; whatever had its name is gone."""
        self.client("dropdb", "--if-exists", "--force", name)
        self.client("createdb", "-T", of, name)
        return self.url(name)

    def models(self):
        """The database of models, from which all are copied."""
        models = [line.split() for line in run(LOAD, "models", self.fresh("models")).splitlines()]
        rows = ", ".join(f"('{name}', '{project}')" for name, project in models)
        self.sql("models", f"CREATE TABLE models (name TEXT, id TEXT); INSERT INTO models VALUES {rows}")

    def copies(self, name, count, which):
        """A database with so many copies of a model; `which` may choose it by the copy's number n."""
        url = self.fresh(name, "models")
        self.sql(name, COPY.format(count=count, which=which))
        self.client("vacuumdb", "--analyze", "-q", name)
        return url

    def wait(self, name, text, every=0.2, patience=900):
        """Looks until a condition holds."""
        until = time.monotonic() + patience
        while self.sql(name, f"SELECT {text}") != "t":
            if time.monotonic() > until:
                raise RuntimeError(f"in vain waited until {text}")
            time.sleep(every)

    def after(self, name, kind, by, instant=MORNING):
        """When things of a kind were durable, in seconds after an instant, in order; `by` is the shift of the clocks."""
        at = f"pg_xact_commit_timestamp(xmin) + interval '{by} microseconds'"
        query = f"SELECT extract(epoch FROM {at} - '{instant.isoformat()}') FROM events WHERE kind = '{kind}' AND at >= '{instant.isoformat()}' ORDER BY 1"
        return [float(line) for line in self.sql(name, query).splitlines()]

    def stop(self):
        self.own("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
