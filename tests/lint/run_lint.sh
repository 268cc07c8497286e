#!/usr/bin/env bash
# The design lint from outside. For every rule that `firedrill check --explain` lists:
#   FNN-bad.yaml   has the finding, with exactly the text of FNN-bad.expected: file, line and column,
#                  what was computed, why, and the source
#   FNN-good.yaml  is a valid file without it
#   FNN.explain    is what `--explain FNN` prints
#   its demo       is a shipped scenario that has the finding, expected or not
#
#   run_lint.sh BINARY [RULE...]      UPDATE_GOLDEN=1 writes .expected and .explain: read the diff
set -uo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
binary=$(readlink -f -- "${1:?the binary}") || exit 2
shift
cd "$here/../.." || exit 2
export LC_ALL=C.UTF-8 TERM=dumb
failures=0

fail() {
    echo "$1"
    failures=$((failures + 1))
}

# check FILE: what is said of it, in `said`, and the exit code, in `code`.
check() {
    said=$(timeout 60 "$binary" check -v --fail-on never "$1" 2>&1 </dev/null)
    code=$?
}

# findings RULE: its findings in `said`, each with its source line and what follows, up to the next.
findings() {
    awk -v rule=" $1: " '
        /^[^ ].*: (error|warning|note): / { on = index($0, rule) > 0 }
        /^[0-9]+ (error|warning)s?[.,]/ || /is valid: / { on = 0 }
        on { print }' <<<"$said"
}

# golden FILE TEXT: the text is that of the file.
golden() {
    if [[ ${UPDATE_GOLDEN-} == 1 ]]; then
        printf '%s\n' "$2" >"$1"
    elif [[ ! -e $1 ]]; then
        fail "there is no $1"
    else
        diff -u --label "$1" --label "$1: now" "$1" <(printf '%s\n' "$2") || fail "$1: another text"
    fi
}

# Rules whose findings have nothing to count: what calls what, what is not there.
uncounted=" F01 F14 F19 F21 F22 F36 F41 F47 F55 "

# told RULE FILE TEXT: every finding of the text says where, what was computed, why, and by whom.
told() {
    local rule=$1 file=$2 text=$3 found part
    found=$(grep -cE "^$file:[1-9][0-9]*:[1-9][0-9]*: (error|warning|note): $rule: " <<<"$text")
    ((found > 0)) || fail "$file: no finding says file:line:col and the rule"
    for part in why source demo; do
        (($(grep -c "^   $part: ." <<<"$text") == found)) || fail "$file: a finding has no '$part'"
    done
    [[ $uncounted == *" $rule "* ]] && return
    (($(grep -cE "^$file:.*: $rule: .*[0-9]" <<<"$text") == found)) ||
        fail "$file: a finding says nothing that was computed"
}

check_rule() {
    local rule=$1 base=tests/lint/$1 text demo
    check "$base-bad.yaml"
    text=$(findings "$rule")
    [[ $code == 0 ]] || fail "$base-bad.yaml: exit $code"
    [[ -n $text ]] || fail "$base-bad.yaml: $rule does not speak"
    golden "$base-bad.expected" "$text"
    told "$rule" "$base-bad.yaml" "$text"
    check "$base-good.yaml"
    [[ $code == 0 ]] || fail "$base-good.yaml: exit $code: $(head -n 3 <<<"$said")"
    [[ -z $(findings "$rule") ]] || fail "$base-good.yaml: $(findings "$rule")"
    text=$("$binary" check --explain "$rule")
    golden "$base.explain" "$text"
    for part in when why source bad good; do
        grep -qE "^  $part( +[^ ]|\$)" <<<"$text" || fail "$rule: no '$part'"
    done
    # shellcheck disable=SC2016  # the backquotes are text
    demo=$(sed -n 's/^  see it .*`firedrill run \(.*\)`$/\1/p' <<<"$text")
    [[ -e $demo ]] || { fail "$rule: there is no demo '$demo'"; return; }
    check "$demo"
    [[ -n $(findings "$rule") ]] || grep -q "  expected: .*$rule" <<<"${said//$'\n'/ }" ||
        fail "$rule: its demo $demo does not have it"
}

rules=("$@")
if [[ $# == 0 ]]; then
    mapfile -t rules < <("$binary" check --explain | sed -n 's/^  \(F[0-9][0-9]\)  .*/\1/p')
    # Those of the published list that the vocabulary can express.
    for rule in F{00..12} F{14..38} F{41..49} F{51..56}; do
        [[ " ${rules[*]} " == *" $rule "* ]] || fail "there is no rule $rule"
    done
    for file in tests/lint/F*; do
        name=${file##*/}
        [[ " ${rules[*]} " == *" ${name:0:3} "* ]] || fail "$file: there is no such rule"
    done
fi
for rule in "${rules[@]}"; do check_rule "$rule"; done
echo "${#rules[@]} rules, $failures failed"
exit $((failures > 0))
