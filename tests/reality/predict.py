"""firedrill's prediction of a setting, from the JSON of `firedrill run`."""

import json
import math
import subprocess
from dataclasses import dataclass, field

RUNS = 200
STUDENT = 1.972  # 97.5 % quantile of Student's t with RUNS - 1 degrees of freedom
# Where the distribution is compared: 20 ms to 5 s, in equal ratios.
GRID = [0.02 * 250.0 ** (i / 23.0) for i in range(24)]


class PredictionFailed(Exception):
    """firedrill did not run the scenario; the text is its message."""


@dataclass
class Figure:
    """A predicted figure: the mean over the runs, and how much one run differs by luck (1 s.d.)."""

    value: float
    luck: float


@dataclass
class Predicted:
    """The figures of one setting; None where a run has too few successes for a percentile."""

    success: Figure
    tries: Figure
    p50: Figure | None
    p99: Figure | None
    within: list = field(repr=False)  # share of all requests that succeed within each of GRID


def _figure(entry):
    """`{value, low, high}` of a mean over the runs, as a Figure."""
    if entry["value"] is None:
        return None
    half = max(entry["high"] - entry["value"], entry["value"] - entry["low"])
    return Figure(entry["value"], half / STUDENT * math.sqrt(RUNS))


def overrides(scenario, floor, measured):
    """What the machine itself decides: the floor, and when the fault really was."""
    own = {
        "services.api.latency.p50": f"{(scenario.p50 + floor.own) * 1e3:.3f}ms",
        "services.api.latency.p99": f"{(scenario.p99 + floor.own) * 1e3:.3f}ms",
        "workload.customers.access": f"{floor.network / 2 * 1e3:.3f}ms",
    }
    if scenario.fault is not None:
        prefix = f"faults.{scenario.fault.name}."
        own[prefix + "at"] = f"{measured.fault_at * 1e3:.0f}ms"
        own[prefix + "for"] = f"{(measured.fault_end - measured.fault_at) * 1e3:.0f}ms"
    return own


def predict(firedrill, scenario, changes):
    """Runs the scenario with `changes` (path -> value)."""
    command = [firedrill, "run", scenario.path, "--json", "--quiet", "--runs", str(RUNS)]
    for i, limit in enumerate(GRID):
        command += ["--set", f"slos.w{i:02}=get.p50 <= {limit * 1e3:.3f}ms"]
    for path, value in changes.items():
        command += ["--set", f"{path}={value}"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1, 3):
        raise PredictionFailed(f"{scenario.path}: {run.stderr}")
    document = json.loads(run.stdout)
    journey = document["strategies"][0]["journeys"][0]
    shares = {slo["name"]: slo["within"]["value"] for slo in document["slos"]}
    return Predicted(
        success=_figure(journey["success"]), tries=_figure(journey["tries"]),
        p50=_figure(journey["latency"]["p50ok"]), p99=_figure(journey["latency"]["p99ok"]),
        within=[shares[f"w{i:02}"] for i in range(len(GRID))])
