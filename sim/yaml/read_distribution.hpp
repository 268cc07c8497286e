#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sim/core/diagnostics.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/source_map.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/node.hpp"

namespace sim {

/// Where `empirical: file.csv` finds its values.
struct DistributionFiles {
    /// Names the folder of the scenario, and shows wrong lines of the table; null: paths are
    /// relative to the working directory and wrong lines are named by number only.
    SourceMap* sources = nullptr;
    FileLoader loader = read_disk_file;
    std::size_t limit_bytes = std::size_t{64} << 20;
};

/// Reads a distribution of durations:
///
///   12ms                                               constant
///   {p50: 8ms, p99: 60ms}                              log-normal, or with `shape: gamma` or
///                                                      `weibull`
///   {mean: 10ms, cv: 1.5}                              log-normal, or with `shape: gamma`
///   {shape: exponential, mean: 10ms}
///   {shape: pareto, min: 1ms, alpha: 1.5, max: 10s}    unbounded without `max`
///   {shape: hyperexponential, means: [1ms, 50ms], shares: [90%, 10%]}
///   {shape: erlang, mean: 10ms, k: 4}
///   {shape: normal, mean: 10ms, sd: 2ms}               zero where it would be below
///   {shape: uniform, min: 1ms, max: 5ms}               also `{uniform: [1ms, 5ms]}`
///   {shape: empirical, file: delays.csv}               also `{empirical: delays.csv}`
///   {shape: constant, value: 12ms}
///   {shape: mixture, of: [5ms, {p50: 80ms, p99: 1s}], shares: [99%, 1%]}
///
/// and every shape also as a map of its own, `{pareto: {min: 1ms, alpha: 1.5}}`. The file of an
/// empirical distribution has one value per line, `3ms` or plain seconds (`0.003`); empty lines,
/// `#` comments and one line of heading are skipped. `context` is singular: "latency".
std::optional<Distribution> read_distribution(const Node& node, Diagnostics& diagnostics,
                                              const std::string& context,
                                              const DistributionFiles& files = {});

}  // namespace sim
