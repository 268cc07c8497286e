#include "models/policy/health_check.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::int64_t kMaxChecks = 1'000;
constexpr sim::DurationLimits kDay = {sim::Duration{0}, sim::whole_seconds(86'400)};
constexpr sim::DurationLimits kSome = {sim::milliseconds(1), sim::whole_seconds(86'400)};

}  // namespace

void HealthCheckConfig::parameters(sim::Parameters& p) {
    p.choice<CheckDepth>("kind", kind,
                         "what a replica answers for: itself, or (deep) also what it has to call",
                         {{"shallow", CheckDepth::shallow}, {"deep", CheckDepth::deep}});
    p.duration("interval", interval, "between probes of a replica", kSome);
    p.count("failAfter", fail_after, "failed probes in a row until it counts as gone",
            {1, kMaxChecks});
    p.count("passAfter", pass_after, "good probes in a row until it counts as back",
            {1, kMaxChecks});
    p.duration("timeout", timeout, "of a probe", kSome);
    p.flag("failOpen", fail_open, "with no healthy replica, use them all");
    p.percent("failOpenBelow", fail_open_below, "with less than this share healthy, use them all");
    p.flag("needsSlot", needs_slot, "a probe waits for a slot: an overloaded replica fails it");
    p.duration("initialDelay", initial_delay, "a replica that has started is not asked for so long",
               kDay);
    p.duration("jitter", jitter, "each probe is late by up to so much", kDay);
}

}  // namespace models
