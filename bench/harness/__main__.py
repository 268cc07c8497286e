"""Runs what was asked for, in turns; see bench/run."""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from . import children, hold, programs, queue, scale, webshop
from .suite import Suite

WORKLOADS = {
    "mm8": lambda suite: queue.measure(suite, "mm8"),
    "retry-50": lambda suite: queue.measure(suite, "retry-50"),
    "retry-70": lambda suite: queue.measure(suite, "retry-70"),
    "webshop": webshop.measure, "plan": webshop.measure_plan, "hold": hold.measure,
    "instances": scale.measure_instances, "memory": scale.measure_memory,
    "cores": scale.measure_cores, "launcher": scale.measure_launcher,
}
EXIT_PROBLEM = 1


def machine(suite):
    """What the absolute numbers belong to."""
    model = platform.processor()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True).stdout
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": round(memory / 2**30, 1),
            "system": platform.platform(), "compiler": (compiler.splitlines() or ["?"])[0],
            "python": platform.python_version(), "peers": programs.versions(),
            "load_before": [round(load, 2) for load in os.getloadavg()],
            "quick": suite.quick, "rounds": suite.rounds}


def print_report(suite, place):
    peers = ", ".join(f"{name} {version}" for name, version in place["peers"].items())
    print(f"{place['cpu']}, {place['cores']} cores, {place['memory_gib']} GiB, "
          f"{place['compiler']}, {peers or 'no peers'}; median of {place['rounds']}"
          f"{', a quick run' if place['quick'] else ''}; "
          f"load before {place['load_before'][0]}, after {os.getloadavg()[0]:.2f}.")
    for title, text in suite.tables:
        print(f"\n### {title}\n\n{text}")
    if suite.criteria:
        print("\n### Wanted and measured\n")
        print("| | wanted | measured | |\n|---|--:|--:|---|")
    for one in suite.criteria:
        verdict = {True: "met", False: "**missed**", None: "not measured"}[one.met]
        print(f"| {one.what} | {one.wanted} | {one.measured} | {verdict} |")
    for text in suite.problems:
        print(f"\nPROBLEM: {text}")


def write_results(suite, place):
    path = suite.build / "results.json"
    path.write_text(json.dumps(
        {"machine": place, "results": suite.results, "problems": suite.problems,
         "criteria": [vars(one) for one in suite.criteria]}, indent=1, default=str) + "\n")
    children.say(f"wrote {path}")


def main():
    parser = argparse.ArgumentParser(prog="bench/run")
    parser.add_argument("--quick", action="store_true",
                        help="a tenth of every length, three rounds")
    parser.add_argument("--only", action="append", choices=list(WORKLOADS), help="repeatable")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--update-hashes", action="store_true",
                        help="what is simulated was changed on purpose")
    parser.add_argument("--root", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    told = parser.parse_args()
    suite = Suite(told.root, told.build, told.rounds or (3 if told.quick else 5), told.quick,
                  told.update_hashes)
    place = machine(suite)
    for name in told.only or WORKLOADS:
        children.say(f"{name} ...")
        try:
            WORKLOADS[name](suite)
        except children.Failed as failed:
            suite.problem(f"{name}: {failed}")
    suite.save_hashes()
    write_results(suite, place)
    print_report(suite, place)
    return EXIT_PROBLEM if suite.problems else 0


if __name__ == "__main__":
    sys.exit(main())
