#include "models/policy/balancing_hash.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/hash.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

double weight_of(std::span<const double> weights, std::uint32_t replica) {
    return weights.empty() ? 1.0 : weights[replica];
}

bool may_choose(const BalanceQuery& query, std::uint32_t replica) {
    return std::binary_search(query.candidates.begin(), query.candidates.end(), replica);
}

/// Walks over the replicas at `place`, `place + 1`, … of a table and takes the first one that may
/// be chosen and has room; the least loaded of those that may when none has.
template <class ReplicaAt>
std::uint32_t walk(const BalanceQuery& query, const BoundedLoad& bound, std::size_t place,
                   std::size_t size, const ReplicaAt& replica_at) {
    const std::uint32_t limit = bound.limit(query);
    std::uint32_t least = query.candidates.front();
    for (std::size_t step = 0; step < size; ++step) {
        const std::uint32_t replica = replica_at((place + step) % size);
        if (!may_choose(query, replica)) continue;
        if (query.in_flight[replica] <= limit) return replica;
        if (query.in_flight[replica] < query.in_flight[least]) least = replica;
    }
    return least;
}

bool is_prime(std::uint32_t number) {
    for (std::uint32_t i = 2; i <= number / i; ++i) {
        if (number % i == 0) return false;
    }
    return number > 1;
}

constexpr std::uint32_t kMostPlaces = 8'388'608;
constexpr std::uint32_t kMostEntries = 5'000'011;
constexpr std::uint64_t kStepSalt = 0xD6E8FEB86659FD93ULL;

}  // namespace

void BoundedLoad::parameters(sim::Parameters& p) {
    p.percent("hashBalanceFactor", factor,
              "a replica with more tries in flight than this share of the average is passed over; "
              "0%: never",
              {0, 100, false});
}

std::optional<sim::Misfit> BoundedLoad::misfit() const {
    if (factor <= 0 || factor >= 1) return std::nullopt;
    return sim::Misfit{"hashBalanceFactor", "not every replica can have less than the average",
                       "write at least 100%, for instance `hashBalanceFactor: 150%`"};
}

std::uint32_t BoundedLoad::limit(const BalanceQuery& query) const {
    if (factor <= 0) return 0xFFFFFFFFU;
    std::uint64_t all = 1;  // the try that is to be placed
    for (const std::uint32_t replica : query.members) all += query.in_flight[replica];
    const double slots = std::ceil(static_cast<double>(all) * factor);
    const double share = std::ceil(slots / static_cast<double>(query.members.size()));
    return static_cast<std::uint32_t>(std::max(1.0, share));
}

void RingHash::parameters(sim::Parameters& p) {
    p.count("minRingSize", min_ring_size, "least places on the ring", {1, kMostPlaces});
    p.count("maxRingSize", max_ring_size, "most places on the ring", {1, kMostPlaces});
    bound.parameters(p);
}

std::optional<sim::Misfit> RingHash::misfit() const {
    if (max_ring_size < min_ring_size) {
        return sim::Misfit{"maxRingSize", "the ring's most places are below its least",
                           "`minRingSize` is 1024 when not written"};
    }
    return bound.misfit();
}

void RingHash::build(std::span<const std::uint32_t> members, std::span<const std::uint64_t> names,
                     std::span<const double> weights, std::vector<Place>& ring) const {
    ring.clear();
    double sum = 0;
    double least = weight_of(weights, members.front());
    for (const std::uint32_t one : members) {
        sum += weight_of(weights, one);
        least = std::min(least, weight_of(weights, one));
    }
    // So many places that the lightest replica has a whole number of them.
    const double share = least / sum;
    const double scale =
        std::min(std::ceil(share * min_ring_size) / share, static_cast<double>(max_ring_size));
    double target = 0;
    for (const std::uint32_t one : members) {
        target += scale * weight_of(weights, one) / sum;
        for (std::uint64_t i = 0; static_cast<double>(ring.size()) < target; ++i) {
            ring.emplace_back(sim::hash_combine(names[one], i), one);
        }
    }
    std::sort(ring.begin(), ring.end());
}

std::uint32_t RingHash::pick(State& state, const BalanceQuery& query,
                             sim::KeyedRng& /*rng*/) const {
    if (!std::equal(state.members.begin(), state.members.end(), query.members.begin(),
                    query.members.end())) {
        state.members.assign(query.members.begin(), query.members.end());
        build(state.members, query.names, {}, state.ring);
    }
    const auto next = std::lower_bound(state.ring.begin(), state.ring.end(), Place{query.key, 0});
    const auto place = static_cast<std::size_t>(next - state.ring.begin()) % state.ring.size();
    return walk(query, bound, place, state.ring.size(),
                [&](std::size_t i) { return state.ring[i].second; });
}

void Maglev::parameters(sim::Parameters& p) {
    p.count("tableSize", table_size, "entries of the table, a prime number", {2, kMostEntries});
    bound.parameters(p);
}

std::optional<sim::Misfit> Maglev::misfit() const {
    if (!is_prime(table_size)) {
        return sim::Misfit{"tableSize", "the size of the table is not a prime number",
                           "every replica must reach every entry: `tableSize: 65537`"};
    }
    return bound.misfit();
}

void Maglev::build(std::span<const std::uint32_t> members, std::span<const std::uint64_t> names,
                   std::span<const double> weights, std::vector<std::uint32_t>& table) const {
    constexpr std::uint32_t kFree = 0xFFFFFFFFU;
    struct Filler {
        std::uint32_t replica;
        std::uint64_t next;  ///< entry that it would take next
        std::uint64_t step;
        double weight;
        double target;
    };
    std::vector<Filler> fillers;
    double heaviest = 0;
    for (const std::uint32_t one : members) {
        const double weight = weight_of(weights, one);
        heaviest = std::max(heaviest, weight);
        fillers.push_back({one, names[one] % table_size,
                           sim::mix64(names[one] ^ kStepSalt) % (table_size - 1) + 1, weight, 0});
    }
    table.assign(table_size, kFree);
    std::uint32_t filled = 0;
    for (std::uint32_t turn = 1; filled < table_size; ++turn) {
        for (Filler& one : fillers) {
            if (filled == table_size) break;
            if (turn * one.weight < one.target) continue;  // the heaviest takes part every time
            one.target += heaviest;
            while (table[one.next] != kFree) one.next = (one.next + one.step) % table_size;
            table[one.next] = one.replica;
            ++filled;
        }
    }
}

std::uint32_t Maglev::pick(State& state, const BalanceQuery& query, sim::KeyedRng& /*rng*/) const {
    if (!std::equal(state.members.begin(), state.members.end(), query.members.begin(),
                    query.members.end())) {
        state.members.assign(query.members.begin(), query.members.end());
        build(state.members, query.names, {}, state.table);
    }
    return walk(query, bound, query.key % table_size, table_size,
                [&](std::size_t i) { return state.table[i]; });
}

}  // namespace models
