#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/yaml/parameters.hpp"

namespace models {

/// A key of `policy` whose value is one of several kinds.
struct PolicyFamily {
    std::string_view key;
    sim::FamilyOptions options;
    std::vector<sim::KindDoc> (*kinds)();
};

/// The one list of them: layering, help and the schema go by it.
std::span<const PolicyFamily> policy_families();

/// Keys of a service whose value is one of several kinds, for help and the schema. `rateLimit` is
/// among those of policies.
std::span<const PolicyFamily> service_families();

}  // namespace models
