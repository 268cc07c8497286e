"""The report, as Markdown."""

import platform
import subprocess

from judge import DIFFERS, verdict
from predict import RUNS
from settings import NOISE_LIMIT

INTRODUCTION = """# firedrill beside a real system

Written by `tests/run --preset reality`. A real HTTP service on loopback, with real servers and
clients from Debian, does what the scenario files of this folder say; firedrill predicts the same
files.

* **Service**: gunicorn with eight threads (`gthread`), which sleep for log-normal times with a
  median of 50 ms and a p99 of 200 ms. Where the scenario has a bounded queue, or cancels, haproxy
  stands in front, and its `maxconn 8` is the limit. Both are set up from `firedrill plan`, so a
  figure stands once.
* **Load**: open loop. Arrivals are drawn before the run and latency counts from the intended
  instant. The client is aiohttp with tenacity's retries (full jitter); in `urllib3` it is urllib3
  with its own.
* **Faults** are real: SIGSTOP and SIGCONT, SIGKILL and a restart on the same port, a longer
  sleep. The times that were really seen are given to firedrill.
* **The floor** is measured first, with requests of constant work, and given to firedrill: what
  holds a slot beyond the sleep as own work, the rest as access time.
* **p50, p99** are of successful requests; a percentile needs as many as firedrill asks for.
  **luck** is one standard deviation of a single run of this length, from firedrill's
  replications: a real run is one run. The tolerances stand in `settings.py`, before the run; they
  cover three times the luck.
* **wrong model**: the same scenario with one setting changed has to be outside the tolerance, or
  the comparison would prove nothing.
"""

MEANINGS = """
## What the keys mean in a real system

* **`queue: unlimited`, fifo**: gunicorn's accept loop takes every connection and hands it to a
  thread pool whose queue has no end; what is not accepted yet waits in the kernel, in the same
  order.
* **`cancel: none`**: a client's close does not reach gunicorn before it writes the answer, so
  tries that were given up are served like others, also those that were accepted by the kernel
  while the process was stopped. haproxy without `abortonclose` does the same.
* **`cancel: immediate`**: haproxy with `abortonclose` drops a queued request when its client
  closes and frees the slot of a running one. The thread behind it sleeps on: the limit is
  haproxy's, not the thread's.
* **`queue: 8`**: haproxy answers 503 at once when eight wait (`http-request deny deny_status 503
  if { queue(api) ge 8 }`).
* **`pause`**: the kernel goes on accepting for a stopped process, so clients notice nothing but
  silence. A *sleep* goes on in a stopped process, unlike work: at most eight requests of a
  setting end sooner than firedrill says.
* **`crash`**: SIGKILL resets open connections, those that no thread has taken included; then the
  port refuses.
* Each try has a connection of its own (`Connection: close`): with keep-alive a server that closes
  an idle connection just as a request comes adds resets that belong to the connection's age, not
  to the scenario.
"""


def _number(metric, value):
    """A figure for people."""
    if value is None:
        return "–"
    if metric in ("p50", "p99"):
        return f"{value * 1e3:.1f} ms"
    return f"{value * 100:.2f} %" if metric == "success" else f"{value:.3f}"


def _luck(line):
    """Luck in the unit of the tolerance."""
    if line.predicted is None:
        return "–"
    return f"±{line.luck * 100:.1f} " + ("points" if line.metric == "success" else "%")


def _ratio(line):
    """Measured over predicted."""
    if not line.predicted or line.measured is None:
        return "–"
    return f"{line.measured / line.predicted:.3f}"


def _row(name, line):
    """One line of the table of figures."""
    unit = "points" if line.metric == "success" else "%"
    metric = {"tries": "tries per request"}.get(line.metric, line.metric)
    mark = "✓" if line.holds else "✗ differs"
    return (f"| {name} | {metric} | {_number(line.metric, line.measured)} | "
            f"{_number(line.metric, line.predicted)} | {_ratio(line)} | {_luck(line)} | "
            f"{line.tolerance * 100:g} {unit} | {mark} |")


def versions():
    """The packages that took part."""
    names = ["gunicorn", "haproxy", "python3-aiohttp", "python3-tenacity", "python3-urllib3"]
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}, ", *names],
        capture_output=True, text=True, check=False)
    return answer.stdout.rstrip(", ")


def _summary(results):
    """One line per setting."""
    rows = ["| setting | question | requests | verdict | wrong model | noise | measured |",
            "|---|---|--:|---|---|--:|--:|"]
    for r in results:
        wrong = ", ".join(f"`{path.split('.')[-1]}: {value}`" for path, value in
                          r.setting.wrong.items())
        caught = "caught" if r.caught else "**not caught**"
        times = "once" if r.measurements == 1 else f"{r.measurements} times"
        rows.append(
            f"| [{r.setting.name}]({r.setting.name}.yaml) | {r.scenario.settings['question']} | "
            f"{r.measured.requests} | {verdict(r.lines, r.measured)} | {wrong} {caught} | "
            f"{r.measured.noise * 1e3:.1f} ms | {times} |")
    return rows


def _outcomes(results):
    """How the requests that failed ended."""
    rows = ["", "## How requests ended, measured", "", "| setting | |", "|---|---|"]
    for r in results:
        counts = sorted(r.measured.outcomes.items())
        outcomes = ", ".join(f"{name} {count}" for name, count in counts)
        rows.append(f"| {r.setting.name} | {outcomes} |")
    return rows


def write(results, floors, took, load):
    """The whole page."""
    lines = [line for r in results for line in r.lines]
    held = sum(line.holds for line in lines)
    bad = [r.setting.name for r in results if verdict(r.lines, r.measured) == DIFFERS]
    floor = "; ".join(
        f"{'haproxy and gunicorn' if proxied else 'gunicorn'}: own work {f.own * 1e3:.2f} ms, "
        f"network {f.network * 1e3:.2f} ms" for proxied, f in sorted(floors.items()))
    page = [INTRODUCTION.rstrip(), "", "## Result", "",
            f"**{held} of {len(lines)} figures of {len(results)} settings are within tolerance"
            + (f"; {', '.join(bad)} differ.**" if bad else ".**"), ""]
    page += _summary(results)
    page += ["", f"Floor: {floor}. Packages: {versions()}; Python {platform.python_version()}. "
             f"Load average at the start {load[0]:.1f}, at the end {load[1]:.1f}; the whole run "
             f"took {took:.0f} s. *noise*: 99 % of the load's starts and of a 10 ms timer's "
             f"wake-ups were not later than this; above {NOISE_LIMIT * 1e3:.0f} ms a setting is "
             f"measured once more, and one that still differs is not judged. Predictions: {RUNS} "
             "runs each.",
             "", "![measured and predicted distributions](cdf.svg)", "", "## Figures", "",
             "| setting | figure | measured | predicted | ratio | luck | tolerance | |",
             "|---|---|--:|--:|--:|--:|--:|---|"]
    page += [_row(r.setting.name, line) for r in results for line in r.lines]
    page += _outcomes(results)
    return "\n".join(page) + "\n" + MEANINGS
