"""Customers with a few workers each."""
from .case import Case, Figure

TOO_LARGE = "one worker too many for each customer"


def counts():
    """How many shards there are: all of them dealt out, or how often two are nearly the same."""
    cases = []
    for workers, shard, customers, common in ((8, 2, 2000, 0), (100, 5, 30000, 4),
                                              (2048, 4, 15000, 2)):
        cases.append(Case(
            f"shuffle_{workers}c{shard}", "sharding", quick=common == 0, driver="shardCount",
            runs=30 if common else 2,
            parameters={"workers": workers, "shard": shard, "customers": customers,
                        "common": common},
            wrong={"why": TOO_LARGE, "parameters": {"shard": shard + 1}},
            figures=[Figure(
                "number of shards", judge="mean" if common else "exact",
                note=f"a shard has C({shard},{common}) C({workers - shard},{shard - common}) "
                     f"others with {common} of its workers: these over the share of pairs of "
                     "customers that have so many in common" if common else "")]))
    return cases


def overlaps():
    """Whom a customer takes along that kills all its workers."""
    return [
        Case("shuffle_8c2_blast", "sharding", quick=True, driver="shardOverlap", runs=30,
             parameters={"workers": 8, "shard": 2, "customers": 2000, "from": 1, "to": 2,
                         "tail": 0},
             wrong={"why": TOO_LARGE, "parameters": {"shard": 3}},
             figures=[Figure("P(other customer shares exactly 1 worker)"),
                      Figure("P(other customer shares both)")]),
        Case("shuffle_100c5_overlap3", "sharding", quick=True, driver="shardOverlap", runs=30,
             parameters={"workers": 100, "shard": 5, "customers": 5000, "from": 3, "to": 3,
                         "tail": 1},
             wrong={"why": TOO_LARGE, "parameters": {"shard": 6}},
             figures=[Figure("P(overlap >=3)", judge="rare")]),
    ]


CASES = counts() + overlaps()
