"""What all workloads share: where things are, how long to run, what is found."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from . import children

SLO_CODES = (0, 1, 3)  # of firedrill run: met, missed, inconclusive


@dataclass
class Criterion:
    """A line of the issue's "done when"; `met` is None where it could not be measured."""
    what: str
    wanted: str
    measured: str
    met: bool | None


@dataclass
class Suite:
    root: Path
    build: Path
    rounds: int
    quick: bool
    update_hashes: bool
    results: dict = field(default_factory=dict)
    tables: list = field(default_factory=list)
    criteria: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    new_hashes: int = 0

    def __post_init__(self):
        self.hash_file = self.root / "bench" / "hashes.json"
        self.hashes = json.loads(self.hash_file.read_text()) if self.hash_file.exists() else {}

    @property
    def firedrill(self):
        return self.build / "firedrill"

    def bench(self, name):
        return self.build / "bench" / name

    @property
    def counting(self):
        return self.bench("libbench_counting.so")

    def scaled(self, size):
        """A tenth of it in a quick run."""
        return size // 10 if self.quick else size

    def firedrill_run(self, scenario, *options, runs=1, seed=1, why=False):
        """`why`: also what a run adds at its end, the fault in parts and a request explained, for
        which it simulates again what is not among the events that it says."""
        return [self.firedrill, "run", self.root / scenario, "--runs", str(runs), "--seed",
                str(seed), "--jobs", "1", "--json", *([] if why else ["--no-why"]), *options]

    def check_hash(self, key, value):
        """The same program with the same seed simulates the same, also after it became faster."""
        known = self.hashes.get(key)
        if self.update_hashes or known is None:
            self.hashes[key] = value
            self.new_hashes += known is None
        elif known != value:
            self.problem(f"the result of {key} changed: its hash was {known} and is {value}")

    def require(self, what, wanted, measured, met):
        self.criteria.append(Criterion(what, wanted, measured, met))

    def problem(self, text):
        children.say("PROBLEM:", text)
        self.problems.append(text)

    def save_hashes(self):
        if self.new_hashes and not self.update_hashes:
            children.say(f"{self.new_hashes} results had no hash to compare with (other lengths or",
                         "seeds than before): --update-hashes records them")
        if self.update_hashes:
            self.hash_file.write_text(json.dumps(self.hashes, indent=1, sort_keys=True) + "\n")
