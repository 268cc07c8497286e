"""One station: servers, waiting room, order, work, patience."""
from . import balancing, changing, networks, priorities
from .case import Case, Figure
from .stations import EXPONENTIAL, NUMBER, exponential, open_queue

SOJOURN = "services.server.sojourn.mean"
WAIT = "services.server.wait.mean"
POSITIVE = "services.server.wait.positive"
P99_SOJOURN = Figure("P99 sojourn", "services.server.sojourn.p99", "p99")
P99_WAIT = Figure("P99 wait", "services.server.wait.p99", "p99")
MEAN_WAIT = Figure("mean wait Wq", WAIT)


def mm1():
    """One server, exponential work."""
    figures = [
        Figure("mean sojourn W", SOJOURN),
        MEAN_WAIT,
        Figure("mean number L", NUMBER),
        P99_SOJOURN,
        P99_WAIT,
    ]
    return [
        Case("mm1_rho80", "queue", figures, quick=True,
             scenario=open_queue(80, [EXPONENTIAL], "15m", replications=40),
             wrong={"why": "the work takes 3 % longer",
                    "set": ["services.server.latency.mean=10.3ms"]}),
        Case("mm1_rho95", "queue", figures,
             scenario=open_queue(95, [EXPONENTIAL], "150m", "2m")),
        Case("mm1_goodput_timeout", "impatience", quick=True,
             scenario=open_queue(80, [EXPONENTIAL], "10m", patience="100ms"),
             wrong={"why": "a reply may take 5 % longer",
                    "set": ["workload.people.patience=105ms"]},
             figures=[Figure("fraction of requests answered in time", "journeys.0.success")]),
    ] + crowds()


def crowds():
    """How likely a number of requests is: the engine is looked at many times."""
    note = "a running service of the engine, 100 replicas with customers of their own, is looked at"
    return [
        Case(f"mm1_rho{rate}_number", "queue", driver="crowd", runs=40, quick=quick,
             parameters={"replicas": 100, "rate": rate, "work": 0.01, "choices": 1, "atLeast": 10,
                         "warmup": warmup, "duration": duration, "every": every},
             figures=[Figure("P(N>=10)", truth=f"mm1_rho{rate}", note=note)])
        for rate, warmup, duration, every, quick in [(80, 10, 60, 0.2, False),
                                                     (95, 90, 120, 2, False)]
    ]


def multi_server():
    """Several servers and one queue."""
    figures = [
        Figure("P(wait) (Erlang C)", POSITIVE),
        MEAN_WAIT,
        Figure("mean sojourn W", SOJOURN),
        P99_WAIT,
        P99_SOJOURN,
    ]
    separate = {"why": "a queue for each server instead of a shared one",
                "set": ["services.server.concurrency=1", "services.server.replicas=2",
                        "workload.people.policy.loadBalancing=random"]}
    return [
        Case("mmc_c2", "multi-server", figures, quick=True, wrong=separate,
             scenario=open_queue(150, [EXPONENTIAL], "5m", servers=2)),
        Case("mmc_c8", "multi-server", figures,
             scenario=open_queue(700, [EXPONENTIAL], "4m", servers=8)),
        Case("mmc_c50", "multi-server", figures,
             scenario=open_queue(4700, [EXPONENTIAL], "5m", servers=50)),
    ]


def loss():
    """A waiting room that fills, or none."""
    figures = [
        Figure("loss probability", "1 - journeys.0.success"),
        Figure("throughput", "services.server.throughput"),
        Figure("mean sojourn of admitted", "journeys.0.latency.mean"),
        Figure("P99 sojourn of admitted", "journeys.0.latency.p99ok", "p99"),
    ]
    blocking = [Figure("blocking probability", "1 - journeys.0.success", truth="erlang_b")]
    return [
        Case("mmck_c4_K10", "loss", figures, quick=True,
             scenario=open_queue(450, ["queue: 6", EXPONENTIAL], "2m", servers=4),
             wrong={"why": "one more may wait", "set": ["services.server.queue=7"]}),
        Case("mmck_c1_K20", "loss", figures, quick=True,
             scenario=open_queue(120, ["queue: 19", EXPONENTIAL], "10m")),
        Case("erlang_b", "loss", blocking, quick=True,
             scenario=open_queue(80, ["queue: 0", exponential("100ms")], "5m", servers=10)),
        Case("erlang_b_lognormal", "loss", blocking, quick=True,
             scenario=open_queue(80, ["queue: 0", "latency: {mean: 100ms, cv: 2}"], "10m",
                                 servers=10)),
    ]


def general_service():
    """Work that is not exponential, arrivals that are not Poisson."""
    return [
        Case("md1", "general service", quick=True,
             scenario=open_queue(80, ["latency: 10ms"], "10m"),
             figures=[MEAN_WAIT, Figure("P(wait=0)", f"1 - {POSITIVE}"), P99_WAIT, P99_SOJOURN]),
        Case("mdc", "general service", quick=True,
             scenario=open_queue(340, ["latency: 10ms"], "5m", servers=4),
             figures=[MEAN_WAIT, Figure("P(wait)", POSITIVE), P99_WAIT]),
        Case("mg1_lognormal", "general service",
             scenario=open_queue(70, ["latency: {mean: 10ms, cv: 2}"], "14h", "1m"),
             wrong={"why": "the squared coefficient of variation is taken for the coefficient",
                    "set": ["services.server.latency.cv=4"]},
             figures=[
                 MEAN_WAIT,
                 Figure("std of wait", "services.server.wait.sd"),
                 Figure("P99 wait", "services.server.wait.p99", "p99", allowance="0.1%",
                        note="the exact value is itself known to 0.1 %"),
             ]),
        Case("mg1_h2", "general service",
             scenario=open_queue(
                 70, ["latency: {hyperexponential: {means: [5ms, 55ms], shares: [90%, 10%]}}"],
                 "30m", "1m"),
             figures=[MEAN_WAIT, P99_WAIT]),
        Case("mg1_bpareto", "general service",
             scenario=open_queue(100, ["latency: {pareto: {min: 2ms, alpha: 1.5, max: 2s}}"],
                                 "4h", "1m"),
             figures=[
                 Figure("mean service", f"{SOJOURN} - {WAIT}"),
                 MEAN_WAIT,
             ]),
        Case("me4_1", "general service", quick=True,
             scenario=open_queue(80, ["latency: {erlang: {mean: 10ms, k: 4}}"], "10m"),
             figures=[MEAN_WAIT]),
        Case("dm1", "general service", quick=True,
             scenario=open_queue(80, [EXPONENTIAL], "10m", arrivals="regular"),
             figures=[MEAN_WAIT, P99_SOJOURN]),
        Case("mxm1", "batch", driver="batchArrivals", runs=40, quick=False,
             parameters={"rate": 20, "meanBatch": 4, "work": 0.01, "geometric": 1, "warmup": 60,
                         "duration": 3000},
             wrong={"why": "all batches are of the mean size", "parameters": {"geometric": 0}},
             figures=[Figure("mean number in system"), Figure("mean sojourn of a request")]),
    ]


def disciplines():
    """Who is served, and who is next."""
    sharing = ["discipline: processorSharing", "cores: 1"]
    return [
        Case("mm1ps", "processor sharing",
             scenario=open_queue(80, sharing + [EXPONENTIAL], "1h", servers="unlimited"),
             wrong={"why": "one after the other instead of all at once",
                    "set": ["services.server.concurrency=1"]},
             figures=[
                 Figure("mean sojourn", SOJOURN),
                 Figure("std of sojourn", "services.server.sojourn.sd"),
                 P99_SOJOURN,
             ]),
        Case("mm1ps_size", "processor sharing",
             scenario=f"""version: 1
services:
  server:
    concurrency: unlimited
    discipline: processorSharing
    cores: 1
    {EXPONENTIAL}
    endpoints:
      serve: []
      fixed: {{latency: 30ms}}
workload:
  people: {{rate: 74/s, patience: none, mix: {{serve: 100%}}}}
  tagged: {{rate: 2/s, patience: none, mix: {{fixed: 100%}}}}
experiment: {{warmup: 30s, duration: 20m, drain: 10s, replications: 40, seed: 1}}
""",
             figures=[
                 Figure("E[T | size x=30 ms]", "journeys.tagged.latency.mean", truth="mm1ps",
                        note="2/s of 30 ms beside 74/s of 10 ms: the same load, and to M/G/1-PS "
                             "only the load matters"),
             ]),
        Case("mm1lifo", "lifo",
             scenario=open_queue(80, ["queueOrder: lifo", EXPONENTIAL], "2h"),
             wrong={"why": "the first instead of the last", "set": ["services.server.queueOrder=fifo"]},
             figures=[MEAN_WAIT, Figure("std of wait", "services.server.wait.sd"), P99_WAIT]),
        Case("mm1_sjf", "priority", driver="shortestJobFirst", runs=40, quick=False,
             parameters={"rate": 80, "work": 0.01, "shortestFirst": 1, "warmup": 30,
                         "duration": 1500},
             wrong={"why": "in the order in which they come", "parameters": {"shortestFirst": 0}},
             figures=[Figure("mean wait Wq")]),
    ]


def impatience():
    """Customers who leave the queue."""
    left = "services.server.shed / journeys.0.offered"
    waited = f"{POSITIVE} * (1 - {left}) + {left}"
    note = "of those who were served, and all who left"
    return [
        Case("erlang_a", "impatience", quick=True,
             scenario=open_queue(110, [exponential("100ms"),
                                       "maxWait: {shape: exponential, mean: 200ms}"],
                                 "10m", servers=10),
             wrong={"why": "everybody has the mean patience",
                    "set": ["services.server.maxWait=200ms"]},
             figures=[
                 Figure("P(abandon)", left),
                 Figure("P(wait>0)", waited, note=note),
                 Figure("mean queue length", "services.server.queueLength"),
                 Figure("mean time in queue (all arrivals)",
                        "services.server.queueLength * 600 / journeys.0.offered",
                        note="Little's law: time integral of the queue, per arrival"),
                 Figure("throughput (served)", "services.server.throughput"),
             ]),
        Case("mmc_plus_D", "impatience", quick=True,
             scenario=open_queue(420, [EXPONENTIAL, "maxWait: 50ms"], "5m", servers=4),
             figures=[Figure("P(abandon)", left), Figure("P(wait>0)", waited, note=note)]),
        Case("mm1_plus_D", "impatience", quick=True,
             scenario=open_queue(90, [EXPONENTIAL, "maxWait: 50ms"], "10m"),
             figures=[Figure("P(abandon)", left)]),
    ]


CASES = (mm1() + multi_server() + loss() + general_service() + disciplines() + impatience()
         + networks.CASES + priorities.CASES + balancing.CASES + changing.CASES)
