#!/usr/bin/env bash
# A real Slurm: a sweep as an array job, one task of which is killed in the middle and one is sent
# back into the queue, has the bytes of the same sweep in one process. Rounds of `auto` submit
# themselves. Needs root and the packages of `tests/run --preset slurm`; it runs on loopback alone.
#
#   tests/batch/slurm.sh FIREDRILL
set -euo pipefail

firedrill=$(readlink -f -- "$1")
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
started_munge=

stop_all() {
    scontrol shutdown >/dev/null 2>&1 || true
    sleep 1
    for pid in "$work"/*.pid; do
        [[ ! -e $pid ]] || kill "$(cat "$pid")" 2>/dev/null || true
    done
    [[ -z $started_munge ]] || pkill -x munged || true
    rm -rf "$work"
}
trap stop_all EXIT

say() { printf '%s\n' "$*"; }
fail() {
    say "FAILED $*"
    tail -n 20 "$work"/*.log "$work"/study*/*.log 2>/dev/null | cut -c1-200
    exit 1
}
# SECONDS WHAT COMMAND...: polls, because `sbatch --wait` is slow to notice.
wait_for() {
    local most=$1 what=$2 waited=0
    shift 2
    until "$@" >/dev/null 2>&1; do
        sleep 0.5
        waited=$((waited + 1))
        [[ $waited -lt $((most * 2)) ]] || fail "$what: not within $most s"
    done
}

start_slurm() {
    local host
    host=$(hostname -s)
    mkdir -p "$work/state" "$work/spool" /run/munge
    sed "s|@HOST@|$host|g; s|@FOLDER@|$work|g; s|@CPUS@|$(nproc)|g" "$here/slurm.conf.in" >"$work/slurm.conf"
    export SLURM_CONF=$work/slurm.conf
    if ! pgrep -x munged >/dev/null; then
        chown munge:munge /run/munge
        runuser -u munge -- munged
        started_munge=yes
    fi
    slurmctld
    slurmd -N "$host"
    wait_for 60 'the node' sh -c 'sinfo --noheader --format=%t | grep -qx idle'
    say "Slurm $(sbatch --version | cut -d' ' -f2) on $(nproc) cores"
}

queue_is_empty() { [[ -z $(squeue --noheader) ]]; }
is_running() { squeue --noheader --states=R --format=%i | grep -qx "$1"; }

# Six tasks of some seconds each.
values=(--sweep 'services.queue.concurrency=1..6 step 1' --set 'experiment.duration=2000s' --runs 20)
few=(--sweep 'services.queue.concurrency=1,2,3' --runs auto)
sweep() { "$firedrill" sweep small.yaml "$@" -q; }
export_of() { "$firedrill" report "$1" --format csv; }

array_job() {
    local array_id merge_id
    mkdir "$work/study"
    cd "$work/study"
    cp "$here/../sweep/small.yaml" .
    sweep "${values[@]}" -o whole.db >/dev/null
    export_of whole.db >whole.csv
    sweep "${values[@]}" -o study.db --slurm --shards 6 | tee submitted
    array_id=$(sed -n 's/.*array job \([0-9]*\),.*/\1/p' submitted)
    wait_for 60 'the first task' is_running "${array_id}_0"
    sleep 1
    pkill -9 -o -f "sweep small.yaml.* --shards 6" || fail 'no task to kill'
    say 'killed the oldest task'
    wait_for 120 'the last task' is_running "${array_id}_5"
    scontrol requeue "${array_id}_5"
    say 'sent the last task back into the queue'
    wait_for 400 'the end of the jobs' queue_is_empty
    cat study.slurm-merge.log
    grep -q 'not finished' study.slurm-merge.log || fail 'the killed shard is not named'
    # As somebody would go on: the tasks again (those that are there do nothing), and the merge.
    array_id=$(sbatch --parsable study.array.sh)
    merge_id=$(sbatch --parsable --dependency=afterany:"$array_id" study.merge.sh)
    say "submitted again: $array_id, $merge_id"
    wait_for 400 'the end of the jobs' queue_is_empty
    tail -n 3 study.slurm-merge.log
    export_of study.db | cmp - whole.csv || fail 'the array job has other results'
    say "the same $(wc -l <whole.csv) lines as in one process"
}

rounds() {
    mkdir "$work/study-auto"
    cd "$work/study-auto"
    cp "$here/../sweep/small.yaml" .
    sweep "${few[@]}" -o whole.db >/dev/null
    export_of whole.db >whole.csv
    sweep "${few[@]}" -o study.db --slurm --shards 3
    wait_for 400 'the end of the jobs' queue_is_empty
    grep -c '^Incomplete' study.slurm-merge.log | sed 's/$/ rounds of auto asked for another one/'
    tail -n 1 study.slurm-merge.log
    export_of study.db | cmp - whole.csv || fail 'rounds have other results'
    say 'rounds of auto: the same lines as in one process'
}

start_slurm
array_job
rounds
say passed
