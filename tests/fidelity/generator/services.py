"""Calls, retries, limits, faults: what is known about services exactly."""

CASES = []
