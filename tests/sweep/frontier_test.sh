#!/usr/bin/env bash
# Maps and searches lose nothing that they have finished: killed, interrupted and gone on with, with
# one thread or two, they end with the bytes of one that nothing happened to.
#
#   tests/sweep/frontier_test.sh FIREDRILL
set -euo pipefail

firedrill=$(readlink -f -- "$1")
root=$(readlink -f -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../..")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cp "$root/scenarios/faults/retry-storm-metastable.yaml" "$root/scenarios/mm8.yaml" .
failed=0

fail() {
    printf 'FAILED %s\n' "$*"
    failed=1
}

# Each becomes the program itself, so that a signal reaches that.
map() {
    exec "$firedrill" map retry-storm-metastable.yaml --x 'workload.*.rate=150/s..550/s step 100/s' \
        --y strategies.naive.retries=1,3 --strategy naive --runs 2 --set experiment.duration=60s \
        --set faults.slow-disks.at=10s --set faults.slow-disks.for=15s -q "$@" >/dev/null 2>err
}
search() {
    exec "$firedrill" search max-load mm8.yaml --set 'slos.fast=serve.p99 <= 60ms' --tolerance 5% \
        --set experiment.duration=10s --set experiment.warmup=2s --to 1.2x --runs 40 -q "$@" \
        >/dev/null 2>err
}

# What a store holds, without the command that names it.
export_of() { "$firedrill" report "$1" --format json | grep -v '"repeat"'; }
same_as_whole() {
    export_of "$2" | cmp -s - "whole_$1.json" || fail "$1, $3: another result than without interruption"
}

for verb in map search; do
    start=$(date +%s%N)
    ($verb -o "whole_$verb.db" --jobs 2) || fail "$verb: $(cat err)"
    whole_ms=$((($(date +%s%N) - start) / 1000000))
    export_of "whole_$verb.db" >"whole_$verb.json"
    [[ $(wc -l <"whole_$verb.json") -gt 100 ]] || fail "$verb: hardly any result"

    ($verb -o one.db --jobs 1)
    same_as_whole "$verb" one.db 'one thread'
    rm -f one.db*

    # Killed a few times on the way.
    RANDOM=7
    kills=0
    for _ in {1..12}; do
        [[ $kills -lt 4 ]] || break
        $verb -o killed.db --jobs 2 &
        sleep "$(printf '%d.%03d' 0 $((RANDOM % (whole_ms < 4000 ? whole_ms / 4 + 1 : 900) + 20)))"
        if kill -9 $! 2>/dev/null; then kills=$((kills + 1)); fi
        wait $! 2>/dev/null || true
    done
    [[ $kills -ge 1 ]] || fail "$verb: nothing was killed"
    ($verb -o killed.db --jobs 2)
    same_as_whole "$verb" killed.db "killed $kills times"
    rm -f killed.db*

    # Ctrl-C: 130, and a command that goes on.
    code=0
    $verb -o stopped.db --jobs 1 &
    sleep 0.2
    kill -INT $! 2>/dev/null || true
    wait $! || code=$?
    if [[ $code == 130 ]]; then
        resume=$(sed -n 's/^resume: firedrill //p' err)
        [[ -n $resume ]] || fail "$verb: no resume line: $(cat err)"
        eval "\"$firedrill\" $resume -q >/dev/null"
    else
        [[ $code == 0 ]] || fail "$verb: Ctrl-C ends with $code"
    fi
    same_as_whole "$verb" stopped.db 'Ctrl-C'
    rm -f stopped.db*

    # With everything there nothing is run again.
    start=$(date +%s%N)
    ($verb -o "whole_$verb.db" --jobs 2)
    again_ms=$((($(date +%s%N) - start) / 1000000))
    [[ $again_ms -lt $((whole_ms / 2 + 300)) ]] || fail "$verb: $again_ms ms again, $whole_ms ms at first"
    same_as_whole "$verb" "whole_$verb.db" 'again'
done

# A time limit: 3, and the command that goes on.
code=0
(map -o limited.db --jobs 1 --time-limit 1ms) || code=$?
[[ $code == 3 ]] || fail "--time-limit ends with $code"
grep -q '^resume: firedrill map' err || fail "no resume line: $(cat err)"

[[ $failed == 0 ]] || exit 1
echo 'maps and searches: killed, Ctrl-C, one thread and two: the same results'
