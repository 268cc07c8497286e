"""The load: customers who come at instants that were drawn before, whatever the service does.

A program of its own, so that its event loop shares nothing with the one that strikes. It reads one
JSON document from standard input and writes one to standard output. Latency counts from the
intended instant, so that a late client does not hide a slow server. Two real clients: aiohttp with
tenacity's retries, and urllib3 in threads with its own Retry.
"""

import asyncio
import concurrent.futures
import json
import random
import sys
import threading
import time

OK, TIMEOUT, REFUSED, RESET, SHED, UNFINISHED = (
    "ok", "timeout", "refused", "reset", "503", "unfinished")


class TryFailed(Exception):
    """A try that may be worth another one; `outcome` says how it ended."""

    def __init__(self, outcome):
        super().__init__(outcome)
        self.outcome = outcome


class Request:
    """One customer: intended instant (monotonic seconds), and what became of it."""

    def __init__(self, intended):
        self.intended = intended
        self.started = None
        self.ended = None
        self.tries = 0
        self.outcome = UNFINISHED

    def end(self, outcome):
        """Notes the final outcome, now."""
        self.ended = time.monotonic()
        self.outcome = outcome

    def as_list(self, zero):
        """[intended, lateness of the start, latency or None, tries, outcome], in seconds."""
        late = self.started - self.intended if self.started is not None else None
        latency = self.ended - self.intended if self.ended is not None else None
        return [self.intended - zero, late, latency, self.tries, self.outcome]


def arrivals(spec):
    """The instants of a Poisson process over warm-up, measured time and drain, by the seed."""
    generator = random.Random(spec["seed"])
    end = spec["warmup"] + spec["duration"] + spec["drain"]
    instants, instant = [], generator.expovariate(spec["rate"])
    while instant < end:
        instants.append(instant)
        instant += generator.expovariate(spec["rate"])
    return [Request(spec["start"] + instant) for instant in instants]


class AsyncClient:
    """aiohttp, one connection per try, and tenacity around it."""

    def __init__(self, spec):
        import aiohttp
        import tenacity

        self.aiohttp = aiohttp
        self.spec = spec
        self.timeout = aiohttp.ClientTimeout(total=spec["try_timeout"])
        if spec["jitter"] != "full":
            raise SystemExit("this client has full jitter")
        self.retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(spec["retries"] + 1),
            wait=tenacity.wait_random_exponential(
                multiplier=spec["backoff_base"], max=spec["backoff_max"]),
            retry=tenacity.retry_if_exception_type(TryFailed),
            reraise=True,
        )

    async def attempt(self, session, request):
        """One try; raises TryFailed."""
        aiohttp = self.aiohttp
        request.tries += 1
        try:
            async with session.get(self.spec["url"], timeout=self.timeout) as reply:
                await reply.read()
                if reply.status == 503:
                    raise TryFailed(SHED)
        except asyncio.TimeoutError:
            raise TryFailed(TIMEOUT) from None
        except aiohttp.ClientConnectorError:
            raise TryFailed(REFUSED) from None
        except (aiohttp.ClientError, ConnectionError):
            raise TryFailed(RESET) from None

    async def serve(self, session, request):
        """One customer, all tries."""
        request.started = time.monotonic()
        try:
            await self.retrying.copy()(self.attempt, session, request)
            request.end(OK)
        except TryFailed as failure:
            request.end(failure.outcome)

    async def run(self, requests):
        """All customers, each at its instant; then waits for the last ones."""
        connector = self.aiohttp.TCPConnector(limit=0, force_close=True)
        tasks = []
        async with self.aiohttp.ClientSession(connector=connector) as session:
            for request in requests:
                await asyncio.sleep(max(0.0, request.intended - time.monotonic()))
                tasks.append(asyncio.create_task(self.serve(session, request)))
            await asyncio.sleep(max(0.0, self.spec["start"] + end_of(self.spec) - time.monotonic()))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class ThreadClient:
    """urllib3 with its Retry, a thread per customer under way, one connection per try."""

    def __init__(self, spec):
        import urllib3

        if spec["jitter"] == "full":
            raise SystemExit("urllib3 of Debian 12 has no jitter")
        self.urllib3 = urllib3
        self.spec = spec
        self.pool = urllib3.HTTPConnectionPool(
            "127.0.0.1", spec["port"], maxsize=400, headers={"Connection": "close"})

    def retry_of(self, request):
        """urllib3's Retry, which counts the tries of this customer as it goes."""

        class CountingRetry(self.urllib3.Retry):
            def increment(self, *args, **kwargs):
                following = super().increment(*args, **kwargs)
                request.tries += 1
                return following

        return CountingRetry(
            total=self.spec["retries"], backoff_factor=self.spec["backoff_base"],
            status_forcelist=[503], raise_on_status=False, respect_retry_after_header=False)

    def serve(self, request):
        """One customer, all tries."""
        request.started = time.monotonic()
        request.tries = 1
        timeout = self.urllib3.Timeout(connect=None, read=self.spec["try_timeout"])
        try:
            reply = self.pool.request("GET", "/", retries=self.retry_of(request), timeout=timeout)
            request.end(OK if reply.status == 200 else SHED)
        except self.urllib3.exceptions.MaxRetryError as failure:
            timed_out = isinstance(failure.reason, self.urllib3.exceptions.TimeoutError)
            request.end(TIMEOUT if timed_out else RESET)

    def run(self, requests):
        """All customers, each at its instant; then waits for the last ones."""
        with concurrent.futures.ThreadPoolExecutor(400) as executor:
            for request in requests:
                time.sleep(max(0.0, request.intended - time.monotonic()))
                executor.submit(self.serve, request)


def end_of(spec):
    """Seconds from the start to the end of the drain."""
    return spec["warmup"] + spec["duration"] + spec["drain"]


class ControlTimer(threading.Thread):
    """How late this machine wakes a sleeper: a thread that sleeps 10 ms again and again."""

    def __init__(self):
        super().__init__(daemon=True)
        self.late = []

    def run(self):
        while True:
            before = time.monotonic()
            time.sleep(0.01)
            self.late.append(time.monotonic() - before - 0.01)


def main():
    """Runs the load that standard input describes."""
    spec = json.load(sys.stdin)
    random.seed(spec["seed"] + 1)
    requests = arrivals(spec)
    timer = ControlTimer()
    timer.start()
    if spec["client"] == "urllib3":
        ThreadClient(spec).run(requests)
    else:
        asyncio.run(AsyncClient(spec).run(requests))
    zero = spec["start"] + spec["warmup"]
    json.dump({"requests": [r.as_list(zero) for r in requests], "timer": timer.late}, sys.stdout)


if __name__ == "__main__":
    main()
