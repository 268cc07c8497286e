"""Calls that are made several times at once: hedges, fan-outs, quorums."""
import math

from .case import Case, Figure
from .writing import scenario

EXPONENTIAL = "{mean: 10ms, shape: exponential}"


def listed(callee, times):
    """Parallel calls of one endpoint."""
    return "[[" + ", ".join([callee] * times) + "]]"


def hedges():
    """min(T1, d + T2), T independent, no load."""
    exponential = Case(
        "hedge_exp", "hedging", quick=True,
        scenario=scenario(
            {"leaf": f"{{replicas: 2, concurrency: unlimited, latency: {EXPONENTIAL}}}"},
            {"people": "{rate: 1000/s, mix: {call: 100%}, policy: {hedge: {delay: 20ms, most: 1}}}"},
            warmup="1s", duration="50s", replications=30),
        wrong={"why": "one hedge too many",
               "set": ["workload.people.policy.hedge.most=2"]},
        figures=[
            Figure("mean latency", "journeys.0.latency.mean"),
            Figure("P99 latency", "journeys.0.latency.p99", "p99"),
            Figure("extra requests fraction", "edges.0.hedges / edges.0.calls"),
        ])
    sigma = math.sqrt(math.log(5))
    delay = math.exp(math.log(0.01) - sigma ** 2 / 2 + sigma * 1.6448536269514722)
    lognormal = Case(
        "hedge_lognormal", "hedging", quick=True,
        scenario=scenario(
            {"leaf": "{replicas: 2, concurrency: unlimited, latency: {mean: 10ms, cv: 2}}"},
            {"hedged": "{rate: 1000/s, mix: {call: 100%}, policy: "
                       f"{{hedge: {{delay: {round(delay * 1e9)}ns, most: 1}}}}}}",
             "plain": "{rate: 1000/s, mix: {call: 100%}}"},
            warmup="1s", duration="60s", replications=40),
        wrong={"why": "the delay is the median", "set": ["workload.hedged.policy.hedge.delay=4472us"]},
        figures=[
            Figure("P99 unhedged", "journeys.plain.latency.p99", "p99"),
            Figure("P99 hedged", "journeys.hedged.latency.p99", "p99"),
            Figure("P99.9 hedged", "journeys.hedged.latency.p999", "p99"),
            Figure("mean hedged", "journeys.hedged.latency.mean"),
        ])
    return [exponential, lognormal]


def fork_join():
    """The slowest of n."""
    cases = []
    for leaves, rate in ((10, 400), (100, 40)):
        cases.append(Case(
            f"forkjoin_max{leaves}", "fan-out", quick=True,
            scenario=scenario(
                {"web": "{concurrency: unlimited, latency: 0ms, endpoints: "
                        f"{{ask: {listed('leaf', leaves)}}}}}",
                 "leaf": f"{{concurrency: unlimited, latency: {EXPONENTIAL}}}"},
                {"people": f"{{rate: {rate}/s, mix: {{ask: 100%}}}}"},
                warmup="1s", duration="30s", replications=30),
            wrong={"why": "one leaf too many",
                   "set": [f"services.web.endpoints.ask={listed('leaf', leaves + 1)}"]},
            figures=[
                Figure("mean", "journeys.0.latency.mean"),
                Figure("P99", "journeys.0.latency.p99", "p99"),
            ]))
    return cases


def fork_join_queues():
    """Two queues that every request waits for."""
    cases = []
    for name, rate, duration in (("forkjoin_q2", 80, "15m"), ("forkjoin_q2_rho50", 50, "5m")):
        station = f"{{concurrency: 1, latency: {EXPONENTIAL}}}"
        cases.append(Case(
            name, "fan-out", quick=rate == 50,
            scenario=scenario(
                {"web": "{concurrency: unlimited, latency: 0ms, endpoints: {ask: [[left, right]]}}",
                 "left": station, "right": station},
                {"people": f"{{rate: {rate}/s, patience: none, mix: {{ask: 100%}}}}"},
                warmup="20s", duration=duration, replications=40),
            wrong={"why": "one after the other",
                   "set": ["services.web.endpoints.ask=[left, right]"]},
            figures=[Figure("mean response", "journeys.0.latency.mean")]))
    return cases


def tail_at_scale():
    """A request is slow when one of its leaves is: those who wait for half a second only."""
    cases = []
    for leaves, per_parent, rate, slow in ((100, 10, 200, "1%"), (2000, 50, 8, "0.01%")):
        cases.append(Case(
            f"tail_fanout_{leaves}", "fan-out",
            scenario=scenario(
                {"root": "{concurrency: unlimited, latency: 0ms, endpoints: "
                         f"{{ask: {listed('parent', leaves // per_parent)}}}}}",
                 "parent": "{concurrency: unlimited, latency: 0ms, endpoints: "
                           f"{{ask: {listed('leaf', per_parent)}}}}}",
                 "leaf": "{concurrency: unlimited, latency: 10ms}"},
                {"people": f"{{rate: {rate}/s, patience: 500ms, mix: {{ask: 100%}}}}"},
                faults={"hiccups": "{at: 0s, for: 20s, service: leaf, effect: "
                                   f"{{slow: 100x, share: {slow}}}}}"},
                warmup="5s", duration="20s", replications=30),
            wrong={"why": "one leaf of each parent too few", "set": [
                f"services.parent.endpoints.ask={listed('leaf', per_parent - 1)}"]},
            figures=[Figure(
                "P(any leaf slow)", "1 - journeys.0.success", "rare" if leaves == 2000 else "mean",
                note="a slow leaf takes 1 s, and customers leave after 0.5 s")]))
    return cases


def quorum():
    """All of five are asked, the third reply counts."""
    return [Case(
        "quorum_3of5", "fan-out", quick=True, driver="quorum", runs=30,
        parameters={"replicas": 5, "needed": 3, "requests": 20000, "mean_s": 0.01},
        wrong={"why": "waits for one reply more", "parameters": {"needed": 4}},
        figures=[Figure("mean")])]


CASES = quorum() + hedges() + fork_join() + fork_join_queues() + tail_at_scale()
