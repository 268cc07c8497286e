#include "models/policy/jitter.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

std::string_view to_string(Jitter jitter) {
    switch (jitter) {
        case Jitter::none:
            return "none";
        case Jitter::full:
            return "full";
        case Jitter::equal:
            return "equal";
        case Jitter::decorrelated:
            return "decorrelated";
        case Jitter::plus_minus:
            return "plusMinus";
        case Jitter::additive:
            return "additive";
        case Jitter::additive_absolute:
            return "additiveAbsolute";
    }
    SIM_ASSERT(false);
}

sim::Duration floor_to(double ns, sim::Duration max) {
    if (ns >= static_cast<double>(max.ns)) return max;
    return {static_cast<std::int64_t>(ns)};
}

namespace {

double between(double low, double high, double u) { return low + u * (high - low); }

}  // namespace

sim::Duration spread(Jitter jitter, const Spread& options, double u) {
    const auto nominal = static_cast<double>(options.nominal.ns);
    const double f = options.factor;
    switch (jitter) {
        case Jitter::none:
            return std::min(options.nominal, options.max);
        case Jitter::full:
            return floor_to(between(0, nominal, u), options.max);
        case Jitter::equal:
            return floor_to(between(nominal / 2, nominal, u), options.max);
        case Jitter::decorrelated: {
            const auto previous = std::max(options.previous, options.base);
            return floor_to(between(static_cast<double>(options.base.ns),
                                    3.0 * static_cast<double>(previous.ns), u),
                            options.max);
        }
        case Jitter::plus_minus:
            return floor_to(between((1 - f) * nominal, (1 + f) * nominal, u), options.max);
        case Jitter::additive:
            return floor_to(nominal + u * f * nominal, options.max);
        case Jitter::additive_absolute:
            return floor_to(nominal + u * static_cast<double>(options.most.ns), options.max);
    }
    SIM_ASSERT(false);
}

sim::Duration spread_hint(sim::Duration hint, double u) {
    constexpr std::int64_t kMillisecond = 1'000'000;
    const std::int64_t whole = hint.ns / kMillisecond;
    const auto extra = static_cast<std::int64_t>(std::floor(u * static_cast<double>(whole / 2)));
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(whole + extra, kMillisecond, &ns)) return sim::kForever;
    return {ns};
}

void jitter_parameter(sim::Parameters& p, Jitter& jitter, bool growing) {
    constexpr std::string_view kSummary = "how the delay is spread";
    if (growing) {
        p.choice<Jitter>("jitter", jitter, kSummary,
                         {{"none", Jitter::none},
                          {"full", Jitter::full},
                          {"equal", Jitter::equal},
                          {"decorrelated", Jitter::decorrelated},
                          {"plusMinus", Jitter::plus_minus},
                          {"additive", Jitter::additive},
                          {"additiveAbsolute", Jitter::additive_absolute}});
    } else {
        p.choice<Jitter>("jitter", jitter, kSummary,
                         {{"none", Jitter::none},
                          {"full", Jitter::full},
                          {"equal", Jitter::equal},
                          {"plusMinus", Jitter::plus_minus}});
    }
}

void first_parameter(sim::Parameters& p, sim::Duration& first) {
    p.timeout("first", first, "delay before the first retry; none: as the formula has it",
              {sim::Duration{0}, sim::kForever});
}

std::optional<sim::Misfit> max_below_base(sim::Duration max, sim::Duration base,
                                          std::string_view otherwise) {
    if (max >= base) return std::nullopt;
    return sim::Misfit{"max", "the backoff's `max` is below its `base`",
                       "`base` is the delay before the first retry, `max` the longest delay (" +
                           std::string(otherwise) + " when not written)"};
}

}  // namespace models
