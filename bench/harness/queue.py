"""M/M/8 at 80 %, and with timeouts and retries at 50 % and 70 %: every program, in turns."""

from . import children, programs
from .numbers import erlang_c_wait, interval, median, millions, table

# Six independent programs agree on these at 50 %.
RETRY_LATENCY, RETRY_TRIES = 1.0195, 1.0070
# A queue that has collapsed repeats most of its tries; before, one in fifty.
COLLAPSED_TRIES = 1.2


MODELS = {"mm8": ("mm8", 0.8), "retry-50": ("retry", 0.5), "retry-70": ("retry", 0.7)}


def measure(suite, name):
    model, load = MODELS[name]
    entrants = programs.all_programs(suite, model)
    if load == 0.7:
        shorten(suite, entrants)
    found = {one.label: {"requests_per_s": [], "events_per_s": [], "mean": [], "tries": [],
                         "hash": []} for one in entrants}
    seeds = first_seeds(entrants, model, load) if load == 0.7 else {}
    for round_number in range(1, suite.rounds + 1):
        for one in entrants:
            seed = seeds.get(one.label, round_number)
            child = children.run(one.command(model, load, one.sizes, seed))
            told = one.read(child.out, model)
            note(found[one.label], told, child.cpu_s)
            if one.name != "limit":  # its last bits depend on the machine's vector instructions
                suite.check_hash(f"{name}/{one.label}/{one.sizes}/{seed}", told.hash)
        children.say(f"{name}: round {round_number} of {suite.rounds}:", ", ".join(
            f"{one.label} {millions(found[one.label]['requests_per_s'][-1])}" for one in entrants))
    for one in entrants:
        found[one.label] |= count(suite, one, model, load, seeds.get(one.label, 1))
    check_means(suite, name, found)
    summary = summarise(found)
    suite.results[name] = summary
    suite.tables.append((TITLES[name], as_table(summary)))
    judge(suite, name, summary)


TITLES = {"mm8": "M/M/8 at 80 %", "retry-50": "Timeout and retry at 50 %",
          "retry-70": "Timeout and retry at 70 %, until it collapses"}


def shorten(suite, entrants):
    """At 70 % a run of a million requests collapses more often than not."""
    for one in entrants:
        one.sizes = min(one.sizes, suite.scaled(400_000))


def first_seeds(entrants, model, load):
    """For each program its first seed whose run does not collapse: only those are comparable."""
    seeds = {}
    for one in entrants:
        for seed in range(1, 40):
            told = one.read(children.run(one.command(model, load, one.sizes, seed)).out, model)
            if told.tries < COLLAPSED_TRIES:
                seeds[one.label] = seed
                break
        else:
            raise children.Failed(f"{one.label}: every run collapses")
    return seeds


def note(found, told, cpu_s):
    found["requests_per_s"].append(told.requests / cpu_s)
    found["events_per_s"].append(told.events / cpu_s if told.events else None)
    found["mean"].append(told.mean)
    found["tries"].append(told.tries)
    found["hash"].append(told.hash)


def count(suite, one, model, load, seed):
    """Allocations per request, as the difference of two lengths, and the longer one's memory."""
    requests = max(one.sizes // 4, one.least)
    half, whole = (children.counted(suite.counting, one.command(model, load, size, seed))
                   for size in (requests // 2, requests))
    more = one.read(whole.out, model).requests - one.read(half.out, model).requests
    return {"allocations_per_request": (whole.allocations - half.allocations) / more,
            "peak_mib": whole.peak_kib / 1024}


def check_means(suite, name, found):
    """A program that simulates something else is found by its mean."""
    wanted = {"mm8": erlang_c_wait(8, 0.8), "retry-50": RETRY_LATENCY}.get(name)
    for label, one in found.items():
        within = interval(one["mean"])
        if wanted is None or within is None:
            continue
        one["mean_interval"] = within
        # Rounds of a quick run are few: what they agree on by chance has no width.
        room = 0.003 * wanted
        if not within[0] - room <= wanted <= within[1] + room:
            suite.problem(f"{name}: {label} has a mean of {within[0]:.4f} to {within[1]:.4f}, "
                          f"not {wanted:.4f}")
        if name == "retry-50" and abs(median(one["tries"]) - RETRY_TRIES) > 0.002:
            suite.problem(f"{name}: {label} makes {median(one['tries']):.4f} tries per request")


def summarise(found):
    """Medians; ratios are medians of the ratios of each round, as both were hit by the same."""
    summary = {}
    ours = found["firedrill"]["requests_per_s"]
    for label, one in found.items():
        events = one["events_per_s"]
        summary[label] = {
            **one, "requests_per_s": median(one["requests_per_s"]),
            "rounds": one["requests_per_s"],
            "events_per_s": median(events) if events[0] else None,
            "firedrill_against_it": median([a / b for a, b in zip(ours, one["requests_per_s"])])}
    return summary


def as_table(summary):
    rows = [[label, millions(one["requests_per_s"]), f"{one['firedrill_against_it']:.3g}",
             millions(one["events_per_s"]), f"{one['allocations_per_request']:.3g}",
             f"{one['peak_mib']:.0f}", f"{median(one['mean']):.4f}",
             f"{median(one['tries']):.4f}"]
            for label, one in sorted(summary.items(), key=lambda item: -item[1]["requests_per_s"])]
    return table(["program", "requests/s", "firedrill / it", "events/s", "allocations/request",
                  "peak MiB", "mean", "tries/request"], rows)


def fastest_ns3(summary):
    entrants = [label for label in summary if label.startswith("ns3")]
    return max(entrants, key=lambda label: summary[label]["requests_per_s"], default=None)


def judge(suite, name, summary):
    if name == "retry-70":
        return
    title, ns3 = TITLES[name], fastest_ns3(summary)
    wanted = {"mm8": [(ns3, 1.0), ("flat", 0.55), ("simpy", 40)],
              "retry-50": [(ns3, 1.5), ("flat", 0.70)]}[name]
    for label, least in wanted:
        peer = label or "ns3"
        if peer not in summary:
            suite.require(f"{title}: firedrill / {peer}", f">= {least}", "not installed", None)
            continue
        ratio = summary[peer]["firedrill_against_it"]
        suite.require(f"{title}: firedrill / {peer}", f">= {least}", f"{ratio:.3g}", ratio >= least)
