// Primaries that are not dead but away: paused, or cut off from most of the others. The others
// cannot tell the difference and promote a replica, so that there are two primaries until the old
// one hears of it, or knows by itself that its lease is over.
//
//   away  | another promoted | takes writes
//   no    | no               | yes: it is the primary, and no stray
//   yes   | no               | until its lease is over, with `fencing: lease`
//   yes   | yes              | the same; each write that it stores is a conflict
//   no    | yes              | ... until it notices
//
// Who is cut off is decided among the database's own replicas that run: the smaller side. Of two
// equal sides it is the one that reaches fewer of all other instances, as a witness would say.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {

namespace {

/// Then they tell it with its first write.
bool asks_others_to_write(const std::optional<ReplicationPolicy>& replication) {
    if (!replication) return false;
    const bool quorum = replication->quorum && replication->quorum->write > 1;
    return quorum || replication->mode == ReplicationMode::sync;
}

}  // namespace

/// Whether messages between them arrive at all: faults that lose or refuse some do not cut.
bool World::hears(std::uint32_t caller, InstanceId replica) const {
    const auto cut = [&](ZoneId zone) {
        return zone.valid() && conditions_.zone_cut[zone.value] != 0;
    };
    const bool outside = caller >= stations_.size();
    if (cut(zone_of(replica)) || (!outside && cut(zone_of(InstanceId{caller})))) return false;
    return std::none_of(
        conditions_.traffic.begin(), conditions_.traffic.end(), [&](const auto& one) {
            return (one.lost || one.refused) && one.share >= 1 && one.where.endpoints.empty() &&
                   one.where.has(caller, replica, EndpointId{0});
        });
}

bool World::in_touch(InstanceId a, InstanceId b) const {
    return a == b || (hears(a.value, b) && hears(b.value, a));
}

bool World::moves(InstanceId id) const {
    return stations_[id.value].state == InstanceState::up &&
           !conditions_.instances[id.value].paused;
}

/// How many of all instances it can talk with.
std::size_t World::reach_of(InstanceId id) const {
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < stations_.size(); ++i)
        count += in_touch(id, InstanceId{i}) ? 1 : 0;
    return count;
}

/// A running replica that most of the other running ones do not hear.
bool World::is_cut_off(InstanceId id) const {
    if (conditions_.traffic.empty()) return false;  // zones without power have nothing that runs
    std::size_t here = 1;
    std::size_t there = 0;
    InstanceId other;
    for (const InstanceId one : model_.topology[service_of(id)].instances) {
        if (one == id || !moves(one)) continue;
        const bool same_side = in_touch(id, one);
        ++(same_side ? here : there);
        if (!same_side && !other.valid()) other = one;
    }
    if (here != there) return there > here;
    return reach_of(id) < reach_of(other);
}

/// After the conditions have changed.
void World::watch_primaries() {
    for (std::uint32_t i = 0; i < databases_.size(); ++i) {
        const auto& config = model_.services[i].database;
        if (config && config->failover.ever()) watch_primary(ServiceId{i});
    }
}

void World::watch_primary(ServiceId service) {
    auto& database = databases_[service.value];
    for (std::size_t i = 0; i < database.strays.size(); ++i) {
        auto& stray = database.strays[i];
        const bool replaced = !(database.primary == stray.instance);
        const bool cut =
            replaced ? !in_touch(stray.instance, database.primary) : is_cut_off(stray.instance);
        const bool away = cut || conditions_.instances[stray.instance.value].paused;
        if (away == stray.away) continue;
        stray.away = away;
        if (away) {
            simulator_.cancel(stray.notice);
        } else if (stray_returns(service, stray)) {
            --i;  // it is none any more
        }
    }
    const InstanceId primary = database.primary;
    if (stations_[primary.value].state == InstanceState::up && find_stray(primary) == nullptr &&
        (conditions_.instances[primary.value].paused || is_cut_off(primary))) {
        primary_strays(service);
    }
    for (auto& stray : database.strays) gather_followers(database, stray);
    if (database.overdue) promote_replica(service);
}

void World::primary_strays(ServiceId service) {
    auto& database = databases_[service.value];
    const auto& failover = model_.services[service.value].database->failover;
    StrayPrimary stray;
    stray.instance = database.primary;
    if (failover.fencing == Fencing::lease) {
        stray.lease = after(failover.lease, {EventKind::lease_over, stray.instance.value});
    }
    database.strays.push_back(std::move(stray));
    strays_ = true;
    primary_lost(database.primary);
}

/// True when it is none any more: nobody has replaced it, or it notices at once.
bool World::stray_returns(ServiceId service, StrayPrimary& stray) {
    const InstanceId id = stray.instance;
    if (databases_[service.value].primary == id) {
        forget_stray(id);
        primary_back(id);
        return true;
    }
    const auto& config = *model_.services[service.value].database;
    const auto notice = config.failover.notice;
    if (notice.ns == 0 || asks_others_to_write(config.replication)) {
        forget_stray(id);
        return true;
    }
    stray.notice = after(notice, {EventKind::old_primary_notices, id.value});
    return false;
}

/// Those who reach it and not the new one. When it is back they stay with it until it notices.
void World::gather_followers(const Database& database, StrayPrimary& stray) {
    if (!stray.away) return;
    stray.followers.assign(stations_.size() + groups_.size(), 0);
    if (database.primary == stray.instance) return;
    for (std::uint32_t i = 0; i < stray.followers.size(); ++i) {
        const bool follows = hears(i, stray.instance) && !hears(i, database.primary);
        stray.followers[i] = follows ? 1 : 0;
    }
}

StrayPrimary* World::find_stray(InstanceId id) {
    auto& strays = databases_[service_of(id).value].strays;
    const auto found = std::find_if(strays.begin(), strays.end(),
                                    [&](const auto& one) { return one.instance == id; });
    return found == strays.end() ? nullptr : &*found;
}

/// It has lost its power, or knows who the primary is, or is the primary again.
void World::forget_stray(InstanceId id) {
    StrayPrimary* stray = find_stray(id);
    if (stray == nullptr) return;
    simulator_.cancel(stray->lease);
    simulator_.cancel(stray->notice);
    depose(*stray);
    auto& strays = databases_[service_of(id).value].strays;
    strays.erase(strays.begin() + (stray - strays.data()));
}

void World::stray_changes(EventKind how, InstanceId id) {
    if (how == EventKind::old_primary_notices) return forget_stray(id);
    SIM_ASSERT(how == EventKind::lease_over);
    StrayPrimary& stray = *find_stray(id);
    stray.lease = sim::EventHandle{};
    depose(stray);
}

void World::depose(StrayPrimary& stray) {
    const bool second = !stray.deposed && stray.second_since != sim::kNever;
    stray.deposed = true;
    if (!second) return;
    notify(metrics_,
           TwoPrimaries{service_of(stray.instance), stray.second_since, simulator_.now()});
}

/// Somebody has become the primary of the database.
void World::strays_are_replaced(ServiceId service) {
    auto& database = databases_[service.value];
    forget_stray(database.primary);  // the role is its own again
    for (auto& stray : database.strays) {
        if (stray.second_since == sim::kNever) stray.second_since = simulator_.now();
        gather_followers(database, stray);
    }
}

/// Times that are not over when the run is.
void World::close_strays() {
    for (auto& database : databases_) {
        for (auto& stray : database.strays) depose(stray);
    }
}

/// Where the caller takes the primary to be.
InstanceId World::address_for(const Call& call) const {
    const auto service = model_.endpoints[call.endpoint.value].service;
    const auto& database = databases_[service.value];
    for (const auto& stray : database.strays) {
        if (stray.follows(call.sender.caller)) return stray.instance;
    }
    return names_.any() ? known_address(call) : database.address;
}

/// Whether it takes itself for the primary.
bool World::takes_writes(InstanceId id) const {
    const auto& database = databases_[service_of(id).value];
    for (const auto& stray : database.strays) {
        if (stray.instance == id) return !stray.deposed;
    }
    return database.primary == id;
}

bool World::is_away(InstanceId id) const {
    const auto& strays = databases_[service_of(id).value].strays;
    return std::any_of(strays.begin(), strays.end(),
                       [&](const auto& one) { return one.instance == id && one.away; });
}

/// A write that an old primary had taken, and has done: it is stored beside those of the new one,
/// unless the storage knows better, or the old one has heard by now.
Outcome World::outcome_at_stray(const Attempt& attempt, Outcome outcome) {
    const auto service = service_of(attempt.instance);
    const auto& database = databases_[service.value];
    const bool write = model_.endpoints[attempt.endpoint.value].write;
    if (!write || !is_success(outcome) || !database.primary.valid()) return outcome;
    if (database.primary == attempt.instance) return outcome;
    const bool fenced = model_.services[service.value].database->failover.fencing == Fencing::token;
    if (fenced || find_stray(attempt.instance) == nullptr) {
        notify(metrics_, WriteMisdirected{service, simulator_.now()});
        return Outcome::error;
    }
    notify(metrics_, WriteConflicted{service, simulator_.now()});
    return outcome;
}

}  // namespace models
