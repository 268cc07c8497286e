// A try reaches its instance. Plain servers take it into a slot or the queue, or refuse it. One
// with rules of its own asks in this order: deadline, rate limit, shedding on arrival, concurrency
// limit, slots and queue. What is next for a slot is asked once more, see slots.cpp.
#include <utility>

#include "models/engine/tracing.hpp"

namespace models {

template <Scene scene>
void World::try_arrives(AttemptId id) {
    auto& attempt = attempts_[id];
    if (attempt.cancelled) return drop_cancelled(id);
    if (simulator_.now() >= watch_from_ && simulator_.now() < watch_to_) [[unlikely]]
        note_touch(attempt);
    auto& station = stations_[attempt.instance.value];
    const bool down = rarely<scene>(station.state != InstanceState::up);
    if (down && station.last_power == Power::lost) return lose_try(id);
    if (down ||
        (rarely<scene>(!is_nominal_) && conditions_.instances[attempt.instance.value].closed)) {
        if (tracer_ != nullptr) [[unlikely]]
            Tracing{*this}.says(id, TraceStep::nobody_listens);
        attempt.outcome = Outcome::refused;
        return send_reply(id);
    }
    if (rarely<scene>(wrong_addresses_ > 0 || strays_) && refuses_write(id)) return;
    if (rarely<scene>(quorums_) && lacks_quorum(id)) return;
    const auto now = simulator_.now();
    // The wire carries the time that is left, so its own delay is not charged.
    if (attempt.deadline != sim::kNever) {
        attempt.deadline = sim::saturated_add(attempt.deadline, now - attempt.arrived);
    }
    attempt.arrived = now;
    attempt.inside = true;
    if (rarely<scene>(tracer_ != nullptr)) Tracing{*this}.arrives(id);
    account_of(attempt).arrives(now);
    notify(metrics_, TryArrived{service_of(attempt.instance), now});
    if (attempt.deadline < now) return refuse(id, Outcome::deadline);
    if (rarely<scene>(board_.sheds_tries > 0) && shed_by_hand(attempt)) {
        return refuse(id, Outcome::shed);
    }
    if (rarely<scene>(!replica_levels_.empty()) && refused_by_level(attempt)) {
        return refuse(id, Outcome::shed);
    }
    if (station.server) return admit_at_rate(id);
    if (station.busy < station.slots) return begin_work<scene>(attempt, station);
    if (station.queued >= station.most_queued) return refuse(id, Outcome::shed);
    attempt.state = AttemptState::queued;
    attempt.since = now;
    if (rarely<scene>(tracer_ != nullptr)) {
        Tracing{*this}.says(id, TraceStep::queued, station.queued);
    }
    station.line.push(attempts_, id);
    ++station.queued;
    change_level<scene>(attempt.instance, Level::queued, 1);
}

template void World::try_arrives<Scene::calm>(AttemptId);
template void World::try_arrives<Scene::any>(AttemptId);

void World::admit_at_rate(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto& rule = config_at(attempt.instance).server.rate_limit;
    if (!rule) return admit(id);
    auto& state = *stations_[attempt.instance.value].server->rate_limit;
    const auto wait = rate_acquire(*rule, state, simulator_.now());
    if (!wait) return refuse(id, Outcome::throttled);
    if (wait->ns == 0) return admit(id);
    attempt.state = AttemptState::held;
    attempt.timer = after(*wait, {EventKind::hold_ends, id.value});
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(id, TraceStep::held, wait->ns);
}

void World::hold_ends(AttemptId id) {
    auto& attempt = attempts_[id];
    attempt.timer = sim::EventHandle{};
    if (attempt.deadline < simulator_.now()) return refuse(id, Outcome::deadline);
    admit(id);
}

void World::admit(AttemptId id) {
    if (sheds_on_arrival(id) || !take_place(id)) return refuse(id, Outcome::shed);
    const InstanceId instance = attempts_[id].instance;
    if (queue_is_full(instance)) give_up_stale(instance);
    switch (seat_for(instance)) {
        case Seat::slot:
            return start(id);
        case Seat::queue:
            return enqueue(id);
        case Seat::none:
            break;
    }
    if (!make_room(id)) return refuse(id, Outcome::shed);
    enqueue(id);
}

bool World::sheds_on_arrival(AttemptId id) {
    const auto& attempt = attempts_[id];
    const auto& config = config_at(attempt.instance);
    if (!config.server.shedding) return false;
    auto& station = stations_[attempt.instance.value];
    Arrival arrival;
    arrival.now = simulator_.now();
    arrival.priority = attempt.priority;
    arrival.user_hash = user_hash(attempt);
    arrival.queued = station.queued;
    if (config.queue) arrival.queue_bound = *config.queue;
    arrival.busy = busy_at(attempt.instance);
    arrival.slots = config.capacity() > 0 ? config.capacity() : config.concurrency;
    const auto& streams = service_streams_[service_of(attempt.instance).value];
    sim::KeyedRng rng(streams.shedding, attempt.number, attempt.path);
    return shed_on_arrival(*config.server.shedding, *station.server->shedding, arrival, rng);
}

/// Under the concurrency limit, if there is one. All requests at the instance count, waiting or at
/// work, until their replies leave.
bool World::take_place(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto& rule = config_at(attempt.instance).server.concurrency_limit;
    if (!rule) return true;
    auto& station = stations_[attempt.instance.value];
    auto& server = *station.server;
    auto& alike = server.places[static_cast<std::size_t>(attempt.priority)];
    LimitAsk ask;
    ask.now = simulator_.now();
    ask.in_flight = server.places_taken();
    ask.in_flight_alike = alike;
    ask.utilisation = utilisation_of(attempt.instance);
    ask.priority = attempt.priority;
    ask.user_hash = user_hash(attempt);
    if (limit_arrive(*rule, *server.concurrency_limit, ask) != LimitVerdict::start) return false;
    ++alike;
    attempt.place = server.places_taken();
    return true;
}

/// `dropped`: it was refused after all, stopped, or too late for its caller.
void World::return_place(AttemptId id, bool dropped) {
    auto& attempt = attempts_[id];
    if (attempt.place == 0) return;
    auto& server = *stations_[attempt.instance.value].server;
    LimitSample sample;
    sample.in_flight_at_end = server.places_taken();
    --server.places[static_cast<std::size_t>(attempt.priority)];
    sample.now = simulator_.now();
    sample.rtt = sample.now - attempt.arrived;
    sample.in_flight_at_start = std::exchange(attempt.place, 0);
    sample.dropped = dropped;
    const auto& streams = service_streams_[service_of(attempt.instance).value];
    sim::KeyedRng rng(streams.limit, attempt.number, attempt.path);
    limit_sample(*config_at(attempt.instance).server.concurrency_limit, *server.concurrency_limit,
                 sample, rng);
}

/// Slots held, or cores at work.
std::uint32_t World::busy_at(InstanceId id) const {
    const auto& station = stations_[id.value];
    return station.shares_cores() ? station.server->cores->busy() : station.busy;
}

double World::utilisation_of(InstanceId id) const {
    const auto capacity = config_at(id).capacity();
    return capacity == 0 ? 0.0 : static_cast<double>(busy_at(id)) / capacity;
}

bool World::queue_is_full(InstanceId id) const {
    const auto& station = stations_[id.value];
    return station.queued >= station.most_queued;
}

Seat World::seat_for(InstanceId id) {
    auto& station = stations_[id.value];
    const bool room = !queue_is_full(id);
    if (const auto& threads = config_at(id).server.threads) {
        return station.server->threads.arrive(*threads, station.slots, station.busy, room,
                                              simulator_.now());
    }
    if (station.busy < station.slots) return Seat::slot;
    return room ? Seat::queue : Seat::none;
}

void World::enqueue(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto& config = config_at(attempt.instance).server;
    auto& station = stations_[attempt.instance.value];
    auto& server = *station.server;
    const auto now = simulator_.now();
    attempt.state = AttemptState::queued;
    attempt.since = now;
    attempt.work_began = sim::kNever;
    if (config.shedding) {
        const QueueHistory history{now, server.queue.last_empty(now)};
        if (const auto most = queue_timeout(*config.shedding, *server.shedding, history)) {
            attempt.work_began = sim::saturated_add(now, *most);
        }
    }
    if (config.max_wait) {
        const auto& streams = service_streams_[service_of(attempt.instance).value];
        sim::KeyedRng rng(streams.max_wait, attempt.number, attempt.path);
        attempt.timer = simulator_.at(sim::saturated_add(now, config.max_wait->draw(rng)),
                                      {EventKind::wait_over, id.value}, sim::EventClass::timer);
    }
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(id, TraceStep::queued, station.queued);
    server.queue.push(attempts_, id, now);
    ++station.queued;
    change_level(attempt.instance, Level::queued, 1);
}

/// `maxWait`: it has waited as long as it may.
void World::wait_over(AttemptId id) {
    attempts_[id].timer = sim::EventHandle{};
    const auto outcome = stale(attempts_[id]).value_or(Outcome::shed);
    remove_from_queue(id);
    refuse(id, outcome);
}

/// Before a full queue turns somebody away it gives up those whose time is over anyway.
void World::give_up_stale(InstanceId id) {
    const auto& queue = stations_[id.value].server->queue;
    while (queue.size() > 0) {
        const AttemptId oldest = queue.hopeless();
        const auto outcome = stale(attempts_[oldest]);
        if (!outcome) return;
        remove_from_queue(oldest);
        refuse(oldest, *outcome);
    }
}

/// How a request ends that has been in the queue for too long, if it has.
std::optional<Outcome> World::stale(const Attempt& attempt) const {
    if (attempt.deadline < simulator_.now()) return Outcome::deadline;
    const bool queued = attempt.state == AttemptState::queued;
    if (queued && attempt.work_began < simulator_.now()) return Outcome::shed;
    return std::nullopt;
}

/// `queueDrop: head`: one that waits is refused instead of the newcomer, unless all that wait are
/// more important.
bool World::make_room(AttemptId id) {
    const auto& attempt = attempts_[id];
    const auto& config = config_at(attempt.instance).server;
    auto& station = stations_[attempt.instance.value];
    if (config.drop == QueueDrop::tail || station.queued == 0) return false;
    const AttemptId victim = station.server->queue.hopeless();
    const bool by_class = config.order == QueueOrder::priority;
    if (by_class && rank(attempts_[victim].priority) < rank(attempt.priority)) return false;
    remove_from_queue(victim);
    refuse(victim, Outcome::shed);
    return true;
}

}  // namespace models
