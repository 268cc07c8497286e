#!/usr/bin/env python3
"""The workflows of scenarios/ci do what they say: valid YAML, and every firedrill command in them
(and what is done to its findings) runs, on a small scenario in a repository of its own that has one change.

    run_workflows.py BINARY
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOP = ROOT / "tests" / "determinism" / "short_shop.yaml"
GIT = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org"]


def scripts_of(node):
    """Every text under `run` (GitHub) or in the list under `script` (GitLab)."""
    if isinstance(node, list):
        for one in node:
            yield from scripts_of(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "run" and isinstance(value, str):
                yield value
            elif key == "script" and isinstance(value, list):
                yield "\n".join(value)
            else:
                yield from scripts_of(value)


def commands_of(path):
    with open(path, encoding="utf-8") as file:
        tree = yaml.safe_load(file)
    assert isinstance(tree, dict) and tree, f"{path} is no workflow"
    return [line.strip() for script in scripts_of(tree) for line in script.splitlines()
            if line.strip().startswith(("firedrill ", "jq "))]


def repository(folder):
    """The target branch has the shop; the working tree has another retry budget, and an expectation."""
    def git(*arguments):
        subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "scenarios").mkdir()
    shop = folder / "scenarios" / "shop.yaml"
    text = SHOP.read_text(encoding="utf-8")
    shop.write_text(text, encoding="utf-8")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "the shop")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    git("fetch", "-q", ".", "main")
    shop.write_text(text.replace("retryBudget: 10%", "retryBudget: 100%") +
                    "\nexpect: {F08: retries at once are what naive is}\n", encoding="utf-8")


def run(command, binary, folder):
    environment = dict(os.environ, PATH=f"{binary.parent}:{os.environ['PATH']}",
                       SCENARIOS="scenarios/*.yaml", SCENARIO="scenarios/shop.yaml",
                       STRATEGY="budgeted", RUNS="2", GITHUB_BASE_REF="main")
    done = subprocess.run(["bash", "-euc", command], cwd=folder, env=environment,
                          capture_output=True, text=True, check=False)
    # 0 and 1 are verdicts, 3 is that two runs cannot decide; the rest would be a wrong command.
    assert done.returncode in (0, 1, 3), f"exit {done.returncode}: {command}\n{done.stderr}"
    for name in re.findall(r"(?:-o|>) (\S+)", command):
        assert (folder / name).stat().st_size > 0, f"{name} is empty: {command}"
    print(f"  exit {done.returncode}: {command}")


def check_left_out(folder):
    """What the shop has on purpose is in the one file and not in the other."""
    both = [json.loads((folder / name).read_text(encoding="utf-8"))["runs"][0]["results"]
            for name in ("firedrill.sarif", "findings.sarif")]
    open_ones = [one for one in both[0] if not one.get("suppressions")]
    assert 0 < len(open_ones) < len(both[0]) and both[1] == open_ones, "findings.sarif is not right"


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    workflows = sorted((ROOT / "scenarios" / "ci").glob("*.yml"))
    assert len(workflows) == 2, workflows
    for path in workflows:
        commands = commands_of(path)
        verbs = {command.split()[1] for command in commands if command.startswith("firedrill ")}
        assert verbs == {"check", "diff", "run"}, f"{path}: {verbs}"
        print(path.name)
        with tempfile.TemporaryDirectory() as folder:
            repository(pathlib.Path(folder))
            for command in commands:
                run(command, binary, pathlib.Path(folder))
            if any(command.startswith("jq ") for command in commands):
                check_left_out(pathlib.Path(folder))
            try:
                run("firedrill run $SCENARIO --junit x.xml", binary, pathlib.Path(folder))
            except AssertionError:
                continue
        sys.exit("a wrong command was not noticed")


if __name__ == "__main__":
    main()
