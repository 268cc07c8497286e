#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "models/policy/load_balancing.hpp"
#include "sim/core/hash.hpp"

/// A callee with replicas `r0`, `r1`, … that may all be chosen, as a balancer is asked about it.
struct BalancerCase {
    explicit BalancerCase(std::uint32_t replicas) : in_flight(replicas, 0), names(replicas) {
        members.resize(replicas);
        std::iota(members.begin(), members.end(), 0U);
        candidates = members;
        for (std::uint32_t i = 0; i < replicas; ++i) {
            names[i] = sim::hash_text("service/zone/" + std::to_string(i));
        }
    }
    [[nodiscard]] models::BalanceQuery query(std::uint64_t key = 0) const {
        models::BalanceQuery query;
        query.now = now;
        query.candidates = candidates;
        query.members = members;
        query.in_flight = in_flight;
        query.names = names;
        query.weights = weights;
        query.key = key;
        return query;
    }
    sim::KeyedRng rng() { return {sim::RngStream(1, 0, "test", "balance"), number++, 0}; }

    std::vector<std::uint32_t> candidates;
    std::vector<std::uint32_t> members;
    std::vector<std::uint32_t> in_flight;
    std::vector<std::uint64_t> names;
    std::vector<double> weights;
    sim::SimTime now{};
    std::uint64_t number = 0;
};

/// How often each replica is picked in `picks` tries that end at once.
template <class Kind>
std::vector<double> shares(const Kind& kind, BalancerCase& balancer, int picks = 20'000) {
    typename Kind::State state;
    std::vector<double> found(balancer.in_flight.size(), 0.0);
    for (int i = 0; i < picks; ++i) {
        auto rng = balancer.rng();
        found[kind.pick(state, balancer.query(), rng)] += 1.0 / picks;
    }
    return found;
}
