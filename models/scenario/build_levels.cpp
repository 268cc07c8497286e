#include <algorithm>

#include "models/scenario/build_parts.hpp"

namespace models {

namespace {

bool is_left_out(const Edge& edge, const LeftOutSpec& call, const SystemModel& model) {
    const auto& endpoint = model.endpoints[edge.endpoint.value];
    return model.topology[endpoint.service].name == call.service &&
           (!call.endpoint || endpoint.name == *call.endpoint);
}

}  // namespace

std::vector<ServiceLevel> build_levels(const ServiceSpec& service, const SystemModel& model) {
    std::vector<ServiceLevel> levels;
    for (const LevelSpec& spec : service.levels) {
        levels.push_back(spec.level);
        if (spec.without.empty()) continue;
        for (const Edge& edge : model.edges) {
            const bool hit = std::any_of(
                spec.without.begin(), spec.without.end(),
                [&](const LeftOutSpec& call) { return is_left_out(edge, call, model); });
            levels.back().without.push_back(hit ? 1 : 0);
        }
    }
    return levels;
}

}  // namespace models
