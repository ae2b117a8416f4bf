"""How late timers fire that are due at one instant, with one server."""

import os
from datetime import datetime

from .machine import Server, line, shift

TIMERS = int(os.environ.get("TIMERS", 5000))


def measure(postgres, _):
    # The day before the cutover each customer and the contractor are told what is still missing.
    url = postgres.copies("timers", TIMERS, "models.name = 'scheduled'")
    postgres.sql("timers", "DELETE FROM timers WHERE key <> 'preflight'")
    due = datetime.fromisoformat(postgres.sql("timers", "SELECT min(due_at) FROM timers"))
    by = shift(3, due)
    server = Server(url, by, 0)
    try:
        postgres.wait("timers", "NOT EXISTS (SELECT FROM timers WHERE key = 'preflight')")
    finally:
        server.kill()
    late = postgres.after("timers", "preflight_announced", by, due)
    for name, part, goal in (("half of them", 0.5, None), ("99 of 100", 0.99, 1), ("the last", 1, None)):
        seconds = late[min(int(part * len(late)), len(late) - 1)]
        line(f"{TIMERS:,} timers due at one instant: {name} late by", seconds, goal=f"<= {goal}" if goal else "", holds=goal and seconds <= goal, unit="s")
