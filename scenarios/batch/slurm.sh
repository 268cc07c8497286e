#!/bin/bash
# A sweep on a Slurm cluster: 16 tasks, each with its share of the runs, in files of their own.
#
#   sbatch scenarios/batch/slurm.sh                     the tasks
#   firedrill merge study.db                            when they are done: one study, or what is missing
#
# `firedrill sweep FILE -o study.db --slurm --shards 16` writes such a script, and one for the merge,
# and submits both. This one is to start from where that is not enough.
#SBATCH --job-name=firedrill
#SBATCH --array=0-15
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=firedrill-%a.log

# Where the tasks start is where sbatch was called: it has to be on a file system that all nodes
# see. A task that is started again, by hand or because a node died, goes on where it was.
exec firedrill sweep scenarios/sweep.yaml --runs 200 -o study.db \
    --shards 16 --jobs "${SLURM_CPUS_PER_TASK:-1}"
