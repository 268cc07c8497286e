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

/// Keys of a service whose value is one of several kinds, for the reader, help and the schema.
/// `rateLimit` is among those of policies.
std::span<const PolicyFamily> service_families();

/// The family of a policy's (or a service's) key; null when its value has no kinds.
const PolicyFamily* find_policy_family(std::string_view key);
const PolicyFamily* find_service_family(std::string_view key);

}  // namespace models
