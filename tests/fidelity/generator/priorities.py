"""Some are more important than others."""
from .case import Case, Figure
from .stations import EXPONENTIAL, experiment

CLASSES = ["criticalPlus", "critical", "sheddablePlus"]
IN_ORDER = {"why": "in the order in which they come", "set": ["services.server.queueOrder=fifo"]}


def scenario(rates, duration, endpoints=None):
    """One server and a group of customers for each class, most important first."""
    endpoints = endpoints or {"serve": "[]"}
    text = ("version: 1\nservices:\n  server:\n    concurrency: 1\n    queueOrder: priority\n"
            f"    {EXPONENTIAL}\n    endpoints:\n")
    text += "".join(f"      {name}: {value}\n" for name, value in endpoints.items())
    text += "workload:\n"
    names = list(endpoints) if len(endpoints) > 1 else ["serve"] * len(rates)
    for index, (rate, name) in enumerate(zip(rates, names)):
        text += (f"  class{index + 1}: {{rate: {rate}/s, priority: {CLASSES[index]}, "
                 f"patience: none, mix: {{{name}: 100%}}}}\n")
    return text + experiment(duration)


def waits(works):
    """By class: the time to the reply without the work, whose mean is known."""
    return [
        Figure(f"mean wait class {index + 1}",
               f"journeys.class{index + 1}.latency.mean - {work}",
               note="sojourn less the mean work")
        for index, work in enumerate(works)
    ]


CASES = [
    Case("prio3_np", "priority", scenario=scenario([20, 30, 30], "30m"), wrong=IN_ORDER,
         figures=waits([0.01] * 3)
         + [Figure("rate-weighted mean wait (conservation law)", "services.server.wait.mean")]),
    Case("prio2_np", "priority", scenario=scenario([30, 40], "10m"), quick=True,
         figures=waits([0.01] * 2)),
    Case("prio2_mg1", "priority",
         scenario=scenario([50, 5], "40m", {
             "short": "{latency: 5ms}",
             "long": "{latency: {shape: exponential, mean: 80ms}}",
         }),
         figures=waits([0.005, 0.08])),
    Case("prio2_pr", "priority", driver="preemptivePriority", runs=40,
         parameters={"important": 30, "others": 40, "work": 0.01, "preemptive": 1, "warmup": 20,
                     "duration": 900},
         wrong={"why": "nobody is stopped", "parameters": {"preemptive": 0}},
         figures=[Figure("mean sojourn class 1"), Figure("mean sojourn class 2")]),
]
