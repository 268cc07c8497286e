#!/usr/bin/env python3
"""Do the examples of scenarios/batch work? Runs what each pod of the Kubernetes manifest and each task
of the Slurm script would run, with the index where their scheduler puts it, and merges.

    manifest.py FIREDRILL
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
FIREDRILL = str(Path(sys.argv[1]).resolve())


def run(arguments, folder, **variables):
    environment = {key: value for key, value in os.environ.items() if "JOB" not in key}
    done = subprocess.run([FIREDRILL, *arguments], cwd=folder, env={**environment, **variables},
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"exit {done.returncode}: {shlex.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout


def fewer_runs(arguments):
    """The examples have runs for a cluster; one of each point shows as much here."""
    place = arguments.index("--runs") + 1
    return [*arguments[:place], "1", *arguments[place + 1:]]


def option(arguments, name):
    return arguments[arguments.index(name) + 1]


def pods(study):
    job = yaml.safe_load((ROOT / "scenarios/batch/kubernetes-job.yml").read_text())
    spec = job["spec"]
    assert spec["completionMode"] == "Indexed", "no index without it"
    container = spec["template"]["spec"]["containers"][0]
    assert container["command"] == ["firedrill"]
    arguments = container["args"]
    assert option(arguments, "--shards") == str(spec["completions"]), "every shard needs a pod"
    mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    folders = {"scenario": str(ROOT / "scenarios"), "study": study}

    def seen_here(path):
        name = mounts.get(os.path.dirname(path))
        return path if name is None else os.path.join(folders[name], os.path.basename(path))

    here = [seen_here(one) for one in arguments]
    for index in reversed(range(spec["completions"])):
        run(fewer_runs(here), study, JOB_COMPLETION_INDEX=str(index))
    return fewer_runs(here)


def tasks(study):
    script = (ROOT / "scenarios/batch/slurm.sh").read_text()
    last = int(re.search(r"#SBATCH --array=0-(\d+)", script).group(1))
    command = script[script.index("exec firedrill") + len("exec firedrill"):].replace("\\\n", " ")
    arguments = shlex.split(command.replace('"${SLURM_CPUS_PER_TASK:-1}"', "1"))
    assert option(arguments, "--shards") == str(last + 1), "every shard needs a task"
    here = fewer_runs([str(ROOT / one) if one.startswith("scenarios/") else one for one in arguments])
    for index in range(last + 1):
        run(here, study, SLURM_ARRAY_TASK_ID=str(index))
    return here


def whole(arguments, folder):
    """The same sweep in one process."""
    place = arguments.index("--shards")
    here = [*arguments[:place], *arguments[place + 2:]]
    here[here.index("-o") + 1] = "whole.db"
    run(here, folder)
    return run(["report", "whole.db", "--format", "csv"], folder)


for example in (pods, tasks):
    with tempfile.TemporaryDirectory() as folder:
        used = example(folder)
        run(["merge", "study.db"], folder)
        merged = run(["report", "study.db", "--format", "csv"], folder)
        assert merged == whole(used, folder), f"{example.__name__}: not the sweep in one process"
        print(f"{example.__name__}: {merged.count(chr(10))} lines, as in one process")
