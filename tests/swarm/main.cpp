// Random scenarios under random faults and policies through the whole program, with every invariant
// on. A case is a seed: see README.md.
#include <fmt/format.h>

#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "tests/swarm/case.hpp"

namespace {

std::uint64_t g_seed = 0;  ///< of the case under way, for a signal that ends the program

/// A crash, or a case that does not end: says which one it was.
extern "C" void on_signal(int signal) {
    char text[64];
    const int length = std::snprintf(text, sizeof text, "\nFAILED seed %llu: signal %d\n",
                                     static_cast<unsigned long long>(g_seed), signal);
    if (write(STDOUT_FILENO, text, static_cast<std::size_t>(length)) < 0) _exit(5);
    _exit(4);
}

struct Options {
    std::uint64_t seed = 1;
    std::uint64_t count = 100;
    std::uint64_t seconds = 0;  ///< start no case after that; 0: no limit
    std::string keep = ".";     ///< folder for scenarios that fail
    bool print = false;         ///< the scenarios instead of running them
    bool raw = false;           ///< ... with the lines that the reader refuses
    bool verbose = false;
    bool every_feature = false;  ///< one that was never part of a valid scenario is a failure
};

/// How often something was written, and how often it was good.
struct Use {
    std::uint64_t written = 0;
    std::uint64_t accepted = 0;
};

struct Totals {
    std::uint64_t cases = 0;
    std::uint64_t failures = 0;
    std::uint64_t refused = 0;
    std::uint64_t events = 0;
    std::uint64_t stopped = 0;
    std::uint64_t unrelated = 0;
    std::map<std::string, Use> uses;
};

bool read_number(std::string_view text, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

bool read_options(int count, char** words, Options& options) {
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        const std::string_view value = i + 1 < count ? words[i + 1] : "";
        if (word == "--print") {
            options.print = true;
            continue;
        }
        if (word == "--raw") {
            options.print = options.raw = true;
            continue;
        }
        if (word == "--every-feature") {
            options.every_feature = true;
            continue;
        }
        if (word == "--verbose") {
            options.verbose = true;
            continue;
        }
        ++i;
        bool good = !value.empty();
        if (word == "--keep") {
            options.keep = value;
        } else {
            std::uint64_t* number = word == "--seed"      ? &options.seed
                                    : word == "--count"   ? &options.count
                                    : word == "--seconds" ? &options.seconds
                                                          : nullptr;
            good = good && number != nullptr && read_number(value, *number);
        }
        if (!good) return false;
    }
    return true;
}

void report_failure(swarm::Scenario scenario, std::uint64_t seed, const swarm::Failure& failure,
                    const Options& options) {
    fmt::print("FAILED seed {}: {}\n{}\n", seed, failure.kind, failure.details);
    fmt::print("repeat: build/ci/tests/swarm --seed {} --count 1\n", seed);
    swarm::shrink(scenario, seed, failure, 300);
    const auto path = fmt::format("{}/swarm-{}.yaml", options.keep, seed);
    std::ofstream file(path);
    file << "# " << failure.kind << "\n# seed " << seed
         << ", without the lines that it does not need\n"
         << scenario.draft.text();
    fmt::print("kept: {}\n", path);
    std::fflush(stdout);
}

void run_case(std::uint64_t seed, const Options& options, Totals& totals) {
    constexpr unsigned kMostSeconds = 300;
    g_seed = seed;
    alarm(kMostSeconds);
    auto scenario = swarm::generate(seed);
    if (options.print) {
        if (!options.raw) swarm::repair(scenario);
        fmt::print("{}", scenario.draft.text());
        return;
    }
    auto report = swarm::repair(scenario);
    for (const auto& [feature, place] : scenario.uses) {
        auto& use = totals.uses[feature.text()];
        ++use.written;
        if (scenario.draft.stands(place)) ++use.accepted;
    }
    if (!report.failure) swarm::check(scenario, seed, report);
    ++totals.cases;
    totals.refused += report.refused;
    totals.events += report.events;
    totals.stopped += report.stopped ? 1 : 0;
    totals.unrelated += report.unrelated ? 1 : 0;
    if (options.verbose) {
        fmt::print("seed {}: {} lines refused, {} events{}\n", seed, report.refused, report.events,
                   report.stopped ? ", stopped" : "");
    }
    if (!report.failure) return;
    ++totals.failures;
    report_failure(std::move(scenario), seed, *report.failure, options);
}

/// What was never part of a valid scenario.
std::uint64_t print_missing(const Totals& totals) {
    std::uint64_t missing = 0;
    for (const auto& feature : swarm::all_features()) {
        const auto use = totals.uses.find(feature.text());
        if (use != totals.uses.end() && use->second.accepted > 0) continue;
        const auto written = use == totals.uses.end() ? 0 : use->second.written;
        fmt::print("never run: {} (written {} times)\n", feature.text(), written);
        ++missing;
    }
    return missing;
}

}  // namespace

int main(int count, char** words) {
    Options options;
    if (!read_options(count, words, options)) {
        fmt::print(stderr,
                   "usage: swarm [--seed N] [--count N] [--seconds N] [--keep FOLDER] "
                   "[--every-feature] [--print] [--raw] [--verbose]\n");
        return 2;
    }
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGALRM}) std::signal(signal, on_signal);
    fmt::print("swarm: base seed {}, {} cases, {} features\n", options.seed, options.count,
               swarm::all_features().size());
    Totals totals;
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < options.count; ++i) {
        const auto passed = std::chrono::steady_clock::now() - start;
        if (options.seconds > 0 && passed >= std::chrono::seconds(options.seconds)) break;
        run_case(options.seed + i, options, totals);
    }
    if (options.print) return 0;
    const auto missing = options.count >= swarm::all_features().size() ? print_missing(totals) : 0;
    fmt::print(
        "swarm: {} cases, {} failures, {} lines refused, {} events in first runs, {} ended by a "
        "limit, {} beside an unrelated service, {} features never run\n",
        totals.cases, totals.failures, totals.refused, totals.events, totals.stopped,
        totals.unrelated, missing);
    const bool good = totals.failures == 0 && (missing == 0 || !options.every_feature);
    return good ? 0 : 1;
}
