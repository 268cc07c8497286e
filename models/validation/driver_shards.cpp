// Shuffle shards: what the balancer deals out to customers, counted.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <set>

#include "models/policy/balancing_subset.hpp"
#include "models/validation/driver_rules.hpp"
#include "sim/core/hash.hpp"
#include "sim/core/rng.hpp"

namespace models {

namespace {

using Shard = std::vector<std::uint32_t>;  ///< workers, ascending

/// The shards of random customers among workers of one region.
std::vector<Shard> deal(const DriverRun& run) {
    ShuffleShard rule;
    rule.size = run.count("shard");
    std::vector<std::uint64_t> names(run.count("workers"));
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = sim::hash_text("server/local-1/" + std::to_string(i));
    }
    const std::vector<std::uint32_t> regions(names.size(), 0);
    std::vector<std::uint8_t> allowed(names.size(), 0);
    const sim::RngStream stream(run.seed, run.replication, "customers", "shards");
    std::vector<Shard> shards(run.count("customers"));
    for (std::size_t customer = 0; customer < shards.size(); ++customer) {
        SubsetQuery query;
        query.names = names;
        query.regions = regions;
        query.key = sim::hash_combine(stream.key, customer);
        rule.narrow(query, allowed);
        for (std::uint32_t i = 0; i < allowed.size(); ++i) {
            if (allowed[i] != 0) shards[customer].push_back(i);
        }
    }
    return shards;
}

double choose(double n, std::uint32_t k) {
    double value = 1;
    for (std::uint32_t i = 0; i < k; ++i) value = value * (n - i) / (i + 1);
    return std::round(value);
}

/// How often two customers have a set of `size` workers in common: pairs, once for each such set.
double common_sets(const std::vector<Shard>& shards, std::uint32_t size) {
    constexpr std::uint32_t kBits = 12;  // of a worker's number
    std::vector<std::uint64_t> sets;
    for (const auto& shard : shards) {
        for (std::uint32_t members = 0; members < 1U << shard.size(); ++members) {
            if (std::popcount(members) != static_cast<int>(size)) continue;
            std::uint64_t set = 0;
            for (std::size_t i = 0; i < shard.size(); ++i) {
                if ((members >> i & 1U) != 0) set = set << kBits | shard[i];
            }
            sets.push_back(set);
        }
    }
    std::sort(sets.begin(), sets.end());
    double pairs = 0;
    for (auto first = sets.begin(); first != sets.end();) {
        const auto last = std::upper_bound(first, sets.end(), *first);
        pairs += choose(static_cast<double>(last - first), 2);
        first = last;
    }
    return pairs;
}

/// Share of the pairs of customers that have exactly so many workers in common, by inclusion and
/// exclusion over the sets that they share.
std::vector<double> overlap_of_pairs(const std::vector<Shard>& shards) {
    const auto size = static_cast<std::uint32_t>(shards.front().size());
    std::vector<double> exactly(size + 1, 0);
    for (std::uint32_t common = size + 1; common-- > 0;) {
        exactly[common] = common_sets(shards, common);
        for (std::uint32_t more = common + 1; more <= size; ++more) {
            exactly[common] -= choose(more, common) * exactly[more];
        }
    }
    for (auto& pairs : exactly) pairs /= choose(static_cast<double>(shards.size()), 2);
    return exactly;
}

}  // namespace

std::vector<double> shard_overlap_driver(const DriverRun& run) {
    const auto overlap = overlap_of_pairs(deal(run));
    const auto from = run.count("from");
    const auto to = run.count("to");
    std::vector<double> shares(overlap.begin() + from, overlap.begin() + to + 1);
    if (run.parameter("tail") != 0) {
        for (std::size_t i = to + 1; i < overlap.size(); ++i) shares.back() += overlap[i];
    }
    return shares;
}

std::vector<double> shard_count_driver(const DriverRun& run) {
    const auto shards = deal(run);
    const auto common = run.count("common");
    if (common == 0) {
        return {static_cast<double>(std::set<Shard>(shards.begin(), shards.end()).size())};
    }
    const auto size = static_cast<std::uint32_t>(shards.front().size());
    const double others = run.parameter("workers") - size;
    const double neighbours = choose(size, common) * choose(others, size - common);
    return {neighbours / overlap_of_pairs(shards)[common]};
}

}  // namespace models
