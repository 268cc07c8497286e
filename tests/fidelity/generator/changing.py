"""Before the steady state, and without one."""
from .case import Case, Figure

LOOKED_AT = "replicas of the engine with customers of their own, all idle at first, are looked at"


def at(time, rate, work, *, slots=1, replicas=2000):
    """Parameters of `transient`."""
    return {"replicas": replicas, "rate": rate, "work": work, "slots": slots, "at": time}


def transients():
    """Requests after some time."""
    number = [Figure("E[N(t)]", note=LOOKED_AT)]
    steady = {"why": "twenty times as late, near the steady state", "parameters": {"at": 1}}
    return [
        Case("mm1_transient_t0.05", "transient", number, driver="transient", runs=40, quick=True,
             parameters=at(0.05, 80, 0.01), wrong=steady),
        Case("mm1_transient_t0.2", "transient", number, driver="transient", runs=40, quick=True,
             parameters=at(0.2, 80, 0.01)),
        Case("mm1_transient_t1.0", "transient", number, driver="transient", runs=40,
             parameters=at(1.0, 80, 0.01)),
        Case("mminf_transient", "transient", driver="transient", runs=40, quick=True,
             parameters=at(0.3, 500, 0.2, slots=0, replicas=50),
             figures=[Figure("E[N(t)] (Poisson law)", note=LOOKED_AT)]),
        Case("overload_fluid", "transient", driver="transient", runs=40, quick=True,
             parameters=at(60, 120, 0.01, replicas=30),
             figures=[
                 Figure("backlog at 60 s (fluid)", allowance="0.5%",
                        note="a server that starts idle is idle at times until the backlog grows: "
                             "mu / (lambda - mu) = 5 requests more than the fluid's"),
             ]),
    ]


def drains():
    """A backlog that goes away."""
    law = {"backlog": 6000, "rate": 280, "capacity": 300}
    return [
        Case("fluid_drain", "drain", driver="drain", runs=2, quick=True,
             parameters={**law, "fluid": 1, "worlds": 1},
             figures=[Figure("drain time", note="customers and work as regular as a fluid")]),
        Case("mm1_drain", "drain", driver="drain", runs=40,
             parameters={**law, "fluid": 0, "worlds": 10},
             wrong={"why": "nobody comes meanwhile", "parameters": {"rate": 0.001}},
             figures=[
                 Figure("mean time to empty"),
                 Figure("std of time to empty",
                        note="from the times to be 100 fewer, which are independent and alike"),
             ]),
    ]


CASES = transients() + drains()
