// What `plan` says of the versions that are to come.
#include <fmt/format.h>

#include <algorithm>

#include "models/analysis/format.hpp"
#include "models/analysis/plan_report.hpp"

namespace models {
namespace {

bool deploys(const FaultSpec& fault) {
    const auto is = [](const FaultEffect& effect) {
        const auto* deploy = std::get_if<DeployEffect>(&effect);
        return deploy != nullptr && deploy->how == Delivery::rollout;
    };
    return std::any_of(fault.effects.begin(), fault.effects.end(), is);
}

std::string text_of(const ServiceSpec& service) {
    const Rollout& rule = service.rollout;
    std::vector<ZoneId> zones;
    for (std::uint32_t zone = 0; zone < service.placement.size(); ++zone) {
        zones.insert(zones.end(), service.placement[zone].replicas, ZoneId{zone});
    }
    std::vector<ZoneId> ordered;
    for (const auto i : rule.sequence(zones)) ordered.push_back(zones[i]);
    const auto bounds = rule.bounds(ordered);
    const auto replicas = static_cast<std::uint32_t>(zones.size());
    const auto room = rule.room({replicas, 0, 0});
    const auto together = std::min(replicas, room.in_place + room.beside);
    auto each = service.restart.until_ready();
    if (room.in_place > 0) each = sim::saturated_add(each, rule.pre_stop);
    double seconds = 0;
    std::uint32_t done = 0;
    for (std::size_t step = 0; step < bounds.size(); ++step) {
        const auto batches = (bounds[step] - done + together - 1) / together;
        seconds += batches * each.seconds() + rule.pause_after(step, bounds.size()).seconds();
        done = bounds[step];
    }
    std::string text = fmt::format("{}: a new version comes to ", service.name.text);
    if (rule.canary) {
        text += fmt::format("{} of {} replicas first and bakes {}, then to ", bounds.front(),
                            replicas, seconds_text(rule.canary->bake.seconds()));
    }
    text += fmt::format("{} at a time, everywhere after {} at the least; ", together,
                        seconds_text(seconds));
    if (!rule.rollback) return text + "nothing takes it back by itself";
    const auto& alarm = *rule.rollback;
    const auto longest =
        sim::saturated_add(sim::Duration{alarm.period.ns * alarm.periods}, alarm.delay);
    return text + fmt::format("a bad one is taken back {} after it shows",
                              seconds_text(longest.seconds()));
}

}  // namespace

std::vector<std::string> rollout_lines(const PlanInput& input) {
    std::vector<std::string> lines;
    const auto& system = input.scenario.system(input.scenario.baseline);
    for (const ServiceSpec& service : system.services) {
        const auto comes = [&](const FaultSpec& fault) {
            return deploys(fault) && fault.target.service &&
                   fault.target.service->text == service.name.text;
        };
        const auto& faults = input.scenario.faults;
        if (std::any_of(faults.begin(), faults.end(), comes)) lines.push_back(text_of(service));
    }
    return lines;
}

}  // namespace models
