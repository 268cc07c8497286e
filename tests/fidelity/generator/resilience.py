"""Systems that lose a part: what is left, who notices, and who does not recover."""
from .case import Case, Figure
from .writing import scenario


def static_stability():
    """One of z zones is lost; the others carry its load without anybody doing anything."""
    cases = []
    for zones in (2, 3, 4):
        names = ", ".join(f"z{i + 1}" for i in range(zones))
        server = "{replicasPerZone: 1, concurrency: 100, latency: 1ms, routing: any, restart: 0s}"
        cases.append(Case(
            f"static_stability_{zones}az", "static stability", quick=zones < 4,
            scenario=scenario(
                {"web": "{placement: {z1: 1}, concurrency: unlimited, latency: 0ms, "
                        "endpoints: {ask: [[calm, struck]]}}",
                 "calm": server, "struck": server},
                {"people": "{rate: 1000/s, mix: {ask: 100%}}"},
                regions={"local": f"{{zones: [{names}]}}"},
                policy={"loadBalancing": "random", "retries": 3, "backoff": "none",
                        "previousHosts": "avoid"},
                faults={"loss": f"{{at: 0s, for: 30s, service: struck, zone: z{zones}, effect: crash}}"},
                warmup="10s", duration="30s", replications=30),
            wrong={"why": "one zone more than is said", "set": [
                f"regions.local.zones=[{names}, z{zones + 1}]"]},
            figures=[Figure(
                "over-provision needed",
                "100 * (services.struck.utilisation / services.calm.utilisation - 1)",
                note="how much busier the replicas that are left are than those of a service that "
                     "is called as often and has lost none")]))
    return cases


def detection():
    """Probes every 10 s; three that have no answer within 2 s."""
    return [Case(
        "healthcheck", "health checks", quick=True,
        scenario=scenario(
            {"web": "{concurrency: unlimited, latency: 0ms, endpoints: {ask: [server]}}",
             "server": "{concurrency: unlimited, latency: 0ms, restart: 0s, healthCheck: "
                       "{interval: 10s, failAfter: 3, timeout: 2s}}"},
            {"people": "{rate: 100/s, mix: {ask: 100%}, patience: 100ms}"},
            faults={"freeze": "{at: 20s, every: 100s, jitter: 5s, for: 60s, service: server, effect: pause}"},
            warmup="10s", duration="1000s", replications=40),
        wrong={"why": "the third probe is counted at its start",
               "set": ["services.server.healthCheck.timeout=1ms"]},
        figures=[Figure("mean detection delay", "journeys.0.outcomes.abandoned / 1000",
                        note="customers who came in vain before it was noticed; ten outages, each "
                             "at a random moment, and 100 customers a second")])]


def metastable():
    """280 requests/s, one retry after 1 s, nobody cancels, 300/s at most: after an outage nothing
    is answered in time any more."""
    return [Case(
        "hotos21_fluid", "metastability", quick=True,
        scenario=scenario(
            {"server": "{concurrency: 3, queue: unlimited, latency: {mean: 10ms, shape: exponential}, restart: 0s}"},
            {"people": "{rate: 280/s, patience: none, mix: {call: 100%}, policy: "
                       "{perTryTimeout: 1s, retries: 1, backoff: none}}"},
            faults={"outage": "{at: 0s, for: 30s, service: server, effect: pause}"},
            warmup="10s", duration="300s", drain="10s", replications=30),
        wrong={"why": "work is cancelled when its caller gives up",
               "set": ["workload.people.policy.cancel=immediate"]},
        figures=[
            Figure("offered load in the failed state",
                   "journeys.0.phases.after.tries * journeys.0.phases.after.offered / 270",
                   note="in the 270 s after an outage of 30 s"),
            Figure("load below which it recovers",
                   "services.server.throughput * 300 / 270 / journeys.0.phases.after.tries",
                   note="the load at which the failed state asks for what the server completes "
                        "in it: completions over tries per request"),
        ])]


CASES = static_stability() + detection() + metastable()
