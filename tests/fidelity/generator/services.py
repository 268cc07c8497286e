"""Calls, retries, limits, faults: what is known about services exactly."""
from . import fanout, limits, reliability, resilience, retries, sharding

CASES = (fanout.CASES + retries.CASES + limits.CASES + sharding.CASES + reliability.CASES
         + resilience.CASES)
