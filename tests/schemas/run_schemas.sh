#!/usr/bin/env bash
# Outputs for other programs against the schemas of those programs.
#
#   run_schemas.sh BINARY KIND       otlp, perfetto, sarif or junit
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
binary=$(readlink -f -- "$1")
kind=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here/../.."
# Debian's modules are Debian's Python's.
python=/usr/bin/python3
[[ -x $python ]] || python=python3
shop=tests/determinism/short_shop.yaml

# What must end so: a run that misses an SLO ends with 1, and a file that is invalid with 2.
expect() {
    local wanted=$1 code=0
    shift
    "$@" >"$work/out" 2>"$work/err" || code=$?
    [[ $code == "$wanted" ]] || { cat "$work/err"; echo "exit $code, expected $wanted: $*"; exit 1; }
}

valid() { "$python" "$here/validate.py" "$kind" "$1"; }

case $kind in
otlp | perfetto)
    expect 0 "$binary" explain "$shop" -q "--$kind" "$work/trace.json"
    valid "$work/trace.json"
    ;;
sarif | junit)
    suffix=$kind
    [[ $kind == sarif ]] || suffix=xml
    expect 1 "$binary" run "$shop" -q --runs 2 --no-why -o "$work/run.$suffix" -o "$work/run.json"
    valid "$work/run.$suffix"
    expect 0 "$binary" report "$work/run.json" -o "$work/again.$suffix"
    cmp "$work/run.$suffix" "$work/again.$suffix"
    # Every message that there is, with all the characters that people put into files.
    expect 2 "$binary" check tests/cli/bad/*.yaml "$shop" scenarios/webshop.yaml -o "$work/check.$suffix"
    valid "$work/check.$suffix"
    ;;
*) exit 2 ;;
esac
