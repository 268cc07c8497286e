"""The programs that simulate M/M/8 and its retries, each told how many requests and which seed."""

import json
import subprocess
from dataclasses import dataclass

from . import children

SCENARIOS = {("mm8", 0.8): "scenarios/mm8.yaml", ("retry", 0.5): "scenarios/mm8-retry.yaml",
             ("retry", 0.7): "scenarios/mm8-retry-70.yaml"}
RATE_PER_S = {0.8: 640, 0.5: 400, 0.7: 560}
MEAN_SERVICE_S = 0.010


@dataclass
class Told:
    """What a program said about one run. Times are in mean service times."""
    requests: float
    events: float | None
    mean: float   # wait (mm8) or latency of the successes (retry)
    tries: float  # per request
    hash: str


class Program:
    """One that takes the options of bench/models.hpp and prints its JSON line."""
    least = 2  # requests of which half can be run, too

    def __init__(self, name, command, sizes, variant=""):
        self.name, self.base, self.sizes, self.variant = name, command, sizes, variant

    @property
    def label(self):
        return f"{self.name}, {self.variant}" if self.variant else self.name

    def command(self, model, load, requests, seed):
        return [*self.base, "--model", model, "--load", str(load), "--requests", str(requests),
                "--seed", str(seed), *(["--variant", self.variant] if self.variant else [])]

    def read(self, out, _model):
        told = json.loads(out.strip().splitlines()[-1])
        return Told(told["requests"], told["events"] or None,
                    told.get("mean_wait", told.get("mean_latency_ok")),
                    told["tries_per_request"], told["hash"])


class Firedrill(Program):
    """As users run it: everything on that a run measures, from reading the file to its report. Ten
    replications, the least that `auto` makes; at 70 %, where only a run that does not collapse can
    be compared, one, and no second look at it (which would be half of the time of a single run)."""
    WARMUP_AND_DRAIN_S = 15
    least = 400_000  # ten replications that are longer than their warm-up

    def __init__(self, suite, sizes):
        super().__init__("firedrill", [], sizes)
        self.suite = suite

    def command(self, model, load, requests, seed):
        runs = 1 if load == 0.7 else 10
        seconds = round(requests / RATE_PER_S[load] / runs) - self.WARMUP_AND_DRAIN_S
        options = ["--set", f"experiment.duration={max(1, seconds)}s", "--set",
                   "experiment.warmup=10s", "--set", "experiment.drain=5s"]
        return self.suite.firedrill_run(SCENARIOS[model, load], *options, runs=runs, seed=seed,
                                        why=runs > 1)

    def read(self, out, model):
        told = json.loads(out)
        strategy = told["strategies"][0]
        journey, service = strategy["journeys"][0], strategy["services"][0]
        simulated = strategy["runs"] * (told["duration"] + self.WARMUP_AND_DRAIN_S)
        # Failures count in a journey's latency; at these loads there is one in a million.
        mean = (service["wait"] if model == "mm8" else journey["latency"])["mean"]["value"]
        return Told(journey["offered"]["value"] / told["duration"] * simulated,
                    told["provenance"]["events"], mean / MEAN_SERVICE_S,
                    journey["tries"]["value"], told["fingerprint"])


# Requests that take each a second or two, for mm8 and retry
SIZES = {"firedrill": (4_000_000, 4_000_000), "limit": (40_000_000, 16_000_000),
         "flat": (10_000_000, 5_000_000), "ns3": (4_000_000, 2_000_000),
         "simgrid": (50_000, 30_000), "simpy": (150_000, 80_000)}
NS3_SCHEDULERS = ("map", "heap", "calendar", "priority-queue", "list")


def simpy_python(suite):
    """An interpreter that finds a SimPy, the system's own last; None where none does."""
    for python in ("python3", "/usr/bin/python3"):
        probe = [python, suite.root / "bench/peers/simpy_program.py", "--requests", "10"]
        try:
            children.run(probe)
            return python
        except (children.Failed, OSError):
            continue
    return None


def all_programs(suite, model):
    """firedrill first; peers that are not there are left out, and the report says so."""
    column = 0 if model == "mm8" else 1
    sizes = {name: suite.scaled(both[column]) for name, both in SIZES.items()}
    limit = suite.bench("bench_mm8" if model == "mm8" else "bench_mm8_retry")
    programs = [Firedrill(suite, sizes["firedrill"]), Program("limit", [limit], sizes["limit"]),
                Program("flat", [suite.bench("bench_flat")], sizes["flat"])]
    if suite.bench("peer_ns3").exists():
        programs += [Program("ns3", [suite.bench("peer_ns3")], sizes["ns3"], scheduler)
                     for scheduler in NS3_SCHEDULERS]
    if suite.bench("peer_simgrid").exists():
        # contexts/factory: the fastest of its ways to switch between actors
        programs.append(Program("simgrid", [suite.bench("peer_simgrid"),
                                            "--cfg=contexts/factory:raw",
                                            "--log=root.thres:warning"], sizes["simgrid"]))
    python = simpy_python(suite)
    if python is not None:
        programs.append(Program("simpy", [python, suite.root / "bench/peers/simpy_program.py"],
                                sizes["simpy"]))
    missing = {"ns3", "simgrid", "simpy"} - {program.name for program in programs}
    if missing:
        children.say("not installed, so left out:", ", ".join(sorted(missing)))
    return programs


def versions():
    """Of the peers, as their packages say; {} where nobody knows."""
    packages = ["libns3-dev", "libsimgrid-dev", "python3-simpy"]
    try:
        done = subprocess.run(["dpkg-query", "-W", "-f=${Package} ${Version}\n", *packages],
                              capture_output=True, text=True)
    except OSError:
        return {}
    return dict(line.split() for line in done.stdout.splitlines() if len(line.split()) == 2)
