"""Stations: one queue, several, networks of them."""
from .case import Case, Figure


def open_queue(rate, server, duration, warmup="20s", replications=20, seed=1):
    """One service that Poisson customers come to; `server` are lines of its keys."""
    keys = "".join(f"    {line}\n" for line in server)
    return f"""version: 1
services:
  server:
{keys}    endpoints: {{serve: []}}
workload:
  people: {{rate: {rate}/s, patience: none, mix: {{serve: 100%}}}}
experiment: {{warmup: {warmup}, duration: {duration}, drain: 10s, replications: {replications}, seed: {seed}}}
"""


EXPONENTIAL = "latency: {shape: exponential, mean: 10ms}"
NUMBER = "services.server.queueLength + services.server.working * services.server.slots"


def mm1():
    """One server, exponential work."""
    return [
        Case("mm1_rho80", "queue", quick=True,
             scenario=open_queue(80, ["concurrency: 1", EXPONENTIAL], "10m", replications=40),
             wrong={"why": "the work takes 3 % longer", "set": ["services.server.latency.mean=10.3ms"]},
             figures=[
                 Figure("mean sojourn W", "services.server.sojourn.mean"),
                 Figure("mean wait Wq", "services.server.wait.mean"),
                 Figure("mean number L", NUMBER),
                 Figure("P99 sojourn", "services.server.sojourn.p99", "p99"),
                 Figure("P99 wait", "services.server.wait.p99", "p99"),
             ]),
    ]


CASES = mm1()
