"""10^2 to 10^5 instances, memory of what is in flight, runs of any length, and two cores."""

import json
import tempfile
from pathlib import Path

from . import children
from .numbers import median, millions, table
from .suite import SLO_CODES

PAIR = """\
  front-{k}:
    replicasPerZone: 25
    concurrency: 1
    latency: {{shape: exponential, mean: 20ms}}
    endpoints: {{page: [back-{k}.read]}}
  back-{k}:
    replicasPerZone: 25
    concurrency: 1
    latency: {{shape: exponential, mean: 20ms}}
    endpoints: {{read: []}}
"""


def many_instances(pairs):
    """Pairs of services of 50 replicas each, and customers of each pair: 100 instances a pair, the
    same load on every instance whatever their number. Every call has a timeout and a retry."""
    customers = "".join(f"  customers-{k}: {{rate: 500/s, patience: none, entry: front-{k}, "
                        f"mix: {{page: 100%}}}}\n" for k in range(pairs))
    services = "".join(PAIR.format(k=k) for k in range(pairs))
    return ("version: 1\nname: many-instances\nregions: {here: {zones: [a, b]}}\n"
            "network: {sameZone: 0.3ms, crossZone: 1ms, crossRegion: 40ms}\n"
            f"services:\n{services}workload:\n{customers}"
            "policy: {perTryTimeout: 2s, retries: 1, backoff: {base: 50ms, jitter: full}}\n"
            "experiment: {duration: 10s, warmup: 1s, drain: 1s, seed: 1, replications: 1}\n")


def measure_instances(suite):
    rows, found = [], {}
    sizes = [100, 1_000, 10_000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for size in sizes:
            files[size] = Path(folder) / f"instances-{size}.yaml"
            files[size].write_text(many_instances(size // 100))
        speeds = {size: [] for size in sizes}
        for _ in range(min(3, suite.rounds)):  # the largest takes a minute
            for size in sizes:
                speeds[size].append(instances_speed(suite, files[size], size))
        for size in sizes:
            lines = files[size].read_text().count("\n")
            load_s = median([children.run([suite.firedrill, "check", files[size]], (0, 1)).cpu_s
                             for _ in range(3)])
            counts = children.counted(suite.counting,
                                      instances_command(suite, files[size], size, 1), SLO_CODES)
            found[size] = {"events_per_s": median([one[0] for one in speeds[size]]),
                           "start_s": median([one[1] for one in speeds[size]]), "lines": lines,
                           "check_s": load_s, "peak_mib": counts.peak_kib / 1024}
            rows.append([f"{size:.0e}", millions(found[size]["events_per_s"]),
                         f"{found[size]['start_s']:.2f}", lines, f"{load_s:.2f}",
                         f"{counts.peak_kib / 1024:.0f}"])
    ratio = median([many[0] / few[0] for many, few in zip(speeds[sizes[-1]], speeds[sizes[0]])])
    suite.results["instances"] = found
    suite.tables.append(("Instances, firedrill alone", table(
        ["instances", "events/s", "before and after them, s", "lines of the file",
         "`check`, s", "peak MiB"], rows)))
    suite.require("Events/s at 1e5 instances / at 1e2", ">= 0.5", f"{ratio:.2f}", ratio >= 0.5)


def instances_command(suite, file, size, length):
    """Some `length` times four million events; a second is the least that a run takes."""
    seconds = max(1, suite.scaled(100_000) // size) * length
    return suite.firedrill_run(file, "--set", f"experiment.duration={seconds}s")


def instances_speed(suite, file, size):
    """Events per second, and what the rest takes: the difference of two lengths."""
    short, long = (children.run(instances_command(suite, file, size, length), SLO_CODES)
                   for length in (1, 3))
    events = [json.loads(child.out)["provenance"]["events"] for child in (short, long)]
    speed = (events[1] - events[0]) / (long.cpu_s - short.cpu_s)
    return speed, short.cpu_s - events[0] / speed


IN_FLIGHT = """\
version: 1
name: in-flight
services:
  slow:
    concurrency: 1000000
    queue: unlimited
    latency: 5s
    endpoints:
      serve: {calls: [], idempotent: true}
workload:
  customers:
    rate: 10000/s    # 50 000 in flight
    patience: none
    mix: {serve: 100%}
    policy: {perTryTimeout: 60s, retries: 2, backoff: {base: 10ms, jitter: full}}
experiment: {duration: 10s, warmup: 10s, drain: 1s, seed: 1, replications: 1}
"""


def measure_memory(suite):
    """Bytes per request in flight, and whether memory depends on how long a run is."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "in-flight.yaml"
        file.write_text(IN_FLIGHT)
        few, many = (in_flight_peak(suite, file, rate) for rate in (10_000, 100_000))
    bytes_each = (many - few) * 1024 / 450_000
    # Not shorter when quick: up to 7200 s what is kept for curves grows, one window a second.
    lengths = [10_000_000, 100_000_000] + ([] if suite.quick else [1_000_000_000])
    peaks = []
    for events in lengths:
        children.say(f"memory: a run of {events:.0e} events")
        seconds = events // (4 * 640)
        command = suite.firedrill_run("scenarios/mm8.yaml", "--set",
                                      f"experiment.duration={seconds}s")
        peaks.append(children.counted(suite.counting, command).peak_kib / 1024)
    suite.results["memory"] = {"bytes_per_request_in_flight": bytes_each,
                               "peak_mib_of_events": dict(zip(lengths, peaks))}
    suite.tables.append(("Memory", table(
        ["", "measured"], [["bytes per request in flight, with its timeout", f"{bytes_each:.0f}"]] +
        [[f"peak MiB of an M/M/8 run of {events:.0e} events", f"{peak:.1f}"]
         for events, peak in zip(lengths, peaks)])))
    suite.require("Bytes per request in flight", "<= 256", f"{bytes_each:.0f}", bytes_each <= 256)
    growth = peaks[-1] - peaks[0]
    suite.require(f"Memory flat over {lengths[-1]:.0e} events: growth in MiB from {lengths[0]:.0e}",
                  "<= 1", f"{growth:.1f}", growth <= 1)


def in_flight_peak(suite, file, rate):
    command = suite.firedrill_run(file, "--set", f"workload.customers.rate={rate}/s")
    return children.counted(suite.counting, command, SLO_CODES).peak_kib


def measure_cores(suite):
    """The same sweep with one thread and with two, by the clock on the wall."""
    one, two = [], []
    for _ in range(suite.rounds):
        for jobs, walls in ((1, one), (2, two)):
            with tempfile.TemporaryDirectory() as folder:
                runs = ["--runs", "2"] if suite.quick else []
                walls.append(children.run(
                    [suite.firedrill, "sweep", suite.root / "scenarios/sweep.yaml", "-o",
                     Path(folder) / "study.db", "--jobs", str(jobs), *runs], SLO_CODES).wall_s)
        children.say(f"cores: {one[-1]:.2f} s with one, {two[-1]:.2f} s with two")
    ratio = median([a / b for a, b in zip(one, two)])
    suite.results["cores"] = {"one_s": median(one), "two_s": median(two), "ratio": ratio,
                              "rounds": list(zip(one, two))}
    suite.tables.append(("Two cores: `sweep scenarios/sweep.yaml`, wall clock", table(
        ["threads", "s", "times as fast"],
        [[1, f"{median(one):.2f}", 1], [2, f"{median(two):.2f}", f"{ratio:.2f}"]])))
    suite.require("Two cores / one", ">= 1.9", f"{ratio:.2f}", ratio >= 1.9)


def measure_launcher(suite):
    """`sim/firedrill`, which looks for changed sources first, against the program behind it."""
    program = suite.root / "build/release/firedrill"
    if not program.exists():
        children.say("launcher: build/release is not built (call sim/firedrill once): left out")
        return
    children.run([suite.root / "sim/firedrill", "version"])
    direct, launched = [], []
    for _ in range(5 if suite.quick else 21):
        direct.append(1000 * children.run([program, "version"]).wall_s)
        launched.append(1000 * children.run([suite.root / "sim/firedrill", "version"]).wall_s)
    suite.results["launcher"] = {"direct_ms": median(direct), "launched_ms": median(launched)}
    suite.tables.append(("The launcher, wall clock", table(
        ["`firedrill version`", "ms"], [["directly", f"{median(direct):.1f}"],
                                        ["through `sim/firedrill`", f"{median(launched):.1f}"]])))
