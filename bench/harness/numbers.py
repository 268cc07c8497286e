"""Medians, intervals, and what theory says."""

import math
import statistics

# Of Student's t, both sides together 0.1 %, by degrees of freedom: with a dozen comparisons in a
# run, an interval of 95 % would be left by chance every second time.
T_999 = {1: 636.6, 2: 31.60, 3: 12.92, 4: 8.610, 5: 6.869, 6: 5.959, 7: 5.408, 8: 5.041, 9: 4.781}


def median(values):
    """The middle value; the lower one of two."""
    return statistics.median_low(values)


def interval(values):
    """Low and high end of the mean's interval, from independent runs; None of a single one."""
    if len(values) < 2:
        return None
    mean = statistics.fmean(values)
    half = T_999[min(9, len(values) - 1)] * statistics.stdev(values) / math.sqrt(len(values))
    return mean - half, mean + half


def erlang_c_wait(slots, load):
    """Mean wait of M/M/c in mean service times."""
    offered = slots * load
    blocking = 1.0
    for k in range(1, slots + 1):
        blocking = offered * blocking / (k + offered * blocking)
    waits = blocking / (1 - load * (1 - blocking))
    return waits / (slots - offered)


def millions(value):
    if value is None:
        return ""
    return f"{value / 1e6:.3f} M" if value < 1e6 else f"{value / 1e6:.2f} M"


def table(head, rows):
    """Markdown; the first column is words, the others numbers."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)
