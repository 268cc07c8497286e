"""Rules that refuse calls: rate limits, circuit breakers, throttles, retry budgets, pools."""
from .case import Case, Figure
from .writing import scenario


def token_buckets():
    """Poisson calls at a bucket that fills all the time."""
    cases = []
    for burst, rate, duration, quick in ((1, 90, "100s", True), (10, 90, "2000s", False),
                                         (10, 120, "300s", True), (50, 100, "12000s", False)):
        cases.append(Case(
            f"tokenbucket_b{burst}_l{rate}", "rate limit", quick=quick,
            scenario=scenario(
                {"server": "{concurrency: unlimited, latency: 0ms, "
                           f"rateLimit: {{kind: tokenBucket, rate: 100/s, burst: {burst}}}}}"},
                {"people": f"{{rate: {rate}/s, mix: {{call: 100%}}}}"},
                warmup="20s", duration=duration, replications=40),
            wrong={"why": "one token too many", "set": [f"services.server.rateLimit.burst={burst + 1}"]},
            figures=[Figure("steady reject fraction", "1 - journeys.0.success")]))
    deterministic = Case(
        "tokenbucket_deterministic", "rate limit", quick=True, driver="tokenBucket", runs=2,
        parameters={"gap_ms": 4, "requests": 2500, "rate": 100, "burst": 50, "full": 1},
        wrong={"why": "the bucket starts empty", "parameters": {"full": 0}},
        figures=[Figure("admitted of 2500", judge="exact")])
    return [deterministic] + cases


def breakers():
    """Failures in a row."""
    cases = []
    for share, failures, trips, quick in ((0.1, 3, 1500, True), (0.5, 5, 1500, True)):
        cases.append(Case(
            f"breaker_trip_p{share}_n{failures}", "circuit breaker", quick=quick,
            driver="breakerTrip", runs=30,
            parameters={"failure": share, "failures": failures, "trips": trips},
            wrong={"why": "one failure too few", "parameters": {"failures": failures - 1}},
            figures=[Figure("mean calls until trip")]))
    cycle = Case(
        "breaker_cycle", "circuit breaker", quick=True,
        scenario=scenario(
            {"web": "{concurrency: unlimited, latency: 0ms, endpoints: {ask: [shop]}}",
             "shop": "{concurrency: unlimited, latency: 0ms, errors: {share: 30%, as: 503}}"},
            {"people": "{rate: 100/s, mix: {ask: 100%}}"},
            policy={"circuitBreaker": "{kind: consecutive, failures: 3, halfOpenPermits: 1, scope: client, "
                                      "open: {base: 5s, max: 5s, jitter: none}}"},
            warmup="30s", duration="1000s", replications=30),
        wrong={"why": "counted from 0: opens at the fourth failure",
               "set": ["policy.circuitBreaker.failures=4"]},
        figures=[Figure("fraction of calls failed fast",
                        "edges.shop.outcomes.breakerOpen / edges.shop.calls")])
    return cases + [cycle]


def throttles():
    """A client that sends at most k times what is accepted."""
    cases = []
    for name, k, lower in (("client_throttle", 2, 1.9), ("client_throttle_1_1", 1.1, 1.05)):
        cases.append(Case(
            name, "throttling", quick=name == "client_throttle",
            scenario=scenario(
                {"web": "{concurrency: unlimited, latency: 0ms, endpoints: {ask: [backend]}}",
                 "backend": "{concurrency: unlimited, latency: 0ms, "
                            "rateLimit: {kind: tokenBucket, rate: 200/s, burst: 200}}"},
                {"people": "{rate: 1000/s, mix: {ask: 100%}}"},
                policy={"throttle": f"{{kind: sre, k: {k}, window: 2m}}"},
                warmup="6m", duration="2m", replications=30),
            wrong={"why": "k is 5 % smaller", "set": [f"policy.throttle.k={lower}"]},
            figures=[Figure("requests reaching backend",
                            "services.backend.throughput + services.backend.throttled / 120",
                            allowance="0.2%")]))
    return cases


def budgets():
    """A tenth of a retry for every first try."""
    def case(name, share, figures):
        return Case(
            name, "retry budget", quick=True, figures=figures,
            scenario=scenario(
                {"leaf": f"{{concurrency: unlimited, latency: 0ms, errors: {{share: {share}, as: 503}}}}"},
                {"people": "{rate: 1000/s, mix: {call: 100%}, policy: {retries: 100, backoff: none, "
                           "retryBudget: {kind: windowedTokens, percent: 10%, minPerSecond: 0}}}"},
                warmup="30s", duration="60s", replications=30),
            wrong={"why": "a fifth of a retry for every first try" if share == "50%" else "no retry",
                   "set": ["workload.people.policy.retryBudget.percent=20%" if share == "50%"
                           else "workload.people.policy.retries=0"]})
    return [
        case("retry_budget_fluid", "50%", [Figure("load amplification", "journeys.0.tries"),
                                           Figure("success rate", "journeys.0.success")]),
        case("retry_budget_low", "5%", [Figure("load amplification", "journeys.0.tries")]),
    ]


def pool():
    """Connections at work are rate times holding time, if there are enough of them."""
    return [Case(
        "littles_pool", "connection pool", quick=True,
        scenario=scenario(
            {"web": "{concurrency: unlimited, latency: 0ms, endpoints: {ask: [store]}}",
             "store": "{concurrency: 1000, latency: 100ms}"},
            {"people": "{rate: 1000/s, patience: none, mix: {ask: 100%}}"},
            policy={"pool": "{connections: 120}"},
            warmup="10s", duration="30s", replications=30),
        wrong={"why": "a connection is kept for 3 % longer", "set": ["services.store.latency=103ms"]},
        figures=[Figure("mean busy connections", "services.store.working * services.store.slots",
                        note="every connection at work keeps a slot of the store at work")])]


def arrivals():
    """A rate that swings, for half a period that begins in the middle of the rise."""
    return [Case(
        "nhpp", "arrivals", quick=True,
        scenario=scenario(
            {"server": "{concurrency: unlimited, latency: 0ms}"},
            {"people": "{rate: 100/s, mix: {call: 100%}, "
                       "shape: {kind: day, period: 60s, swing: 50%, peak: 15s}}"},
            warmup="60s", duration="30s", replications=100),
        wrong={"why": "the rate begins at its peak", "set": ["workload.people.shape.peak=0s"]},
        figures=[Figure("mean count (variance equal)", "journeys.0.offered")])]


def scalability():
    """Requests in each other's way: peak and height from measurements at 1, 16, 49 and 64."""
    users = (1, 16, 49, 64)
    server = ("{concurrency: unlimited, discipline: processorSharing, cores: 1000, "
              "contention: 5%, coherency: 0.04%, latency: {mean: 10ms, shape: exponential}}")

    def loss(count):  # sigma + kappa N
        speedup = f"services.with1.throughput / services.with{count}.throughput"
        return f"({count} * {speedup} - 1) / {count - 1}"

    kappa = f"(({loss(64)} - {loss(16)}) / 48)"
    sigma = f"({loss(16)} - 16 * {kappa})"
    return [Case(
        "usl_peak", "scalability",
        scenario=scenario(
            {f"with{n}": server for n in users},
            {f"users{n}": f"{{users: {n}, patience: none, entry: with{n}, mix: {{call: 100%}}}}"
             for n in users},
            warmup="5s", duration="300s", replications=30),
        wrong={"why": "the coherency is a quarter", "set": [
            f"services.with{n}.coherency=0.01%" for n in users]},
        figures=[
            Figure("N at peak", f"sqrt((1 - {sigma}) / {kappa})",
                   note="sigma and kappa as one fits them, to throughputs with 1, 16 and 64 users"),
            Figure("peak relative capacity",
                   "services.with49.throughput / services.with1.throughput",
                   note="with 49 users, where it is 0.0005 % below the peak"),
        ])]


CASES = arrivals() + scalability() + token_buckets() + breakers() + throttles() + budgets() + pool()
