#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "models/fault/calendar.hpp"
#include "models/fault/schedule_state.hpp"
#include "sim/core/rng.hpp"

namespace sim {
class Parameters;
}  // namespace sim

namespace models {

/// The coin of every workday. Each group flips it once; heads is a strike at a random minute of the
/// working hours, unless the last one is too near.
struct WorkdayCoin {
    double mean_time;                          ///< workdays between strikes; the coin's p is 1 / it
    std::uint32_t min_time = 1;                ///< workdays that must lie between two
    std::int64_t from = std::int64_t{9} * 60;  ///< minute of the day
    std::int64_t to = std::int64_t{15} * 60;   ///< ... exclusive
    Calendar calendar = {};

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::SimTime> next(ScheduleState& state, sim::KeyedRng& rng) const;
};

/// What a monkey takes at random in its group.
enum class MonkeyPrey : std::uint8_t { replica, zone, region };

/// Netflix's Chaos Monkey: a replica of each group.
struct ChaosMonkey {
    static constexpr std::string_view name = "chaos";
    static constexpr std::string_view summary =
        "Chaos Monkey: each service flips a coin every workday, and perhaps loses one replica";
    static constexpr std::string_view formula =
        "p = 1 / meanTime; P(X = n) = (1-p)^(n-1) p workdays between terminations when minTime is "
        "1";
    static constexpr std::string_view source = "Netflix Chaos Monkey 2 (Termination behavior)";
    static constexpr std::string_view example = "{kind: chaos, meanTime: 2, day: 10m}";
    static constexpr MonkeyPrey prey = MonkeyPrey::replica;

    WorkdayCoin coin = {2};
    bool independent_regions = true;

    void parameters(sim::Parameters& p);
};

/// Chaos Gorilla: a whole zone.
struct ChaosGorilla {
    static constexpr std::string_view name = "gorilla";
    static constexpr std::string_view summary =
        "Chaos Gorilla: a coin every workday; heads takes one zone away";
    static constexpr std::string_view formula =
        "p = 1 / meanTime; its rate is not published, the default is a guess";
    static constexpr std::string_view source = "Netflix Simian Army";
    static constexpr std::string_view example = "{kind: gorilla, meanTime: 20, day: 10m}";
    static constexpr MonkeyPrey prey = MonkeyPrey::zone;

    WorkdayCoin coin = {20};

    void parameters(sim::Parameters& p);
};

/// Chaos Kong: a whole region.
struct ChaosKong {
    static constexpr std::string_view name = "kong";
    static constexpr std::string_view summary =
        "Chaos Kong: a coin every workday; heads takes one region away";
    static constexpr std::string_view formula =
        "p = 1 / meanTime; held by hand about once a month, so the default is a guess";
    static constexpr std::string_view source = "Netflix Simian Army";
    static constexpr std::string_view example = "{kind: kong, meanTime: 20, day: 10m}";
    static constexpr MonkeyPrey prey = MonkeyPrey::region;

    WorkdayCoin coin = {20};

    void parameters(sim::Parameters& p);
};

using Monkey = std::variant<ChaosMonkey, ChaosGorilla, ChaosKong>;

/// One of the monkeys at work.
struct MonkeySchedule {
    static constexpr std::string_view name = "monkey";
    static constexpr std::string_view summary =
        "one of Netflix's monkeys: chaos (a replica), gorilla (a zone), kong (a region)";
    static constexpr std::string_view formula =
        "each workday heads with 1 / meanTime, then at a uniform time of `hours`; none within "
        "minTime workdays of the last";
    static constexpr std::string_view source = ChaosMonkey::source;
    static constexpr std::string_view example =
        "{monkey: {kind: chaos, meanTime: 2, day: 10m}, for: 30s, service: payment}";

    Monkey monkey;
    sim::Duration length{};

    void parameters(sim::Parameters& p);
    std::optional<Occurrence> next(ScheduleState& state, sim::KeyedRng& rng) const;
    [[nodiscard]] MonkeyPrey prey() const;
    /// Whether each region's replicas of a service are a group of their own.
    [[nodiscard]] bool independent_regions() const;
};

}  // namespace models
