#include "models/policy/priority.hpp"

#include "sim/core/assert.hpp"
#include "sim/core/hash.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

std::string_view to_string(Criticality priority) {
    switch (priority) {
        case Criticality::critical_plus:
            return "criticalPlus";
        case Criticality::critical:
            return "critical";
        case Criticality::sheddable_plus:
            return "sheddablePlus";
        case Criticality::sheddable:
            return "sheddable";
    }
    SIM_ASSERT(false);
}

std::optional<Criticality> read_priority(const sim::Node& node, sim::Diagnostics& diagnostics) {
    return sim::read_enum<Criticality>(node, diagnostics, "priority",
                                       {{"criticalPlus", Criticality::critical_plus},
                                        {"critical", Criticality::critical},
                                        {"sheddablePlus", Criticality::sheddable_plus},
                                        {"sheddable", Criticality::sheddable}});
}

int user_cohort(std::uint64_t key) {
    return static_cast<int>(sim::mix64(key) % static_cast<std::uint64_t>(kUserCohorts));
}

int user_cohort(std::uint64_t key, std::int64_t epoch) {
    return user_cohort(sim::hash_combine(key, static_cast<std::uint64_t>(epoch)));
}

}  // namespace models
