"""Programs as child processes: what they print, and what they cost."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Child:
    out: str
    cpu_s: float   # user and system, all threads
    wall_s: float


@dataclass
class Counts:
    out: str
    allocations: int
    peak_kib: int


class Failed(Exception):
    """A program that ended badly, with what it said."""


def say(*words):
    print("bench:", *words, file=sys.stderr, flush=True)


def run(command, codes=(0,), env=None):
    """Runs it to its end. `codes` are the exit codes that are well: SLOs may be missed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env=None if env is None else {**os.environ, **env})
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in codes:
        said = (done.stderr or done.stdout).strip().splitlines()[-8:]
        raise Failed(f"exit code {done.returncode} of {' '.join(map(str, command))}\n  " +
                     "\n  ".join(said))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Child(done.stdout, cpu, wall)


def counted(library, command, codes=(0,)):
    """The same under the counting library; its time says nothing."""
    with tempfile.NamedTemporaryFile() as file:
        child = run(command, codes, {"LD_PRELOAD": str(library), "BENCH_COUNTS": file.name})
        words = file.read().split()
    if len(words) != 2:
        raise Failed(f"nothing was counted of {' '.join(map(str, command))}")
    return Counts(child.out, int(words[0]), int(words[1]))
