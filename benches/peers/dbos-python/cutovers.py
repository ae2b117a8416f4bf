"""Cutovers as durable workflows: cutovers.py URL COUNT CALLERS ANSWER_AFTER_MS JOURNAL. A run that was killed is run again with the same words,
and goes on. Prints the seconds it took, and the median and 99th percentile of a workflow's milliseconds."""

import asyncio
import os
import sys
import time

from dbos import DBOS, DBOSConfig, SetWorkflowID

# The steps of a cutover, and which of them call the world outside.
STEPS = [("preflight", False), ("route", True), ("port", True), ("verify", True), ("complete", False), ("notify", False)]

url, count, callers, millis, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
journal = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
config: DBOSConfig = {
    "name": "cutovers", "system_database_url": url, "application_version": "1", "run_admin_server": False, "log_level": "ERROR",
    "sys_db_pool_size": 20,
}
DBOS(config=config)


@DBOS.step()
async def step(project: str, name: str, calls: bool) -> None:
    if calls:
        # A call takes effect on its way, not when its answer arrives.
        await asyncio.sleep(millis / 2000)
        os.write(journal, f"- {project} {name}\n".encode())
        await asyncio.sleep(millis / 2000)


@DBOS.workflow()
async def cutover(project: str) -> None:
    for name, calls in STEPS:
        await step(project, name, calls)


async def caller(numbers, took):
    for n in numbers:
        start = time.perf_counter()
        with SetWorkflowID(f"project-{n}"):
            await cutover(f"project-{n}")
        took.append(1000 * (time.perf_counter() - start))


async def main():
    DBOS.launch()
    numbers, took, start = iter(range(count)), [], time.perf_counter()
    await asyncio.gather(*(caller(numbers, took) for _ in range(callers)))
    seconds = time.perf_counter() - start
    took.sort()
    print(seconds, took[len(took) // 2], took[len(took) * 99 // 100], flush=True)
    os._exit(0)


asyncio.run(main())
