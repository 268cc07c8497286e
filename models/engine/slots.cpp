// Slots and cores: who gets them, how they are given back, what a refusal costs. What is next for a
// slot is asked once more: deadline, time in the queue, shedding.
#include "models/engine/world.hpp"

namespace models {

Server::Server(const ServerConfig& config, std::uint32_t groups)
    : queue(config.order, config.standing_after, lanes_of(config.order, groups)) {
    if (config.cores > 0) cores.emplace(config.cores, config.scalability);
    if (config.shedding) shedding = initial_state(*config.shedding);
    if (config.rate_limit) rate_limit = initial_state(*config.rate_limit);
    if (config.concurrency_limit) concurrency_limit = initial_state(*config.concurrency_limit);
}

std::uint32_t Server::places_taken() const {
    std::uint32_t sum = 0;
    for (const auto count : places) sum += count;
    return sum;
}

/// A process that starts: what it remembered is gone.
void World::reset_server(InstanceId id) {
    const auto& config = config_at(id).server;
    if (config.plain()) return;
    const auto groups = static_cast<std::uint32_t>(model_.groups.size());
    stations_[id.value].server.emplace(config, groups);
}

/// A slot is there for it (a thread has been counted, too).
void World::start(AttemptId id) {
    auto& attempt = attempts_[id];
    auto outcome = stale(attempt);
    if (!outcome && sheds_on_dequeue(id)) outcome = Outcome::shed;
    if (!outcome) return begin_work(id);
    if (config_at(attempt.instance).server.threads) {
        stations_[attempt.instance.value].server->threads.idles(simulator_.now());
    }
    refuse(id, *outcome);
}

bool World::sheds_on_dequeue(AttemptId id) {
    const auto& attempt = attempts_[id];
    const auto& rule = config_at(attempt.instance).server.shedding;
    if (!rule) return false;
    auto& station = stations_[attempt.instance.value];
    const auto now = simulator_.now();
    Dequeue dequeue;
    dequeue.now = now;
    dequeue.waited = now - attempt.arrived;
    if (attempt.deadline != sim::kNever) dequeue.remaining = attempt.deadline - now;
    const auto& latency = model_.endpoints[attempt.endpoint.value].latency;
    dequeue.expected_service = sim::from_seconds(latency.mean_seconds());
    dequeue.queued = station.queued;
    dequeue.priority = attempt.priority;
    dequeue.user_hash = user_hash(attempt);
    const auto& streams = service_streams_[service_of(attempt.instance).value];
    sim::KeyedRng rng(streams.shedding, attempt.number, ~attempt.path);
    return shed_on_dequeue(*rule, *station.server->shedding, dequeue, rng);
}

/// The reply says no. A server with `rejectCost` pays for it: with a free slot, or its cores,
/// before the reply; without, in the next work that begins.
void World::refuse(AttemptId id, Outcome outcome) {
    auto& attempt = attempts_[id];
    const auto service = service_of(attempt.instance);
    notify(metrics_, TryRefused{service, outcome, simulator_.now()});
    attempt.outcome = outcome;
    auto& station = stations_[attempt.instance.value];
    if (!station.server) return reply_refused(id);
    return_place(id, true);
    auto cost = model_.services[service.value].server.reject_cost;
    if (cost.ns == 0) return reply_refused(id);
    if (!is_nominal_) cost = sim::from_seconds(cost.seconds() * slow_factor(attempt));
    if (!station.shares_cores() && !take_free_slot(attempt.instance)) {
        auto& owed = station.server->owed;
        owed = sim::saturated_add(owed, cost);
        return reply_refused(id);
    }
    attempt.refusing = true;
    attempt.holds_slot = !station.shares_cores();
    attempt.state = AttemptState::working;
    attempt.work = cost;
    attempt.since = attempt.work_began = simulator_.now();
    work(id);
}

void World::reply_refused(AttemptId id) {
    departs(attempts_[id], Departure::refused);
    send_reply(id);
}

bool World::take_free_slot(InstanceId id) {
    const auto& config = config_at(id);
    auto& station = stations_[id.value];
    if (!has_free_slot(id)) return false;
    if (config.server.threads) station.server->threads.resumes();
    ++station.busy;
    change_level(id, Level::busy, 1);
    change_level(id, Level::working, 1);
    return true;
}

bool World::has_free_slot(InstanceId id) const {
    const auto& station = stations_[id.value];
    if (config_at(id).server.threads) return station.busy < station.server->threads.alive();
    return station.busy < station.slots;
}

void World::refusal_done(AttemptId id) {
    const InstanceId instance = attempts_[id].instance;
    const bool held = attempts_[id].holds_slot;
    if (held) {
        change_level(instance, Level::working, -1);
        note_hold(attempts_[id]);
    }
    reply_refused(id);
    if (held) free_slot(instance);
}

/// A slot was given back: it serves who is next.
template <Scene scene>
void World::free_slot(InstanceId id) {
    auto& station = stations_[id.value];
    if (rarely<scene>(!waiting_probes_.empty())) probes_see_slot(id);
    if (!station.server) return take_next<scene>(id, station);
    --station.busy;
    if (!station.shares_cores()) change_level<scene>(id, Level::busy, -1);
    const bool threads = config_at(id).server.threads.has_value();
    if (threads) station.server->threads.idles(simulator_.now());
    while (station.queued > 0 && has_free_slot(id)) {
        const AttemptId next = station.server->queue.pop(attempts_, simulator_.now());
        note_wait(attempts_[next]);
        --station.queued;
        simulator_.cancel(attempts_[next].timer);
        change_level(id, Level::queued, -1);
        if (threads) station.server->threads.resumes();
        start(next);
    }
}

template void World::free_slot<Scene::calm>(InstanceId);
template void World::free_slot<Scene::any>(InstanceId);

/// The slot goes from hand to hand.
template <Scene scene>
void World::take_next(InstanceId id, Station& station) {
    while (station.queued > 0) {
        auto& next = attempts_[station.line.pop(attempts_)];
        note_wait(next);
        --station.queued;
        change_level<scene>(id, Level::queued, -1);
        if (next.deadline >= simulator_.now()) return work_in_slot<scene>(next, station);
        refuse(next.self, Outcome::deadline);
    }
    --station.busy;
    change_level<scene>(id, Level::busy, -1);
}

/// Out of the middle of its queue.
void World::remove_from_queue(AttemptId id) {
    const auto instance = attempts_[id].instance;
    auto& station = stations_[instance.value];
    if (station.server) {
        station.server->queue.remove(attempts_, id);
        simulator_.cancel(attempts_[id].timer);
    } else {
        station.line.remove(attempts_, id);
    }
    --station.queued;
    note_wait(attempts_[id]);
    change_level(instance, Level::queued, -1);
}

/// How long the server asks the caller to wait before another try.
std::optional<sim::Duration> World::hint_of(const Attempt& attempt) const {
    const bool overloaded = is_503(attempt.outcome) || attempt.outcome == Outcome::throttled;
    if (!overloaded) return std::nullopt;
    return config_at(attempt.instance).server.retry_after;
}

/// Own work or a refusal takes its time.
void World::work(AttemptId id) {
    auto& attempt = attempts_[id];
    auto& station = stations_[attempt.instance.value];
    if (!station.shares_cores()) {
        auto& owed = station.server->owed;
        attempt.work = sim::saturated_add(attempt.work, owed);
        owed = {};
        attempt.timer = after(attempt.work, {EventKind::work_done, id.value});
        return;
    }
    const auto before = station.server->cores->busy();
    station.server->cores->add(attempts_, id, attempt.work, simulator_.now());
    cores_changed(attempt.instance, before);
}

/// Own work or a refusal ends early; what has been done of it.
sim::Duration World::interrupt(AttemptId id) {
    auto& attempt = attempts_[id];
    auto& station = stations_[attempt.instance.value];
    if (!station.shares_cores()) {
        simulator_.cancel(attempt.timer);
        change_level(attempt.instance, Level::working, -1);
        return simulator_.now() - attempt.work_began;
    }
    auto& cores = *station.server->cores;
    const auto before = cores.busy();
    const auto left = cores.remove(attempts_, id, simulator_.now());
    cores_changed(attempt.instance, before);
    return attempt.work - left;
}

void World::cores_done(InstanceId id) {
    auto& server = *stations_[id.value].server;
    server.next_end = sim::EventHandle{};
    const AttemptId done = server.cores->first();
    const auto before = server.cores->busy();
    server.cores->remove(attempts_, done, simulator_.now());
    cores_changed(id, before);
    work_done(done);
}

/// Jobs have joined or left: the next end is another, and as many cores are busy.
void World::cores_changed(InstanceId id, std::uint32_t before) {
    auto& server = *stations_[id.value].server;
    ++books_.accounts.stations[id.value].core_changes;
    const auto change =
        static_cast<std::int32_t>(server.cores->busy()) - static_cast<std::int32_t>(before);
    if (change != 0) {
        change_level(id, Level::busy, change);
        change_level(id, Level::working, change);
    }
    const auto next = server.cores->next_end();
    if (server.next_end.valid() && next == server.next_end_at) return;
    simulator_.cancel(server.next_end);
    server.next_end_at = next;
    if (next != sim::kNever) {
        server.next_end = simulator_.at(next, {EventKind::cores_done, id.value});
    }
}

}  // namespace models
