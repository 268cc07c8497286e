#!/usr/bin/env bash
# Nothing finished is ever lost: a sweep that is killed ten times, that two processes run at a time,
# that runs into a full disk or is interrupted ends with the bytes of one that nothing happened to.
#
#   tests/sweep/store_test.sh FIREDRILL [POINTS]     by default 600 small points; 10000 by preset
set -euo pipefail

firedrill=$(readlink -f -- "$1")
points=${2:-600}
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

# POINTS as rates x servers. It becomes the program itself, so that a signal reaches that.
sweep() {
    exec "$firedrill" sweep small.yaml --sweep "workload.customers.rate=10/s..$((points / 20 + 9))/s step 1/s" \
        --sweep 'services.queue.concurrency=1..20 step 1' -q "$@" >/dev/null 2>err
}
whole_sweep() { (sweep "$@"); }
export_of() { "$firedrill" report "$1" --format csv; }
same_as_whole() {
    export_of "$1" | cmp -s - whole.csv || fail "$2: the export differs from that of an uninterrupted sweep"
}

start=$(date +%s%N)
whole_sweep -o whole.db --jobs 2
whole_ms=$((($(date +%s%N) - start) / 1000000))
export_of whole.db >whole.csv
rows=$(wc -l <whole.csv)
[[ $rows -gt $((points * 20)) ]] || fail "the export has $rows rows"
[[ $(find . -newer small.yaml -type f | wc -l) -le 5 ]] || fail 'a sweep leaves more files than its store'

whole_sweep -o one.db --jobs 1
same_as_whole one.db 'one thread'

# Killed ten times at moments spread over the time that it takes.
RANDOM=7
kills=0
for _ in {1..60}; do
    [[ $kills -lt 10 ]] || break
    sweep -o killed.db --jobs 2 &
    sleep "$(printf '%d.%03d' 0 $((RANDOM % (whole_ms < 5000 ? whole_ms / 5 : 900) + 20)))"
    if kill -9 $! 2>/dev/null; then kills=$((kills + 1)); fi
    wait $! 2>/dev/null || true
    if [[ -e killed.db ]]; then
        export_of killed.db >partial.csv 2>partial.err ||
            grep -q 'no study of firedrill\|no sweep' partial.err || fail "after a kill: $(cat partial.err)"
    fi
done
whole_sweep -o killed.db --jobs 2
same_as_whole killed.db "killed $kills times"
[[ $kills -ge 1 ]] || fail 'nothing was killed'

sweep -o both.db --jobs 1 &
other=$!
whole_sweep -o both.db --jobs 1 || fail "the first of two processes: $(cat err)"
wait $other || fail 'the second of two processes'
same_as_whole both.db 'two processes'

# A full disk, as a limit on the size of files.
code=0
(
    trap '' XFSZ
    ulimit -f $((points / 4))
    sweep -o full.db --jobs 2
) || code=$?
[[ $code == 5 ]] || fail "a full disk ends with $code"
grep -q "^error: cannot write 'full.db'" err || fail "a full disk says: $(cat err)"
grep -q 'what was committed is kept; resume: firedrill sweep' err || fail "no resume line: $(cat err)"
whole_sweep -o full.db --jobs 2
same_as_whole full.db 'a full disk'

# Ctrl-C: 130, and a command that goes on.
code=0
sweep -o stopped.db --jobs 1 &
sleep 0.15
kill -INT $! 2>/dev/null || true
wait $! || code=$?
if [[ $code == 130 ]]; then
    resume=$(sed -n 's/^resume: firedrill //p' err)
    [[ -n $resume ]] || fail "no resume line: $(cat err)"
    eval "\"$firedrill\" $resume -q >/dev/null"
else
    [[ $code == 0 ]] || fail "Ctrl-C ends with $code"
    whole_sweep -o stopped.db
fi
same_as_whole stopped.db 'Ctrl-C'

# Only what changed is computed again: other points of the same scenario are found.
whole_sweep -o whole.db --jobs 2 --set name=renamed
export_of whole.db | cmp -s - whole.csv || fail 'another name changes results'

[[ $failed == 0 ]] || exit 1
printf '%s points: killed %s times, two processes, a full disk, Ctrl-C: the same %s rows\n' \
    "$points" "$kills" "$((rows - 1))"
