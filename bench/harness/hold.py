"""The hold model, from one pending event to a million: ours, a heap, buckets, ns-3's schedulers."""

import json

from . import children
from .numbers import table
from .programs import NS3_SCHEDULERS

MOST_NS = {100: 40, 10_000: 70, 1_000_000: 250}  # the issue's


def measure(suite):
    rounds = 3 if suite.quick else 3 * suite.rounds
    told = children.run([suite.bench("bench_hold"), "--rounds", str(rounds)]).out
    lines = [json.loads(line) for line in told.splitlines()]
    for line in lines:
        suite.check_hash(f"hold/{line['pending']}/{rounds}", line["hash"])
        if not line["same"]:
            suite.problem(f"hold: other events were popped with {line['pending']} pending")
        line["ns3_ns"] = {name: ns3(suite, name, line["pending"]) for name in NS3_SCHEDULERS
                          if suite.bench("peer_ns3").exists()}
    suite.results["hold"] = lines
    suite.tables.append(("Pending events: pop, dispatch, push, in ns", as_table(lines)))
    for line in lines:
        most = MOST_NS.get(line["pending"])
        if most is not None:
            suite.require(f"Hold model with {line['pending']:.0e} pending, ns", f"<= {most}",
                          f"{line['firedrill_ns']:.0f}", line["firedrill_ns"] <= most)


def ns3(suite, name, pending):
    """None for the sorted list, where a push would walk past half a million events."""
    if name == "list" and pending > 10_000:
        return None
    holds = suite.scaled(20_000 if name == "list" and pending > 1_000 else 1_000_000)
    told = children.run([suite.bench("peer_ns3"), "--model", "hold", "--variant", name, "--pending",
                         str(pending), "--requests", str(holds)]).out
    return json.loads(told)["ns"]


def as_table(lines):
    rows = []
    for line in lines:
        peers = {name: ns for name, ns in line["ns3_ns"].items() if ns is not None}
        fastest = min(peers, key=peers.get, default=None)
        rows.append([f"{line['pending']:.0e}", f"{line['firedrill_ns']:.1f}",
                     f"{line['plain_heap_ns']:.1f}", f"{line['ratio']:.2f}",
                     f"{line['lazy_buckets_ns']:.1f}",
                     f"{peers[fastest]:.0f} ({fastest})" if fastest else ""])
    return table(["pending", "firedrill", "plain heap, replace-top", "firedrill / it",
                  "lazily sorted buckets", "ns-3's fastest scheduler"], rows)
