# shellcheck shell=bash disable=SC2034  # sourced: its variables are used there
# The one list of Debian packages that firedrill needs, and the one way to install what is missing.
# Sourced by sim/firedrill and tests/run. Everything it says goes to stderr.

build_packages=(g++ cmake ninja-build libeigen3-dev libyaml-cpp-dev libboost-dev libfmt-dev
    libcli11-dev nlohmann-json3-dev libsqlite3-dev)
test_packages=(catch2 ccache git libxml2-utils protobuf-compiler python3 python3-jsonschema python3-protobuf
    python3-yaml valgrind)
tidy_packages=(clang-tidy clang-format shellcheck)
batch_packages=(slurm-wlm slurmctld slurmd slurm-client munge)
bench_packages=(libns3-dev libsimgrid-dev python3-simpy)
reality_packages=(gunicorn haproxy python3-aiohttp python3-tenacity python3-urllib3)

# A tool that came another way than by dpkg is as good.
declare -A package_commands=([g++]=g++ [cmake]=cmake [ninja-build]=ninja [ccache]=ccache [git]=git [python3]=python3)

say() { printf 'firedrill: %s\n' "$*" >&2; }

# Prints those of the named packages that are missing, in the given order. Where there is no dpkg
# nothing is known, so nothing is called missing: configuring says what it does not find.
missing_packages() {
    command -v dpkg-query >/dev/null || return 0
    local installed package
    # shellcheck disable=SC2016  # the format is dpkg-query's, not the shell's
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        [[ $'\n'$installed$'\n' == *$'\n'"$package installed"$'\n'* ]] && continue
        [[ -n ${package_commands[$package]-} ]] &&
            command -v "${package_commands[$package]}" >/dev/null && continue
        printf '%s\n' "$package"
    done
}

# Prints "" for root, "sudo" where sudo works (without a password, or because there is somebody at
# a terminal to type it); fails where neither is so.
root_command() {
    if [[ $(id -u) == 0 ]]; then
        return 0
    fi
    command -v sudo >/dev/null || return 1
    if sudo -n true 2>/dev/null || [[ -t 0 && -t 2 ]]; then
        printf 'sudo'
    else
        return 1
    fi
}

say_what_to_install() {
    say "install them as root and call again:"
    printf '    apt-get update && apt-get install -y --no-install-recommends %s\n' "$*" >&2
}

# run_apt LOG SUDO ARGUMENTS...: apt-get that asks nothing and waits for another apt to finish.
run_apt() {
    local log=$1 sudo=$2
    shift 2
    say "${sudo:+$sudo }apt-get $*"
    # shellcheck disable=SC2086  # an empty $sudo must vanish
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" \
        </dev/null >>"$log" 2>&1
}

# install_packages LOG PACKAGES...: the package lists are fetched at most once, and only when they
# do not know the packages or are too old to download from. Returns 2 when it cannot install.
install_packages() {
    local log=$1 sudo updated=no
    shift
    if ! command -v apt-get >/dev/null || ! sudo=$(root_command); then
        say "missing packages: $*"
        say_what_to_install "$@"
        return 2
    fi
    say "missing packages: $*"
    if ! apt-get install -s -qq --no-install-recommends "$@" </dev/null >/dev/null 2>&1; then
        run_apt "$log" "$sudo" update || true # the install below says whether it was enough
        updated=yes
    fi
    run_apt "$log" "$sudo" install -y --no-install-recommends "$@" && return 0
    if [[ $updated == no ]]; then
        run_apt "$log" "$sudo" update || true
        run_apt "$log" "$sudo" install -y --no-install-recommends "$@" && return 0
    fi
    tail -n 15 "$log" >&2
    say "apt-get could not install them (no network?); the whole log is $log"
    say_what_to_install "$@"
    return 2
}

# require_packages LOG PACKAGES...: installs those that are missing.
require_packages() {
    local log=$1 missing
    shift
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} == 0 ]] || install_packages "$log" "${missing[@]}"
}
