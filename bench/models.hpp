#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "bench/measure.hpp"
#include "sim/core/hash.hpp"

/// The two models that every program simulates, what it is told, and what it says.
///
/// `mm8` is scenarios/mm8.yaml: Poisson arrivals, one FIFO queue before 8 slots, exponential
/// service of mean 1 (times are in mean service times). `retry` is scenarios/mm8-retry.yaml: a
/// client gives a try 5 time units and makes up to 3 tries, the k-th retry after a delay uniform in
/// [0, 2^(k-1)); a server never learns that a client gave up. (C++17, because ns-3's headers are.)
namespace bench {

constexpr std::uint32_t kSlots = 8;
constexpr double kTimeout = 5.0;
constexpr std::uint8_t kTries = 3;

struct Options {
    bool smoke = false;
    std::string model;           ///< mm8 or retry; hold where a program has it
    std::string variant;         ///< of a peer that has several, such as a scheduler's name
    double load = 0.0;           ///< 0: 80 % for mm8, 50 % for retry
    std::uint32_t requests = 0;  ///< 0: two millions
    std::uint64_t seed = 1;
    std::uint32_t pending = 1000;  ///< of the hold model

    [[nodiscard]] double gap() const { return 1.0 / (load * kSlots); }
};

struct Result {
    std::uint64_t requests = 0;
    std::uint64_t events = 0;  ///< 0: the program does not count them
    std::uint64_t tries = 0;
    std::uint64_t ok = 0;
    std::uint64_t failed = 0;
    double wait_sum = 0.0;     ///< mm8: before a slot
    double latency_sum = 0.0;  ///< retry: of the successes, from the arrival
};

inline std::uint32_t whole_number(const char* text) {
    return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

inline Options read_options(int argc, char** argv, const char* model = "mm8") {
    Options options;
    options.model = model;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const char* value = i + 1 < argc ? argv[i + 1] : "0";
        if (word == "--smoke") options.smoke = true;
        if (word == "--model") options.model = value;
        if (word == "--variant") options.variant = value;
        if (word == "--load") options.load = std::strtod(value, nullptr);
        if (word == "--requests") options.requests = whole_number(value);
        if (word == "--seed") options.seed = std::strtoull(value, nullptr, 10);
        if (word == "--pending") options.pending = whole_number(value);
    }
    if (options.load <= 0) options.load = options.model == "mm8" ? 0.8 : 0.5;
    if (options.requests == 0) options.requests = options.smoke ? 300'000 : 2'000'000;
    return options;
}

/// Depends on every wait, or every latency, and on how many there were of what.
inline std::uint64_t hash_of(const Result& result) {
    const double sum = result.wait_sum + result.latency_sum;
    std::uint64_t hash = 0;
    std::memcpy(&hash, &sum, sizeof hash);
    for (const std::uint64_t count : {result.requests, result.tries, result.ok, result.failed}) {
        hash = sim::hash_combine(hash, count);
    }
    return hash;
}

/// Prints one JSON line. True when the result is what the model must give: Erlang C's mean wait of
/// 0.2860 at 80 %, and the two numbers on which six independent programs agree at 50 % with
/// retries. (At other loads nothing is known, and true is returned.)
inline bool report(std::string_view program, const Options& options, const Result& result,
                   double cpu_s) {
    const auto requests = static_cast<double>(result.requests);
    const bool mm8 = options.model == "mm8";
    const double mean =
        mm8 ? result.wait_sum / requests : result.latency_sum / static_cast<double>(result.ok);
    const double tries = static_cast<double>(result.tries) / requests;
    fmt::print(
        "{{\"program\": \"{}\", \"model\": \"{}\", \"variant\": \"{}\", \"load\": {}, "
        "\"requests\": {}, \"seed\": {}, \"loop_cpu_s\": {:.4f}, \"events\": {}, \"{}\": {:.6f}, "
        "\"tries_per_request\": {:.5f}, \"failed\": {}, \"hash\": \"{:016x}\"}}\n",
        program, options.model, options.variant, options.load, result.requests, options.seed, cpu_s,
        result.events, mm8 ? "mean_wait" : "mean_latency_ok", mean, tries, result.failed,
        hash_of(result));
    if (mm8) return options.load != 0.8 || std::abs(mean - 0.2860) < 0.02;
    return options.load != 0.5 ||
           (std::abs(tries - 1.0070) < 0.002 && std::abs(mean - 1.0195) < 0.015);
}

/// The whole of a `main`: `simulate` makes a Result of Options.
template <class Simulate>
int run_program(std::string_view program, const Options& options, Simulate simulate) {
    const double start = cpu_seconds();
    const Result result = simulate(options);
    const bool right = report(program, options, result, cpu_seconds() - start);
    return options.smoke && !right ? 1 : 0;
}

}  // namespace bench
