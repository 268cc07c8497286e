#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/scenario/quantity.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// `100ms..1s step 100ms`, `1..100 log 5`, `1%..9% points 5`; without `step` or a number of points
/// it is to be sampled. As a map: `{from: 1, to: 100, points: 5, scale: log}`.
struct SweepRange {
    Quantity from;
    Quantity to;
    std::string from_text;  ///< as it was written
    std::string to_text;
    bool logarithmic = false;
    std::optional<WideInteger> step;
    std::optional<std::size_t> points;

    /// Its values have to be drawn.
    [[nodiscard]] bool is_sampled() const { return !step && !points; }
};

/// Whether a value is a range in one line: a number, and dots after it.
bool is_range(const sim::Node& node);

/// Reads either form; `limit` is how many values it may have at most. The error says what is wrong
/// and where.
std::optional<SweepRange> read_range(const sim::Node& node, std::size_t limit,
                                     sim::Diagnostics& diagnostics);

/// All values of a range that is not sampled, ascending, each once.
std::vector<std::string> values_of(const SweepRange& range);

/// The value of a sampled range at `unit` in [0, 1), rounded as people write numbers, and so that
/// it stays in its stratum: the one of `strata` equal parts (on a log scale, of equal ratio) that
/// `unit` is in. Plain whole numbers are drawn with equal chances.
std::string value_at(const SweepRange& range, double unit, std::size_t strata);

}  // namespace models
