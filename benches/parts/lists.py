"""Pages of GET /projects with every filter and order, few projects against many, by the server itself over HTTP; its memory at both."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import time
from pathlib import Path
from datetime import date, timedelta

from .machine import SERVER, line, memory

FEW, MANY = 1000, int(os.environ.get("PROJECTS", 100_000))
LOOKS = 25
TOKEN = "measuring-lists-with-a-long-enough-token"

# Most are long over and in maintenance; one in a thousand is on hold.
STAGES = """models.name = CASE WHEN n % 1000 = 0 THEN 'held' WHEN n % 1000 <= 20 THEN 'offer' WHEN n % 1000 <= 30 THEN 'order'
    WHEN n % 1000 <= 40 THEN 'scheduled' ELSE 'maintenance' END"""

WEEK = f"porting_from={date.today() + timedelta(days=30)}&porting_to={date.today() + timedelta(days=36)}"
PAGES = {
    "the newest": "",
    **{f"by {order}": f"sort={order}" for order in ("-updated_at", "reference", "customer_name", "porting_on", "next_due_on")},
    "phase=maintenance, nearly all": "phase=maintenance",
    "phase=offer, one in fifty": "phase=offer",
    "status=active, nearly all": "status=active",
    "status=on_hold, one in 1000": "status=on_hold",
    "waiting_on=customer, one in 25": "waiting_on=customer",
    "waiting_on=provider, none": "waiting_on=provider",
    "overdue, one in 1000": "overdue=true",
    "overdue, by next_due_on": "overdue=true&sort=next_due_on",
    "porting in a week": WEEK,
    "porting in a week, by porting_on": f"{WEEK}&sort=porting_on",
    "q=bedrijf, all": "q=bedrijf",
    "q=b-777, few": "q=b-777",
    "q=nergens, none": "q=nergens",
    "phase=offer and waiting_on=contractor and q": "phase=offer&waiting_on=contractor&q=utrecht",
}


def measure(postgres, folder):
    times, held = [], []
    for count in (FEW, MANY):
        url = postgres.copies("lists", count, STAGES)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [SERVER, "serve", "--listen", f"127.0.0.1:{port}"]
        given = os.environ | {"OVERSTAP_DATABASE_URL": url, "OVERSTAP_ADMIN_TOKEN": TOKEN, "OVERSTAP_UPLOAD_FOLDER": str(folder)}
        start = time.monotonic()
        server = subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until_ready(port)
            ready = time.monotonic() - start
            until_idle(server.pid)
            settled = time.monotonic() - start
            print(f"  {count:,} projects: ready after {ready:.2f} s, at rest after {settled:.0f} s (letters are held against the configuration)")
            times.append({name: page(port, name, query) for name, query in PAGES.items()})
            held.append(memory(server.pid))
        finally:
            server.kill()
            server.wait()
    for name in PAGES:
        few, many = (one[name] for one in times)
        line(f"{MANY:,} projects : {FEW:,}, {name}", many, few, many / few, "<= 2", many <= 2 * few, "ms")
    few, many = held
    line(f"{MANY:,} projects : {FEW:,}, memory of the server", many, few, many / few, "<= 2", many <= 2 * few, "MB")


def get(connection, path):
    connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:500]}")
    return body


def until_ready(port):
    while True:
        try:
            get(http.client.HTTPConnection("127.0.0.1", port), "/readyz")
            return
        except (OSError, RuntimeError):
            time.sleep(0.02)


def until_idle(pid):
    """Until a process has used next to no time for two seconds."""
    used = lambda: sum(int(word) for word in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])
    before = used()
    while True:
        time.sleep(2)
        now = used()
        if now - before <= 4:
            return
        before = now


def page(port, name, query):
    """The median, in milliseconds, of a page of fifty."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        body = get(connection, f"/api/v1/projects?{query}")
        took.append(1000 * (time.perf_counter() - start))
    if bool(json.loads(body)["items"]) == name.endswith("none"):
        raise RuntimeError(f"{name}: {body[:500]}")
    return statistics.median(took)
