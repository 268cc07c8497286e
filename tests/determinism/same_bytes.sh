#!/usr/bin/env bash
# The same scenario and seed give the same bytes: twice, with one thread and with two, and by every
# other build that is named.
#
#   same_bytes.sh SCENARIO BINARY [OTHER_BINARY...] [-- OPTIONS...]
set -uo pipefail

scenario=${1:?the scenario}
shift
binaries=()
while [[ $# -gt 0 && $1 != -- ]]; do
    binaries+=("$1")
    shift
done
[[ $# == 0 ]] || shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

run() { # NAME BINARY OPTIONS...
    local name=$1 binary=$2 code
    shift 2
    "$binary" run "$scenario" --json "$@" >"$work/$name" 2>"$work/$name.err" </dev/null
    code=$?
    # 0 met, 1 missed and 3 inconclusive are results; anything else is none.
    if [[ ! $code =~ ^[013]$ || ! -s $work/$name ]]; then
        echo "$name: exit $code, $(wc -c <"$work/$name") bytes"
        cat "$work/$name.err"
        exit 1
    fi
}

same() {
    cmp "$work/first" "$work/$1" && return
    diff <(tr ',' '\n' <"$work/first") <(tr ',' '\n' <"$work/$1") | head -n 20
    failures=$((failures + 1))
}

run first "${binaries[0]}" --jobs 1 "$@"
run again "${binaries[0]}" --jobs 1 "$@"
same again
run two_threads "${binaries[0]}" --jobs 2 "$@"
same two_threads
for i in "${!binaries[@]}"; do
    [[ $i == 0 ]] && continue
    run "build_$i" "${binaries[$i]}" --jobs 2 "$@"
    same "build_$i"
done
# The comparison must be able to fail.
run other_seed "${binaries[0]}" --jobs 1 --seed 1234567 "$@"
if cmp -s "$work/first" "$work/other_seed"; then
    echo "another seed gives the same bytes"
    failures=$((failures + 1))
fi
echo "$(wc -c <"$work/first") bytes of $(basename "$scenario"), $failures differences"
exit $((failures > 0))
