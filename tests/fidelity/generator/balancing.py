"""Which of several queues."""
from .case import Case, Figure
from .stations import EXPONENTIAL, experiment

FINITE = "1000 replicas differ from infinitely many: about 0.15 % (METHOD.md 12)"


def fleet(replicas, rate, policy, duration, warmup="20s"):
    """Replicas of one slot each that customers choose from."""
    return f"""version: 1
services:
  server:
    replicas: {replicas}
    concurrency: 1
    {EXPONENTIAL}
    endpoints: {{serve: []}}
workload:
  people:
    rate: {rate}/s
    patience: none
    mix: {{serve: 100%}}
    policy: {{{policy}}}
{experiment(duration, warmup)}"""


def compare(choices):
    """The least loaded of so many."""
    return f"loadBalancing: {{kind: leastRequest, choices: {choices}}}"


def crowd(name, choices):
    """How many replicas have at least three requests."""
    return Case(f"{name}_number", "load balancing", driver="crowd", runs=40,
                parameters={"replicas": 1000, "rate": 90, "work": 0.01, "choices": choices,
                            "atLeast": 3, "warmup": 3, "duration": 2, "every": 0.05},
                figures=[Figure("P(queue length>=3)", truth=name, allowance="0.3%", note=FINITE)])


CASES = [
    Case("pod_d1", "load balancing", figures=[Figure("mean sojourn", "journeys.0.latency.mean")],
         scenario=fleet(20, 1800, "loadBalancing: random", "4m", "30s")),
    Case("pod_d2", "load balancing",
         scenario=fleet(1000, 90000, compare(2), "2s", "3s"),
         wrong={"why": "any of the replicas instead of the better of two",
                "set": ["workload.people.policy.loadBalancing=random"]},
         figures=[Figure("mean sojourn", "journeys.0.latency.mean", allowance="0.2%",
                         note=FINITE)]),
    crowd("pod_d2", 2),
    Case("pod_d3", "load balancing",
         scenario=fleet(1000, 90000, compare(3), "2s", "3s"),
         figures=[Figure("mean sojourn", "journeys.0.latency.mean", allowance="0.2%",
                         note=FINITE)]),
    crowd("pod_d3", 3),
    Case("jsq2", "load balancing",
         scenario=fleet(2, 180, compare(2), "30m"),
         wrong={"why": "one queue for both", "set": ["services.server.replicas=1",
                                                     "services.server.concurrency=2"]},
         figures=[Figure("mean sojourn", "journeys.0.latency.mean")]),
    Case("redundancy_2of2", "load balancing", quick=True,
         scenario=fleet(2, 120, "hedge: {delay: 0ms, most: 1}, cancel: immediate", "5m"),
         wrong={"why": "every request to one of the servers", "set": ["workload.people.policy.hedge=none"]},
         figures=[Figure("mean sojourn", "journeys.0.latency.mean")]),
]
