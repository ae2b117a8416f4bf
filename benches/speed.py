"""Measures Overstap against what its databases and its peers can do, in one run: make bench. See docs/speed.md.

Peers take turns with ours, so that whatever else the machine does meets both; only ratios mean anything.
"""

import os
import sys
import tempfile
from pathlib import Path

from parts import commits, crashes, cutovers, lists, morning, timers
from parts.machine import Postgres

PARTS = {
    "commits": commits, "cutovers": cutovers, "crashes": crashes, "timers": timers, "morning": morning, "lists": lists,
}


def main():
    chosen = os.environ.get("PARTS", "").replace(",", " ").split() or list(PARTS)
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        sys.exit(f"PARTS knows {', '.join(PARTS)}; not {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="overstap-bench-") as temporary:
        folder = Path(temporary)
        postgres = Postgres(folder)
        try:
            print(f"{'':72}{'Overstap':>10}{'peer':>10} {'':3}{'ratio':>8}   goal")
            for part in chosen:
                print(f"{part} (load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
                PARTS[part].measure(postgres, folder)
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
