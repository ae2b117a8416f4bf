"""Whole cutovers, six steps with three calls outside, against the same as durable workflows on the same machine and PostgreSQL."""

import os
import statistics

from .machine import MORNING, ROUNDS, Server, at_least, line, shift
from .peers import PEERS, place

CUTOVERS, ALONE = int(os.environ.get("CUTOVERS", 1000)), 40
# How many milliseconds each call takes.
ANSWERS_AFTER = 5


def measure(postgres, folder):
    peers = [peer for peer in PEERS if peer.is_installed()]
    for name, count, apart in (("together", CUTOVERS, 0), ("alone", ALONE, 0.1)):
        postgres.copies(name, count, "models.name = 'eve'")
        postgres.sql(name, f"""CREATE TABLE due AS
            SELECT project_id, due_at + row_number() OVER () * interval '{apart} s' AS due_at FROM timers WHERE key = 'cutover';
            UPDATE timers SET due_at = due.due_at, claimable_at = due.due_at FROM due WHERE due.project_id = timers.project_id AND key = 'cutover'""")
    ours, alone, theirs, theirs_alone = [], [], {peer.name: [] for peer in peers}, {peer.name: [] for peer in peers}
    for _ in range(ROUNDS):
        seconds, _ = ours_in(postgres, "together", CUTOVERS)
        ours.append(CUTOVERS / seconds)
        alone.append(ours_in(postgres, "alone", ALONE)[1])
        for peer in peers:
            best = 0.0
            for callers in peer.callers:
                seconds, *_ = peer.run(place(peer, postgres, folder, "peer"), CUTOVERS, callers, ANSWERS_AFTER, "/dev/null")
                best = max(best, CUTOVERS / seconds)
            theirs[peer.name].append(best)
            theirs_alone[peer.name].append(peer.run(place(peer, postgres, folder, "peer"), ALONE, 1, ANSWERS_AFTER, "/dev/null")[1])
    if not peers:
        line(f"cutovers/s, {CUTOVERS:,} due at once", statistics.median(ours))
        line("a cutover alone takes, median", statistics.median(alone), unit="ms")
    for peer in peers:
        at_least(f"cutovers/s, {CUTOVERS:,} due at once : {peer.name}, best of {peer.callers} callers", ours, theirs[peer.name], peer.goal)
        one, other = statistics.median(alone), statistics.median(theirs_alone[peer.name])
        line(f"a cutover alone takes, median : {peer.name}", one, other, other / one, ">= 1", one <= other, "ms")


def ours_in(postgres, name, count):
    """How many seconds passed from the morning until the last cutover was done, and the median of their milliseconds."""
    url, by = postgres.fresh("measured", name), shift(3)
    server = Server(url, by, ANSWERS_AFTER)
    done = f"FROM events WHERE kind = 'cutover_done' AND at >= '{MORNING.isoformat()}'"
    try:
        postgres.wait("measured", f"count(*) = {count} {done}")
    finally:
        server.kill()
    at = f"pg_xact_commit_timestamp(events.xmin) + interval '{by} microseconds'"
    query = f"""SELECT extract(epoch FROM max({at}) - '{MORNING.isoformat()}'),
        1000 * percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM {at} - due_at))
        {done.replace("events", "events JOIN due USING (project_id)")}"""
    return [float(word) for word in postgres.sql("measured", query).split("|")]
