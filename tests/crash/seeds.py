"""Runs the crash tests with many seeds: `make crash SEEDS=1..200`. One line per seed; what failed, and how to see it again, at the end."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ["crash::random", "crash::fleet"]
# A history takes half a minute to a minute; one that has not ended by now never will.
ENDS_WITHIN_SECONDS = 600


def seeds(text):
    """`1..200`, `7`, or several of these, by commas or spaces."""
    chosen = []
    for part in text.replace(",", " ").split():
        first, _, last = part.partition("..")
        chosen += range(int(first), int(last or first) + 1)
    return chosen


def build():
    """The tests' program, built once for all seeds."""
    command = ["cargo", "test", "--package", "overstap", "--test", "main", "--no-run", "--message-format", "json"]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    messages = [json.loads(line) for line in built.stdout.splitlines() if line.startswith("{")]
    tests = (message for message in messages if message.get("target", {}).get("name") == "main")
    return next(test["executable"] for test in tests if test.get("executable"))


def run(program, seed, log):
    """Whether a seed's histories came out right, and how many seconds that took."""
    began = time.monotonic()
    with log.open("wb") as file:
        test = subprocess.Popen(
            [program, "--nocapture", *TESTS],
            cwd=ROOT,
            env={**os.environ, "OVERSTAP_CRASH_SEED": str(seed)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            passed = test.wait(ENDS_WITHIN_SECONDS) == 0
        except subprocess.TimeoutExpired:
            passed = False
        if not passed:
            # Servers of a test that was cut short; those of one that failed have ended.
            try:
                os.killpg(test.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            test.wait()
    return passed, time.monotonic() - began


class Toll:
    """What befell histories, as they tell it."""

    def __init__(self):
        self.kills = self.pauses = self.portings = 0
        self.restarts = []

    def add(self, told):
        """Counts what a log tells."""
        self.kills += len(re.findall(r"^seed \d+: (?:PowerCut|FirstDies|AnotherDies)\b", told, re.MULTILINE))
        self.pauses += len(re.findall(r"^seed \d+: AnotherSleeps\b", told, re.MULTILINE))
        self.restarts += re.findall(r"^seed \d+: DatabaseRestarts\((\w+)\)", told, re.MULTILINE)
        self.portings += sum(map(int, re.findall(r"^seed \d+: (\d+) portings, each once$", told, re.MULTILINE)))

    def __str__(self):
        kinds = ", ".join(f"{self.restarts.count(kind)} {kind}" for kind in sorted(set(self.restarts)))
        return (
            f"{self.portings} portings, {self.kills} kills, {self.pauses} pauses, "
            f"{len(self.restarts)} restarts of PostgreSQL ({kinds})"
        )


def main():
    """Reads the arguments, runs, and reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", help="1..200, or 7,11,1234")
    parser.add_argument("--jobs", type=int, default=4, help="so many at a time")
    arguments = parser.parse_args()
    chosen = seeds(arguments.seeds)
    program = build()
    logs = ROOT / "target" / "tmp" / "crash"
    logs.mkdir(parents=True, exist_ok=True)
    failed, total, began = [], Toll(), time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = {pool.submit(run, program, seed, logs / f"seed-{seed}.log"): seed for seed in chosen}
        for done in concurrent.futures.as_completed(running):
            seed = running[done]
            log = logs / f"seed-{seed}.log"
            passed, seconds = done.result()
            told, toll = log.read_text(errors="replace"), Toll()
            toll.add(told)
            total.add(told)
            print(f"seed {seed:<6} {'right' if passed else 'WRONG'} {seconds:5.0f} s  {toll}", flush=True)
            if passed:
                log.unlink()
            else:
                failed.append(seed)
    print(f"{len(chosen)} seeds in {(time.monotonic() - began) / 60:.0f} minutes: {total}; {len(failed)} went wrong")
    for seed in sorted(failed):
        print(f"  make crash SEED={seed}    # {logs.relative_to(ROOT)}/seed-{seed}.log")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
