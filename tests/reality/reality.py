#!/usr/bin/python3
"""Measures a real service on loopback beside firedrill's prediction of the same scenarios.

    tests/reality/reality.py --firedrill build/ci/firedrill [--report FOLDER] [SETTING...]

Writes REPORT.md and cdf.svg into FOLDER (default: nothing is written, the report is printed).
Exit code 0: every setting agrees; 1: one differs, or a wrong model is not noticed; 2: wrong usage;
77: a package is missing, or the machine was too noisy to say.
"""

import argparse
import importlib.util
import os
import sys
import tempfile
import time
from dataclasses import dataclass

import judge
import measure
import picture
import predict
import report
import scenario as scenarios
from settings import BATCHES, NOISE_LIMIT

SKIPPED = 77
HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20


@dataclass
class Result:
    """One setting, measured and predicted."""

    setting: object
    scenario: object
    measured: measure.Measured
    measurements: int = 1
    predicted: object = None
    lines: list = None
    caught: bool = False


def say(text):
    """Progress, for people."""
    print(f"reality: {text}", file=sys.stderr, flush=True)


def missing_packages():
    """Debian packages that this needs and that are not there."""
    needed = {"aiohttp": "python3-aiohttp", "tenacity": "python3-tenacity",
              "urllib3": "python3-urllib3", "gunicorn": "gunicorn"}
    missing = [package for module, package in needed.items()
               if importlib.util.find_spec(module) is None]
    return missing + ([] if os.access("/usr/sbin/haproxy", os.X_OK) else ["haproxy"])


def go_first(first):
    """Lets what is measured run before other work of the machine, where we may (root)."""
    policy, priority = (os.SCHED_RR, 1) if first else (os.SCHED_OTHER, 0)
    try:
        os.sched_setscheduler(0, policy, os.sched_param(priority))
    except PermissionError:
        pass


def measure_batch(folder, batch, results, firedrill, seed):
    """Measures the settings of a batch at once and notes them in `results` by name."""
    read = [scenarios.read(firedrill, os.path.join(HERE, s.name + ".yaml")) for s in batch]
    say("measuring " + ", ".join(s.name for s in batch))
    for setting, scenario, measured in zip(batch, read,
                                           measure.run_together(folder, read, seed)):
        earlier = results.get(setting.name)
        if earlier is None:
            results[setting.name] = Result(setting, scenario, measured)
        else:
            earlier.measurements += 1
            if measured.noise < earlier.measured.noise:
                earlier.measured = measured


def measure_all(folder, firedrill, batches):
    """All settings, and once more those during which the machine was too noisy."""
    results = {}
    for i, batch in enumerate(batches):
        measure_batch(folder, batch, results, firedrill, SEED + 10 * i)
    noisy = [r.setting for r in results.values() if r.measured.noise > NOISE_LIMIT]
    for i in range(0, len(noisy), 2):  # fewer at once: half of the noise may be ours
        measure_batch(folder, noisy[i:i + 2], results, firedrill, SEED + 100 + 10 * i)
    return list(results.values())


def predict_all(firedrill, results, floors):
    """Fills in the predictions, after the measurements, which they would disturb."""
    for r in results:
        say("predicting " + r.setting.name)
        changes = predict.overrides(r.scenario, floors[r.scenario.proxied], r.measured)
        r.predicted = predict.predict(firedrill, r.scenario, changes)
        r.lines = judge.compare(r.setting, r.measured, r.predicted)
        wrong = predict.predict(firedrill, r.scenario, {**changes, **r.setting.wrong})
        r.caught = judge.is_caught(r.setting, r.measured, wrong)


def exit_code(results):
    """See the top of the file. Prints what decides it."""
    verdicts = [judge.verdict(r.lines, r.measured) for r in results]
    for r in results:
        for line in r.lines:
            if not line.decides:
                say(f"{r.setting.name}: {line.metric} may be off by luck alone")
        if not r.caught:
            say(f"{r.setting.name}: the wrong model is within the tolerances")
    for r, text in zip(results, verdicts):
        say(f"{r.setting.name}: {text}")
    if judge.DIFFERS in verdicts or not all(r.caught for r in results):
        return 1
    return SKIPPED if judge.NOISY in verdicts else 0


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--firedrill", required=True, help="the program")
    parser.add_argument("--report", help="folder for REPORT.md and cdf.svg")
    known = [s.name for batch in BATCHES for s in batch]
    parser.add_argument("settings", nargs="*", help="only these: " + " ".join(known))
    parsed = parser.parse_args()
    unknown = set(parsed.settings) - set(known)
    if unknown:
        parser.error("unknown settings: " + " ".join(sorted(unknown)))
    return parsed


def main():
    """Measures, predicts, reports."""
    options = arguments()
    missing = missing_packages()
    if missing:
        say("skipped: missing Debian packages: " + " ".join(missing))
        return SKIPPED
    wanted = options.settings or [s.name for batch in BATCHES for s in batch]
    batches = [[s for s in batch if s.name in wanted] for batch in BATCHES]
    started, load = time.monotonic(), os.getloadavg()[0]
    go_first(True)
    with tempfile.TemporaryDirectory() as folder:
        say("measuring the floor")
        floors = measure.calibrate(folder, 8)
        results = measure_all(folder, options.firedrill, [b for b in batches if b])
    go_first(False)
    loads = (load, os.getloadavg()[0])
    predict_all(options.firedrill, results, floors)
    page = report.write(results, floors, time.monotonic() - started, loads)
    if options.report is None:
        print(page)
    else:
        rows = [(r.setting.name, r.measured, r.predicted) for r in results]
        for name, text in (("REPORT.md", page), ("cdf.svg", picture.draw(rows))):
            with open(os.path.join(options.report, name), "w", encoding="utf-8") as file:
                file.write(text)
        say(f"written: {options.report}/REPORT.md and cdf.svg")
    return exit_code(results)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (scenarios.Unsupported, predict.PredictionFailed, RuntimeError) as failure:
        say(str(failure))
        sys.exit(2)
