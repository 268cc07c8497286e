#!/usr/bin/env bash
# Bad input: for every NAME.yaml of bad/, `firedrill check` from the repository's root prints
# exactly NAME.expected on stderr, nothing on stdout, and exits with 2.
#
#   run_bad.sh BINARY [MINIMUM]      at least MINIMUM files must be there; UPDATE_GOLDEN=1 writes
set -uo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
binary=$(readlink -f -- "${1:?the binary}") || exit 2
minimum=${2-0}
cd "$here/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TERM=dumb
shopt -s nullglob
count=0
failures=0

fail() {
    echo "$1"
    failures=$((failures + 1))
}

check_file() {
    local file=$1 expected=${1%.yaml}.expected code
    timeout 60 "$binary" check "$file" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    if ((code >= 124)); then
        fail "$file: crashed or hung (exit $code): $(tail -n 5 "$work/err")"
    elif ((code != 2)); then
        fail "$file: exit $code, expected 2"
    elif [[ -s $work/out ]]; then
        fail "$file: printed to stdout: $(head -n 3 "$work/out")"
    elif [[ ${UPDATE_GOLDEN-} == 1 ]]; then
        cp "$work/err" "$expected"
    elif [[ ! -e $expected ]]; then
        fail "$file: there is no ${expected##*/}"
    else
        diff -u --label "$expected" --label "$file: stderr" "$expected" "$work/err" ||
            fail "$file: another message"
    fi
}

for file in tests/cli/bad/*.yaml; do
    count=$((count + 1))
    check_file "$file"
done
for expected in tests/cli/bad/*.expected; do
    [[ -e ${expected%.expected}.yaml ]] || fail "$expected: there is no such .yaml"
done
((count >= minimum)) || fail "only $count files; there should be at least $minimum"
echo "$count files, $failures failed"
exit $((failures > 0))
