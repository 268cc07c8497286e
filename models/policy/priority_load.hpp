#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace models {

/// A level of priority: how many replicas it has, and how many of them are healthy.
struct PriorityLevel {
    std::uint32_t healthy = 0;
    std::uint32_t all = 0;
};

/// Where requests go, in whole percent, and whether a level is in panic: all its replicas are used,
/// as if they were healthy.
struct LevelLoad {
    std::uint32_t percent = 0;
    bool panic = false;
};

struct PriorityOptions {
    std::uint32_t overprovisioning_percent = 140;  ///< of what a level would need
    std::uint32_t panic_percent = 50;  ///< a level with a smaller healthy share panics; 0: never
};

/// Envoy's loads of priority levels in its whole-number arithmetic (ENV-PRIO, ENV-PANIC, ENV-LB):
/// health_i = min(100, 140 * healthy / all); load_i = min(what remains, 100 * health_i / total);
/// the remainder goes to the first level with health. Levels panic only when the total health is
/// below 100; when all do, loads go by their sizes. All zero when there is no replica at all.
std::vector<LevelLoad> priority_loads(std::span<const PriorityLevel> levels,
                                      const PriorityOptions& options);

}  // namespace models
