#include "models/fault/schedule_clock.hpp"

#include "models/fault/schedule_parameters.hpp"

namespace models {

void EverySchedule::parameters(sim::Parameters& p) {
    p.duration("every", every, "again after this time", kScheduleTimes);
    length_parameter(p, length);
    p.count("times", times, "so often", {1, std::numeric_limits<std::uint32_t>::max()});
    p.duration("jitter", jitter, "earlier or later by up to so much, uniformly",
               {sim::Duration{0}, kScheduleTimes.max});
}

std::optional<sim::Misfit> EverySchedule::misfit() const {
    if (length >= every) {
        return sim::Misfit{"for", "`for` is not shorter than `every`: the fault would never end",
                           "write one fault with the whole length, or a longer `every`"};
    }
    if (jitter.ns <= every.ns / 2) return std::nullopt;
    return sim::Misfit{"jitter",
                       "`jitter` is more than half of `every`: visits would change places",
                       "write at most half of it, or draw the times: `mtbf` and `mttr`"};
}

std::optional<Occurrence> EverySchedule::next(ScheduleState& state, sim::KeyedRng& rng) const {
    if (state.count >= times) return std::nullopt;
    const auto period = static_cast<std::int64_t>(state.count + (state.begins_written ? 0 : 1));
    std::int64_t since = 0;
    if (__builtin_mul_overflow(period, every.ns, &since)) return std::nullopt;
    auto at = sim::saturated_add(state.begin, sim::Duration{since});
    if (jitter.ns > 0) {
        at = sim::saturated_add(at, sim::from_seconds((2 * rng.unit() - 1) * jitter.seconds()));
    }
    at = std::max(at, state.begin);
    if (at >= state.until) return std::nullopt;
    return Occurrence{at, length};
}

void CronSchedule::parameters(sim::Parameters& p) {
    const auto read = [this](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*part*/) {
        const auto text = sim::read_string(node, diagnostics, "a line of cron");
        if (!text) return false;
        const auto parsed = parse_cron(*text);
        if (const auto* problem = std::get_if<CronProblem>(&parsed)) {
            sim::report(diagnostics, node, problem->message, problem->hint);
            return false;
        }
        times = std::get<CronTimes>(parsed);
        return true;
    };
    p.other("cron", "text", "", "minute, hour, day of month, month, weekday", read);
    length_parameter(p, length);
    calendar.parameters(p);
}

std::optional<Occurrence> CronSchedule::next(ScheduleState& state, sim::KeyedRng& /*rng*/) const {
    const auto from =
        state.count == 0 ? state.begin : sim::saturated_add(state.last_at, sim::Duration{1});
    const auto today = calendar.day_of(from);
    for (auto day = today; day <= today + kDaysOfWeek; ++day) {
        if (!times.days[static_cast<std::size_t>(day % kDaysOfWeek)]) continue;
        for (std::size_t minute = 0; minute < kMinutesOfDay; ++minute) {
            if (!times.hours[minute / 60] || !times.minutes[minute % 60]) continue;
            const auto at = calendar.at(day, static_cast<double>(minute));
            if (at < from) continue;
            if (at >= state.until) return std::nullopt;
            return Occurrence{at, length};
        }
    }
    return std::nullopt;
}

}  // namespace models
