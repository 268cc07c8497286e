#include <array>

#include "models/policy/concurrency_limit.hpp"
#include "models/policy/policy_families.hpp"
#include "models/policy/routing_rule.hpp"
#include "models/policy/shedding.hpp"

namespace models {

namespace {

constexpr std::array kFamilies = {
    PolicyFamily{"shedding", {"", "", true}, sim::describe_kinds<Shedding>},
    PolicyFamily{"concurrencyLimit", {"fixed", "max", true}, sim::describe_kinds<ConcurrencyLimit>},
    PolicyFamily{"routing", {"sameZoneFirst", "", false}, sim::describe_kinds<Routing>},
};

}  // namespace

std::span<const PolicyFamily> service_families() { return kFamilies; }

}  // namespace models
