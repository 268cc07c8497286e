#include <array>

#include "models/policy/concurrency_limit.hpp"
#include "models/policy/failover.hpp"
#include "models/policy/policy_families.hpp"
#include "models/policy/routing_rule.hpp"
#include "models/policy/scaling.hpp"
#include "models/policy/shedding.hpp"

namespace models {

namespace {

/// A rule of callers has a scope; at a server each replica has its own.
template <class Variant>
std::vector<sim::KindDoc> without_scope() {
    auto kinds = sim::describe_kinds<Variant>();
    for (sim::KindDoc& kind : kinds) {
        std::erase_if(kind.parameters,
                      [](const sim::ParameterDoc& doc) { return doc.key == "scope"; });
    }
    return kinds;
}

constexpr std::array kFamilies = {
    PolicyFamily{"shedding", {"", "", true}, sim::describe_kinds<Shedding>},
    PolicyFamily{"concurrencyLimit", {"fixed", "max", true}, without_scope<ConcurrencyLimit>},
    PolicyFamily{"routing", {"sameZoneFirst", "", false}, sim::describe_kinds<Routing>},
    PolicyFamily{"autoscale", {"hpa", "", true}, sim::describe_kinds<Scaling>},
    PolicyFamily{"failover", {"timed", "detect", true}, sim::describe_kinds<Failover>},
};

const PolicyFamily* find_in(std::span<const PolicyFamily> families, std::string_view key) {
    for (const PolicyFamily& family : families) {
        if (family.key == key) return &family;
    }
    return nullptr;
}

}  // namespace

std::span<const PolicyFamily> service_families() { return kFamilies; }

const PolicyFamily* find_policy_family(std::string_view key) {
    return find_in(policy_families(), key);
}

const PolicyFamily* find_service_family(std::string_view key) {
    return find_in(key == "rateLimit" ? policy_families() : service_families(), key);
}

}  // namespace models
