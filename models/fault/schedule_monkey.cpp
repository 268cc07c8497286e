#include "models/fault/schedule_monkey.hpp"

#include <fmt/format.h>

#include "models/fault/schedule_parameters.hpp"

namespace models {
namespace {

bool read_hours(const sim::Node& node, sim::Diagnostics& diagnostics, WorkdayCoin& coin) {
    const auto text = sim::read_string(node, diagnostics, "hours");
    if (!text) return false;
    const auto dash = text->find('-');
    const auto from = parse_clock(std::string_view(*text).substr(0, dash));
    const auto to = dash == std::string::npos
                        ? std::nullopt
                        : parse_clock(std::string_view(*text).substr(dash + 1));
    if (!from || !to || *from >= *to) {
        sim::report(diagnostics, node, fmt::format("{} are no hours", sim::quote(*text)),
                    "from one time of the day to a later one: `hours: 09:00-15:00`");
        return false;
    }
    coin.from = *from;
    coin.to = *to;
    return true;
}

}  // namespace

void WorkdayCoin::parameters(sim::Parameters& p) {
    p.number("meanTime", mean_time, "workdays between strikes on a group: the coin is 1 / it",
             {1, 1'000});
    p.count("minTime", min_time, "workdays that must lie between two", {1, 1'000});
    const auto read = [this](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*part*/) {
        return read_hours(node, diagnostics, *this);
    };
    p.other("hours", "text", fmt::format("{}-{}", clock_text(from), clock_text(to)),
            "when people are at work to see it", read);
    calendar.parameters(p);
}

std::optional<sim::SimTime> WorkdayCoin::next(ScheduleState& state, sim::KeyedRng& rng) const {
    auto day = std::max(state.next_day, calendar.day_of(state.begin));
    for (;; ++day) {
        if (calendar.at(day, 0) >= state.until) return std::nullopt;
        const auto weekday = day % kDaysOfWeek;
        if (weekday >= kWorkdaysOfWeek) continue;
        const bool heads = rng.bernoulli(1 / mean_time);
        const double minute =
            static_cast<double>(from) + rng.unit() * static_cast<double>(to - from);
        const auto workday = day / kDaysOfWeek * kWorkdaysOfWeek + weekday;
        const auto at = calendar.at(day, minute);
        if (!heads || at < state.begin || workday - state.last_workday < min_time) continue;
        if (at >= state.until) return std::nullopt;
        state.next_day = day + 1;
        state.last_workday = workday;
        return at;
    }
}

void ChaosMonkey::parameters(sim::Parameters& p) {
    coin.parameters(p);
    p.flag("independentRegions", independent_regions, "each region's replicas are a group");
}

void ChaosGorilla::parameters(sim::Parameters& p) { coin.parameters(p); }

void ChaosKong::parameters(sim::Parameters& p) { coin.parameters(p); }

void MonkeySchedule::parameters(sim::Parameters& p) {
    p.family("monkey", monkey, "whom it takes: a replica, a zone or a region", {});
    length_parameter(p, length);
}

std::optional<Occurrence> MonkeySchedule::next(ScheduleState& state, sim::KeyedRng& rng) const {
    const auto at =
        std::visit([&](const auto& kind) { return kind.coin.next(state, rng); }, monkey);
    if (!at) return std::nullopt;
    return Occurrence{*at, length};
}

MonkeyPrey MonkeySchedule::prey() const {
    return std::visit([](const auto& kind) { return kind.prey; }, monkey);
}

bool MonkeySchedule::independent_regions() const {
    const auto* chaos = std::get_if<ChaosMonkey>(&monkey);
    return chaos != nullptr && chaos->independent_regions;
}

}  // namespace models
