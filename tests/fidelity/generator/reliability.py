"""What breaks and is repaired: zones, servers, links."""
from math import comb

from .case import Case, Figure
from .writing import scenario

STANDING = "concurrency: unlimited, latency: 0ms, restart: 0s"


def weighted_unavailability(zones, needed, simulated, real):
    """P(fewer than `needed` zones are up) from the shares of reads that found so many: the time in
    each state is reweighted by how much likelier it is with the real zones."""
    terms = []
    for up in range(needed):
        weight = ((real / simulated) ** up) * (((1 - real) / (1 - simulated)) ** (zones - up))
        at_least = "1" if up == 0 else f"journeys.need{up}.success"
        terms.append(f"({at_least} - journeys.need{up + 1}.success) * {weight:.20f}")
    return " + ".join(terms)


def quorums():
    """Zones that fail by themselves, and a database that needs k of n."""
    cases = []
    for needed, zones in ((2, 3), (3, 5)):
        names = [f"z{i + 1}" for i in range(zones)]
        quorum = {}
        people = {}
        for need in range(1, needed + 1):
            quorum[f"store{need}"] = (
                f"{{kind: database, primary: z1, {STANDING}, routing: any, "
                f"replication: {{quorum: {{write: {zones}, read: {need}}}}}, "
                "endpoints: {ask: {kind: read}}}")
            people[f"need{need}"] = (
                f"{{rate: 20/s, entry: store{need}, mix: {{ask: 100%}}, policy: {{retries: "
                f"{zones - 1}, backoff: none, previousHosts: avoid, retryOn: connect-failure}}}}")
        unavailable = sum(comb(zones, up) * 0.999 ** up * 0.001 ** (zones - up)
                          for up in range(needed))
        cases.append(Case(
            f"avail_{needed}of{zones}", "availability", quick=zones == 3,
            scenario=scenario(
                quorum, people, regions={"local": f"{{zones: [{', '.join(names)}]}}"},
                faults={"outages": "{mtbf: 1s, mttr: 1s, repairs: exponential, per: zone, "
                                   "region: local, effect: crash}"},
                warmup="5s", duration="3000s", replications=30),
            wrong={"why": "the zones fail together",
                   "set": ["faults.outages.correlation={beta: 1}"]},
            figures=[Figure(
                "availability", weighted_unavailability(zones, needed, 0.5, 0.999), "rare",
                exact=unavailable,
                note="judged by its complement; measured by reads of one replica, of two, ... with "
                     "zones that are up half of the time: the share of each state is reweighted "
                     "by its exact likelihood ratio")]))
    return cases


def one_crew():
    """Three zones that one crew repairs; two are needed."""
    return [Case(
        "avail_crew1", "availability", quick=True, driver="repairCrew", runs=40,
        parameters={"zones": 3, "needed": 2, "mtbf_h": 720, "mttr_h": 2,
                    "losses": 500},
        wrong={"why": "repairs take a tenth longer", "parameters": {"mttr_h": 2.2}},
        figures=[Figure("availability", judge="rare", exact=1 - 0.9999539608994127,
                        note="judged by its complement"),
                 Figure("MTTF from all-up to <2 up")])]


def two_states():
    """Up for 100 s, down for 5 s, up at the start."""
    fleet = f"{{replicas: %d, {STANDING}}}"
    outage = "{mtbf: %s, mttr: %s, repairs: exponential, per: replica, service: %s, effect: crash}"
    lookup = "policy: {loadBalancing: random}"
    return [Case(
        "two_state", "availability",
        scenario=scenario(
            {"fleet": fleet % 100, "old": fleet % 2},
            {"always": f"{{rate: 60/s, entry: fleet, mix: {{call: 100%}}, {lookup}}}",
             "soon": f"{{rate: 1/d, entry: fleet, mix: {{call: 100%}}, {lookup}}}",
             "late": f"{{rate: 60/s, entry: old, mix: {{call: 100%}}, {lookup}}}"},
            faults={"outages": outage % ("100s", "5s", "fleet"),
                    "fast": outage % ("100ms", "5ms", "old"),
                    "question": "{at: 10s, for: 1s, group: soon, effect: {herd: 500, within: 1ms}}"},
            warmup="1s", duration="60s", replications=1000),
        wrong={"why": "the first failure comes twice as soon", "set": ["faults.outages.mtbf=50s"]},
        figures=[
            Figure("steady availability", "1 - journeys.late.success", exact=1 / 21,
                   note="judged by its complement; time runs a thousand times faster, so that the "
                        "start is forgotten"),
            Figure("A(10 s)", "1 - journeys.soon.success", "rare", exact=1 - 0.9582122108691896,
                   note="judged by its complement: 500 requests within 1 ms"),
            Figure("mean fraction up over [0,60 s]", "1 - journeys.always.success", "rare",
                   exact=1 - 0.9561602291307059, note="judged by its complement"),
        ])]


def breakdowns():
    """A server that stops and goes on with what it had."""
    echo = 5 / 11
    sojourn = f"journeys.people.latency.mean - 2 * (journeys.look.latency.mean - {echo!r})"
    note = ("with a control variate: 2 x what requests to an idle server beside it, which stops "
            "with it, have to wait, whose mean is known: 5 s x 1/11")
    return [Case(
        "mm1_breakdown", "breakdowns",
        scenario=scenario(
            {"server": "{concurrency: 1, latency: {mean: 10ms, shape: exponential}}",
             "beside": "{concurrency: unlimited, latency: 0ms}"},
            {"people": "{rate: 50/s, patience: none, entry: server, mix: {call: 100%}}",
             "look": "{rate: 10/s, patience: none, entry: beside, mix: {call: 100%}}",
             "glance": "{rate: 10/s, patience: 1us, entry: beside, mix: {call: 100%}}"},
            faults={"stops": "{mtbf: 50s, mttr: 5s, repairs: exponential, zone: local-1, effect: pause}"},
            warmup="10s", duration="40000s", drain="200s", replications=30),
        wrong={"why": "repairs that take as long as they do on average",
               "set": ["faults.stops.repairs=constant"]},
        figures=[
            Figure("availability", "1 - journeys.glance.success", "rare", exact=1 / 11,
                   note="judged by its complement: those who do not wait at all"),
            Figure("mean number in system", f"journeys.people.offered / 40000 * ({sojourn})",
                   note="arrivals per second times sojourn: what comes to a frozen process waits "
                        "in front of it and is in no queue of its own"),
            Figure("mean sojourn", sojourn, note=note),
        ])]


def lossy_links():
    """Good for 20 s, bad for 2 s."""
    cases = []
    for name, spacing, rate, duration, metric, value, judge in (
            ("gilbert", None, 1, "40000s", "loss probability of one attempt", "mean", "mean"),
            ("gilbert_retry_0.1", "100ms", 1, "40000s", "P(all 3 attempts lost)", "mean", "mean"),
            ("gilbert_retry_1", "1s", 1, "60000s", "P(all 3 attempts lost)", "mean", "mean"),
            ("gilbert_retry_5", "5s", 1, "160000s", "P(all 3 attempts lost)", "mean", "rare")):
        policy = ("perTryTimeout: 100ms" if spacing is None else
                  f"perTryTimeout: {spacing}, retries: 2, backoff: none")
        wrong = {"why": "losses come and go ten times faster",
                 "set": ["faults.bad.mtbf=2s", "faults.bad.mttr=200ms"]}
        if spacing is None:
            wrong = {"why": "the bad state lasts 3 s", "set": ["faults.bad.mttr=3s"]}
        cases.append(Case(
            name, "lossy link", quick=spacing in ("100ms",), wrong=wrong,
            scenario=scenario(
                {"server": "{concurrency: unlimited, latency: 0ms}"},
                {"people": f"{{rate: {rate}/s, patience: none, mix: {{call: 100%}}, "
                           f"policy: {{{policy}}}}}"},
                faults={"bad": "{mtbf: 20s, mttr: 2s, repairs: exponential, "
                               "call: {from: people, to: server}, effect: lose}"},
                warmup="5s", duration=duration, drain="60s", replications=40),
            figures=[Figure(metric, "1 - journeys.0.success", judge)]))
    return cases


CASES = quorums() + one_crew() + two_states() + breakdowns() + lossy_links()
