#!/usr/bin/env bash
# Golden cases of the command line.
#
#   run_golden.sh BINARY [CASE...]       all cases, or those named
#
# A case is a folder of cases/ with `cmd` (bash, run from the repository's root with the binary on
# the PATH as `firedrill` and an empty folder in $scratch), `expected.out`, `expected.err` and
# `exit`; an absent file means nothing printed, or 0. UPDATE_GOLDEN=1 writes them: read the diff.
set -uo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
binary=$(readlink -f -- "${1:?the binary}") || exit 2
shift
cd "$here/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$binary" "$work/bin/firedrill"
unset COLUMNS LINES NO_COLOR CLICOLOR_FORCE
export PATH=$work/bin:$PATH LC_ALL=C.UTF-8 TERM=dumb scratch
failures=0

# store FILE: what was printed becomes what is expected; nothing printed needs no file.
store() {
    if [[ -s $1 ]]; then cp "$1" "$2"; else rm -f "$2"; fi
}

compare() { # CASE WHAT WANTED GOT
    local wanted=$3
    [[ -e $wanted ]] || wanted=/dev/null
    diff -u --label "$1: expected $2" --label "$1: $2" "$wanted" "$4"
}

run_case() {
    local name=$1 folder=$here/cases/$1 code wanted_code=0 bad=0
    [[ -e $folder/cmd ]] || { echo "$name: no such case"; return 1; }
    scratch=$work/$name
    mkdir -p "$scratch"
    timeout 120 bash -u "$folder/cmd" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    if [[ ${UPDATE_GOLDEN-} == 1 ]]; then
        store "$work/out" "$folder/expected.out"
        store "$work/err" "$folder/expected.err"
        if ((code == 0)); then rm -f "$folder/exit"; else echo "$code" >"$folder/exit"; fi
        return 0
    fi
    [[ ! -e $folder/exit ]] || wanted_code=$(<"$folder/exit")
    [[ $code == "$wanted_code" ]] || { echo "$name: exit $code, expected $wanted_code"; bad=1; }
    compare "$name" stdout "$folder/expected.out" "$work/out" || bad=1
    compare "$name" stderr "$folder/expected.err" "$work/err" || bad=1
    return $bad
}

cases=("$@")
if [[ $# == 0 ]]; then
    for folder in "$here"/cases/*/; do cases+=("$(basename "$folder")"); done
fi
for name in "${cases[@]}"; do
    run_case "$name" || failures=$((failures + 1))
done
echo "${#cases[@]} cases, $failures failed"
exit $((failures > 0))
