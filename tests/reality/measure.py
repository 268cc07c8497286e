"""Runs settings on the real system, several at once, and sums up what their customers saw."""

import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field

from stack import Stack

HERE = os.path.dirname(os.path.abspath(__file__))
LEAD = 2.5  # seconds in which the load programs start


def quantile(values, share):
    """The smallest value that at least `share` of the values do not exceed; None of none."""
    if not values:
        return None
    ordered = sorted(values)
    index = min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))
    return ordered[index]


@dataclass
class Measured:
    """What one setting's customers saw; times in seconds."""

    requests: int
    success: float
    tries: float
    p50: float | None
    p99: float | None
    latencies: list = field(repr=False)  # of successes
    outcomes: dict
    late: float  # 99 % of the load's own starts were not later than this
    timer: float  # 99 % of a 10 ms timer's wake-ups were not later than this
    fault_at: float | None = None  # when it really began and ended, after the warm-up
    fault_end: float | None = None

    @property
    def noise(self):
        """What this machine adds to a latency now and then."""
        return max(self.late, self.timer)


class Load:
    """A load program that has been started."""

    def __init__(self, port, start, *, seed, rate, warmup, duration, drain, try_timeout=None,
                 retries=0, backoff_base=0.0, backoff_max=0.0, jitter="full", client="aiohttp"):
        self.spec = {
            "url": f"http://127.0.0.1:{port}/", "port": port, "start": start, "seed": seed,
            "rate": rate, "warmup": warmup, "duration": duration, "drain": drain,
            "try_timeout": try_timeout, "retries": retries, "backoff_base": backoff_base,
            "backoff_max": backoff_max, "jitter": jitter, "client": client,
        }
        self.process = subprocess.Popen(
            ["/usr/bin/python3", os.path.join(HERE, "load.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def result(self):
        """Waits for the end; the customers who were meant to come in the measured time."""
        length = self.spec["warmup"] + self.spec["duration"] + self.spec["drain"]
        text, _ = self.process.communicate(
            json.dumps(self.spec).encode(), timeout=length + LEAD + 60)
        if self.process.returncode != 0:
            raise RuntimeError("a load program failed; its message is above")
        answer = json.loads(text)
        chosen = [r for r in answer["requests"] if 0.0 <= r[0] < self.spec["duration"]]
        return chosen, answer["timer"]


def summarise(chosen, timer):
    """The figures of the customers of one load."""
    successes = [r[2] for r in chosen if r[4] == "ok"]
    outcomes = {}
    for row in chosen:
        outcomes[row[4]] = outcomes.get(row[4], 0) + 1
    late = [r[1] if r[1] is not None else 1.0 for r in chosen]
    return Measured(
        requests=len(chosen), success=len(successes) / len(chosen),
        tries=sum(r[3] for r in chosen) / len(chosen),
        p50=quantile(successes, 0.5), p99=quantile(successes, 0.99), latencies=sorted(successes),
        outcomes=outcomes, late=quantile(late, 0.99), timer=quantile(timer, 0.99))


def sleep_until(instant):
    """Sleeps until a monotonic instant."""
    time.sleep(max(0.0, instant - time.monotonic()))


def strike(stack, fault, zero):
    """Does what the fault says, at its time; returns when it really began and ended, after zero."""
    sleep_until(zero + fault.at)
    begin = time.monotonic()
    if fault.kind == "pause":
        stack.gunicorn.strike(signal.SIGSTOP)
        sleep_until(zero + fault.at + fault.length)
        stack.gunicorn.strike(signal.SIGCONT)
        end = time.monotonic()
    elif fault.kind == "crash":
        start_up = stack.gunicorn.start_up
        stack.gunicorn.kill()
        sleep_until(zero + fault.at + fault.length - start_up)
        since = time.monotonic()
        stack.gunicorn.start()
        end = stack.gunicorn.await_start(since)
    else:
        stack.set_delay(fault.delay)
        sleep_until(zero + fault.at + fault.length)
        stack.set_delay(0.0)
        end = time.monotonic()
    return begin - zero, end - zero


class Run:
    """One setting under way: its servers, its load, its fault."""

    def __init__(self, folder, scenario, seed):
        self.scenario = scenario
        self.seed = seed
        self.times = (None, None)
        self.stack = Stack(
            folder, slots=scenario.slots, p50=scenario.p50, p99=scenario.p99, seed=seed,
            proxied=scenario.proxied, queue=scenario.queue, abort=scenario.cancel == "immediate")

    def begin(self, start):
        """Starts the load and the thread that strikes."""
        s = self.scenario
        self.load = Load(
            self.stack.port, start, seed=self.seed, rate=s.rate, warmup=s.warmup,
            duration=s.duration, drain=s.drain, try_timeout=s.try_timeout, retries=s.retries,
            backoff_base=s.backoff_base, backoff_max=s.backoff_max, jitter=s.jitter,
            client="aiohttp" if s.jitter == "full" else "urllib3")
        self.striker = threading.Thread(target=self._strike, args=(start + s.warmup,))
        self.striker.start()

    def _strike(self, zero):
        if self.scenario.fault is not None:
            self.times = strike(self.stack, self.scenario.fault, zero)

    def finish(self):
        """Waits for the end."""
        measured = summarise(*self.load.result())
        self.striker.join()
        measured.fault_at, measured.fault_end = self.times
        return measured


def run_together(folder, scenarios, seed):
    """Measures some scenarios at the same time; a list of Measured in their order."""
    runs = [Run(folder, scenario, seed + i) for i, scenario in enumerate(scenarios)]
    entered = []
    try:
        for run in runs:
            entered.append(run.stack.__enter__())
        start = time.monotonic() + LEAD
        for run in runs:
            run.begin(start)
        results = [None] * len(runs)
        threads = [
            threading.Thread(target=lambda i=i, run=run: results.__setitem__(i, run.finish()))
            for i, run in enumerate(runs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if None in results:
            raise RuntimeError("a setting could not be measured; its message is above")
        return results
    finally:
        for stack in entered:
            stack.__exit__()


@dataclass
class Floor:
    """What the machine adds to a request; seconds. `own` holds a slot, `network` does not."""

    own: float
    network: float


def _calibrate(stack, slots, work, results, key, seed):
    """Alone: latency beyond the work. Crowded: time between replies beyond work over slots."""
    alone = Load(stack.port, time.monotonic() + 1.0, seed=seed, rate=12.0, warmup=0.5, duration=4.0,
                 drain=0.0)
    chosen, _ = alone.result()
    beyond = quantile([r[2] for r in chosen if r[4] == "ok"], 0.5) - work
    crowd = Load(stack.port, time.monotonic() + 1.0, seed=seed, rate=1.25 * slots / work,
                 warmup=0.5, duration=3.5, drain=1.5)
    chosen, _ = crowd.result()
    ends = sorted(r[0] + r[2] for r in chosen if r[4] == "ok")
    ends = [end for end in ends if 0.5 <= end <= 3.5]
    own = slots * (ends[-1] - ends[0]) / (len(ends) - 1) - work
    own = min(max(own, 0.0), max(beyond, 0.0))
    results[key] = Floor(own, max(beyond - own, 0.0002))


def calibrate(folder, slots, work=0.05):
    """The floors of both stacks, {proxied: Floor}, by requests of a known, constant work."""
    results, threads, stacks = {}, [], []
    try:
        for proxied in (False, True):
            stack = Stack(folder, slots=slots, p50=work, p99=work, seed=90 + proxied,
                          proxied=proxied)
            stacks.append(stack.__enter__())
            arguments = (stack, slots, work, results, proxied, 77 + proxied)
            threads.append(threading.Thread(target=_calibrate, args=arguments))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for stack in stacks:
            stack.__exit__()
    if len(results) != 2:
        raise RuntimeError("the floor could not be measured; the message is above")
    return results
