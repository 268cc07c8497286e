// Faults that change how many customers come, and what for. The arrivals of the scenario do not
// move: whoever comes on top has a process of the fault's own, and whoever stays away does so by a
// draw of its own, so that everybody else is the same customer as in the run without the fault.
#include <algorithm>
#include <cmath>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint64_t kGapPath = 0x9D39247E33776D41ULL;
constexpr std::uint64_t kAwayPath = 0x2AF7398005AAA5C7ULL;
/// Requests of a fault have numbers of their own, above those of any run: the rest of the bits that
/// a draw's key has room for are the fault's (15, of its name) and the request's (28).
constexpr std::uint64_t kExtraNumber = std::uint64_t{1} << 43;

}  // namespace

ExtraLoad& World::extra_load(std::uint32_t fault, std::uint32_t group) {
    for (auto& extra : extra_loads_) {
        if (extra.fault == fault && extra.group == group) return extra;
    }
    ExtraLoad extra;
    extra.fault = fault;
    extra.group = group;
    return extra_loads_.emplace_back(extra);
}

/// A later fault multiplies what an earlier one has brought.
void World::apply_load() {
    std::vector<double> growth(groups_.size(), 1.0);
    std::vector<double> rates(extra_loads_.size(), 0.0);
    std::vector<std::uint8_t> lasting(extra_loads_.size(), 0);
    for (const auto& one : conditions_.load) {
        for (std::uint32_t group = 0; group < groups_.size(); ++group) {
            const auto& rate = model_.groups[group].rate_per_s;
            if (!one.strikes(group) || !rate || (one.factor <= 1 && one.herd == 0)) continue;
            auto& extra = extra_load(one.fault, group);
            const auto index = static_cast<std::size_t>(&extra - extra_loads_.data());
            rates.resize(extra_loads_.size(), 0.0);
            lasting.resize(extra_loads_.size(), 0);
            lasting[index] = 1;
            if (one.factor > 1) {
                const auto& day = model_.groups[group].day;
                const double most = day ? 1 + day->swing : 1;
                rates[index] = *rate * most * growth[group] * (one.factor - 1);
                growth[group] *= one.factor;
            }
            if (one.herd > 0 && !extra.began) draw_herd(extra, one);
        }
    }
    for (std::size_t i = 0; i < extra_loads_.size(); ++i) {
        auto& extra = extra_loads_[i];
        if (lasting[i] == 0) {
            extra.herd = 0;
            extra.began = false;
        }
        if (extra.herd == 0 && !(extra.rate_per_s == rates[i])) set_rate(extra, rates[i]);
        if (lasting[i] == 0) simulator_.cancel(extra.next);
    }
}

void World::draw_herd(ExtraLoad& extra, const LoadConditions& one) {
    extra.began = true;
    extra.herd = one.herd;
    extra.herd_ends = sim::saturated_add(simulator_.now(), one.within);
    schedule_extra(extra);
}

/// The time to the next one is unfinished business: what is left of it passes at the new rate.
void World::set_rate(ExtraLoad& extra, double rate_per_s) {
    const auto now = simulator_.now();
    const bool under_way = extra.next.valid();
    simulator_.cancel(extra.next);
    if (under_way) extra.waiting -= (now - extra.since).seconds() * extra.rate_per_s;
    extra.since = now;
    extra.rate_per_s = rate_per_s;
    if (rate_per_s <= 0) return;
    if (!under_way) return schedule_extra(extra);
    const auto index = static_cast<std::uint32_t>(&extra - extra_loads_.data());
    extra.next = after(sim::from_seconds(std::max(0.0, extra.waiting) / rate_per_s),
                       {EventKind::extra_customer, index});
}

/// Of n instants that are uniform over what is left of the window, the first comes after the share
/// 1 - u^(1/n) of it.
void World::schedule_extra(ExtraLoad& extra) {
    const auto now = simulator_.now();
    const auto index = static_cast<std::uint32_t>(&extra - extra_loads_.data());
    sim::KeyedRng rng(fault_streams_[extra.fault], extra.drawn++,
                      sim::hash_combine(groups_[extra.group].path, kGapPath));
    extra.since = now;
    double seconds = 0;
    if (extra.herd > 0) {
        const double share = 1 - std::pow(rng.unit(), 1.0 / static_cast<double>(extra.herd));
        seconds = (extra.herd_ends - now).seconds() * share;
    } else {
        extra.waiting = -std::log(rng.unit());
        seconds = extra.waiting / extra.rate_per_s;
    }
    extra.next = after(sim::from_seconds(seconds), {EventKind::extra_customer, index});
}

void World::extra_customer(std::uint32_t index) {
    auto& extra = extra_loads_[index];
    extra.next = sim::EventHandle{};
    const auto group = extra.group;
    const auto name = fault_streams_[extra.fault].key;
    const std::uint64_t number =
        kExtraNumber | ((name & 0x7FFF) << 28) | (extra.arrived++ & 0xFFF'FFFF);
    const RequestKey key{number, sim::hash_combine(name, extra.arrived >> 28)};
    sim::KeyedRng rng(fault_streams_[extra.fault], number, groups_[group].path);
    const auto word = rng();
    const bool of_herd = extra.herd > 0;
    if (of_herd) --extra.herd;
    if (of_herd ? extra.herd > 0 : extra.rate_per_s > 0) schedule_extra(extra);
    if (stays_away(group, key)) return;
    if (const auto& day = model_.groups[group].day; day && !of_herd) {
        // They come at the peak's rate; at other times of the day some of them do not.
        if (rng.unit() * (1 + day->swing) > day->level(simulator_.now())) return;
    }
    start_request(group, key, 0, word);
}

bool World::stays_away(std::uint32_t group, RequestKey key) const {
    return std::any_of(
        conditions_.load.begin(), conditions_.load.end(), [&](const LoadConditions& one) {
            if (one.factor >= 1 || !one.strikes(group)) return false;
            const auto path = sim::hash_combine(groups_[group].path + key.rest, kAwayPath);
            sim::KeyedRng rng(fault_streams_[one.fault], key.number, path);
            return !rng.bernoulli(one.factor);
        });
}

/// The latest fault of the plan that changes minds has its way.
const Journey& World::injected_journey(std::uint32_t group_index, double unit) const {
    const auto& group = model_.groups[group_index];
    const LoadConditions* mix = nullptr;
    for (const auto& one : conditions_.load) {
        if (!one.mix.empty() && one.strikes(group_index)) mix = &one;
    }
    if (mix == nullptr) return pick_journey(group, unit);
    const auto weight_of = [&](const Journey& journey) {
        for (const auto& one : mix->mix) {
            if (one.journey == journey.name) return one.weight;
        }
        return 0.0;
    };
    double sum = 0;
    for (const auto& journey : group.journeys) sum += weight_of(journey);
    const Journey* last = nullptr;
    unit *= sum;
    for (const auto& journey : group.journeys) {
        const double weight = weight_of(journey);
        if (weight <= 0) continue;
        last = &journey;
        if (unit < weight) return journey;
        unit -= weight;
    }
    return last != nullptr ? *last : pick_journey(group, unit);
}

}  // namespace models
