#!/usr/bin/env bash
# `cmake --install` puts a program in place that needs nothing of the source tree.
#
#   install_test.sh BUILD_FOLDER
set -uo pipefail

build=${1:?the build folder}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/usr" >"$work/log" || { cat "$work/log"; exit 1; }
mkdir "$work/empty"
cd "$work/empty" || exit 1
PATH=$work/usr/bin:$PATH
[[ $(command -v firedrill) == "$work/usr/bin/firedrill" ]] || { echo "not on the PATH"; exit 1; }
firedrill version || { echo "exit $?"; exit 1; }
[[ -z $(ls -A) ]] || { echo "it left files behind:"; ls -A; exit 1; }
