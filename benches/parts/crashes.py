"""Cutovers under kill -9: how often calls outside are made twice, and what of that takes effect twice."""

import os
import random
import time

from .machine import MORNING, Server, line, shift
from .peers import PEERS, kill, place

CUTOVERS, KILLS = int(os.environ.get("CRASH_CUTOVERS", 600)), 6
ANSWERS_AFTER, CALLS_OF_EACH = 10, 3


def measure(postgres, folder):
    postgres.copies("morning", CUTOVERS, "models.name = 'eve'")
    url, by = postgres.fresh("measured", "morning"), shift(2)
    done = f"SELECT count(*) FROM events WHERE kind = 'cutover_done' AND at >= '{MORNING.isoformat()}'"
    journal = folder / "ours.journal"
    begin = lambda: Server(url, by, ANSWERS_AFTER, journal)
    over = lambda _: postgres.number("measured", done) == CUTOVERS
    told("Overstap", journal, killed(begin, over, journal, Server.kill))
    for peer in PEERS:
        if not peer.is_installed():
            continue
        where, journal = place(peer, postgres, folder, "peer"), folder / "peer.journal"
        journal.unlink(missing_ok=True)
        begin = lambda: peer.start(where, CUTOVERS, 32, ANSWERS_AFTER, journal)
        told(peer.name, journal, killed(begin, lambda process: process.poll() == 0, journal, kill))


def killed(begin, over, journal, kill):
    """Kills it at moments that chance chooses, and begins it again, until all is over; how often, and how many seconds it took."""
    chance, kills, start = random.Random(7), 0, None
    running = begin()
    try:
        while True:
            calls = calls_in(journal)
            if start is None and calls:
                start = time.monotonic()
            until = time.monotonic() + chance.uniform(0.25, 0.65)
            while time.monotonic() < until:
                if over(running):
                    return kills, time.monotonic() - start
                time.sleep(0.05)
            # The point is to meet work: while it does none, it is left alone.
            if kills < KILLS and len(calls_in(journal)) > len(calls):
                kill(running)
                kills += 1
                running = begin()
    finally:
        kill(running)


def calls_in(journal):
    """Each call's key, project and step. A peer's calls have no key: what repeats them knows none."""
    if not journal.exists():
        return []
    return [line.split() for line in journal.read_text().splitlines() if "warm-up" not in line]


def told(name, journal, kills_and_seconds):
    kills, seconds = kills_and_seconds
    calls = calls_in(journal)
    wanted = len({(project, step) for _, project, step in calls})
    # Who is called with a key does it once for each key; who is called without one does it each time.
    effects = len({key for key, *_ in calls}) if calls[0][0] != "-" else len(calls)
    lost = CUTOVERS * CALLS_OF_EACH - wanted
    print(f"  {name}: {CUTOVERS:,} cutovers, {kills} kills, {seconds:.1f} s; calls {len(calls):,}, of which {len(calls) - wanted} repeat another; never made: {lost}")
    twice = effects - wanted
    if name == "Overstap":
        line("effects that took place twice, Overstap", twice, goal="0", holds=twice == 0 and lost == 0)
    else:
        line(f"effects that took place twice, {name}", None, twice)
