"""Committed commands each second, against the databases' own limits for the very same statements."""

import csv
import re
import sqlite3
import time

from .machine import LOAD, ROUNDS, at_least, run

PROJECTS, SECONDS = 1000, 4
CLIENTS = (8, 32)
# Of the project whose commands are listened in on: a number that nothing else is, so that it is recognised among the values.
VERSION = 424242
# What stands for the rows of a statement that writes any number of them.
ROWS = re.compile(r"unnest\(([^)]*)\) AS new \(([^)]*)\)")


def measure(postgres, folder):
    recorded = record(postgres)
    print(f"  a command is {sum(len(command) for command in recorded) / len(recorded):.1f} statements here")
    for name in ("ours", "bare"):
        postgres.copies(name, PROJECTS, "models.name = 'offer'")
    script = folder / "commands.sql"
    for clients in CLIENTS:
        values = pgbench_script(recorded, script, clients)
        ours, peer, rows = [], [], {"ours": 0.0, "bare": 0.0}
        for _ in range(ROUNDS):
            before = written(postgres, "ours")
            count, seconds = ours_in(postgres.url("ours"), clients)
            ours.append(count / seconds)
            rows["ours"] = (written(postgres, "ours") - before) / count
            before = written(postgres, "bare")
            count, seconds = pgbench(postgres, script, values, clients)
            peer.append(count / seconds)
            rows["bare"] = (written(postgres, "bare") - before) / count
        if abs(rows["ours"] - rows["bare"]) > 0.02 * rows["ours"]:
            raise RuntimeError(f"pgbench does not do the same: rows written by a command {rows}")
        at_least(f"commands/s, PostgreSQL, {clients} clients : pgbench, {clients} connections", ours, peer, 0.8)
    on_sqlite(recorded, folder)


def ours_in(url, clients):
    """How many commands our engine committed, and in how many seconds."""
    return tuple(float(word) for word in run(LOAD, "commits", url, clients, SECONDS).split())


def record(postgres):
    """Two commands as PostgreSQL hears them: statements with their values."""
    url = postgres.copies("recorded", 1, "models.name = 'offer'")
    project = postgres.sql("recorded", "SELECT id FROM projects WHERE reference = 'B-1'")
    postgres.sql("recorded", f"UPDATE projects SET version = {VERSION} WHERE id = '{project}'; ALTER DATABASE recorded SET log_statement = 'all'")
    run(LOAD, "once", url, project)
    heard = []
    with open(postgres.folder / "data/log/server.csv", newline="") as log:
        for line in csv.reader(log):
            said = re.match(r"(?:statement|execute [^:]*): (.*)", line[13], re.DOTALL)
            if line[2] == "recorded" and said:
                values = re.findall(r"\$\d+ = (?:'((?:[^']|'')*)'|(NULL))", line[14].removeprefix("parameters: "))
                heard.append((" ".join(said[1].split()), [None if null else value.replace("''", "'") for value, null in values]))
    commands = []
    for sql, values in heard:
        if re.match("SELECT .* FROM projects WHERE id = ", sql) and values == [project]:
            commands.append([])
        if commands and not re.match("(UN)?LISTEN ", sql):
            commands[-1].append((sql, values))
    if len(commands) != 2:
        raise RuntimeError(f"two commands were expected, not {len(commands)}: {heard}")
    return commands


def elements(array):
    """What a PostgreSQL array holds, of one dimension."""
    quoted = r'"((?:[^"\\]|\\.)*)"|([^,]+)'
    found = re.findall(quoted, array[1:-1])
    return [re.sub(r"\\(.)", r"\1", inside) if inside else None if bare == "NULL" else bare for inside, bare in found]


def roles(commands):
    """For each command, which of its values differ from time to time: the project and its reference, its version, the instant."""
    all_known = []
    for nth, command in enumerate(commands):
        update, values = next((sql, values) for sql, values in command if sql.startswith("UPDATE projects"))
        columns = ROWS.search(update)[2].split(", ")
        instant, project = (elements(values[columns.index(name)])[0] for name in ("at", "id"))
        known = {project: "project", "B-1": "reference", instant: "instant"}
        all_known.append(known | {str(VERSION + nth): "version", str(VERSION + nth + 1): "next_version"})
    return all_known


def pgbench_script(commands, path, clients):
    """Writes both commands as pgbench does them; gives the fixed values. Each client has projects of its own, as ours do."""
    own, fixed = PROJECTS - PROJECTS % clients, {}
    lines = ["\\set turn :turn + 1", f"\\set n 1 + (:turn * {clients} + :client_id) % {own}"]
    named = {"project": "'00000000-0000-4000-8000-' || lpad(to_hex(:n::int), 12, '0')", "reference": "'B-' || :n::text", "instant": "now()"}
    for command, known in zip(commands, roles(commands)):
        for place, (sql, values) in enumerate(command):

            def expression(given):
                if given is None:
                    return "NULL"
                if given in known:
                    return named.get(known[given], f":{known[given]}")
                fixed[f"v{len(fixed)}"] = given
                return f":v{len(fixed) - 1}"

            def value(found):
                given, array_of = values[int(found[1]) - 1], found[2]
                if array_of:
                    return f"ARRAY[{', '.join(expression(one) for one in elements(given))}]::{array_of}[]"
                return expression(given)

            sql = re.sub(r"\$(\d+)(?:::(\w+)\[\])?", value, sql)
            reads = sql.startswith("SELECT") and " FROM " in sql
            lines.append(sql + (" \\gset r_" if reads else ";"))
            if place == 0:
                lines += ["\\set version :r_version", "\\set next_version :r_version + 1"]
    path.write_text("\n".join(lines) + "\n")
    return fixed


def pgbench(postgres, script, values, clients):
    given = [word for name, value in values.items() for word in ("-D", f"{name}={value}")]
    said = postgres.client(
        "pgbench", "-n", "-M", "prepared", "-f", script, "-c", clients, "-j", 2, "-T", SECONDS, "-D", "turn=0", *given, "bare"
    )
    if "number of failed transactions: 0 " not in said:
        raise RuntimeError(said)
    count = int(re.search(r"actually processed: (\d+)", said)[1])
    # Both commands are one of pgbench's transactions.
    return 2 * count, count / float(re.search(r"tps = ([\d.]+)", said)[1])


def written(postgres, name):
    """Rows written in a database so far."""
    return postgres.number("postgres", f"SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = '{name}'")


def on_sqlite(commands, folder):
    """SQLite takes one writer at a time, so its limit is one connection that does nothing else."""
    for name in ("ours", "bare"):
        fill_sqlite(folder / f"{name}.db")
    for clients in CLIENTS:
        ours, peer = [], []
        for _ in range(ROUNDS):
            count, seconds = ours_in(f"sqlite://{folder}/ours.db", clients)
            ours.append(count / seconds)
            peer.append(bare_sqlite(commands, folder / "bare.db"))
        at_least(f"commands/s, SQLite, {clients} clients : its own limit, one connection", ours, peer, 0.8)


def fill_sqlite(path):
    model = dict(line.split() for line in run(LOAD, "models", f"sqlite://{path}").splitlines())["offer"]
    with sqlite3.connect(path) as db:
        db.row_factory = sqlite3.Row
        row = dict(db.execute("SELECT * FROM projects WHERE id = ?", [model]).fetchone())
        timers = db.execute("SELECT key, due_at, claimable_at FROM timers WHERE project_id = ?", [model]).fetchall()
        state, reference = row["state"], row["reference"]
        for n in range(1, PROJECTS + 1):
            row |= {"id": f"00000000-0000-4000-8000-{n:012x}", "reference": f"B-{n}"}
            row["state"] = state.replace(model, row["id"]).replace(reference, row["reference"])
            db.execute(f"INSERT INTO projects ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
            db.executemany("INSERT INTO timers (project_id, key, due_at, claimable_at) VALUES (?, ?, ?, ?)", [(row["id"], *timer) for timer in timers])
    db.close()


def bare_sqlite(commands, path):
    """Commands each second that one connection does, with the settings of the store."""
    db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        db.execute(f"PRAGMA {pragma}")
    prepared = [(for_sqlite(command), known) for command, known in zip(commands, roles(commands))]
    start, turn = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        turn += 1
        n = 1 + turn % PROJECTS
        for command, known in prepared:
            now = {"project": f"00000000-0000-4000-8000-{n:012x}", "reference": f"B-{n}", "instant": f"2026-12-16T08:00:00.{turn % 1_000_000:06d}+00:00"}
            for sql, values in command:
                given = {str(i): now.get(known.get(value), value) for i, value in enumerate(values, 1)}
                try:
                    rows = db.execute(sql, given).fetchall()
                except sqlite3.Error as error:
                    raise RuntimeError(f"SQLite does not do what PostgreSQL was told: {error}: {sql}") from error
                if "version" not in now:
                    now["version"] = rows[0][1]
                    now["next_version"] = now["version"] + 1
    each_second = 2 * turn / (time.perf_counter() - start)
    db.close()
    return each_second


def for_sqlite(command):
    """The statements as the store gives them to SQLite: one for each row."""
    statements = []
    for sql, values in command:
        if "pg_notify" in sql:
            continue
        many = ROWS.search(sql)
        if not many:
            statements.append(("BEGIN IMMEDIATE" if sql == "BEGIN" else sql, values))
            continue
        columns = ", ".join(f"{place.split('::')[0]} AS {name}" for place, name in zip(many[1].split(", "), many[2].split(", ")))
        sql = sql[: many.start()] + f"(SELECT {columns}) AS new" + sql[many.end() :]
        statements += [(sql, list(row)) for row in zip(*map(elements, values))]
    return statements
