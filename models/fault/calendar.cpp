#include "models/fault/calendar.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::array<std::string_view, kDaysOfWeek> kWeekdays = {"Mon", "Tue", "Wed", "Thu",
                                                                 "Fri", "Sat", "Sun"};

std::optional<std::int64_t> two_digits(std::string_view text, std::int64_t most) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    const bool whole = text.size() == 2 && parsed.ec == std::errc{} && parsed.ptr == end;
    if (!whole || value < 0 || value > most) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::int64_t> parse_weekday(std::string_view text) {
    if (text.size() != 3) return std::nullopt;
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
        bool same = true;
        for (std::size_t i = 0; i < 3; ++i) {
            same = same && lower(text[i]) == lower(kWeekdays[day][i]);
        }
        if (same) return static_cast<std::int64_t>(day);
    }
    return std::nullopt;
}

std::optional<std::int64_t> parse_clock(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = two_digits(text.substr(0, 2), 24);
    const auto minute = two_digits(text.substr(3), 59);
    if (!hour || !minute || (*hour == 24 && *minute > 0)) return std::nullopt;
    return *hour * 60 + *minute;
}

std::string clock_text(std::int64_t minute_of_day) {
    return fmt::format("{:02}:{:02}", minute_of_day / 60, minute_of_day % 60);
}

std::optional<std::int64_t> parse_week_time(std::string_view text) {
    const auto weekday = parse_weekday(text.substr(0, 3));
    if (!weekday) return std::nullopt;
    if (text.size() == 3) return *weekday * kMinutesOfDay;
    const auto clock = text[3] == ' ' ? parse_clock(text.substr(4)) : std::nullopt;
    if (!clock || *clock == kMinutesOfDay) return std::nullopt;
    return *weekday * kMinutesOfDay + *clock;
}

std::string week_time_text(std::int64_t minute_of_week) {
    const auto day = static_cast<std::size_t>(minute_of_week / kMinutesOfDay);
    return fmt::format("{} {}", kWeekdays[day], clock_text(minute_of_week % kMinutesOfDay));
}

void Calendar::parameters(sim::Parameters& p) {
    const auto read = [this](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*part*/) {
        const auto text = sim::read_string(node, diagnostics, "a weekday and time");
        if (!text) return false;
        const auto minute = parse_week_time(*text);
        if (minute) {
            start = *minute;
        } else {
            sim::report(diagnostics, node,
                        fmt::format("{} is no time of the week", sim::quote(*text)),
                        "a weekday and a time of 24 hours: `start: Mon 09:00`");
        }
        return minute.has_value();
    };
    p.other("start", "text", week_time_text(start), "weekday and time at time zero", read);
    p.duration("day", day, "simulated length of one day: `1h` runs a month in 30h",
               {sim::whole_seconds(1), sim::whole_seconds(86'400)});
}

sim::SimTime Calendar::at(std::int64_t day_number, double minute) const {
    const auto length = static_cast<double>(day.ns);
    const auto offset = std::llround(length * (minute / static_cast<double>(kMinutesOfDay)));
    const auto begin =
        std::llround(length * (static_cast<double>(start) / static_cast<double>(kMinutesOfDay)));
    std::int64_t days = 0;
    if (__builtin_mul_overflow(day_number, day.ns, &days)) return sim::kNever;
    return sim::saturated_add(sim::SimTime{days}, sim::Duration{offset - begin});
}

std::int64_t Calendar::day_of(sim::SimTime time) const {
    std::int64_t day_number = std::max<std::int64_t>(0, (time - at(0, 0)).ns / day.ns);
    if (at(day_number, 0) > time && day_number > 0) --day_number;
    return day_number;
}

}  // namespace models
