// Databases: who is the primary, who knows it, what its loss costs. All writes go to the primary's
// address. When the primary is lost the loss is noticed, a replica promoted, and callers learn,
// each in its time; one that comes back from a restart asks first, and takes no writes any more.
// One that was only away: split_brain.cpp.
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {
namespace {

constexpr std::uint64_t kReplicaSalt = 0xA24BAED4963EE407ULL;

}  // namespace

void World::build_databases() {
    for (const auto& fault : model_.faults) {
        notes_writes_ = notes_writes_ || has_effect<LagEffect>(fault);
    }
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
            quorums_ = quorums_ || replication->quorum;
            waits_for_replicas_ = waits_for_replicas_ || replication->quorum;
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
    database.at_risk = std::max(database.at_risk,
                                database.writes.at_risk(simulator_.now(), replication_of(service)));
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

/// The first live replica in touch with most of the others: same region first, then in the order of
/// regions.
InstanceId World::next_primary(ServiceId service) const {
    const auto& topology = model_.topology;
    const auto home = topology[topology[databases_[service.value].primary].zone].region;
    InstanceId elsewhere;
    for (const InstanceId id : topology[service].instances) {
        if (!moves(id) || is_cut_off(id)) continue;
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
    if (strays_) strays_are_replaced(service);
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
        takes_writes(attempt.instance)) {
        return false;
    }
    notify(metrics_, WriteMisdirected{service, simulator_.now()});
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(id, TraceStep::wrong_replica);
    attempt.outcome = Outcome::error;
    send_reply(id);
    return true;
}

/// As configured, and as far behind as faults keep it: replication stands still until it is.
ReplicationPolicy World::replication_of(ServiceId service) const {
    const auto& config = model_.services[service.value].database;
    const auto& database = databases_[service.value];
    auto rule = config->replication.value_or(ReplicationPolicy{});
    const auto stood_still = std::min(database.behind, simulator_.now() - database.behind_since);
    rule.lag = sim::saturated_add(rule.lag, stood_still);
    return rule;
}

void World::apply_lags() {
    for (std::uint32_t i = 0; i < databases_.size(); ++i) {
        if (!model_.services[i].database) continue;
        auto& database = databases_[i];
        sim::Duration behind{};
        for (const auto& one : conditions_.lags) {
            const auto& instances = model_.topology.services[i].instances;
            const bool struck = std::any_of(instances.begin(), instances.end(), [&](InstanceId id) {
                return one.instances[id.value] != 0;
            });
            if (struck) behind = std::max(behind, one.behind);
        }
        if (behind == database.behind) continue;
        const auto now = simulator_.now();
        const auto so_far = std::min(database.behind, now - database.behind_since);
        database.behind_since = now - std::min(so_far, behind);
        database.behind = behind;
    }
}

/// A write is acknowledged, or a read answered by a replica that may be behind.
void World::note_write(const Attempt& attempt) {
    const auto service = service_of(attempt.instance);
    auto& database = databases_[service.value];
    if (!database.primary.valid() || !is_success(attempt.outcome)) return;
    const bool write = model_.endpoints[attempt.endpoint.value].write;
    const bool at_primary = database.primary == attempt.instance;
    if (!write && !at_primary && is_stale(attempt)) {
        notify(metrics_, StaleRead{service, simulator_.now()});
    }
    if (!write || !at_primary) return;
    const auto rule = replication_of(service);
    const bool elsewhere = rule.quorum && rule.quorum->write > 1;
    if (strays_ && !elsewhere && is_away(attempt.instance)) ++database.at_risk;
    if (rule.mode == ReplicationMode::sync || (rule.lag.ns == 0 && database.behind.ns == 0)) return;
    database.writes.add(simulator_.now(), user_hash(attempt), rule);
}

/// Without the customer's own last write. Quorums that overlap always find it.
bool World::is_stale(const Attempt& attempt) const {
    const auto service = service_of(attempt.instance);
    const auto rule = replication_of(service);
    const auto replicas = model_.topology[service].instances.size();
    if (rule.quorum && rule.quorum->read + rule.quorum->write > replicas) return false;
    return databases_[service.value].writes.misses(simulator_.now(), user_hash(attempt), rule);
}

bool World::lives_for(InstanceId id, InstanceId asker) const {
    return moves(id) && in_touch(id, asker);
}

/// Too few replicas are there to agree: nothing is done, and the caller learns at once.
bool World::lacks_quorum(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto service = service_of(attempt.instance);
    const auto& config = model_.services[service.value].database;
    if (!config || !config->replication || !config->replication->quorum) return false;
    const auto needed =
        config->replication->quorum->of(model_.endpoints[attempt.endpoint.value].write);
    std::uint32_t live = 0;
    for (const InstanceId one : model_.topology[service].instances) {
        live += lives_for(one, attempt.instance) ? 1 : 0;
    }
    if (live >= needed) return false;
    notify(metrics_, QuorumMissed{service, simulator_.now()});
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(id, TraceStep::no_quorum);
    attempt.outcome = Outcome::error;
    attempt.as_503 = true;
    send_reply(id);
    return true;
}

/// How many other replicas answer before this one does.
std::uint32_t World::others_asked(const Attempt& attempt) const {
    const auto service = service_of(attempt.instance);
    const auto& config = model_.services[service.value].database;
    if (!config || !config->replication) return 0;
    const bool write = model_.endpoints[attempt.endpoint.value].write;
    const bool sync = write && config->replication->mode == ReplicationMode::sync &&
                      databases_[service.value].primary == attempt.instance;
    const auto& quorum = config->replication->quorum;
    return std::max(sync ? 1U : 0U, quorum ? quorum->of(write) - 1 : 0U);
}

/// There and back to the nearest live replicas, to as many as are asked: the last of them answers
/// last. A primary that is alone waits for nobody.
sim::Duration World::replica_wait(const Attempt& attempt) const {
    const auto service = service_of(attempt.instance);
    const auto asked = others_asked(attempt);
    if (asked == 0) return {};
    const auto& topology = model_.topology;
    const auto here = zone_of(attempt.instance);
    const auto is_other = [&](InstanceId id) {
        const bool live = stations_[id.value].state == InstanceState::up &&
                          (is_nominal_ || in_touch(id, attempt.instance));
        return !(id == attempt.instance) && live;
    };
    const auto rank = [&](InstanceId id) {
        return std::pair(topology.delay(here, zone_of(id)).mean_seconds(), id);
    };
    InstanceId last;
    for (std::uint32_t i = 0; i < asked; ++i) {
        InstanceId next;
        for (const InstanceId id : topology[service].instances) {
            const bool farther = !last.valid() || rank(last) < rank(id);
            if (!farther || !is_other(id)) continue;
            if (!next.valid() || rank(id) < rank(next)) next = id;
        }
        if (!next.valid()) break;
        last = next;
    }
    if (!last.valid()) return {};
    sim::KeyedRng rng(network_, attempt.number, attempt.path ^ kReplicaSalt);
    const auto one_way = [&](ZoneId from, ZoneId to) {
        const auto fixed = fixed_delay_[way_between(from, to)];
        return fixed.ns >= 0 ? fixed : topology.delay(from, to).draw(rng);
    };
    const auto there = one_way(here, zone_of(last));
    return sim::saturated_add(there, one_way(zone_of(last), here));
}

}  // namespace models
