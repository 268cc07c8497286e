#include "models/policy/restart.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kYear = {sim::Duration{0}, sim::whole_seconds(365 * 86'400)};
constexpr sim::DurationLimits kSome = {sim::Duration{1}, sim::whole_seconds(365 * 86'400)};

}  // namespace

void RestartBackoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "before the start after the second crash in a row; then it doubles",
               kSome);
    p.duration("max", max, "longest delay", kSome);
    p.duration("resetAfter", reset_after, "running for so long ends the row", kSome);
}

sim::Duration RestartBackoff::delay(std::uint32_t crash) const {
    if (crash < 2) return {};
    sim::Duration delay = base;
    for (std::uint32_t turn = 2; turn < crash && delay < max; ++turn) delay = delay + delay;
    return std::min(delay, max);
}

void WarmUp::parameters(sim::Parameters& p) {
    p.duration("for", length, "until it works at full speed", kYear);
    p.percent("from", from, "speed of own work at the start", {0, 1, true});
}

double WarmUp::speed(sim::Duration since) const {
    if (since >= length) return 1;
    return from + (1 - from) * (since.seconds() / length.seconds());
}

void Restart::parameters(sim::Parameters& p) {
    p.duration("time", time, "from the end of an outage, or from a crash, to the start", kYear);
    p.duration("startUp", start_up, "from the start until it listens", kYear);
    p.optional_group("backoff", backoff, "added when it crashes again and again");
    p.optional_group("warmUp", warm_up, "how a new process gains speed");
}

}  // namespace models
