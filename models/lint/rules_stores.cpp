#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

void check_f33(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        if (call.of_customers) continue;
        const auto& cache = c.model().services[call.caller_service.value].cache;
        if (!cache || !cache->cold_start || c.endpoint(call.from).write) continue;
        const double slots = c.slots(call.callee);
        const double hits_share = cache->expected_hit_ratio();
        if (std::isinf(slots) || hits_share <= 0 || hits_share >= 1) continue;
        const double cold = call.per_s / (1 - hits_share);
        const double busy = c.busy(call.callee) + (cold - call.per_s) * c.hold(call.to) / slots;
        if (busy <= 1) continue;
        hits.add({c.place_of(call.caller_service, "cache"),
                  fmt::format("empty, {} asks {} {}/s instead of {}/s ({} of the requests hit): {} "
                              "of its capacity, {} today",
                              call.caller_name, call.callee_name, number_text(cold),
                              number_text(call.per_s), percent_text(hits_share, 0),
                              percent_text(busy, 0), percent_text(c.busy(call.callee), 0)),
                  call.text(), busy});
    }
}

void check_caches_together(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const auto& cache = c.service(id).cache;
        if (!cache || !cache->has_keys()) continue;
        if (!cache->coalesce) {
            hits.add({c.place_of(id, "cache.coalesce"),
                      fmt::format("when a hot key of {} is gone all of its requests go to the "
                                  "origin ({}/s reach it, `coalesce: false`)",
                                  c.name(id), number_text(c.per_s(id))),
                      c.name(id), 2});
        }
        const bool together = cache->ttl != sim::kForever && cache->ttl_jitter <= 0 &&
                              !cache->early_refresh && cache->stale_while_revalidate.ns == 0;
        if (!together) continue;
        hits.add({c.place_of(id, "cache.ttl"),
                  fmt::format("what {} has stored at one moment ends {} later at one moment: no "
                              "`ttlJitter`, no `earlyRefresh`, no `staleWhileRevalidate`",
                              c.name(id), seconds_text(cache->ttl.seconds())),
                  c.name(id), 1});
    }
}

void check_f34(const LintContext& c, LintHits& hits) {
    check_caches_together(c, hits);
    constexpr std::uint32_t kMany = 100;
    for (std::size_t g = 0; g < c.model().groups.size(); ++g) {
        const Group& group = c.model().groups[g];
        const bool period = group.think_time.is_constant() && group.think_time.mean_seconds() > 0;
        if (group.rate_per_s || group.users < kMany || !period) continue;
        hits.add({c.spec().groups[g].name.range,
                  fmt::format("{} clients come back every {}, without jitter: those that once came "
                              "together go on doing so",
                              group.users, seconds_text(group.think_time.mean_seconds())),
                  group.name, static_cast<double>(group.users)});
    }
}

/// How soon the file wants to be well again; nothing: it does not say.
std::optional<double> recovery_wanted(const LintContext& c) {
    std::optional<double> least;
    for (const Slo& slo : c.scenario().slos) {
        if (slo.metric == SloMetric::recovery && (!least || slo.limit < *least)) least = slo.limit;
    }
    return least;
}

void check_f37(const LintContext& c, LintHits& hits) {
    const auto wanted = recovery_wanted(c);
    for (const ServiceId id : c.services()) {
        const auto& dns = c.service(id).dns;
        if (!dns) continue;
        if (dns->ignore_ttl > 0) {
            hits.add({c.place_of(id, "dns.ignoreTtl"),
                      fmt::format("{} of the callers of {} keep its first address until they "
                                  "restart: no failover reaches them",
                                  percent_text(dns->ignore_ttl, 0), c.name(id)),
                      c.name(id), 1e9});
        }
        if (!wanted || dns->ttl.seconds() <= *wanted) continue;
        hits.add({c.place_of(id, "dns.ttl"),
                  fmt::format("callers of {} use an old address for up to {}, and recovery is to "
                              "take {}",
                              c.name(id), seconds_text(dns->ttl.seconds()), seconds_text(*wanted)),
                  c.name(id), dns->ttl.seconds()});
    }
    for (std::size_t g = 0; g < c.model().groups.size(); ++g) {
        const auto& steering = c.model().groups[g].steering;
        if (!steering || !wanted) continue;
        const double moved =
            steering->interval.seconds() * steering->fail_after + steering->ttl.seconds();
        if (moved <= *wanted) continue;
        hits.add({c.spec().groups[g].steering->range,
                  fmt::format("{} go to a lost region for up to {} x {} + {} = {}, and recovery is "
                              "to take {}",
                              c.model().groups[g].name, seconds_text(steering->interval.seconds()),
                              steering->fail_after, seconds_text(steering->ttl.seconds()),
                              seconds_text(moved), seconds_text(*wanted)),
                  c.model().groups[g].name, moved});
    }
}

constexpr auto kStoresRules = std::to_array<LintRule>({
    {"F33", sim::Severity::warning, LintCategory::load, "an origin that needs its cache",
     "with the cache empty (it has `coldStart`) its origin is offered more than its capacity",
     "a restart of the cache becomes an outage of the origin, and an origin that is down does not "
     "fill a cache",
     "Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021",
     "scenarios/lint/F33-cold-cache.yaml",
     "services: {cache: {cache: {hitRatio: 95%}}}   # db does 100/s, 1000/s come",
     "services: {cache: {cache: {hitRatio: 95%, coldStart: false}}}", check_f33},
    {"F34", sim::Severity::warning, LintCategory::load, "everybody at the same moment",
     "a cache with `keys` has `coalesce: false`, or a `ttl` without `ttlJitter`, `earlyRefresh` or "
     "`staleWhileRevalidate`; or at least 100 `users` have a constant `thinkTime`",
     "what is due at the same moment arrives at the same moment: a thundering herd",
     "Nishtala et al., Scaling Memcache at Facebook, NSDI 2013 (leases); Vattani et al., Optimal "
     "Probabilistic Cache Stampede Prevention, VLDB 2015",
     "scenarios/policies/cache.yaml",
     "services: {cache: {cache: {keys: {count: 10000}, ttl: 60s, coalesce: false}}}",
     "services: {cache: {cache: {keys: {count: 10000}, ttl: 60s, ttlJitter: 10%}}}", check_f34},
    {"F37", sim::Severity::warning, LintCategory::shared_fate, "names that are kept too long",
     "callers have `ignoreTtl`, or a `ttl`, or the looks and the `ttl` of `steering` together, are "
     "longer than an objective on `recovery`",
     "the failover is done, and callers still go to the old address",
     "Amazon RDS: set the JVM's DNS cache to at most 60 s; some JVMs never ask again",
     "scenarios/faults/dns-outage.yaml",
     "services: {db: {dns: {ttl: 5m, ignoreTtl: 10%}}}\nslos: {back: recovery <= 30s}",
     "services: {db: {dns: {ttl: 5s}}}\nslos: {back: recovery <= 30s}", check_f37},
});

}  // namespace

std::span<const LintRule> store_rules() { return kStoresRules; }

}  // namespace models
