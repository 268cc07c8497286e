#include "models/policy/backoff.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/scalars.hpp"

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
    }
    SIM_ASSERT(false);
}

namespace {

/// Whole nanoseconds of `ns` >= 0, rounded down so that [0, e) stays below e, and at most `max`.
sim::Duration floor_to(double ns, sim::Duration max) {
    if (ns >= static_cast<double>(max.ns)) return max;
    return {static_cast<std::int64_t>(ns)};
}

/// Uniform in [low, high), low <= high.
double uniform(double low, double high, sim::KeyedRng& rng) {
    return low + rng.unit() * (high - low);
}

/// `decorrelated` ignores the nominal delay: its state is the delay before.
struct SpreadOptions {
    sim::Duration nominal;
    sim::Duration base;
    sim::Duration max;
    sim::Duration previous;
};

sim::Duration spread(Jitter jitter, const SpreadOptions& options, sim::KeyedRng& rng) {
    const auto nominal = static_cast<double>(options.nominal.ns);
    const auto base = static_cast<double>(options.base.ns);
    switch (jitter) {
        case Jitter::none:
            return options.nominal;
        case Jitter::full:
            return floor_to(uniform(0, nominal, rng), options.max);
        case Jitter::equal:
            return floor_to(uniform(nominal / 2, nominal, rng), options.max);
        case Jitter::decorrelated: {
            const sim::Duration previous = std::max(options.previous, options.base);
            return floor_to(uniform(base, 3.0 * static_cast<double>(previous.ns), rng),
                            options.max);
        }
    }
    SIM_ASSERT(false);
}

/// min(max, base * factor^(retry-1)), by multiplication: the same bits with every maths library.
sim::Duration nominal_delay(const ExponentialBackoff& backoff, int retry) {
    auto ns = static_cast<double>(backoff.base.ns);
    const auto max = static_cast<double>(backoff.max.ns);
    if (backoff.factor > 1.0 && ns > 0) {
        for (int n = 1; n < retry && ns < max; ++n) ns *= backoff.factor;
    }
    return floor_to(ns, backoff.max);
}

std::optional<sim::Duration> read_duration_or(sim::MapReader& reader, std::string_view key,
                                              sim::Duration otherwise) {
    const sim::Node* node = reader.take(key);
    if (node == nullptr) return otherwise;
    return sim::read_duration(*node, reader.diagnostics());
}

std::optional<Jitter> read_jitter(sim::MapReader& reader, Jitter otherwise) {
    const sim::Node* node = reader.take("jitter");
    if (node == nullptr) return otherwise;
    return sim::read_enum<Jitter>(*node, reader.diagnostics(), "jitter",
                                  {{"none", Jitter::none},
                                   {"full", Jitter::full},
                                   {"equal", Jitter::equal},
                                   {"decorrelated", Jitter::decorrelated}});
}

/// `2` or `2x`.
std::optional<double> read_growth(sim::MapReader& reader, double otherwise) {
    const sim::Node* node = reader.take("factor");
    if (node == nullptr) return otherwise;
    const sim::NumberLimits limits{1, 1000, false};
    const bool with_unit = node->is_scalar() && node->text.ends_with('x');
    return with_unit ? sim::read_factor(*node, reader.diagnostics(), limits)
                     : sim::read_number(*node, reader.diagnostics(), limits);
}

}  // namespace

std::optional<NoBackoff> NoBackoff::read(sim::MapReader& /*reader*/) { return NoBackoff{}; }

sim::Duration NoBackoff::delay(int /*retry*/, sim::Duration /*previous*/,
                               sim::KeyedRng& /*rng*/) const {
    return {};
}

std::optional<ConstantBackoff> ConstantBackoff::read(sim::MapReader& reader) {
    const ConstantBackoff defaults;
    const auto base = read_duration_or(reader, "base", defaults.base);
    const auto jitter = read_jitter(reader, defaults.jitter);
    if (!base || !jitter) return std::nullopt;
    if (*jitter == Jitter::decorrelated) {
        sim::report(reader.diagnostics(), *reader.take("jitter"),
                    "a constant backoff cannot have `decorrelated` jitter",
                    "write `full` or `equal`, or use `kind: exponential`");
        return std::nullopt;
    }
    return ConstantBackoff{*base, *jitter};
}

sim::Duration ConstantBackoff::delay(int /*retry*/, sim::Duration previous,
                                     sim::KeyedRng& rng) const {
    return spread(jitter, {base, base, base, previous}, rng);
}

std::optional<ExponentialBackoff> ExponentialBackoff::read(sim::MapReader& reader) {
    const ExponentialBackoff defaults;
    const auto base = read_duration_or(reader, "base", defaults.base);
    const auto factor = read_growth(reader, defaults.factor);
    const auto max = read_duration_or(reader, "max", defaults.max);
    const auto jitter = read_jitter(reader, defaults.jitter);
    if (!base || !factor || !max || !jitter) return std::nullopt;
    return ExponentialBackoff{*base, *factor, *max, *jitter};
}

sim::Duration ExponentialBackoff::delay(int retry, sim::Duration previous,
                                        sim::KeyedRng& rng) const {
    return spread(jitter, {nominal_delay(*this, retry), base, max, previous}, rng);
}

}  // namespace models
