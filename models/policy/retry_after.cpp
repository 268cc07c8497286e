#include "models/policy/retry_after.hpp"

#include <algorithm>

#include "models/policy/jitter.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

std::string_view to_string(RetryAfter::Mode mode) {
    switch (mode) {
        case RetryAfter::Mode::ignore:
            return "ignore";
        case RetryAfter::Mode::replace:
            return "replace";
        case RetryAfter::Mode::clamp_max:
            return "clampMax";
        case RetryAfter::Mode::clamp:
            return "clamp";
        case RetryAfter::Mode::discard_above:
            return "discardAbove";
        case RetryAfter::Mode::exact_then_reset:
            return "exactThenReset";
    }
    SIM_ASSERT(false);
}

void RetryAfter::parameters(sim::Parameters& p) {
    p.choice<Mode>("mode", mode, "what becomes of the time that a server asks to wait",
                   {{"ignore", Mode::ignore},
                    {"replace", Mode::replace},
                    {"clampMax", Mode::clamp_max},
                    {"clamp", Mode::clamp},
                    {"discardAbove", Mode::discard_above},
                    {"exactThenReset", Mode::exact_then_reset}});
    p.duration("max", max, "clampMax waits no longer, discardAbove disregards more");
    p.duration("extra", extra, "clamp waits at most so much longer than the backoff");
}

RetryAfter::Decision RetryAfter::decide(sim::Duration computed, std::optional<sim::Duration> hint,
                                        sim::KeyedRng& rng) const {
    if (!hint || mode == Mode::ignore) return {computed};
    if (mode == Mode::exact_then_reset) {
        if (hint->ns < 0) return {.delay = {}, .stop = true};
        return {.delay = *hint, .resets = true};
    }
    if (hint->ns < 0) return {computed};
    switch (mode) {
        case Mode::replace:
            return {*hint};
        case Mode::clamp_max:
            return {std::min(*hint, max)};
        case Mode::clamp: {
            const auto most = sim::saturated_add(computed, extra);
            return {std::max(computed, std::min(*hint, most))};
        }
        case Mode::discard_above:
            return {*hint > max ? computed : spread_hint(*hint, rng.unit())};
        case Mode::ignore:
        case Mode::exact_then_reset:
            break;
    }
    SIM_ASSERT(false);
}

}  // namespace models
