"""Calls, retries, limits, faults: what is known about services exactly."""
from . import fanout, retries

CASES = fanout.CASES + retries.CASES
