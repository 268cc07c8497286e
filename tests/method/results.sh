#!/usr/bin/env bash
# Is tests/method/RESULTS.md what this program finds? All experiments on the statistical method.
#
#   results.sh BINARY            compare; exit 1 when a method fails or the page differs
#   results.sh BINARY --update   write the page
set -euo pipefail

binary=$(readlink -f -- "${1:?the binary}")
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
page=$(mktemp)
trap 'rm -f "$page"' EXIT

# What fails must not hide the page that says so.
code=0
"$binary" >"$page" || code=$?
if [[ ${2-} == --update ]]; then
    cp "$page" "$here/RESULTS.md"
else
    diff -u "$here/RESULTS.md" "$page" || code=1
fi
exit "$code"
