// Requests that somebody looks for: those that touch what a fault strikes in the run's twin.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {

void World::watch(std::span<const Watch> watched) {
    watched_ = watched;
    for (const auto& one : watched) {
        watch_from_ = std::min(watch_from_, one.from);
        watch_to_ = std::max(watch_to_, one.to);
    }
}

void World::note_touch(const Attempt& attempt) {
    if (attempt.background) return;
    const RequestId id = attempt.request;
    // The request may be over, and its record that of another.
    if (!id.valid() || !requests_.is_live(id) || requests_[id].serial != attempt.serial) return;
    auto& request = requests_[id];
    if (request.touched) return;
    const auto now = simulator_.now();
    request.touched = std::any_of(watched_.begin(), watched_.end(), [&](const Watch& one) {
        return one.is_on(now) &&
               std::any_of(one.calls.begin(), one.calls.end(), [&](const Traffic& where) {
                   return where.has(attempt.caller, attempt.instance, attempt.endpoint);
               });
    });
}

/// Whether it counts whatever it touches.
bool World::is_watched(const Request& request) const {
    return std::any_of(watched_.begin(), watched_.end(), [&](const Watch& one) {
        return !one.groups.empty() && one.groups[request.group] != 0 && one.is_on(request.arrival);
    });
}

}  // namespace models
