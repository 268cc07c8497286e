#!/usr/bin/env bash
# The launcher in a house of straw: a scratch checkout, and a PATH on which apt-get, dpkg-query,
# cmake, sudo and id are fakes that write down how they were called.
set -uo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
repository=$(dirname -- "$(dirname -- "$here")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
checkout=$scratch/checkout
export STATE=$scratch/state
failures=0

fake() { cat >"$scratch/bin/$1" && chmod +x "$scratch/bin/$1"; }

make_fakes() {
    local tool
    mkdir -p "$scratch/bin"
    for tool in bash env cat chmod dirname readlink find mkdir touch tail tee mv rm flock grep sleep; do
        ln -s "$(command -v "$tool")" "$scratch/bin/$tool"
    done
    fake id <<<$'#!/usr/bin/env bash\ncat "$STATE/uid"'
    fake dpkg-query <<<$'#!/usr/bin/env bash\ncat "$STATE/installed"'
    fake sudo <<'END'
#!/usr/bin/env bash
[[ -e $STATE/sudo_works ]] || exit 1
[[ $1 == -n ]] && exit 0
echo "sudo" >>"$STATE/calls"
exec "$@"
END
    fake apt-get <<'END'
#!/usr/bin/env bash
words=() packages=()
for word in "$@"; do
    case $word in
    -o | DPkg::* | -q | -qq | -y | --no-install-recommends) ;;
    -s | install | update) words+=("$word") ;;
    *) packages+=("$word") ;;
    esac
done
echo "apt-get ${words[*]}" >>"$STATE/calls"
case "${words[*]}" in
update) [[ -e $STATE/offline ]] || echo fresh >"$STATE/lists" ;;
"install -s") [[ -e $STATE/lists ]] ;;
install)
    echo "E: pretending to download ${packages[*]}"
    [[ ! -e $STATE/offline && $(cat "$STATE/lists" 2>/dev/null) == fresh ]] || exit 100
    printf '%s installed\n' "${packages[@]}" >>"$STATE/installed"
    ;;
esac
END
    fake cmake <<'END'
#!/usr/bin/env bash
if [[ $1 == --preset ]]; then
    echo "cmake configure" >>"$STATE/calls"
    touch build/release/build.ninja
else
    echo "cmake build" >>"$STATE/calls"
    sleep 0.1
    echo "[1/2] Building CXX object a.o"
    [[ ! -e $STATE/broken ]] || { echo "a.cpp:1:1: error: broken on purpose"; exit 1; }
    echo "[2/2] Linking CXX executable firedrill"
    cat >"$2/firedrill" <<'PROGRAM'
#!/usr/bin/env bash
printf '<%s>' "$PWD" "$@"
exit "${PROGRAM_EXIT-0}"
PROGRAM
    chmod +x "$2/firedrill"
fi
END
}

# A fresh checkout on a fresh machine: root, nothing installed, no package lists, with network.
fresh() {
    rm -rf "$checkout" "$STATE"
    mkdir -p "$checkout/sim/core" "$checkout/models" "$STATE"
    cp "$repository/sim/firedrill" "$repository/sim/packages.sh" "$checkout/sim/"
    touch "$checkout/CMakeLists.txt" "$checkout/CMakePresets.json" "$checkout/sim/core/a.cpp"
    echo 0 >"$STATE/uid"
    : >"$STATE/installed"
}

# The same with every package there.
furnished() {
    fresh
    # shellcheck source=sim/packages.sh
    (source "$repository/sim/packages.sh" && printf '%s installed\n' "${build_packages[@]}") \
        >"$STATE/installed"
}

call() {
    : >"$STATE/calls"
    PATH=$scratch/bin "$checkout/sim/firedrill" "$@" >"$STATE/out" 2>"$STATE/err" </dev/null
    code=$?
}

expect() { # WHAT WANTED GOT
    [[ $2 == "$3" ]] && return
    failures=$((failures + 1))
    printf 'FAILED %s: %s\n--- wanted\n%s\n--- got\n%s\n' "$name" "$1" "$2" "$3"
    printf -- '--- stderr\n%s\n' "$(cat "$STATE/err")"
}
expect_calls() { expect "calls" "$(printf '%s\n' "$@")" "$(cat "$STATE/calls")"; }
expect_in_err() {
    [[ $(cat "$STATE/err") == *"$1"* ]] || expect "stderr contains" "$1" "$(cat "$STATE/err")"
}

make_fakes
cd "$scratch" || exit 1
libraries='libeigen3-dev libyaml-cpp-dev libboost-dev libfmt-dev libcli11-dev nlohmann-json3-dev libsqlite3-dev'

name='first call as root: one update, one install, one build, then the program'
fresh
call run 'a file.yaml' --json
expect code 0 "$code"
expect stdout "<$scratch><run><a file.yaml><--json>" "$(cat "$STATE/out")"
expect_calls 'apt-get install -s' 'apt-get update' 'apt-get install' 'cmake configure' 'cmake build'
expect_in_err "firedrill: missing packages: g++ ninja-build $libraries"
expect_in_err "firedrill: apt-get install -y --no-install-recommends g++ ninja-build $libraries"
expect_in_err 'firedrill: building 100 %'

name='second call: neither apt nor cmake, nothing on stderr'
call run again
expect stdout "<$scratch><run><again>" "$(cat "$STATE/out")"
expect_calls ''
expect stderr '' "$(cat "$STATE/err")"

name='the exit code of the program is that of the call'
PROGRAM_EXIT=3 call run
expect code 3 "$code"

name='known package lists are not fetched again'
fresh
echo fresh >"$STATE/lists"
call version
expect_calls 'apt-get install -s' 'apt-get install' 'cmake configure' 'cmake build'

name='package lists too old to download from are fetched once'
fresh
echo old >"$STATE/lists"
call version
expect code 0 "$code"
expect_calls 'apt-get install -s' 'apt-get install' 'apt-get update' 'apt-get install' \
    'cmake configure' 'cmake build'

name='without root, sudo is used where it works'
fresh
echo 1000 >"$STATE/uid"
touch "$STATE/sudo_works"
call version
expect code 0 "$code"
expect_calls 'apt-get install -s' 'sudo' 'apt-get update' 'sudo' 'apt-get install' \
    'cmake configure' 'cmake build'
expect_in_err 'firedrill: sudo apt-get install'

name='without root and without sudo: says what to install, exit 2'
fresh
echo 1000 >"$STATE/uid"
call version
expect code 2 "$code"
expect stdout '' "$(cat "$STATE/out")"
expect_calls ''
expect stderr "firedrill: missing packages: g++ ninja-build $libraries
firedrill: install them as root and call again:
    apt-get update && apt-get install -y --no-install-recommends g++ ninja-build $libraries" \
    "$(cat "$STATE/err")"

name='without network: tries once, says what to install, exit 2'
fresh
touch "$STATE/offline"
call version
expect code 2 "$code"
expect_calls 'apt-get install -s' 'apt-get update' 'apt-get install'
expect_in_err "    apt-get update && apt-get install -y --no-install-recommends g++ ninja-build"
expect_in_err "the whole log is $checkout/build/release/packages.log"

name='one missing package is installed alone'
furnished
grep -v libfmt "$STATE/installed" >"$STATE/fewer"
mv "$STATE/fewer" "$STATE/installed"
echo fresh >"$STATE/lists"
call version
expect_in_err 'firedrill: missing packages: libfmt-dev'
expect_in_err 'firedrill: apt-get install -y --no-install-recommends libfmt-dev'

name='an edited source: build without apt'
furnished
call version
expect_calls 'cmake configure' 'cmake build'
touch -d '+2 seconds' "$checkout/sim/core/a.cpp"
call version
expect_calls 'cmake configure' 'cmake build'
expect_in_err 'firedrill: the sources have changed: building'

name='a deleted source: build'
furnished
call version
sleep 0.05
rm "$checkout/sim/core/a.cpp"
call version
expect_calls 'cmake configure' 'cmake build'
call version
expect_calls ''

name='a failed build: the end of the log, where it is, exit 4, and another try next time'
furnished
touch "$STATE/broken"
call version
expect code 4 "$code"
expect stdout '' "$(cat "$STATE/out")"
expect_in_err 'a.cpp:1:1: error: broken on purpose'
expect_in_err "firedrill: the build failed; the whole log is $checkout/build/release/launcher.log"
rm "$STATE/broken"
call version
expect code 0 "$code"
expect_calls 'cmake configure' 'cmake build'

name='through a symbolic link, from another directory'
furnished
mkdir -p "$scratch/elsewhere"
ln -sf "$checkout/sim/firedrill" "$scratch/elsewhere/fd"
: >"$STATE/calls"
out=$(cd "$scratch/elsewhere" && PATH=$scratch/bin ./fd check b.yaml 2>"$STATE/err")
expect stdout "<$scratch/elsewhere><check><b.yaml>" "$out"

name='two first calls at once: one build, both run'
furnished
: >"$STATE/calls"
PATH=$scratch/bin "$checkout/sim/firedrill" one >"$STATE/one" 2>"$STATE/err" &
PATH=$scratch/bin "$checkout/sim/firedrill" two >"$STATE/two" 2>>"$STATE/err"
wait
expect_calls 'cmake configure' 'cmake build'
expect one "<$scratch><one>" "$(cat "$STATE/one")"
expect two "<$scratch><two>" "$(cat "$STATE/two")"

((failures == 0)) && echo "the launcher passes"
exit $((failures > 0))
