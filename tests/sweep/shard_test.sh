#!/usr/bin/env bash
# Is a sweep the same however it is divided? In 1, 3 and 16 shards, in any order, one of them twice,
# one killed in the middle, it merges to the same bytes; what is missing is named. `sbatch` is
# played by a script here that runs the tasks of an array one after the other; a real Slurm is in
# tests/batch.
#
#   tests/sweep/shard_test.sh FIREDRILL
set -euo pipefail

firedrill=$(readlink -f -- "$1")
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cp "$here/small.yaml" .
failed=0

fail() {
    printf 'FAILED %s\n' "$*"
    failed=1
}

# FOLDER ARGUMENTS...: 20 points, or as many as the arguments say, in a folder of its own.
few=(--sweep 'services.queue.concurrency=1..20 step 1')
# `begin` becomes the program itself, so that a signal reaches that.
begin() {
    mkdir -p "$1"
    cd "$1"
    exec "$firedrill" sweep ../small.yaml "${few[@]}" -o study.db -q --jobs 1 "${@:2}" >out 2>err
}
sweep() { (begin "$@"); }
merge() { (cd "$1" && "$firedrill" merge study.db -q >merged 2>merge.err); }
export_of() { "$firedrill" report "$1/study.db" --format csv; }
expect_code() {
    local wanted=$1 code=0
    shift
    "$@" || code=$?
    [[ $code == "$wanted" ]] || fail "$* ends with $code, not $wanted"
}

# An uninterrupted sweep on one machine, and the same in one shard: the file to compare with.
check_division() {
    sweep "$1-whole" "${@:2}" || [[ $1 == failures ]] || fail "$1: the whole sweep"
    export_of "$1-whole" >"$1.csv"
    for count in 1 3 16; do
        local folder=$1-of-$count i
        for i in $(seq "$count" | shuf --random-source=<(yes)); do
            sweep "$folder" "${@:2}" --shard "$i/$count" || fail "$1: shard $i of $count: $(cat "$folder/err")"
        done
        # Twice: the second time there is nothing to do.
        local before
        before=$(stat -c %Y-%s "$folder/study.shard-1-of-$count.db")
        sweep "$folder" "${@:2}" --shard "1/$count" || fail "$1: the first shard again"
        [[ $(stat -c %Y-%s "$folder/study.shard-1-of-$count.db") == "$before" ]] ||
            fail "$1: a shard that is there is written again"
        merge "$folder" || fail "$1: merge of $count: $(cat "$folder/merged" "$folder/merge.err")"
        export_of "$folder" | cmp -s - "$1.csv" || fail "$1: $count shards differ from the whole sweep"
        [[ $count == 1 ]] || cmp -s "$folder/study.db" "$1-of-1/study.db" ||
            fail "$1: the merged file of $count shards is another one"
    done
}
check_division runs
few=(--sweep 'services.queue.concurrency=1..20 step 1' --sweep 'workload.customers.rate=40/s..300/s step 20/s')
check_division points # enough points for three shards to divide them as they are
# Some points reach a limit, some of those in a later run only.
few=(--sweep 'workload.customers.rate=80/s..120/s step 1/s' --set experiment.duration=60s --runs 5)
check_division failures --max-events 25000
grep -q 'replication [2-5] reached the limit' failures.csv || fail 'no point fails late'
grep -q 'reached the limit' failures.csv || fail 'no point fails'
[[ $(grep -c 'reached the limit' failures.csv) -lt 41 ]] || fail 'all points fail'

# The index from the scheduler: what a pod of an Indexed Job sees.
few=(--sweep 'services.queue.concurrency=1..20 step 1')
for i in 1 0 2; do JOB_COMPLETION_INDEX=$i sweep pods --shards 3 || fail "pod $i: $(cat pods/err)"; done
merge pods || fail "the merge of pods: $(cat pods/merged)"
export_of pods | cmp -s - runs.csv || fail 'pods differ from a sweep'
JOB_COMPLETION_INDEX=3 expect_code 2 sweep pods --shards 3
JOB_COMPLETION_INDEX=0 expect_code 2 sweep pods --shard env
grep -q '^error: --shard: Kubernetes does not say how many' pods/err || fail "no count: $(cat pods/err)"

# A shard that is killed in the middle, and one that is missing.
few=(--sweep 'services.queue.concurrency=1..20 step 1' --runs 20 --set experiment.duration=120s)
sweep long-whole
export_of long-whole >long.csv
sweep long --shard 1/3
begin long --shard 2/3 &
sleep 0.2
kill -9 $! 2>/dev/null || fail 'the shard was faster than the signal'
wait $! 2>/dev/null || true
expect_code 3 merge long
grep -q '2 of 3.*not finished' long/merged || fail "a killed shard: $(cat long/merged)"
grep -q '3 of 3.*missing' long/merged || fail "a missing shard: $(cat long/merged)"
grep -q '^  firedrill sweep .* --shard 3/3$' long/merged || fail "no command: $(cat long/merged)"
(cd long && eval "$(sed -n "s|^  firedrill \(.* --shard 2/3\)$|$firedrill \1 -q|p" merged)") || fail 'the command of merge'
expect_code 3 merge long
sweep long --shard 3/3
merge long || fail "the merge at last: $(cat long/merged)"
export_of long | cmp -s - long.csv || fail 'a killed shard changes the result'

# Ctrl-C: 130, and a command that goes on.
begin stopped --shard 1/2 &
sleep 0.2
kill -INT $! 2>/dev/null || fail 'the shard was faster than the signal'
code=0
wait $! || code=$?
[[ $code == 130 ]] || fail "Ctrl-C ends with $code"
grep -q '^resume: firedrill sweep .* --shard 1/2$' stopped/err || fail "no resume line: $(cat stopped/err)"

# Rounds of `auto`: the shards wait for each other between two looks.
few=(--sweep 'services.queue.concurrency=1,2,3')
sweep auto-whole --runs auto
export_of auto-whole >auto.csv
rounds=0
code=3
while [[ $code == 3 && $rounds -lt 9 ]]; do
    rounds=$((rounds + 1))
    for i in 2 3 1; do sweep auto --runs auto --shard $i/3; done
    code=0
    merge auto || code=$?
done
[[ $code == 0 ]] || fail "auto ends with $code after $rounds rounds: $(cat auto/merged)"
[[ $rounds -gt 2 ]] || fail "auto needs $rounds rounds only"
export_of auto | cmp -s - auto.csv || fail 'rounds of auto differ from auto'

# Shards that do not belong together, or contradict each other.
sweep mixed --shard 1/2
sweep mixed --shard 2/2 --seed 7
expect_code 2 merge mixed
grep -q "^error: 'study.shard-2-of-2.db' does not belong to 'study.shard-1-of-2.db': its seed is 7, not 1" \
    mixed/merge.err || fail "another seed: $(cat mixed/merge.err)"
expect_code 2 merge auto-whole
grep -q '^error: there are no shards' auto-whole/merge.err || fail "no shards: $(cat auto-whole/merge.err)"

# As an array job. `sbatch` prints a number, and runs what it is given when all is submitted.
mkdir bin
cat >bin/sbatch <<'SBATCH'
#!/usr/bin/env bash
[[ $* != --version ]] || exit 0
for script; do [[ $script != *.sh ]] || break; done
arguments=" $* "
printf '%s %s\n' "$script" "${arguments##*.sh }" >>"$SBATCH_QUEUE"
echo "$(wc -l <"$SBATCH_QUEUE");here"
SBATCH
chmod +x bin/sbatch
export SBATCH_QUEUE=$scratch/queue PATH=$scratch/bin:$PATH
few=(--sweep 'services.queue.concurrency=1..20 step 1')
sweep 'a folder' --slurm --shards 3 --sbatch=--partition=short --sbatch=--time=1:00:00 || fail "--slurm: $(cat 'a folder/err')"
grep -q '^submitted: 3 shards as array job 1, their merge as job 2$' 'a folder/out' || fail "--slurm says: $(cat 'a folder/out')"
grep -q '^#SBATCH --partition=short$' 'a folder/study.merge.sh' || fail 'the options of --sbatch'
: >queue
mkdir array
sweep array --slurm --shards 3
run_queue() {
    local line=0 script round i
    while line=$((line + 1)) && read -r script round < <(sed -n "${line}p" queue); do
        if [[ $script == *array.sh ]]; then
            for i in 2 0 1; do
                (cd / && SLURM_ARRAY_TASK_ID=$i bash "$scratch/$1/$script" >/dev/null) || fail "task $i of $1"
            done
        else
            (cd / && bash "$scratch/$1/$script" ${round:+"$round"} >"$scratch/$1/merged") || true
        fi
        [[ $line -lt 30 ]] || break
    done
}
run_queue array
export_of array | cmp -s - runs.csv || fail 'an array job differs from a sweep'
few=(--sweep 'services.queue.concurrency=1,2,3')
: >queue
sweep array-auto --runs auto --slurm --shards 3
run_queue array-auto
export_of array-auto | cmp -s - auto.csv || fail 'rounds of array jobs differ from auto'

[[ $failed == 0 ]] || exit 1
printf '1, 3 and 16 shards, killed, repeated, missing, %s rounds of auto, array jobs: the same bytes\n' "$rounds"
