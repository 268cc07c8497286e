#include "models/policy/priority_load.hpp"

#include <algorithm>

namespace models {

namespace {

std::uint32_t health_of(const PriorityLevel& level, const PriorityOptions& options) {
    if (level.all == 0) return 0;
    const std::uint64_t health =
        std::uint64_t{options.overprovisioning_percent} * level.healthy / level.all;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(100, health));
}

/// 100 % by `sizes`; what rounding leaves goes to the first that has any.
void share_out(std::span<const std::uint32_t> sizes, std::uint64_t total,
               std::vector<LevelLoad>& loads) {
    std::uint32_t left = 100;
    std::size_t first = sizes.size();
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const auto share = static_cast<std::uint32_t>(std::uint64_t{sizes[i]} * 100 / total);
        loads[i].percent = std::min(left, share);
        left -= loads[i].percent;
        if (sizes[i] > 0 && first == sizes.size()) first = i;
    }
    if (first < sizes.size()) loads[first].percent += left;
}

}  // namespace

std::vector<LevelLoad> priority_loads(std::span<const PriorityLevel> levels,
                                      const PriorityOptions& options) {
    std::vector<LevelLoad> loads(levels.size());
    std::vector<std::uint32_t> health;
    std::vector<std::uint32_t> sizes;
    std::uint64_t total = 0;
    std::uint64_t replicas = 0;
    for (const PriorityLevel& level : levels) {
        health.push_back(health_of(level, options));
        sizes.push_back(level.all);
        total += health.back();
        replicas += level.all;
    }
    if (replicas == 0) return loads;
    bool all_panic = options.panic_percent > 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto [healthy, all] = levels[i];
        loads[i].panic = total < 100 &&
                         std::uint64_t{100} * healthy < std::uint64_t{options.panic_percent} * all;
        all_panic = all_panic && (loads[i].panic || all == 0);
    }
    if (all_panic) {
        share_out(sizes, replicas, loads);
    } else if (total > 0) {
        share_out(health, std::min<std::uint64_t>(100, total), loads);
    }
    return loads;
}

}  // namespace models
