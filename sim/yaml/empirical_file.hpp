#pragma once

#include <optional>

#include "sim/core/diagnostics.hpp"
#include "sim/core/distribution.hpp"
#include "sim/yaml/node.hpp"
#include "sim/yaml/read_distribution.hpp"

namespace sim {

/// The measured durations of the file that `path` names, sorted. See read_distribution.hpp for the
/// format; at least one value is needed.
std::optional<Distribution> read_empirical_file(const Node& path, Diagnostics& diagnostics,
                                                const DistributionFiles& files);

}  // namespace sim
