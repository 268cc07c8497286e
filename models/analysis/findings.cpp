#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/plan_report.hpp"

namespace models {

namespace {

sim::SourceRange place_of(const Scenario& scenario, const std::string& service) {
    for (const auto& spec : scenario.system(scenario.baseline).services) {
        if (spec.name.text == service) return spec.name.range;
    }
    return {};
}

}  // namespace

void find_overload(const Scenario& scenario, const CapacityInput& input,
                   sim::Diagnostics& diagnostics) {
    const auto loads = service_loads(input);
    for (std::size_t s = 0; s < loads.size(); ++s) {
        const auto& name = input.topology.services[s].name;
        const auto range = place_of(scenario, name);
        const auto& load = loads[s];
        if (load.busy >= 1) {
            diagnostics.error(
                range,
                fmt::format("`{}` is offered {} of its capacity: its queue grows for ever", name,
                            percent_text(load.busy, 0)),
                fmt::format("{}/s arrive there; add replicas or concurrency, or lower the load",
                            number_text(load.per_s)));
        } else if (load.worst_zone && load.busy_zone_lost >= 1) {
            const auto& zone = input.topology[*load.worst_zone].name;
            const auto busy = std::isinf(load.busy_zone_lost)
                                  ? std::string("has no replica left")
                                  : fmt::format("is offered {} of its capacity",
                                                percent_text(load.busy_zone_lost, 0));
            diagnostics.warning(
                range, fmt::format("without zone `{}`, `{}` {}", zone, name, busy),
                fmt::format("it is {} busy today; a zone can be lost while every service stays "
                            "below 100 % on what remains",
                            percent_text(load.busy, 0)));
        }
    }
}

}  // namespace models
