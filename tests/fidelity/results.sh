#!/usr/bin/env bash
# Is tests/fidelity/RESULTS.md what this program finds? The whole theory set and all papers, with the
# deliberately wrong models after them.
#
#   results.sh BINARY            compare; exit 1 when a case fails or the page differs
#   results.sh BINARY --update   write the page
set -euo pipefail

binary=$(readlink -f -- "${1:?the binary}")
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A failing case must not hide the page that says which.
code=0
"$binary" validate theory papers -q -o "$work/results.md" >/dev/null || code=$?
"$binary" validate theory papers --wrong -q -o "$work/wrong.md" >/dev/null || code=$?
sed -e 's/^# .*/## Deliberately wrong models/' -e 's/^## \(Agreement.*\): deliberately wrong models/### \1/' \
    -e 's/^## How this was computed/### How these were made/' "$work/wrong.md" >>"$work/results.md"
if [[ ${2-} == --update ]]; then
    cp "$work/results.md" "$here/RESULTS.md"
else
    diff -u "$here/RESULTS.md" "$work/results.md" || code=1
fi
exit "$code"
