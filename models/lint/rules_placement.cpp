#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

constexpr double kMostBusy = 0.8;

std::string placement_key(const LintContext& c, ServiceId id) {
    for (const char* key : {"placement", "replicas", "replicasPerZone", "regions"}) {
        if (c.is_written(id, key)) return key;
    }
    return "placement";
}

std::string zones_text(std::size_t zones) {
    return zones == 1 ? "one zone" : fmt::format("{} zones", zones);
}

void check_f15(const LintContext& c, LintHits& hits) {
    if (!c.has_zones()) return;
    for (const ServiceId id : c.services()) {
        if (c.service(id).kind != ServiceKind::service || c.zones_of(id) != 1) continue;
        hits.add({c.place_of(id, placement_key(c, id)),
                  fmt::format("{} of {} in zone {}, of {}",
                              c.replicas(id) == 1 ? "the only replica"
                                                  : fmt::format("all {} replicas", c.replicas(id)),
                              c.name(id) + (c.replicas(id) == 1 ? " is" : " are"),
                              c.service(id).placement.front().zone.text,
                              zones_text(c.model().topology.zones.size())),
                  c.name(id)});
    }
}

/// How busy it is with a zone lost when its scaler has started all that it may.
double busy_when_scaled(const LintContext& c, ServiceId id) {
    const auto& rule = c.service(id).autoscale;
    const double now = c.replicas(id);
    if (!rule || now <= 0) return c.load(id).busy_zone_lost;
    const double most =
        static_cast<double>(bounds_of(*rule).max) * static_cast<double>(c.spec().regions.size());
    return c.load(id).busy_zone_lost * now / std::max(now, most);
}

void check_f16(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const ServiceLoad& load = c.load(id);
        if (!load.worst_zone || load.busy_zone_lost <= kMostBusy) continue;
        if (load.busy >= 1) continue;  // F00
        const ServiceKind kind = c.service(id).kind;
        const bool gone = std::isinf(load.busy_zone_lost);
        // F15 and F35 say more of these.
        if (gone && (kind == ServiceKind::service || kind == ServiceKind::database)) continue;
        if (busy_when_scaled(c, id) <= kMostBusy) continue;  // F17
        const auto& zone = c.model().topology[*load.worst_zone].name;
        hits.add({c.place_of(id, placement_key(c, id)),
                  gone ? fmt::format("without zone {} {} has no replica left", zone, c.name(id))
                       : fmt::format("without zone {} {} is {} busy ({} today): above {} waiting "
                                     "grows steeply",
                                     zone, c.name(id), percent_text(load.busy_zone_lost, 0),
                                     percent_text(load.busy, 0), percent_text(kMostBusy, 0)),
                  c.name(id), load.busy_zone_lost});
    }
}

void check_f17(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const ServiceLoad& load = c.load(id);
        const double scaled = busy_when_scaled(c, id);
        if (!load.worst_zone || load.busy_zone_lost <= kMostBusy || scaled > kMostBusy) continue;
        const auto& rule = *c.service(id).autoscale;
        hits.add(
            {c.place_of(id, "autoscale"),
             fmt::format("without zone {} {} is {} busy until its scaler has added replicas, {} "
                         "at the earliest: then {}",
                         c.model().topology[*load.worst_zone].name, c.name(id),
                         percent_text(load.busy_zone_lost, 0),
                         seconds_text(bounded_seconds(metric_delay_of(rule)) +
                                      bounded_seconds(start_up_of(rule))),
                         percent_text(scaled, 0)),
             c.name(id), load.busy_zone_lost});
    }
}

void check_f18(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const auto& replication = c.service(id).replication;
        if (!replication || !replication->quorum) continue;
        const auto zones = c.zones_of(id);
        const auto members = c.replicas(id);
        if (c.has_zones() && zones < 3) {
            hits.add(
                {c.place_of(id, placement_key(c, id)),
                 fmt::format("{} asks {} of its {} replicas for every write, and they are in "
                             "{}: with one lost there may be no quorum",
                             c.name(id), replication->quorum->write, members, zones_text(zones)),
                 c.name(id), 2});
        } else if (members % 2 == 0) {
            hits.add(
                {c.place_of(id, placement_key(c, id)),
                 fmt::format("{} has {} members: a majority of {} tolerates the loss of {}, as "
                             "one of {} does",
                             c.name(id), members, members / 2 + 1, (members - 1) / 2, members - 1),
                 c.name(id), 1});
        }
    }
}

/// An endpoint that writes; empty: none.
std::string write_of(const LintContext& c, ServiceId id) {
    for (const EndpointSpec& endpoint : c.service(id).endpoints) {
        if (endpoint.write) return endpoint.name.text;
    }
    return {};
}

void check_f35(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const ServiceSpec& service = c.service(id);
        if (service.kind != ServiceKind::database) continue;
        const std::string write = write_of(c, id);
        if (c.has_zones() && c.zones_of(id) == 1) {
            hits.add(
                {c.place_of(id, placement_key(c, id)),
                 fmt::format("{} is in zone {} alone, primary and {} other replicas: with it "
                             "all data are out of reach",
                             c.name(id), service.placement.front().zone.text, c.replicas(id) - 1),
                 c.name(id), 2});
        } else if (c.replicas(id) > 1 && !service.failover.ever() && !write.empty()) {
            hits.add({c.place_of(id, "failover"),
                      fmt::format("{} has {} replicas and no `failover`: without its primary {}.{} "
                                  "fails until the primary is back",
                                  c.name(id), c.replicas(id), c.name(id), write),
                      c.name(id), 1});
        }
    }
}

void check_f36(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const ServiceSpec& service = c.service(id);
        if (service.kind != ServiceKind::database || c.replicas(id) < 2) continue;
        if (service.failover.reads != FailoverReads::primary || !service.failover.ever()) continue;
        const auto reads = std::find_if(service.endpoints.begin(), service.endpoints.end(),
                                        [](const EndpointSpec& one) { return !one.write; });
        if (reads == service.endpoints.end()) continue;
        hits.add({c.place_of(id, "failover"),
                  fmt::format("only the primary of {} answers {}.{}, although there are {} other "
                              "replicas: reads fail for up to {} with it",
                              c.name(id), c.name(id), reads->name.text, c.replicas(id) - 1,
                              seconds_text(bounded_seconds(service.failover.longest()))),
                  c.name(id)});
    }
}

constexpr auto kPlacementRules = std::to_array<LintRule>({
    {"F15", sim::Severity::error, LintCategory::single_point, "a service in one zone",
     "the file has more than one zone, and all replicas of a `kind: service` are in one of them",
     "a zone is lost as a whole, and with it all replicas that share it",
     "AWS Well-Architected REL10-BP01: deploy to multiple locations",
     "scenarios/social-network.yaml", "services: {web: {placement: {eu-1: 6}}}",
     "services: {web: {placement: {eu-1: 2, eu-2: 2, eu-3: 2}}}", check_f15},
    {"F16", sim::Severity::error, LintCategory::single_point, "no room for the loss of a zone",
     "with its worst zone lost a service is more than 80 % busy, by the traffic equations of "
     "`firedrill plan`, and its scaler, if any, may not add enough",
     "what is left of the service is overloaded at once, and new capacity may not be had while "
     "everybody asks for it",
     "Amazon Builders' Library, Static stability using Availability Zones; AWS Well-Architected "
     "REL11-BP05",
     "scenarios/faults/zone-outage.yaml", "services: {payment: {replicasPerZone: 2}}   # 65 % busy",
     "services: {payment: {replicasPerZone: 3}}   # 43 % busy, 65 % without a zone", check_f16},
    {"F17", sim::Severity::warning, LintCategory::single_point,
     "a zone's loss is left to the scaler",
     "with its worst zone lost a service is more than 80 % busy, and only replicas that its scaler "
     "would add bring it below",
     "the system works in another mode on its worst day: control planes and spare capacity are "
     "asked for when everybody needs them",
     "AWS Well-Architected REL11-BP05: static stability and bimodal behaviour",
     "scenarios/lint/F17-scale-after-loss.yaml",
     "services: {web: {replicasPerZone: 2, autoscale: {kind: hpa, max: 12}}}",
     "services: {web: {replicasPerZone: 3, autoscale: {kind: hpa, min: 9, max: 12}}}", check_f17},
    {"F18", sim::Severity::warning, LintCategory::single_point, "a quorum that a zone can break",
     "a database with a `quorum` is in fewer than three zones of a file with several, or has an "
     "even number of members",
     "with two zones the loss of one may take the majority; an even member adds cost and no "
     "tolerance",
     "the rule of three of consensus systems: etcd, Consul and ZooKeeper recommend odd sizes over "
     "three zones",
     "scenarios/lint/F18-two-zones.yaml",
     "services: {db: {placement: {a: 2, b: 2}, replication: {quorum: {write: 3}}}}",
     "services: {db: {placement: {a: 1, b: 1, c: 1}, replication: {quorum: {write: 2}}}}",
     check_f18},
    {"F35", sim::Severity::error, LintCategory::single_point, "a database without a second place",
     "all replicas of a database are in one of several zones, or it has replicas, endpoints that "
     "write, and no `failover`",
     "when the primary is lost nothing takes its place, and every write fails until it is back",
     "AWS Well-Architected REL11-BP02: fail over to healthy resources",
     "scenarios/lint/F35-no-failover.yaml", "services: {orders: {kind: database, primary: eu-1}}",
     "services: {orders: {kind: database, primary: eu-1, failover: {detect: 10s, promote: 5s}}}",
     check_f35},
    {"F36", sim::Severity::warning, LintCategory::single_point,
     "reads that only the primary answers",
     "a database has replicas, and `failover: {reads: primary}` leaves reads to the primary",
     "reads could go on during a failover, and fail for as long as writes do",
     "AWS Well-Architected REL11-BP02; Amazon RDS: the standby of Multi-AZ answers no reads",
     "scenarios/lint/F36-idle-standby.yaml", "services: {orders: {failover: rds-multi-az}}",
     "services: {orders: {failover: rds-multi-az-cluster}}", check_f36},
});

}  // namespace

std::span<const LintRule> placement_rules() { return kPlacementRules; }

}  // namespace models
