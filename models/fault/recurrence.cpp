#include "models/fault/recurrence.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace models {

ScheduleState Recurrence::first_state(const FaultProcess& process) const {
    ScheduleState state;
    state.begin = begin;
    state.begins_written = begins_written;
    state.until = until;
    state.share = process.share;
    return state;
}

std::vector<std::uint32_t> pick_units(const Recurrence& recurrence, const FaultProcess& process,
                                      const std::vector<bool>& struck, sim::KeyedRng& rng) {
    if (process.strikes_all || recurrence.pick == Pick::all) return process.units;
    std::vector<std::uint32_t> free;
    for (const auto unit : process.units) {
        if (!struck[unit]) free.push_back(unit);
    }
    // The epsilon keeps 60 % of 5 at 3 whatever the last bit of the product is.
    const double wanted = recurrence.share * static_cast<double>(process.units.size());
    const auto count = recurrence.pick == Pick::one
                           ? std::size_t{1}
                           : static_cast<std::size_t>(std::ceil(wanted - 1e-9));
    const auto taken = std::min(count, free.size());
    for (std::size_t i = 0; i < taken; ++i) {
        std::swap(free[i], free[i + rng.below(static_cast<std::uint32_t>(free.size() - i))]);
    }
    free.resize(taken);
    std::sort(free.begin(), free.end());
    return free;
}

FaultTarget target_of_units(const Topology& topology, const FaultTarget& whole,
                            const Recurrence& recurrence, const std::vector<std::uint32_t>& units) {
    if (recurrence.whole) return whole;
    FaultTarget target;
    target.share = whole.share;
    target.sticky = whole.sticky;
    target.of_place = whole.of_place;
    for (const auto unit : units) {
        const auto& part = recurrence.units[unit];
        target.instances.insert(target.instances.end(), part.instances.begin(),
                                part.instances.end());
        target.zones.insert(target.zones.end(), part.zones.begin(), part.zones.end());
    }
    if (!recurrence.on_traffic) return target;
    target.traffic = traffic_at(topology, recurrence.callers, target.instances);
    target.instances.clear();
    target.zones.clear();
    return target;
}

}  // namespace models
