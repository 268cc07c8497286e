#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/action/live_condition.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// What one replica measures of itself. Ratios are 0-1, times seconds.
enum class SelfMetric : std::uint8_t {
    utilisation,  ///< busy share of its slots or cores
    queue,        ///< requests that wait at it, on average
    wait,         ///< mean time to a slot, of the requests that got one
    errors,       ///< share of its calls that failed, after their tries and their fallback
    p99,          ///< of the time from a request's arrival to its reply
};
inline constexpr std::size_t kSelfMetrics = 5;

struct SelfMetricFacts {
    std::string_view name;
    std::string_view summary;
};
/// In the order of SelfMetric.
extern const std::array<SelfMetricFacts, kSelfMetrics> kSelfMetricFacts;
std::string_view to_string(SelfMetric metric);
std::string_view meaning_of(SelfMetric metric);

/// A metric of the replica on one side of a limit, looked at once a second.
struct LevelCondition {
    SelfMetric metric = SelfMetric::utilisation;
    LiveOp op = LiveOp::above;
    double limit = 0;
    sim::Duration over = sim::whole_seconds(5);  ///< whole seconds
    sim::Duration holds{};                       ///< it is met when it has been true for so long
};

/// How little a service still does. Every replica has a level of its own, by its own measure.
///
/// Down: at once to the worst level whose `when` is met. Up: one at a time, when it has lasted
/// `stay` and `until` is met; without `until`, when `when` has been false for `stay`.
struct ServiceLevel {
    static constexpr std::string_view example = "{when: \"utilisation > 90%\", latency: 30%}";

    std::string name;
    std::optional<LevelCondition> when{};  ///< nothing: only a person or a fault chooses it
    std::optional<LevelCondition> until{};
    sim::Duration stay = sim::whole_seconds(30);
    double work = 1;                         ///< own work that begins meanwhile, times this
    double quality = 1;                      ///< of the answers; below 1 they are degraded
    bool read_only = false;                  ///< writes are refused
    bool off = false;                        ///< everything is
    std::vector<std::uint8_t> without = {};  ///< by edge: calls that are not made

    /// All but the name, the conditions and `without`.
    void parameters(sim::Parameters& p);
    /// Whether anything is different from full service.
    [[nodiscard]] bool does_something() const {
        return work != 1 || quality != 1 || read_only || off;
    }
};

/// What a service does without any level, and the name of that.
inline constexpr std::string_view kFullService = "full";

}  // namespace models
