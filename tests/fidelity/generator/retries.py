"""Tries that fail by themselves, layers of retries, timeouts, backoffs."""
from .case import Case, Figure
from .writing import scenario

ALL_FAILURES = "retryOn: [5xx, timeout, connect-failure, reset]"


def failing(share):
    """A service that fails that share of its calls, at once."""
    return f"{{concurrency: unlimited, latency: 0ms, errors: {{share: {share}, as: 503}}}}"


def bounded_retries():
    """Independent failures."""
    cases = []
    for name, share, tries, rare in (("retry_p0.2_n4", 0.2, 4, True), ("retry_p0.5_n3", 0.5, 3, False),
                                     ("retry_p0.9_n3", 0.9, 3, False)):
        success = Figure("success probability", "journeys.0.success")
        if rare:
            success = Figure("success probability", "1 - journeys.0.success", "rare",
                             exact=share ** tries, note="judged by its complement, the failures")
        cases.append(Case(
            name, "retries", quick=True,
            scenario=scenario(
                {"leaf": failing(f"{share:.0%}")},
                {"people": f"{{rate: 1000/s, mix: {{call: 100%}}, policy: {{retries: {tries - 1}, "
                           "backoff: none}}"},
                warmup="1s", duration="60s", replications=30),
            wrong={"why": "one try too many", "set": [f"workload.people.policy.retries={tries}"]},
            figures=[Figure("mean attempts", "journeys.0.tries"), success]))
    return cases


def chain(layers, share):
    """Services that call each other down to the leaf, which fails."""
    names = [f"layer{i}" for i in range(2, layers + 1)] + ["leaf"]
    services = {name: f"{{concurrency: unlimited, latency: 0ms, endpoints: {{call: [{below}]}}}}"
                for name, below in zip(names, names[1:])}
    return names[0], services | {"leaf": failing(share)}


def nested_retries():
    """Every layer tries again what failed below it."""
    top, services = chain(3, "40%")
    policy = f"{{retries: 2, backoff: none, {ALL_FAILURES}}}"
    ratio = (0.4 / 0.97) ** 27
    layers = Case(
        "retry_3layers", "retries",
        scenario=scenario(
            services,
            {"people": f"{{rate: 1000/s, mix: {{call: 100%}}, policy: {policy}}}"},
            policy={"retries": 2, "backoff": "none", "retryOn": "[5xx, timeout, connect-failure, reset]"},
            strategies={"asItIs": "{}", "nearlyDead": "{set: {services.leaf.errors.share: 97%}}"},
            warmup="1s", duration="20s", replications=40),
        wrong={"why": "the customers do not try again", "set": ["workload.people.policy.retries=0"]},
        figures=[
            Figure("mean leaf attempts per user request", "edges.leaf.attempts / journeys.0.offered"),
            Figure("user-visible failure", f"(1 - journeys.0.success) * {ratio:.25f}", "rare",
                   strategy="nearlyDead",
                   note="measured where the leaf fails 97 % of its tries: a failed request has made "
                        "exactly 27 failing tries, so its weight is (0.4/0.97)^27"),
        ])
    return [layers] + [amplification("retry_amp_sre", 3, 4), amplification("retry_amp_aws", 5, 3)]


def amplification(name, layers, tries):
    """The leaf always fails."""
    top, services = chain(layers, "100%")
    policy = f"{{retries: {tries - 1}, backoff: none, {ALL_FAILURES}}}"
    return Case(
        name, "retries", quick=True,
        scenario=scenario(
            services,
            {"people": f"{{rate: 10/s, mix: {{call: 100%}}, policy: {policy}}}"},
            policy={"retries": tries - 1, "backoff": "none",
                    "retryOn": "[5xx, timeout, connect-failure, reset]"},
            warmup="1s", duration="10s", replications=2),
        wrong={"why": "the top does not try again", "set": ["workload.people.policy.retries=0"]},
        figures=[Figure("leaf attempts", "edges.leaf.attempts / journeys.0.offered", "exact")])


def timeouts():
    """A try is given up after a quarter of a second."""
    policy = "perTryTimeout: 250ms, retries: 2, backoff: none"
    served = "{concurrency: %s, latency: {mean: 100ms, shape: exponential}}"
    retry = Case(
        "timeout_retry", "timeouts",
        scenario=scenario(
            {"leaf": served % "unlimited"},
            {"people": f"{{rate: 2000/s, patience: none, mix: {{call: 100%}}, policy: {{{policy}}}}}",
             "contented": "{rate: 500/s, patience: none, mix: {call: 100%}, policy: "
                          f"{{{policy}, fallback: {{quality: 100%, maxConcurrent: unlimited}}}}}}"},
            warmup="2s", duration="60s", replications=40),
        wrong={"why": "one try too many", "set": ["workload.people.policy.retries=3",
                                                  "workload.contented.policy.retries=3"]},
        figures=[
            Figure("success probability", "1 - journeys.people.success", "rare",
                   exact=0.0005530843701478335, note="judged by its complement, the failures"),
            Figure("mean client latency (success or final failure)",
                   "journeys.contented.latency.mean",
                   note="of customers whom a fallback answers at once when all tries have failed"),
            Figure("mean latency of successful requests", "journeys.people.latency.mean"),
            Figure("mean attempts", "journeys.people.tries"),
        ])
    zombies = Case(
        "timeout_retry_zombies", "timeouts", quick=True,
        scenario=scenario(
            {"kept": served % 1000, "cancelled": served % 1000},
            {"people": "{rate: 50/s, patience: none, entry: kept, mix: {call: 100%}, policy: "
                       f"{{{policy}}}}}",
             "polite": "{rate: 50/s, patience: none, entry: cancelled, mix: {call: 100%}, policy: "
                       f"{{{policy}, cancel: immediate}}}}"},
            warmup="2s", duration="200s", replications=40),
        wrong={"why": "nobody cancels", "set": ["workload.polite.policy.cancel=none"]},
        figures=[
            Figure("mean attempts in service (no cancellation)",
                   "services.kept.working * services.kept.slots"),
            Figure("mean attempts in service (cancel on timeout)",
                   "services.cancelled.working * services.cancelled.slots"),
        ])
    return [retry, zombies]


def sleepers(backoff, retries=6, rate=500):
    """Customers whose tries all fail, and whom a fallback answers after the last."""
    return (f"{{rate: {rate}/s, patience: none, mix: {{call: 100%}}, policy: {{retries: {retries}, "
            f"backoff: {{{backoff}}}, fallback: {{quality: 100%, maxConcurrent: unlimited}}}}}}")


def backoffs():
    """Total sleep before the last of seven tries."""
    note = "all tries fail at once, so that the latency is the sum of the sleeps"
    doubling = "kind: exponential, base: 100ms, factor: 2, max: 2s, jitter: %s"

    def case(name, groups, figures, wrong, replications=30):
        return Case(name, "backoff", quick=True, figures=figures, wrong=wrong, scenario=scenario(
            {"leaf": failing("100%")}, groups, warmup="20s", duration="60s", drain="30s",
            replications=replications))

    decorrelated = "kind: decorrelated, base: 100ms, factor: 3, max: 2s"
    return [
        case("backoff_none", {"people": sleepers(doubling % "none", rate=10)},
             [Figure("total sleep", "journeys.0.latency.mean", "exact", note=note)],
             {"why": "the first retry has the second's sleep",
              "set": ["workload.people.policy.backoff.base=200ms"]}, replications=2),
        case("backoff_full", {"people": sleepers(doubling % "full")},
             [Figure("mean total sleep", "journeys.0.latency.mean", note=note),
              Figure("std of total sleep", "journeys.0.latency.sd", note=note),
              Figure("P99 total sleep", "journeys.0.latency.p99", "p99", note=note)],
             {"why": "equal instead of full jitter",
              "set": ["workload.people.policy.backoff.jitter=equal"]}),
        case("backoff_equal", {"people": sleepers(doubling % "equal")},
             [Figure("mean total sleep", "journeys.0.latency.mean", note=note),
              Figure("std of total sleep", "journeys.0.latency.sd", note=note)],
             {"why": "full instead of equal jitter",
              "set": ["workload.people.policy.backoff.jitter=full"]}),
        case("backoff_decorr",
             {"people": sleepers(decorrelated), "one": sleepers(decorrelated, 1),
              "two": sleepers(decorrelated, 2)},
             [Figure("mean total sleep", "journeys.people.latency.mean", note=note),
              Figure("mean 2nd sleep", "journeys.two.latency.mean - journeys.one.latency.mean",
                     note="customers with two retries sleep so much longer than those with one")],
             {"why": "the sleep grows fourfold",
              "set": ["workload.people.policy.backoff.factor=4"]}),
    ]


CASES = bounded_retries() + nested_retries() + timeouts() + backoffs()
