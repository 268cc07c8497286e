#include "models/policy/failover.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kMonth = {sim::Duration{0}, sim::whole_seconds(30 * 86'400)};

}  // namespace

void TimedFailover::parameters(sim::Parameters& p) {
    p.duration("detect", detect, "from the loss until it is noticed", kMonth);
    p.duration("promote", promote, "from then until a replica takes writes", kMonth);
    p.duration("spread", spread, "detection takes up to so much longer, drawn for each loss",
               kMonth);
    p.duration("dns", dns, "from the promotion until callers use the new address", kMonth);
    p.choice<FailoverReads>(
        "reads", reads, "who answers reads",
        {{"replicas", FailoverReads::replicas}, {"primary", FailoverReads::primary}});
}

sim::Duration TimedFailover::detection(sim::KeyedRng& rng) const {
    if (spread.ns == 0) return detect;
    return sim::saturated_add(detect, sim::from_seconds(rng.unit() * spread.seconds()));
}

sim::Duration TimedFailover::longest() const {
    if (!ever()) return sim::kForever;
    return sim::saturated_add(sim::saturated_add(detect, spread), sim::saturated_add(promote, dns));
}

void Quorum::parameters(sim::Parameters& p) {
    p.count("write", write, "live replicas that a write needs", {1, 1'000});
    p.count("read", read, "live replicas that a read needs", {1, 1'000});
}

void ReplicationPolicy::parameters(sim::Parameters& p) {
    p.choice<ReplicationMode>("mode", mode, "whether a write waits for a replica",
                              {{"async", ReplicationMode::async}, {"sync", ReplicationMode::sync}});
    p.duration("lag", lag, "how far replicas are behind, with `async`; those writes die with it",
               kMonth);
    p.optional_group("quorum", quorum, "how many replicas take part in each write and read");
}

}  // namespace models
