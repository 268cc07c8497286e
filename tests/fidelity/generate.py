#!/usr/bin/env python3
"""Writes tests/fidelity/theory/ from theory.json: a scenario file a case, and cases.yaml.

    tests/fidelity/generate.py            write the files
    tests/fidelity/generate.py --check    exit 1 when they are not what this would write

theory.json holds the exact values and where they come from; the modules beside this file say for
each case how to measure it (see `case` in generator/case.py). Every metric of theory.json must be
measured by exactly one figure.
"""
import argparse
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generator import case, queues, services  # noqa: E402


def exact_values():
    """The entries of theory.json by (case, metric)."""
    with open(HERE / "theory.json", encoding="utf-8") as file:
        entries = json.load(file)["cases"]
    return {(entry["name"], entry["metric"]): entry for entry in entries}


def files():
    """File name to content of everything in theory/."""
    truth = exact_values()
    cases = queues.CASES + services.CASES
    left = set(truth) - {key for one in cases for key in one.metrics()}
    if left:
        lines = "\n".join(f"  {name}: {metric}" for name, metric in sorted(left))
        print(f"not measured yet:\n{lines}", file=sys.stderr)
    written = {"cases.yaml": case.index(cases, truth)}
    for one in cases:
        written.update(one.scenario_files())
    return written, not left


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare")
    arguments = parser.parse_args()
    wanted, complete = files()
    folder = HERE / "theory"
    folder.mkdir(exist_ok=True)
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    stale = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if arguments.check:
        for name in stale:
            print(f"tests/fidelity/theory/{name} is not what generate.py writes", file=sys.stderr)
        return 1 if stale or not complete else 0
    for name in found.keys() - wanted.keys():
        (folder / name).unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
