"""What scenarios of stations have in common."""

EXPONENTIAL = "latency: {shape: exponential, mean: 10ms}"
NUMBER = "services.server.queueLength + services.server.working * services.server.slots"


def exponential(mean):
    """The work of a service."""
    return f"latency: {{shape: exponential, mean: {mean}}}"


def experiment(duration, warmup="20s", replications=40):
    """Its last line."""
    return (f"experiment: {{warmup: {warmup}, duration: {duration}, drain: 10s, "
            f"replications: {replications}, seed: 1}}\n")


def open_queue(rate, keys, duration, warmup="20s", *, servers=1, replications=40, patience="none",
               arrivals="poisson"):
    """One service that customers come to; `keys` are lines of its keys."""
    lines = "".join(f"    {line}\n" for line in [f"concurrency: {servers}"] + keys)
    way = "" if arrivals == "poisson" else f"arrivals: {arrivals}, "
    return f"""version: 1
services:
  server:
{lines}    endpoints: {{serve: []}}
workload:
  people: {{rate: {rate}/s, {way}patience: {patience}, mix: {{serve: 100%}}}}
{experiment(duration, warmup, replications)}"""


def closed_queue(users, think, keys, duration, *, servers=1):
    """The same with a fixed number of customers who think."""
    lines = "".join(f"    {line}\n" for line in [f"concurrency: {servers}"] + keys)
    return f"""version: 1
services:
  server:
{lines}    endpoints: {{serve: []}}
workload:
  people:
    users: {users}
    thinkTime: {{shape: exponential, mean: {think}}}
    patience: none
    mix: {{serve: 100%}}
{experiment(duration)}"""


def chain(works, people, duration, warmup="20s"):
    """Services that call each other in a line and give their slots back first: stations in series.

    `works` are the values of `latency`, `people` the lines of the customers.
    """
    names = ["first", "second", "third"][:len(works)]
    text = "version: 1\nservices:\n"
    for name, after, work in zip(names, names[1:] + [""], works):
        text += (f"  {name}:\n    concurrency: 1\n    holds: ownWork\n    latency: {work}\n"
                 f"    endpoints: {{serve: [{after}]}}\n")
    text += "workload:\n  people:\n" + "".join(f"    {line}\n" for line in people)
    return text + "    patience: none\n    mix: {serve: 100%}\n" + experiment(duration, warmup)
