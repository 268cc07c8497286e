#!/usr/bin/env python3
"""The gate for speed: instructions and allocations per event against tests/speed/budget.csv.

    speed.py FIREDRILL [--build "batches, GNU 12.2.0"] [--workload NAME] [--keep FOLDER]
    UPDATE_GOLDEN=1 speed.py ...    writes what was measured into the budget

Each workload runs twice under callgrind, one run longer than the other by `more` simulated
seconds, and only the difference counts: reading the file, building the world and writing the report
fall out. Instructions do not depend on what else the machine does. They do depend a little on the
compiler and on its flags: the budget is of the build that continuous integration makes, and any other
may take a tenth more.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUDGET = ROOT / "tests/speed/budget.csv"
COLUMNS = ["workload", "instructions_per_event"]
BUILD = "batches, GNU 12.2.0"
TOLERANCE = 0.02
TOLERANCE_OF_OTHER_BUILDS = 0.10
# Not 0: series of one value a second grow, slabs do until the run has seen its busiest moment, and
# the report of a longer run may have more to say, some hundreds in all. What allocates once per
# request makes 100 and more. (The mechanism tests demand exactly 0 of a world in its steady state.)
MOST_ALLOCATIONS = 2.0  # per 1000 events
ALLOCATING = {"malloc", "calloc", "realloc", "memalign", "aligned_alloc", "posix_memalign"}


@dataclass
class Workload:
    """A scenario that runs for `base` seconds, and for `more` seconds more. Times are simulated."""
    file: str
    base: int
    more: int
    options: tuple = ()


WORKLOADS = {
    "mm8": Workload("scenarios/mm8.yaml", 20, 40),
    "mm8-retry": Workload("scenarios/mm8-retry.yaml", 20, 40),
    "shop-with-faults": Workload("tests/determinism/short_shop.yaml", 60, 120,
                                 ("--strategy", "budgeted")),
    "many-policies": Workload("tests/speed/policies.yaml", 20, 20),
}


@dataclass
class Run:
    instructions: int
    allocations: int
    events: int


@dataclass
class Measured:
    instructions_per_event: float
    allocations_per_1000_events: float


def calls_to_allocators(profile):
    """In callgrind's format a call is a line `cfn=(7) malloc`, later `cfn=(7)`, then `calls=3`."""
    names, callee, calls = {}, None, 0
    for line in profile.splitlines():
        named = re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line)
        if named:
            if named[2]:
                names[named[1]] = named[2]
            if line.startswith("cfn="):
                callee = names[named[1]]
        elif line.startswith("calls=") and callee in ALLOCATING:
            calls += int(line[6:].split()[0])
    return calls


def output_of(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode not in (0, 1, 3):  # SLOs may be missed
        sys.exit(f"error: exit code {done.returncode} of {' '.join(map(str, command))}\n"
                 f"{done.stderr[-2000:]}")
    return done.stdout


def run_under_callgrind(firedrill, workload, seconds, out):
    """The short report is what is counted; how many events there were, the long one says."""
    command = [firedrill, "run", ROOT / workload.file, "--set", f"experiment.duration={seconds}s",
               "--set", "experiment.warmup=5s", "--set", "experiment.drain=1s", "--runs", "1",
               "--seed", "1", "--jobs", "1", "--no-why", "--quiet", *workload.options]
    output_of(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *command])
    profile = out.read_text()
    return Run(int(re.search(r"^summary: (\d+)", profile, re.M)[1]), calls_to_allocators(profile),
               json.loads(output_of([*command, "--json"]))["provenance"]["events"])


def measure(firedrill, name, folder):
    workload = WORKLOADS[name]
    short, long = (run_under_callgrind(firedrill, workload, seconds,
                                       folder / f"callgrind.{name}.{length}")
                   for length, seconds in (("short", workload.base),
                                           ("long", workload.base + workload.more)))
    events = long.events - short.events
    return Measured((long.instructions - short.instructions) / events,
                    1000 * (long.allocations - short.allocations) / events)


def read_budget():
    with BUDGET.open() as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {row["workload"]: float(row["instructions_per_event"]) for row in rows}


def write_budget(measured):
    budget = read_budget() if BUDGET.exists() else {}
    budget.update({name: one.instructions_per_event for name, one in measured.items()})
    with BUDGET.open("w", newline="") as file:
        file.write(f"# Instructions per event that tests/speed/speed.py allows (build: {BUILD}).\n"
                   "# UPDATE_GOLDEN=1 writes what it measures, and the commit says why.\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name, instructions in budget.items():
            writer.writerow([name, f"{instructions:.1f}"])


def how_to_find(name, folder):
    return (f"  where they are: callgrind_annotate {folder}/callgrind.{name}.long | head -60\n"
            f"  what is new:    the same of the commit before, side by side\n"
            f"  if it must be:  UPDATE_GOLDEN=1 ctest --preset ci -R '^speed$', and say why in the "
            f"commit")


def judge(name, one, allowed, tolerance, folder):
    """Prints a line of what was measured; False when it is over the budget."""
    share = one.instructions_per_event / allowed - 1
    too_many = share > tolerance
    allocates = one.allocations_per_1000_events > MOST_ALLOCATIONS
    fewer = share < -TOLERANCE and tolerance == TOLERANCE
    word = "TOO MANY" if too_many else "fewer" if fewer else "ok"
    print(f"{name:18} {one.instructions_per_event:9.1f} instructions/event, budget {allowed:9.1f} "
          f"({share:+.2%}, at most {tolerance:+.0%}) {word}; "
          f"{one.allocations_per_1000_events:.3f} allocations/1000 events")
    if too_many:
        print(f"FAILED: {name} takes {one.instructions_per_event:.1f} instructions per event, "
              f"{share:.1%} more than its budget of {allowed:.1f}\n{how_to_find(name, folder)}")
    if allocates:
        print(f"FAILED: {name} allocates {one.allocations_per_1000_events:.2f} times per 1000 "
              f"events, at most {MOST_ALLOCATIONS}: something on the way of an event does\n"
              f"  where: callgrind_annotate --tree=caller {folder}/callgrind.{name}.long, "
              f"below `malloc`")
    if fewer:
        print(f"  {name} is faster than its budget: keep that with "
              f"UPDATE_GOLDEN=1 ctest --preset ci -R '^speed$'")
    return not (too_many or allocates)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("firedrill", type=Path)
    parser.add_argument("--build", default=BUILD, help="how FIREDRILL was built")
    parser.add_argument("--workload", choices=list(WORKLOADS), action="append")
    parser.add_argument("--keep", type=Path, help="a folder for callgrind's files")
    told = parser.parse_args()
    folder = told.keep or Path(tempfile.mkdtemp(prefix="speed."))
    names = told.workload or list(WORKLOADS)
    firedrill = told.firedrill.resolve()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        measured = dict(zip(names, pool.map(lambda name: measure(firedrill, name, folder), names)))
    if os.environ.get("UPDATE_GOLDEN"):
        if told.build != BUILD:
            sys.exit(f"error: the budget is of `{BUILD}`, and this build is `{told.build}`")
        write_budget(measured)
    tolerance = TOLERANCE
    if told.build != BUILD:
        tolerance = TOLERANCE_OF_OTHER_BUILDS
        print(f"the budget is of `{BUILD}`; this build, `{told.build}`, may take a tenth more")
    budget = read_budget()
    missing = [name for name in names if name not in budget]
    if missing:
        sys.exit(f"FAILED: no budget of {', '.join(missing)}; UPDATE_GOLDEN=1 writes one")
    good = [judge(name, measured[name], budget[name], tolerance, folder) for name in names]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
