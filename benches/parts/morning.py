"""Cutovers due in the same minute, with one, two and three servers on one PostgreSQL."""

import os

from .machine import MORNING, Server, line, shift

CUTOVERS = int(os.environ.get("CUTOVERS", 1000))
ANSWERS_AFTER = 5


def measure(postgres, _):
    postgres.copies("morning", CUTOVERS, "models.name = 'eve'")
    alone = None
    for servers in (1, 2, 3):
        url = postgres.fresh("measured", "morning")
        by = shift(3)
        running = [Server(url, by, ANSWERS_AFTER) for _ in range(servers)]
        try:
            postgres.wait("measured", f"count(*) = {CUTOVERS} FROM events WHERE kind = 'cutover_done' AND at >= '{MORNING.isoformat()}'", every=0.5)
            held = max(server.memory() for server in running)
        finally:
            for server in running:
                server.kill()
        begun = postgres.after("measured", "cutover_started", by)
        alone = alone or begun[-1]
        name = f"{CUTOVERS:,} cutovers due at once, {servers} server{'s' * (servers > 1)}"
        first = begun[:1000]
        # The peer is one server alone.
        line(f"{name}: the last has begun after", begun[-1], alone, alone / begun[-1], unit="s")
        line(f"{name}: of the first thousand half had begun after", first[len(first) // 2], unit="s")
        line(f"{name}: of the first thousand the last had begun after", first[-1], unit="s")
        line(f"{name}: the last is done after", postgres.after("measured", "cutover_done", by)[-1], unit="s")
        line(f"{name}: memory of a server, at most", held, unit="MB")
