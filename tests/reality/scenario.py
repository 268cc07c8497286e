"""Reads a scenario with firedrill's own eyes: the real system is set up from `firedrill plan`.

So a figure stands in one place, the scenario file, and both sides have the same. A key that the
real system cannot honour is an error, never ignored.
"""

import json
import subprocess
from dataclasses import dataclass, field

_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
_SERVICE = "services.api."
_GROUP = "workload.customers."
_POLICY = _GROUP + "policy."

# What the real system would not do. A value that differs from these needs code here first.
_FIXED = {
    _SERVICE + "queueOrder": "fifo",
    _SERVICE + "discipline": "slots",
    _SERVICE + "replicasPerZone": "1",
    _SERVICE + "errors": "0%",
    _SERVICE + "healthCheck": "none",
    _GROUP + "patience": "none",
    _GROUP + "arrivals": "poisson",
    _GROUP + "reclick": "none",
    _POLICY + "timeout": "none",
    _POLICY + "connectTimeout": "none",
    _POLICY + "retryAfter": "none",
    _POLICY + "retryBudget": "none",
    _POLICY + "hedge": "none",
    _POLICY + "circuitBreaker": "none",
    _POLICY + "throttle": "none",
    _POLICY + "rateLimit": "none",
    _POLICY + "bulkhead": "none",
    _POLICY + "pool": "none",
    _POLICY + "deadline": "none",
    _POLICY + "retryOn": "[timeout, connect-failure, reset, 503]",
    _POLICY + "backoff.kind": "exponential",
    _POLICY + "backoff.factor": "2",
}

# A group that writes no policy has a client that tries once and waits for ever.
_NO_CLIENT = {
    "cancel": "none", "perTryTimeout": "none", "retries": "0", "backoff.base": "0ms",
    "backoff.max": "0ms", "backoff.first": "none", "backoff.jitter": "full",
}


class Unsupported(Exception):
    """The scenario says something that the real system does not do."""


def seconds(text):
    """`250ms` as seconds; None for `none`."""
    if text == "none":
        return None
    for unit in sorted(_UNITS, key=len, reverse=True):
        if text.endswith(unit):
            return float(text[: -len(unit)]) * _UNITS[unit]
    raise Unsupported(f"{text} is not a duration")


@dataclass
class Fault:
    """One outage: `kind` is pause, crash or delay; times in seconds after the warm-up."""

    name: str
    kind: str
    at: float
    length: float
    delay: float = 0.0


@dataclass
class Scenario:
    """What the real system needs to know of a scenario file. Times are in seconds."""

    path: str
    name: str
    slots: int
    queue: int | None
    p50: float
    p99: float
    cancel: str
    rate: float
    try_timeout: float | None
    retries: int
    backoff_base: float
    backoff_max: float
    backoff_first: float | None
    jitter: str
    warmup: float
    duration: float
    drain: float
    restart: float
    fault: Fault | None = None
    settings: dict = field(default_factory=dict, repr=False)  # effective, by path

    @property
    def proxied(self):
        """A queue with an end, and cancellation, are the work of the proxy in front."""
        return self.queue is not None or self.cancel != "none" or self.name.startswith("proxy")


def _fault_of(settings):
    """The one fault of the scenario, or None."""
    names = sorted({path.split(".")[1] for path in settings if path.startswith("faults.")})
    if not names:
        return None
    if len(names) > 1:
        raise Unsupported("the real system takes one fault")
    prefix = f"faults.{names[0]}."
    if settings.get(prefix + "service") != "api":
        raise Unsupported("the fault must strike `service: api`")
    kind = settings.get(prefix + "effect") or settings.get(prefix + "effect.kind", "other")
    delay = seconds(settings.get(prefix + "effect.delay", "0ms"))
    if kind not in ("pause", "crash", "delay"):
        raise Unsupported(f"effect {kind}")
    at, length = seconds(settings[prefix + "at"]), seconds(settings[prefix + "for"])
    return Fault(names[0], kind, at, length, delay)


def _check_fixed(settings):
    """Raises Unsupported for a setting that the real system would not follow."""
    for path, wanted in _FIXED.items():
        if settings.get(path, wanted) != wanted:
            raise Unsupported(f"{path}: {settings[path]}; the real system has {wanted}")
        kind = settings.get(path + ".kind")
        if kind is not None:
            raise Unsupported(f"{path}: {kind}; the real system has {wanted}")


def _service_of(settings):
    """The keys of the service."""
    queue = settings[_SERVICE + "queue"]
    return {
        "slots": int(settings[_SERVICE + "concurrency"]),
        "queue": None if queue == "unlimited" else int(queue),
        "p50": seconds(settings[_SERVICE + "latency.p50"]),
        "p99": seconds(settings[_SERVICE + "latency.p99"]),
        "restart": seconds(settings[_SERVICE + "restart"]),
    }


def _client_of(settings):
    """The keys of the group of customers and of their client."""
    rate = settings[_GROUP + "rate"]
    if not rate.endswith("/s"):
        raise Unsupported(f"rate {rate}")
    return {
        "rate": float(rate[:-2]),
        "cancel": settings[_POLICY + "cancel"],
        "try_timeout": seconds(settings[_POLICY + "perTryTimeout"]),
        "retries": int(settings[_POLICY + "retries"]),
        "backoff_base": seconds(settings[_POLICY + "backoff.base"]),
        "backoff_max": seconds(settings[_POLICY + "backoff.max"]),
        "backoff_first": seconds(settings[_POLICY + "backoff.first"]),
        "jitter": settings[_POLICY + "backoff.jitter"],
    }


def read(firedrill, path):
    """The scenario of a file, by the settings that firedrill would run."""
    plan = subprocess.run(
        [firedrill, "plan", path, "--no-trial", "--json"],
        capture_output=True, text=True, check=False
    )
    if plan.returncode != 0:
        raise Unsupported(f"firedrill plan {path}:\n{plan.stderr}")
    document = json.loads(plan.stdout)
    settings = {_POLICY + key: value for key, value in _NO_CLIENT.items()}
    settings |= {entry["path"]: entry["value"] for entry in document["settings"]}
    _check_fixed(settings)
    run = {key: seconds(settings["experiment." + key]) for key in ("warmup", "duration", "drain")}
    return Scenario(
        path=path,
        name=document["scenario"]["name"],
        fault=_fault_of(settings),
        settings=settings,
        **_service_of(settings),
        **_client_of(settings),
        **run,
    )
