"""The service under test: a WSGI application that sleeps. gunicorn runs it.

Its only resource is a thread of gunicorn, which it holds while it sleeps, so that `gunicorn
--threads 8` is a service with eight slots and a queue in front of them. The time is drawn from a
seeded log-normal distribution, given as median and 99th percentile in seconds; equal ones make it
constant. REALITY_DELAY names a file: while it exists, its number of seconds is added.
"""

import math
import os
import random
import threading
import time

Z99 = 2.3263478740408408  # the 99 % quantile of the standard normal distribution

_random = random.Random(int(os.environ.get("REALITY_SEED", "1")))
_lock = threading.Lock()
_mu = math.log(float(os.environ.get("REALITY_P50", "0.05")))
_sigma = math.log(float(os.environ.get("REALITY_P99", "0.05"))) - _mu
_delay_file = os.environ.get("REALITY_DELAY", "")


def _own_work():
    """Seconds of work of the next request, whichever thread has it."""
    with _lock:
        return math.exp(_mu + _sigma / Z99 * _random.gauss(0.0, 1.0))


def _added_delay():
    """Seconds that the delay fault adds at this moment."""
    try:
        with open(_delay_file, encoding="ascii") as file:
            return float(file.read())
    except (OSError, ValueError):
        return 0.0


def application(_environ, start_response):
    """Answers 200 after its own work."""
    time.sleep(_own_work() + _added_delay())
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"ok\n"]
