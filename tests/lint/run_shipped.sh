#!/usr/bin/env bash
# `firedrill check` finds nothing in the scenarios that are shipped but what they say of themselves
# (`expect`), each with its reason, and nothing that they expect is missing.
#
#   run_shipped.sh BINARY
set -uo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
binary=$(readlink -f -- "${1:?the binary}") || exit 2
cd "$here/../.." || exit 2
export LC_ALL=C.UTF-8 TERM=dumb
count=0
failures=0

for file in scenarios/*.yaml scenarios/*/*.yaml; do
    [[ $file != scenarios/papers/figures.yaml ]] || continue  # published figures, no scenario
    count=$((count + 1))
    said=$(timeout 60 "$binary" check -v "$file" 2>&1 </dev/null)
    code=$?
    # shellcheck disable=SC2016  # the backquotes are text
    found=$(grep -E ': (error|warning|note): (F[0-9][0-9]:|`F[0-9][0-9]` is expected|there is no rule)' <<<"$said")
    # With -v every expectation is a line: "  expected: F26 in naive: the reason".
    found+=$(grep -E '^  expected: F[0-9][0-9]( in [^:]*)?$' <<<"$said")
    [[ $code == 0 && -z $found ]] && continue
    echo "$file: exit $code"
    echo "$found"
    failures=$((failures + 1))
done
((count >= 80)) || { echo "only $count files"; failures=$((failures + 1)); }
echo "$count files, $failures failed"
exit $((failures > 0))
