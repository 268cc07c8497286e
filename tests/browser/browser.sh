#!/usr/bin/env bash
# Reports in headless Chromium: the page of the web shop and of a small scenario, and the web shop's
# blast radius; then the small one damaged on purpose, which must be noticed.
#
#   browser.sh FIREDRILL        needs node, npm (for two pinned packages) and /usr/bin/chromium
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
binary=$(readlink -f -- "${1:?the binary}")
cd "$here/../.."
packages=build/browser # of npm: outside of the sources
mkdir -p "$packages"
cp "$here"/package.json "$here"/package-lock.json "$here"/page.mjs "$packages"
[[ -d $packages/node_modules/playwright-core && -d $packages/node_modules/axe-core ]] ||
    (cd "$packages" && npm ci --no-audit --no-fund)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make NAME VERB SCENARIO [OPTION...]: a saved result, and the page from it, which must be that of
# the verb itself.
make() {
    local name=$1
    shift
    "$binary" "$@" --runs 2 -q -o "$work/$name.json" -o "$work/$name-run.html" >/dev/null ||
        [[ $? == [13] ]]
    "$binary" report "$work/$name.json" -o "$work/$name.html" >/dev/null
    cmp "$work/$name-run.html" "$work/$name.html"
}

make small run tests/cli/cases/run_text/tiny.yaml
make shop run scenarios/webshop.yaml
make blast blast scenarios/webshop.yaml --strategy budgeted
pages=()
for name in small shop blast; do pages+=("$work/$name.json" "$work/$name.html"); done
failures=0
node "$packages/page.mjs" "${pages[@]}" || failures=$((failures + 1))
node "$packages/page.mjs" "$work/small.json" "$work/small.html" --broken || failures=$((failures + 1))
exit $((failures > 0))
