#include "models/policy/failover.hpp"

#include <algorithm>

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
    p.duration("lease", lease, "nobody is promoted before the lost one's lease is over", kMonth);
    p.duration("notice", notice,
               "from the return of a primary that was paused or cut off until it hears of the new "
               "one",
               kMonth);
    p.choice<Fencing>(
        "fencing", fencing, "what keeps it from writing until then: its lease, a storage's token",
        {{"none", Fencing::none}, {"lease", Fencing::lease}, {"token", Fencing::token}});
}

std::optional<sim::Misfit> TimedFailover::misfit() const {
    if (fencing != Fencing::lease || lease.ns > 0) return std::nullopt;
    return sim::Misfit{"fencing", "`fencing: lease` needs a `lease`",
                       "write `lease: 10s`, or `fencing: token`"};
}

sim::Duration TimedFailover::detection(sim::KeyedRng& rng) const {
    if (spread.ns == 0) return std::max(detect, lease);
    const auto drawn = sim::from_seconds(rng.unit() * spread.seconds());
    return std::max(sim::saturated_add(detect, drawn), lease);
}

sim::Duration TimedFailover::longest() const {
    if (!ever()) return sim::kForever;
    const auto noticed = std::max(sim::saturated_add(detect, spread), lease);
    return sim::saturated_add(noticed, sim::saturated_add(promote, dns));
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
