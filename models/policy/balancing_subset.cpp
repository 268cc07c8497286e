#include "models/policy/balancing_subset.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/hash.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr std::uint32_t kMost = 1'000'000;

void child_parameter(sim::Parameters& p, InnerBalancing& child) {
    p.family("child", child, "chooses among them", {"", "", false});
}

/// Allows the `count` replicas of one region that have the least hash with `seed`.
void allow_nearest_in(const SubsetQuery& query, std::uint64_t seed, std::uint32_t count,
                      std::uint32_t region, std::span<std::uint8_t> allowed) {
    const auto replicas = static_cast<std::uint32_t>(query.names.size());
    const auto distance = [&](std::uint32_t one) {
        return std::pair(sim::hash_combine(seed, query.names[one]), one);
    };
    std::uint32_t chosen = 0;
    auto farthest = distance(0);
    const auto find_farthest = [&] {
        bool found = false;
        for (std::uint32_t one = 0; one < replicas; ++one) {
            if (query.regions[one] != region || allowed[one] == 0) continue;
            if (!found || distance(one) > farthest) farthest = distance(one);
            found = true;
        }
    };
    for (std::uint32_t one = 0; one < replicas; ++one) {
        if (query.regions[one] != region) continue;
        if (chosen < count) {
            allowed[one] = 1;
            if (++chosen == count) find_farthest();
        } else if (distance(one) < farthest) {
            allowed[farthest.second] = 0;
            allowed[one] = 1;
            find_farthest();
        }
    }
}

/// The regions of the query, each once: `use(region)`.
template <class Use>
void for_each_region(const SubsetQuery& query, const Use& use) {
    for (std::size_t i = 0; i < query.regions.size(); ++i) {
        const auto seen = query.regions.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(query.regions.begin(), seen, *seen) == seen) use(*seen);
    }
}

void allow_nearest(const SubsetQuery& query, std::uint64_t seed, std::uint32_t count,
                   std::span<std::uint8_t> allowed) {
    std::fill(allowed.begin(), allowed.end(), std::uint8_t{0});
    for_each_region(query, [&](std::uint32_t region) {
        allow_nearest_in(query, seed, count, region, allowed);
    });
}

/// The replicas of `region` in their order.
std::vector<std::uint32_t> replicas_of(const SubsetQuery& query, std::uint32_t region) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t i = 0; i < query.regions.size(); ++i) {
        if (query.regions[i] == region) found.push_back(i);
    }
    return found;
}

/// Fisher-Yates with hashes of the seed.
void shuffle(std::vector<std::uint32_t>& list, std::uint64_t seed) {
    for (std::size_t left = list.size(); left > 1; --left) {
        const std::uint64_t word = sim::hash_combine(seed, left);
        std::swap(list[left - 1], list[((word >> 32) * left) >> 32]);
    }
}

}  // namespace

InnerState& InnerStates::of(const InnerBalancing& rule, std::uint32_t caller) {
    while (callers.size() <= caller) callers.push_back(initial_state(rule));
    return callers[caller];
}

void RandomSubsetting::parameters(sim::Parameters& p) {
    p.count("subsetSize", subset_size, "replicas that one caller uses in each region", {1, kMost});
    child_parameter(p, child);
}

void RandomSubsetting::narrow(const SubsetQuery& query, std::span<std::uint8_t> allowed) const {
    allow_nearest(query, query.caller_name, subset_size, allowed);
}

void DeterministicSubsetting::parameters(sim::Parameters& p) {
    p.count("subsetSize", subset_size, "replicas that one caller uses in each region", {1, kMost});
    child_parameter(p, child);
}

void DeterministicSubsetting::narrow(const SubsetQuery& query,
                                     std::span<std::uint8_t> allowed) const {
    std::fill(allowed.begin(), allowed.end(), std::uint8_t{0});
    for_each_region(query, [&](std::uint32_t region) {
        auto replicas = replicas_of(query, region);
        const auto count = static_cast<std::uint32_t>(replicas.size());
        const std::uint32_t parts = std::max(1U, count / subset_size);
        shuffle(replicas, sim::mix64(query.caller / parts));
        const std::uint32_t begin = (query.caller % parts) * subset_size;
        const std::uint32_t end = parts == 1 ? count : begin + subset_size;
        for (std::uint32_t i = begin; i < end; ++i) allowed[replicas[i]] = 1;
    });
}

void ShuffleShard::parameters(sim::Parameters& p) {
    p.count("size", size, "replicas that one customer has in each region", {1, kMost});
    child_parameter(p, child);
}

void ShuffleShard::narrow(const SubsetQuery& query, std::span<std::uint8_t> allowed) const {
    allow_nearest(query, query.key, size, allowed);
}

void Cells::parameters(sim::Parameters& p) {
    p.count("count", count, "cells", {1, kMost});
    child_parameter(p, child);
}

void Cells::narrow(const SubsetQuery& query, std::span<std::uint8_t> allowed) const {
    const auto cell = static_cast<std::uint32_t>(query.key % count);
    for_each_region(query, [&](std::uint32_t region) {
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < query.regions.size(); ++i) {
            if (query.regions[i] == region) allowed[i] = number++ % count == cell ? 1 : 0;
        }
    });
}

}  // namespace models
