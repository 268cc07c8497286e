// Caches. At the end of its own work a try is answered from what is stored, waits for a fetch that
// is under way, or goes on like any other with the calls of its endpoint, the origin; when those
// end, the result is stored and goes to all that wait for it.
#include <algorithm>
#include <utility>

#include "models/engine/tracing.hpp"

namespace models {
namespace {

constexpr std::uint64_t kRefreshSalt = 0x9FB21C651E98DF25ULL;

}  // namespace

void World::build_stores() {
    const auto is_cache = [](const ServiceConfig& config) { return config.cache.has_value(); };
    const auto is_queue = [](const ServiceConfig& config) { return config.delivery.has_value(); };
    const auto& services = model_.services;
    const auto instances = model_.topology.instances.size();
    if (std::any_of(services.begin(), services.end(), is_cache)) caches_.resize(instances);
    if (std::any_of(services.begin(), services.end(), is_queue)) queues_.resize(instances);
    for (std::uint32_t i = 0; i < instances; ++i) {
        const auto& instance = model_.topology.instances[i];
        const auto& config = services[instance.service.value];
        if (config.cache) {
            const sim::RngStream lives(key_.seed, key_.replication, instance.name, "cache lives");
            caches_[i].emplace();
            caches_[i]->state = config.cache->initial(simulator_.now(), lives);
        }
        if (config.delivery) queues_[i].emplace();
    }
}

/// False: the try goes on with its calls.
bool World::store_answers(AttemptId id) {
    const auto service = model_.topology[attempts_[id].instance].service;
    if (!model_.services[service.value].delivery) return cache_answers(id);
    store_message(id);
    return true;
}

bool World::cache_answers(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto service = service_of(attempt.instance);
    const auto& cache = *model_.services[service.value].cache;
    const auto& streams = service_streams_[service.value];
    auto& replica = *caches_[attempt.instance.value];
    // A retry asks for the same key as the try before it.
    sim::KeyedRng choice(streams.cache_key, attempt.number, attempt.origin_path);
    if (model_.endpoints[attempt.endpoint.value].write) {
        begin_fetch(id, cache.key_to_write(replica.state, choice), false);
        return false;
    }
    sim::KeyedRng refresh(streams.cache_refresh, attempt.number, attempt.path);
    auto found = cache.look_up(replica.state, simulator_.now(), choice, refresh);
    const FetchId under_way{cache.has_keys() ? replica.fetching.find(found.key) : FetchId::kNone};
    if (found.answer == CacheAnswer::early && cache.coalesce && under_way.valid()) {
        found.answer = CacheAnswer::hit;
    }
    switch (found.answer) {
        case CacheAnswer::hit:
            note_cache(service, CacheEvent::hit);
            trace_cache(id, TraceStep::cache_hit);
            answer_with_stored(id);
            return true;
        case CacheAnswer::stale:
            note_cache(service, CacheEvent::stale);
            trace_cache(id, TraceStep::cache_stale);
            if (!under_way.valid()) refresh_in_background(attempt, found.key);
            answer_with_stored(id);
            return true;
        case CacheAnswer::early:
            note_cache(service, CacheEvent::early);
            trace_cache(id, TraceStep::cache_misses);
            begin_fetch(id, found.key, cache.coalesce);
            return false;
        case CacheAnswer::miss:
            if (cache.coalesce && under_way.valid()) {
                note_cache(service, CacheEvent::joined);
                trace_cache(id, TraceStep::cache_joins);
                join_fetch(id, under_way);
                return true;
            }
            note_cache(service, CacheEvent::miss);
            trace_cache(id, TraceStep::cache_misses);
            begin_fetch(id, found.key, cache.coalesce && cache.has_keys());
            return false;
    }
    SIM_ASSERT(false);
}

void World::note_cache(ServiceId service, CacheEvent event) {
    notify(metrics_, CacheAsked{service, event, simulator_.now()});
}

void World::trace_cache(AttemptId id, TraceStep step) {
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(id, step);
}

void World::answer_with_stored(AttemptId id) {
    if (Call* call = origin_of(attempts_[id])) call->executed = true;
    finish(id, Outcome::ok);
}

void World::begin_fetch(AttemptId leader, std::uint32_t key, bool listed) {
    auto& attempt = attempts_[leader];
    attempt.fetch = fetches_.allocate();
    auto& fetch = fetches_[attempt.fetch];
    fetch.began = simulator_.now();
    fetch.leader = leader;
    fetch.key = key;
    fetch.listed = listed;
    if (listed) caches_[attempt.instance.value]->fetching.insert(key, attempt.fetch.value);
    note_cache(service_of(attempt.instance), CacheEvent::fetch);
}

void World::join_fetch(AttemptId id, FetchId fetch_id) {
    auto& fetch = fetches_[fetch_id];
    auto& attempt = attempts_[id];
    attempt.fetch = fetch_id;
    attempt.next = AttemptId{};
    if (fetch.first.valid()) {
        attempts_[fetch.last].next = id;
    } else {
        fetch.first = id;
    }
    fetch.last = id;
}

void World::refresh_in_background(const Attempt& cause, std::uint32_t key) {
    const AttemptId id = start_background({cause.instance, cause.endpoint, cause.number,
                                           sim::hash_combine(cause.path, kRefreshSalt), cause.group,
                                           cause.priority});
    begin_fetch(id, key, true);
    next_step(id);
}

/// Work that no caller waits for: only the calls of the endpoint.
AttemptId World::start_background(const BackgroundWork& work) {
    const AttemptId id = attempts_.allocate();
    peak_in_flight_ = std::max(peak_in_flight_, attempts_.live());
    auto& attempt = attempts_[id];
    attempt.self = id;
    attempt.background = true;
    attempt.state = AttemptState::calling;
    attempt.arrived = simulator_.now();
    attempt.number = work.number;
    attempt.path = work.path;
    attempt.instance = work.instance;
    attempt.endpoint = work.endpoint;
    attempt.caller_zone = zone_of(work.instance);
    attempt.group = work.group;
    attempt.priority = work.priority;
    return id;
}

void World::end_background(AttemptId id, Outcome outcome) {
    auto& attempt = attempts_[id];
    abandon_calls_of(attempt);
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.delivery_ends(id, outcome);
    const Attempt ended = attempt;
    free_attempt(id);
    if (ended.message.valid()) delivery_ended(ended, outcome);
}

/// The calls of a try that fetches have ended. Stores the result, answers all that wait for it, and
/// says how the try itself ends. A degraded result is passed on and not stored.
Outcome World::fetch_ended(AttemptId id, Outcome outcome) {
    auto& attempt = attempts_[id];
    const Fetch fetch = fetches_[attempt.fetch];
    const auto service = service_of(attempt.instance);
    const auto& cache = *model_.services[service.value].cache;
    auto& replica = *caches_[attempt.instance.value];
    const auto now = simulator_.now();
    fetches_.free(std::exchange(attempt.fetch, FetchId{}));
    if (fetch.listed) replica.fetching.erase(fetch.key);
    if (outcome == Outcome::ok) {
        sim::KeyedRng rng(service_streams_[service.value].cache_life, attempt.number, attempt.path);
        cache.store(replica.state, fetch.key, now, now - fetch.began, rng);
    }
    const bool kept = !is_success(outcome) && !model_.endpoints[attempt.endpoint.value].write &&
                      cache.serves_after_error(replica.state, fetch.key, now);
    if (kept) {
        outcome = Outcome::degraded;
        attempt.as_503 = false;
        if (!attempt.background) note_cache(service, CacheEvent::kept_going);
    }
    for (AttemptId waiting = fetch.first; waiting.valid();) {
        auto& other = attempts_[waiting];
        const AttemptId next = other.next;
        other.fetch = FetchId{};
        other.as_503 = attempt.as_503;
        other.quality = std::min(other.quality, attempt.quality);
        if (Call* call = origin_of(other)) call->executed = call->executed || is_success(outcome);
        if (kept) note_cache(service, CacheEvent::kept_going);
        finish(waiting, outcome);
        waiting = next;
    }
    return outcome;
}

/// A try is stopped that fetches or waits: one that waits for its result must fetch it then.
void World::leave_fetch(AttemptId id) {
    auto& attempt = attempts_[id];
    const FetchId fetch_id = std::exchange(attempt.fetch, FetchId{});
    auto& fetch = fetches_[fetch_id];
    if (!(fetch.leader == id)) {
        AttemptId* link = &fetch.first;
        AttemptId before;
        while (!(*link == id)) {
            before = *link;
            link = &attempts_[before].next;
        }
        *link = attempt.next;
        if (fetch.last == id) fetch.last = before;
        return;
    }
    if (fetch.first.valid()) {
        fetch.leader = fetch.first;
        fetch.first = attempts_[fetch.leader].next;
        fetch.began = simulator_.now();
        next_step(fetch.leader);
        return;
    }
    if (fetch.listed) caches_[attempt.instance.value]->fetching.erase(fetch.key);
    fetches_.free(fetch_id);
}

/// The power of a replica is gone, and all tries at it with it.
void World::forget_stores(InstanceId id) {
    if (!caches_.empty() && caches_[id.value]) {
        const auto service = service_of(id);
        caches_[id.value]->fetching.clear();
        model_.services[service.value].cache->restart(caches_[id.value]->state);
    }
    if (!queues_.empty() && queues_[id.value]) lose_messages(id);
}

/// A try vanishes with its instance.
void World::vanish_from_store(const Attempt& attempt, AttemptId id) {
    if (attempt.fetch.valid()) {
        const auto& fetch = fetches_[attempt.fetch];
        if (fetch.live && fetch.leader == id) fetches_.free(attempt.fetch);
    }
    if (attempt.message.valid()) close_delivery(attempt.message);
}

}  // namespace models
