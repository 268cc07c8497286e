#!/usr/bin/env bash
# The runners of this folder against a fake program: they must be able to fail.
set -uo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset UPDATE_GOLDEN
failures=0
mkdir -p "$work/tests/cli/cases/greet" "$work/tests/cli/bad"
cp "$here/run_golden.sh" "$here/run_bad.sh" "$work/tests/cli/"
cases=$work/tests/cli/cases
bad=$work/tests/cli/bad

cat >"$work/program" <<'END'
#!/usr/bin/env bash
case ${1-} in
greet) echo "hello $2"; echo "a hint" >&2; exit 3 ;;
check)
    case $(<"$2") in
    crash) kill -SEGV $$ ;;
    fine) exit 0 ;;
    chatty) echo "out of place" ;;
    esac
    echo "$2:1:1: error: $(<"$2")" >&2
    exit 2 ;;
esac
END
chmod +x "$work/program"

expect() { # WHAT WANTED-EXIT WANTED-PART COMMAND...
    local what=$1 wanted=$2 part=$3 out code
    shift 3
    out=$("$@" 2>&1)
    code=$?
    [[ $code == "$wanted" && $out == *"$part"* ]] && return
    failures=$((failures + 1))
    printf 'FAILED %s: exit %s, wanted %s with "%s"\n%s\n' "$what" "$code" "$wanted" "$part" "$out"
}
# shellcheck disable=SC2317  # called through expect
golden() { bash "$work/tests/cli/run_golden.sh" "$work/program"; }
# shellcheck disable=SC2317
run_bad() { bash "$work/tests/cli/run_bad.sh" "$work/program" "$@"; }

echo 'firedrill greet you' >"$cases/greet/cmd"
expect 'a new case fails' 1 'exit 3, expected 0' golden
UPDATE_GOLDEN=1 expect 'it can be written' 0 '1 cases, 0 failed' golden
expect 'then it passes' 0 '1 cases, 0 failed' golden
echo 'hello someone' >"$cases/greet/expected.out"
expect 'another stdout is noticed' 1 '+hello you' golden
echo 'hello you' >"$cases/greet/expected.out"
rm "$cases/greet/expected.err"
expect 'an unexpected stderr is noticed' 1 '+a hint' golden
UPDATE_GOLDEN=1 golden >/dev/null
echo 4 >"$cases/greet/exit"
expect 'another exit code is noticed' 1 'exit 3, expected 4' golden

echo 'no unit' >"$bad/a.yaml"
expect 'a missing expectation is noticed' 1 'there is no a.expected' run_bad
echo 'tests/cli/bad/a.yaml:1:1: error: no unit' >"$bad/a.expected"
expect 'the message is compared' 0 '1 files, 0 failed' run_bad
expect 'too few files are noticed' 1 'at least 2' run_bad 2
echo 'something else' >"$bad/a.expected"
expect 'another message is noticed' 1 'another message' run_bad
echo crash >"$bad/a.yaml"
expect 'a crash is noticed' 1 'crashed or hung' run_bad
echo fine >"$bad/a.yaml"
expect 'a file that passes is noticed' 1 'exit 0, expected 2' run_bad
echo chatty >"$bad/a.yaml"
expect 'output on stdout is noticed' 1 'out of place' run_bad
rm "$bad/a.yaml"
expect 'an orphan is noticed' 1 'there is no such .yaml' run_bad

expect 'an unknown preset is refused' 2 'tests/run --fast' bash "$here/../run" --preset nonsense
expect 'an unknown option is refused' 2 'tests/run --fast' bash "$here/../run" --quick

((failures == 0)) && echo "the runners pass"
exit $((failures > 0))
