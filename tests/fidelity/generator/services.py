"""Calls, retries, limits, faults: what is known about services exactly."""
from . import fanout, limits, retries, sharding

CASES = fanout.CASES + retries.CASES + limits.CASES + sharding.CASES
