"""How late timers fire that are due at one instant, with one server."""

import os
from datetime import datetime

from .machine import Server, line, shift

TIMERS = int(os.environ.get("TIMERS", 5000))


def measure(postgres, _):
    # The day before the cutover each customer and the contractor are told what is still missing.
    url = postgres.copies("timers", TIMERS, "models.name = 'scheduled'")
    postgres.sql("timers", "DELETE FROM timers WHERE key <> 'preflight'")
    due = datetime.fromisoformat(postgres.sql("timers", "SELECT to_char(min(due_at), 'YYYY-MM-DD\"T\"HH24:MI:SSOF:00') FROM timers"))
    server = Server(url, shift(3, due), 0)
    try:
        postgres.wait("timers", "SELECT count(*) = 0 FROM timers WHERE key = 'preflight'")
    finally:
        server.kill()
    late = f"extract(epoch FROM at - '{due.isoformat()}')"
    for name, part in (("half of them", 0.5), ("99 of 100", 0.99), ("the last", 1)):
        query = f"SELECT percentile_disc({part}) WITHIN GROUP (ORDER BY {late}) FROM events WHERE kind = 'preflight_announced' AND at >= '{due.isoformat()}'"
        seconds, goal = postgres.number("timers", query), ("<= 1", True) if part == 0.99 else ("", None)
        line(f"{TIMERS:,} timers due at one instant: {name} late by", seconds, goal=goal[0], holds=goal[1] and seconds <= 1, unit="s")
