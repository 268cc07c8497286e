#include "models/policy/balancing_aperture.hpp"

#include <algorithm>

#include "models/policy/balancing_basic.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

using Share = DeterministicAperture::Share;

constexpr std::uint32_t kNobody = 0xFFFFFFFFU;

std::uint64_t units_of(const std::vector<Share>& arc) {
    std::uint64_t sum = 0;
    for (const Share& one : arc) sum += one.units;
    return sum;
}

/// A place of the arc by its units, those of `without` left out; kNobody when no others have any.
std::uint32_t draw(const std::vector<Share>& arc, std::uint32_t without, sim::KeyedRng& rng) {
    const std::uint64_t left_out = without == kNobody ? 0 : arc[without].units;
    const std::uint64_t all = units_of(arc) - left_out;
    if (all == 0) return kNobody;
    auto at = static_cast<std::uint64_t>(rng.unit() * static_cast<double>(all));
    at = std::min(at, all - 1);
    for (std::uint32_t i = 0; i < arc.size(); ++i) {
        if (i == without) continue;
        if (at < arc[i].units) return i;
        at -= arc[i].units;
    }
    SIM_ASSERT(false);
}

}  // namespace

void DeterministicAperture::parameters(sim::Parameters& p) {
    p.count("minAperture", min_aperture, "replicas that one caller uses at least", {1, 1'000'000});
}

/// In whole units: m replicas of n units each, n callers of m units each.
void DeterministicAperture::find_arc(const BalanceQuery& query, std::vector<Share>& arc) const {
    const std::uint64_t replicas = query.members.size();
    const std::uint64_t callers = query.peers;
    const std::uint64_t aperture = std::min<std::uint64_t>(min_aperture, replicas);
    const std::uint64_t laps = (aperture * callers + replicas - 1) / replicas;
    std::uint64_t left = std::min(laps, callers) * replicas;
    std::uint64_t at = std::uint64_t{query.peer} * replicas;
    arc.clear();
    while (left > 0) {
        const auto place = static_cast<std::uint32_t>(at / callers % replicas);
        const std::uint64_t units = std::min(callers - at % callers, left);
        if (!arc.empty() && arc.front().place == place) {
            arc.front().units += units;  // all around
        } else {
            arc.push_back({place, units});
        }
        at += units;
        left -= units;
    }
}

std::uint32_t DeterministicAperture::pick(State& state, const BalanceQuery& query,
                                          sim::KeyedRng& rng) const {
    find_arc(query, state.arc);
    if (query.candidates.size() < query.members.size()) {
        std::erase_if(state.arc, [&](const Share& one) {
            return !std::binary_search(query.candidates.begin(), query.candidates.end(),
                                       query.members[one.place]);
        });
        if (state.arc.empty()) {  // the call may go nowhere in its arc
            LeastRequest::State none;
            return LeastRequest{}.pick(none, query, rng);
        }
    }
    const std::uint32_t first = draw(state.arc, kNobody, rng);
    const std::uint32_t second = draw(state.arc, first, rng);
    const std::uint32_t one = query.members[state.arc[first].place];
    if (second == kNobody) return one;
    const std::uint32_t other = query.members[state.arc[second].place];
    return query.in_flight[other] < query.in_flight[one] ? other : one;
}

}  // namespace models
