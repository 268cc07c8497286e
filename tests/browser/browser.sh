#!/usr/bin/env bash
# Reports in headless Chromium: the page of the web shop and of a small scenario, then the small one
# damaged on purpose, which must be noticed.
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

# make NAME SCENARIO: a saved result, and the page from it, which must be that of the run itself.
make() {
    "$binary" run "$2" --runs 2 -q -o "$work/$1.json" -o "$work/$1-run.html" >/dev/null ||
        [[ $? == [13] ]]
    "$binary" report "$work/$1.json" -o "$work/$1.html" >/dev/null
    cmp "$work/$1-run.html" "$work/$1.html"
}

make small tests/cli/cases/run_text/tiny.yaml
make shop scenarios/webshop.yaml
failures=0
node "$packages/page.mjs" "$work/small.json" "$work/small.html" || failures=$((failures + 1))
node "$packages/page.mjs" "$work/shop.json" "$work/shop.html" || failures=$((failures + 1))
node "$packages/page.mjs" "$work/small.json" "$work/small.html" --broken || failures=$((failures + 1))
exit $((failures > 0))
