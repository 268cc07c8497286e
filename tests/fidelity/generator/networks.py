"""Stations one after the other, with feedback, in a circle."""
from .case import Case, Figure
from .stations import chain, closed_queue, exponential

STATIONS = ["gateway", "auth", "app", "cache", "db", "queue"]


def mean(value):
    """Exponential work of that mean."""
    return f"{{shape: exponential, mean: {value}}}"


def open_networks():
    """Customers come and go."""
    return [
        Case("jackson6", "network", driver="jacksonNetwork", runs=40,
             parameters={"feedback": 1, "warmup": 20, "duration": 900},
             wrong={"why": "who would go back leaves", "parameters": {"feedback": 0}},
             figures=[Figure(f"arrival rate at {name}") for name in STATIONS]
             + [Figure(f"mean number at {name}") for name in STATIONS]
             + [Figure("mean end-to-end time")]),
        Case("tandem3", "network",
             scenario=chain([mean("8333333ns"), mean("7692308ns"), mean("6666667ns")],
                            ["rate: 100/s"], "20m"),
             wrong={"why": "a slot is held while the next station works",
                    "set": ["services.first.holds=whileCalling",
                            "services.second.holds=whileCalling"]},
             figures=[
                 Figure("mean end-to-end", "journeys.0.latency.mean"),
                 Figure("P99 end-to-end", "journeys.0.latency.p99", "p99"),
             ]),
        Case("tandem_md1_d", "network", quick=True,
             scenario=chain(["10ms", "8ms"], ["rate: 80/s"], "10m"),
             figures=[Figure("mean end-to-end", "journeys.0.latency.mean")]),
    ]


def closed_networks():
    """As many customers as there are, who think."""
    figures = [
        Figure("throughput", "services.server.throughput"),
        Figure("mean response", "journeys.0.latency.mean"),
    ]
    no_thinking = {"why": "nobody thinks", "set": ["workload.people.thinkTime=0ms"]}
    return [
        Case("repairman1", "closed loop", figures, quick=True, wrong=no_thinking,
             scenario=closed_queue(20, "1s", [exponential("80ms")], "20m")),
        Case("repairman3", "closed loop", figures, quick=True,
             scenario=closed_queue(30, "2s", [exponential("250ms")], "20m", servers=3)),
        Case("mva3", "closed loop", quick=True,
             scenario=chain([mean("20ms"), mean("50ms"), mean("35ms")],
                            ["users: 25", f"thinkTime: {mean('500ms')}"], "20m"),
             figures=[
                 Figure("throughput", "services.first.throughput"),
                 Figure("mean response (excl. think)", "journeys.0.latency.mean"),
             ]),
    ]


CASES = open_networks() + closed_networks()
