// Databases: who is the primary, who knows it, what its loss costs. All writes go to the primary's
// address. When the primary is lost the loss is noticed, a replica promoted, and callers learn,
// each in its time; an old primary that is back takes no writes any more.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint64_t kReplicaSalt = 0xA24BAED4963EE407ULL;

}  // namespace

void World::build_databases() {
    for (std::uint32_t i = 0; i < databases_.size(); ++i) {
        const auto& config = model_.services[i].database;
        if (!config) continue;
        auto& database = databases_[i];
        database.stream = sim::RngStream(key_.seed, key_.replication,
                                         model_.topology.services[i].name, "failover");
        database.reads_primary = config->failover.reads == FailoverReads::primary;
        if (const auto& replication = config->replication) {
            const bool sync = replication->mode == ReplicationMode::sync;
            waits_for_replicas_ = waits_for_replicas_ || sync;
            notes_writes_ = notes_writes_ || (!sync && replication->lag.ns > 0);
        }
        for (const InstanceId id : model_.topology.services[i].instances) {
            if (model_.topology[id].zone != config->primary) continue;
            database.primary = database.address = id;
            break;
        }
    }
}

void World::primary_lost(InstanceId id) {
    const auto service = service_of(id);
    auto& database = databases_[service.value];
    if (!(database.primary == id)) return;
    const auto& config = *model_.services[service.value].database;
    if (config.replication) {
        database.at_risk = database.writes.at_risk(simulator_.now(), *config.replication);
    }
    const bool under_way = database.failover.valid() || database.overdue || database.undecided;
    if (!config.failover.ever() || under_way) return;
    sim::KeyedRng rng(database.stream, database.losses++, 0);
    const bool in_parts = config.failover.promote.ns > 0;
    database.failover =
        after(config.failover.detection(rng),
              {in_parts ? EventKind::failover_detected : EventKind::failover_done, service.value});
}

/// A primary that is back before its failover completes keeps the role, and its writes; when the
/// failover is overdue for want of a live replica, the first instance to come back takes it.
void World::primary_back(InstanceId id) {
    const auto service = service_of(id);
    auto& database = databases_[service.value];
    if (database.primary == id) {
        simulator_.cancel(database.failover);
        database.undecided = false;
        database.at_risk = 0;
    }
    if (!database.overdue) return;
    database.overdue = false;
    make_primary(service, id);
}

void World::role_changes(EventKind how, ServiceId service) {
    if (how == EventKind::failover_done) return failover_due(service);
    if (how == EventKind::failover_detected) return failover_detected(service);
    SIM_ASSERT(how == EventKind::primary_published);
    publish_primary(service);
}

/// Without a promotion to wait for, what was noticed is done at once.
void World::failover_due(ServiceId service) {
    const auto& failover = model_.services[service.value].database->failover;
    if (failover.promote.ns == 0) return failover_detected(service);
    promote_replica(service);
}

void World::failover_detected(ServiceId service) {
    auto& database = databases_[service.value];
    database.failover = sim::EventHandle{};
    database.undecided = !controls(zone_of(database.primary));
    if (database.undecided) return;
    const auto promote = model_.services[service.value].database->failover.promote;
    if (promote.ns == 0) return promote_replica(service);
    database.failover = after(promote, {EventKind::failover_done, service.value});
}

void World::promote_replica(ServiceId service) {
    auto& database = databases_[service.value];
    database.failover = sim::EventHandle{};
    const InstanceId next = next_primary(service);
    database.overdue = !next.valid();
    if (next.valid()) make_primary(service, next);
}

/// The first live replica: same region first, then in the order of regions.
InstanceId World::next_primary(ServiceId service) const {
    const auto& topology = model_.topology;
    const auto home = topology[topology[databases_[service.value].primary].zone].region;
    InstanceId elsewhere;
    for (const InstanceId id : topology[service].instances) {
        if (stations_[id.value].state != InstanceState::up) continue;
        if (topology[topology[id].zone].region == home) return id;
        if (!elsewhere.valid()) elsewhere = id;
    }
    return elsewhere;
}

void World::make_primary(ServiceId service, InstanceId id) {
    auto& database = databases_[service.value];
    if (database.primary == id) return;
    wrong_addresses_ += database.address == database.primary ? 1 : 0;
    database.primary = id;
    database.writes.clear();
    notify(metrics_, PrimaryReplaced{service, simulator_.now(), database.at_risk});
    database.at_risk = 0;
    simulator_.cancel(database.publication);
    if (database.address == id) {  // the role is back where callers take it to be
        --wrong_addresses_;
        return;
    }
    const auto dns = model_.services[service.value].database->failover.dns;
    if (dns.ns == 0) return publish_primary(service);
    database.publication = after(dns, {EventKind::primary_published, service.value});
}

void World::publish_primary(ServiceId service) {
    auto& database = databases_[service.value];
    database.publication = sim::EventHandle{};
    database.address = database.primary;
    --wrong_addresses_;
}

/// A write that has come to a replica: its caller learns at once, and nothing is done.
bool World::refuses_write(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto service = service_of(attempt.instance);
    const auto& database = databases_[service.value];
    if (!model_.endpoints[attempt.endpoint.value].write || !database.primary.valid() ||
        database.primary == attempt.instance) {
        return false;
    }
    notify(metrics_, WriteMisdirected{service, simulator_.now()});
    attempt.outcome = Outcome::error;
    send_reply(id);
    return true;
}

/// A write is acknowledged.
void World::note_write(const Attempt& attempt) {
    const auto service = service_of(attempt.instance);
    auto& database = databases_[service.value];
    if (!(database.primary == attempt.instance) || !is_success(attempt.outcome)) return;
    if (!model_.endpoints[attempt.endpoint.value].write) return;
    const auto& replication = model_.services[service.value].database->replication;
    if (replication && replication->lag.ns > 0) {
        database.writes.add(simulator_.now(), *replication);
    }
}

/// There and back to the nearest live replica; a primary that is alone waits for nobody.
sim::Duration World::replica_wait(const Attempt& attempt) const {
    const auto service = service_of(attempt.instance);
    const auto& config = model_.services[service.value].database;
    if (!config || !(databases_[service.value].primary == attempt.instance)) return {};
    if (!config->replication || config->replication->mode != ReplicationMode::sync) return {};
    const auto& topology = model_.topology;
    const auto here = zone_of(attempt.instance);
    InstanceId nearest;
    const auto distance = [&](InstanceId id) {
        return topology.delay(here, zone_of(id)).mean_seconds();
    };
    for (const InstanceId id : topology[service].instances) {
        const bool live = stations_[id.value].state == InstanceState::up &&
                          conditions_.zone_cut[zone_of(id).value] == 0;
        if (id == attempt.instance || !live) continue;
        if (!nearest.valid() || distance(id) < distance(nearest)) nearest = id;
    }
    if (!nearest.valid()) return {};
    sim::KeyedRng rng(network_, attempt.number, attempt.path ^ kReplicaSalt);
    const auto one_way = [&](ZoneId from, ZoneId to) {
        const auto index = topology.delay_index(from, to);
        const auto fixed = fixed_delay_[index];
        return fixed.ns >= 0 ? fixed : topology.delays[index].draw(rng);
    };
    const auto there = one_way(here, zone_of(nearest));
    return sim::saturated_add(there, one_way(zone_of(nearest), here));
}

}  // namespace models
