"""The web shop with its four strategies, faults and twins; and whether `plan` knew how long."""

import json
import re

from . import children
from .numbers import median, millions, table
from .suite import SLO_CODES

SHOP = "scenarios/webshop.yaml"
WARMUP_AND_DRAIN_S = 90


def measure(suite):
    duration = ["--set", "experiment.duration=7m"] if suite.quick else []
    calls_per_event = count_calls(suite)
    shop, flat = [], []
    for round_number in range(1, suite.rounds + 1):
        child = children.run(suite.firedrill_run(SHOP, *duration), SLO_CODES)
        told = json.loads(child.out)
        shop.append(told["provenance"]["events"] / child.cpu_s)
        suite.check_hash(f"webshop/{'7m' if suite.quick else '12m'}", told["fingerprint"])
        flat.append(flat_events_per_s(suite, round_number))
        children.say(f"webshop: round {round_number}: {millions(shop[-1])} events/s,",
                     f"flat M/M/8 {millions(flat[-1])}")
    ratio = median([a / b for a, b in zip(shop, flat)])
    calls = median(shop) * calls_per_event
    suite.results["webshop"] = {"events_per_s": median(shop), "rounds": shop, "calls_per_s": calls,
                                "flat_mm8_events_per_s": median(flat), "ratio": ratio}
    suite.tables.append(("Web shop, four strategies, faults and twins", table(
        ["program", "events/s", "against flat M/M/8", "calls/s", "calls per flat M/M/8 request"],
        [["firedrill", millions(median(shop)), f"{ratio:.3f}", millions(calls),
          f"{2 * calls / median(flat):.3f}"],
         ["flat M/M/8, for scale", millions(median(flat)), "1", "", ""]])))
    suite.require("Web shop: events/s against flat M/M/8's", ">= 0.4 (8 M of 20 M)",
                  f"{ratio:.3f} ({millions(median(shop))} of {millions(median(flat))})",
                  ratio >= 0.4)


def flat_events_per_s(suite, seed):
    requests = suite.scaled(10_000_000)
    child = children.run([suite.bench("bench_flat"), "--requests", str(requests), "--seed",
                          str(seed)])
    return json.loads(child.out)["events"] / child.cpu_s


def count_calls(suite):
    """Tries that reach a service, per event: of the runs with the fault and of their twins."""
    child = children.run(suite.firedrill_run(SHOP, "--set", "experiment.duration=7m"), SLO_CODES)
    told = json.loads(child.out)
    calls = 0.0
    for strategy in told["strategies"]:
        tries = {}
        for edge in strategy["edges"]:
            tries[edge["callee"]] = tries.get(edge["callee"], 0) + edge["attempts"]["value"]
        calls += sum(tries.values())
        for service in strategy["services"]:
            calls += tries[service["name"]] / service["amplification"]["value"]
    return calls * (1 + WARMUP_AND_DRAIN_S / told["duration"]) / told["provenance"]["events"]


def seconds_said(pattern, text):
    """The first `40 s`, `12 min` or `1.5 h` where the pattern has TIME."""
    said = re.search(pattern.replace("TIME", r"([0-9.]+)\s+(s|min|h)\b"), text)
    return float(said[1]) * {"s": 1, "min": 60, "h": 3600}[said[2]] if said else None


def measure_plan(suite):
    """Four strategies, ten replications, twins: the time that `plan` says, and the real one."""
    options = ["--set", "experiment.replications=10"]
    if suite.quick:
        options = ["--set", "experiment.replications=2", "--set", "experiment.duration=7m"]
    plan = children.run([suite.firedrill, "plan", suite.root / SHOP, *options])
    study_s = seconds_said(r"Estimate:\s+TIME", plan.out)
    # Of `--json`: it has a request.
    report_s = seconds_said(r"takes\s+up\s+to\s+TIME\s+more", plan.out)
    if study_s is None or report_s is None:
        suite.problem("`plan` of the web shop says no time")
        return
    predicted = study_s + report_s
    children.say(f"plan: the web shop should take {predicted:.0f} s (said in {plan.cpu_s:.1f} s)")
    child = children.run([suite.firedrill, "run", suite.root / SHOP, *options, "--json"], SLO_CODES)
    real, events = child.wall_s, json.loads(child.out)["provenance"]["events"]
    suite.results["plan"] = {"predicted_s": predicted, "real_s": real, "cpu_s": child.cpu_s,
                             "events": events, "plan_cpu_s": plan.cpu_s}
    suite.tables.append(("The time that `plan` predicts", table(
        ["web shop, strategies x runs with twins", "predicted, s", "real, s", "real / predicted",
         "events/s of CPU, with `why`"],
        [["4 x 2 of 7 min" if suite.quick else "4 x 10", f"{predicted:.0f}", f"{real:.1f}",
          f"{real / predicted:.2f}", millions(events / child.cpu_s)]])))
    suite.require("Web shop, 4 strategies x 10: real / predicted time", "0.7 to 1.3",
                  f"{real / predicted:.2f}", 0.7 <= real / predicted <= 1.3)
