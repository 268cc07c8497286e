#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "models/fault/cron.hpp"
#include "models/fault/schedule_state.hpp"
#include "sim/core/rng.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

// Schedules that go by the clock.
namespace models {

/// Again and again after the same time, give or take.
struct EverySchedule {
    static constexpr std::string_view name = "every";
    static constexpr std::string_view summary = "again after the same time, give or take `jitter`";
    static constexpr std::string_view formula =
        "the k-th at `at` + k x every + U[-jitter, jitter); without `at` the first comes after one "
        "period";
    static constexpr std::string_view source =
        "Litmus chaos interval, Chaos Mesh Schedule, Gremlin process killer";
    static constexpr std::string_view example =
        "{every: 10m, for: 1m, jitter: 2m, service: payment, pick: one, effect: crash}";

    sim::Duration every{};  ///< has to be written
    sim::Duration length{};
    std::uint32_t times = std::numeric_limits<std::uint32_t>::max();
    sim::Duration jitter{};

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    std::optional<Occurrence> next(ScheduleState& state, sim::KeyedRng& rng) const;
};

/// At the minutes of a line of crontab.
struct CronSchedule {
    static constexpr std::string_view name = "cron";
    static constexpr std::string_view summary = "at the minutes of a line of crontab";
    static constexpr std::string_view formula =
        "minute hour * * weekday; `start` is the clock at time zero and `day` how long a day lasts";
    static constexpr std::string_view source = "POSIX crontab, Chaos Mesh Schedule, Gremlin";
    static constexpr std::string_view example =
        "{cron: \"0 3 * * 1-5\", for: 10m, start: Mon 00:00, service: db, effect: {slow: 3x}}";

    CronTimes times;
    sim::Duration length{};
    Calendar calendar;

    void parameters(sim::Parameters& p);
    std::optional<Occurrence> next(ScheduleState& state, sim::KeyedRng& rng) const;
};

}  // namespace models
