#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

void check_f43(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        if (!c.is_rolled_out(id)) continue;
        const Rollout& rollout = c.service(id).rollout;
        const double replicas = c.replicas(id);
        const double away = std::floor(rollout.max_unavailable * replicas);
        const double busy =
            replicas > away ? c.busy(id) * replicas / (replicas - away) : kUnbounded;
        const std::string left =
            std::isinf(busy)
                ? std::string("leaves none")
                : fmt::format("leaves {}, {} busy ({} today)", number_text(replicas - away),
                              percent_text(busy, 0), percent_text(c.busy(id), 0));
        if (busy > 1) {
            hits.add({c.place_of(id, "rollout.maxUnavailable"),
                      fmt::format("a rollout of {} takes {} of {} replicas at a time and {}",
                                  c.name(id), number_text(away), number_text(replicas), left),
                      c.name(id), busy, "capacity during a rollout"});
        }
        if (rollout.canary || rollout.rollback) continue;
        hits.add({c.place_of(id, "rollout"),
                  fmt::format("a new version of {} goes to all {} replicas, {} at a time: no "
                              "`canary`, no `rollback`",
                              c.name(id), number_text(replicas),
                              percent_text(rollout.max_unavailable + rollout.max_surge, 0)),
                  c.name(id), 1, "unwatched rollout"});
    }
}

void check_f49(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        if (!c.is_rolled_out(id)) continue;
        const Rollout& rollout = c.service(id).rollout;
        const double drain = bounded_seconds(rollout.drain);
        for (std::uint32_t e = 0; e < c.model().endpoints.size(); ++e) {
            const EndpointId one{e};
            if (c.endpoint(one).service != id) continue;
            const double work = c.own_quantile(one, 0.99);
            if (work <= drain) continue;
            hits.add({c.place_of(id, "rollout.drain"),
                      fmt::format("{} has a p99 of {}, and a replica that is stopped gives its "
                                  "requests {} (`drain`): the rest is cut off",
                                  c.endpoint_name(one), seconds_text(work), seconds_text(drain)),
                      c.name(id), work / std::max(drain, 1e-9)});
        }
        const double leaves = bounded_seconds(rollout.deregister);
        const double listens = bounded_seconds(rollout.pre_stop);
        if (leaves <= listens) continue;
        hits.add({c.place_of(id, "rollout.preStop"),
                  fmt::format("callers send to a stopping replica of {} for {} (`deregister`), and "
                              "it listens for {} (`preStop`)",
                              c.name(id), seconds_text(leaves), seconds_text(listens)),
                  c.name(id), leaves, "deregistration"});
    }
}

constexpr auto kRolloutRules = std::to_array<LintRule>({
    {"F43", sim::Severity::warning, LintCategory::misconfiguration, "a rollout that nobody stops",
     "a service that is deployed, or whose `rollout` is written, has neither `canary` nor "
     "`rollback`, or what a step leaves (`maxUnavailable`) cannot carry the load",
     "a bad version is everywhere before anybody has looked, or the good one is overloaded on the "
     "way",
     "AWS Well-Architected REL08-BP05 and REL10-BP03; Google SRE workbook: canarying releases",
     "scenarios/faults/bad-deploy-big-bang.yaml",
     "services: {web: {rollout: {maxUnavailable: 100%}}}",
     "services: {web: {rollout: {maxUnavailable: 25%, canary: {share: 5%}, rollback: {}}}}",
     check_f43},
    {"F49", sim::Severity::warning, LintCategory::misconfiguration,
     "requests are cut off on a stop",
     "a service that is deployed, or whose `rollout` is written, has a `drain` below the p99 of an "
     "endpoint, or a `deregister` above `preStop`",
     "every deployment fails a few requests that nothing is wrong with",
     "Kubernetes: termination of pods; AWS: deregistration delay of target groups",
     "scenarios/lint/F49-cut-off.yaml",
     "services: {web: {rollout: {deregister: 15s, preStop: 0s, drain: 1s}}}",
     "services: {web: {rollout: {deregister: 5s, preStop: 10s, drain: 30s}}}", check_f49},
});

}  // namespace

std::span<const LintRule> rollout_rules() { return kRolloutRules; }

}  // namespace models
