#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/scenario.hpp"
#include "models/scenario/sweep.hpp"
#include "models/scenario/sweep_range.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// Paths that move together, and their values: one path for most.
struct SweepAxis {
    std::vector<Name> paths;
    std::string written;                       ///< its values on one line
    std::vector<std::vector<sim::Node>> rows;  ///< each parallel to the paths; none of a sample
    std::optional<SweepRange> sampled;         ///< its values are drawn, the same for all paths
    sim::SourceRange place;                    ///< of the values
    bool from_option = false;                  ///< of the command line
};

/// The `sweep` section, or what the command line makes of it.
struct SweepSection {
    std::vector<SweepAxis> axes;
    std::vector<sim::Node> where;  ///< scalars
    std::optional<std::size_t> samples;
    sim::SourceRange samples_place;
    std::optional<SampleMethod> method;
    sim::SourceRange method_place;
};

/// Reads the section; what is wrong is reported, and left out of what is returned. `limit` is how
/// many values or samples there may be at most.
SweepSection read_sweep(const sim::Node& section, std::size_t limit, sim::Diagnostics& diagnostics);

/// One entry of it: the paths, with the place of the key, and their values.
std::optional<SweepAxis> read_sweep_axis(const sim::MapEntry& entry, std::size_t limit,
                                         sim::Diagnostics& diagnostics);
/// A point cannot give one place two values.
void check_overlaps(const std::vector<SweepAxis>& axes, sim::Diagnostics& diagnostics);
/// `samples` and `method` of either.
std::optional<std::size_t> read_samples(const sim::Node& node, std::size_t limit,
                                        sim::Diagnostics& diagnostics);
std::optional<SampleMethod> read_sample_method(const sim::Node& node,
                                               sim::Diagnostics& diagnostics);

}  // namespace models
