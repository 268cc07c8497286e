#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/priority.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// A call that asks for a place under a concurrency limit.
struct LimitAsk {
    sim::SimTime now{};
    std::int64_t in_flight = 0;        ///< calls that hold a place, without this one
    std::int64_t in_flight_alike = 0;  ///< those of them with the same priority
    std::int64_t waiting = 0;          ///< calls that wait for a place, without this one
    double utilisation = 0;  ///< of the processor, 0 to 1; only rules that go by it look at it
    Criticality priority = Criticality::critical;
    std::uint64_t user_hash = 0;  ///< the same for all calls of one user
};

/// A call that has given its place back.
struct LimitSample {
    sim::SimTime now{};
    sim::Duration rtt{};  ///< since it got its place
    /// Calls with a place when it got its own, itself included.
    std::int64_t in_flight_at_start = 1;
    std::int64_t in_flight_at_end = 1;  ///< the same when it gave it back
    bool dropped = false;               ///< it timed out, or the callee rejected it for overload
};

enum class LimitVerdict : std::uint8_t { start, wait, reject };

/// Which waiting call gets the next place.
enum class WaitOrder : std::uint8_t { fifo, lifo };

/// What becomes of a call that finds no place.
struct LimitQueue {
    std::int64_t queue = 0;                  ///< calls that may wait; 0: reject at once
    sim::Duration max_wait = sim::kForever;  ///< then it is rejected; zero: at once
    WaitOrder wait_order = WaitOrder::fifo;

    /// Declares `queue`, `maxWait` and `waitOrder`.
    void parameters(sim::Parameters& p);
};

/// Shares of the limit by priority. The limit is soft: beyond it a class still gets places up to
/// max(1, ceil(limit * share)), which may exceed the limit by rounding (NCL
/// AbstractPartitionedLimiter).
struct LimitPartitions {
    std::array<double, kCriticalities> share{0.25, 0.25, 0.25, 0.25};

    void parameters(sim::Parameters& p);
    /// At most the whole limit is shared out.
    [[nodiscard]] bool fit() const;
    [[nodiscard]] std::int64_t places(std::int64_t limit, Criticality priority) const;
};
/// Complains of shares that are more than the whole together.
std::optional<sim::Misfit> misfit_of(const std::optional<LimitPartitions>& partitions);
/// Declares `partitions`: none, or a share for each class.
void partitions_parameter(sim::Parameters& p, std::optional<LimitPartitions>& partitions);

/// Samples gathered to one: the mean round trip and the largest concurrency of a window (NCL
/// WindowedLimit).
struct SampleWindow {
    sim::Duration length = sim::whole_seconds(1);
    std::int64_t min_samples = 10;
    sim::Duration min_rtt = sim::microseconds(100);  ///< quicker calls are ignored

    struct State {
        bool started = false;
        sim::SimTime next_end{};
        std::int64_t samples = 0;
        std::int64_t sum_ns = 0;
        std::int64_t max_in_flight = 0;
        bool dropped = false;
    };

    void parameters(sim::Parameters& p);
    /// The window's sample when it ends with this one.
    [[nodiscard]] std::optional<LimitSample> add(State& state, const LimitSample& sample) const;
};
/// Declares `window`: none, or a map.
void window_parameter(sim::Parameters& p, std::optional<SampleWindow>& window);

/// What an adaptive limit starts from and stays within.
struct LimitRange {
    std::int64_t initial = 20;
    std::int64_t min = 1;
    std::int64_t max = 1000;
};
/// Complains at `initialLimit` of a start outside the range, or of an empty range.
std::optional<sim::Misfit> misfit_of(const LimitRange& range);

/// floor(log10(limit)), at least 1: how fast a limit grows and shrinks, and what queue it allows.
std::int64_t digits_step(std::int64_t limit);

/// The mean of the first samples, then an exponential average with weight 2 / (window + 1).
struct WarmAverage {
    double value = 0;
    double sum = 0;
    std::int64_t count = 0;

    struct Span {
        std::int64_t window = 600;
        std::int64_t warmup = 10;
    };
    double add(double sample, Span span);
};

}  // namespace models
