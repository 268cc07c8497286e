#!/usr/bin/env bash
# Compares the fingerprints of the runs in a table beside this file with the recorded ones.
#
#   check.sh BINARY [TABLE]       UPDATE_GOLDEN=1 records what it finds; baselines.csv without TABLE
set -euo pipefail

binary=$(readlink -f -- "${1:?the binary}")
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
table=$here/${2-baselines.csv}
cd "$here/../.."
found=$(mktemp)
trap 'rm -f "$found"' EXIT

head -n 1 "$table" >"$found"
while IFS=, read -r scenario options _; do
    # 0 met, 1 missed and 3 inconclusive are results.
    # shellcheck disable=SC2086  # options are words
    json=$("$binary" run "$scenario" $options --no-why --json --quiet </dev/null) || [[ $? =~ ^[13]$ ]]
    fingerprint=$(sed -n 's/^  "fingerprint": "\([0-9a-f]*\)".*/\1/p' <<<"$json")
    [[ $fingerprint =~ ^[0-9a-f]{16}$ ]] || {
        echo "$scenario $options: no fingerprint"
        exit 1
    }
    printf '%s,%s,%s\n' "$scenario" "$options" "$fingerprint" >>"$found"
done < <(tail -n +2 "$table")

if [[ ${UPDATE_GOLDEN-} == 1 ]]; then
    cp "$found" "$table"
elif ! diff "$table" "$found"; then
    echo "Trajectories changed. When that is meant: UPDATE_GOLDEN=1 bash tests/trajectory/check.sh BINARY ${2-}"
    exit 1
fi
