// Names. A caller that keeps an answer goes on with it whatever happens to the resolver, and asks
// when it is too old: when it next opens a connection, or, without a pool, with its next call.
// Whoever else of the caller needs the name meanwhile waits for the same answer.
//
//   has an answer    | younger than the ttl, or the ttl is ignored | goes
//                    | older                                       | asks
//   has a failure    | younger than negativeTtl                    | ends `dns` at once
//                    | older                                       | asks
//   has nothing      |                                             | asks
//   asks             |                                             | waits; at its time `dns`
#include <algorithm>

#include "models/engine/tracing.hpp"

namespace models {
namespace {

constexpr std::uint64_t kNameShareSalt = 0x2545F4914F6CDD1DULL;

bool fails(NameAnswer answer) {
    return answer == NameAnswer::timeout || answer == NameAnswer::nxdomain ||
           answer == NameAnswer::servfail;
}

}  // namespace

/// At the start everybody has an answer, each of another age.
void World::learn_names() {
    const auto& topology = model_.topology;
    const auto instances = static_cast<std::uint32_t>(topology.instances.size());
    std::uint32_t resolver = 0;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
        auto& name = names_[i];
        const bool same =
            i > 0 && names_[i - 1].caller == name.caller && names_[i - 1].service == name.service;
        resolver = same ? resolver + 1 : 0;
        const bool is_customer = name.caller >= instances;
        const auto& who = is_customer ? model_.groups[name.caller - instances].name
                                      : topology.instances[name.caller].name;
        const auto callee = sim::hash_text(topology[name.service].name);
        name.key = sim::hash_combine(sim::hash_combine(sim::hash_text(who), resolver), callee);
        const sim::RngStream stream(key_.seed, key_.replication, who, "names");
        sim::KeyedRng rng(stream, resolver, callee);
        const auto age = sim::from_seconds(rng.unit() * name.policy->ttl.seconds());
        name.ignores_ttl = rng.bernoulli(name.policy->ignore_ttl);
        learn_answer(name);
        if (name.address.valid()) wrong_addresses_ = std::max(wrong_addresses_, 1U);
        if (!is_customer && topology.instances[name.caller].spare) continue;
        name.answered = true;
        name.until = name.ended = simulator_.now() + age;
    }
}

void World::learn_answer(KnownName& name) {
    name.address = databases_[name.service.value].address;
    if (name.caller < stations_.size()) return;
    const auto group = name.caller - static_cast<std::uint32_t>(stations_.size());
    if (model_.groups[group].steering && model_.groups[group].entry == name.service) {
        name.region = best_region(group, name.key);
    }
}

std::uint32_t World::name_for(const Call& call) const {
    const auto callee = model_.endpoints[call.endpoint.value].service;
    if (!call.sender.outside) {
        const InstanceId caller{call.sender.caller};
        const auto first = names_.first_of(service_of(caller).value, callee);
        return first == Names::kNone ? first : first + position_of(caller);
    }
    const auto first = names_.first_of(model_.services.size() + call.sender.group, callee);
    if (first == Names::kNone) return first;
    __extension__ using Wide = unsigned __int128;
    const auto customer = sim::mix64(customer_of(call));
    const auto resolver = (static_cast<Wide>(customer) * names_[first].policy->resolvers) >> 64;
    return first + static_cast<std::uint32_t>(resolver);
}

/// Whether the try goes over a connection that was open before anybody had to ask.
bool World::is_connected(const Call& call, const Try& one, const KnownName& name) {
    if (!one.has_stream || one.fresh) return false;
    if (name.attempt == 0) return true;
    return connections_of(call).pool.slots[one.connection].opened < name.began;
}

bool World::strikes(const TrafficConditions& one, const KnownName& name) const {
    const auto listed = [](const std::vector<std::uint8_t>& list, std::uint32_t index) {
        return index < list.size() && list[index] != 0;
    };
    if (!one.names.struck || !listed(one.where.callers, name.caller)) return false;
    const auto& replicas = model_.topology[name.service].instances;
    const bool asked_for = std::any_of(replicas.begin(), replicas.end(), [&](InstanceId id) {
        return listed(one.where.replicas, id.value);
    });
    if (!asked_for) return false;
    if (one.share >= 1) return true;
    sim::KeyedRng rng(fault_streams_[one.fault], one.sticky ? 0 : name.lookups * 128 + name.attempt,
                      name.key ^ kNameShareSalt);
    return rng.bernoulli(one.share);
}

bool World::is_usable(const KnownName& name) const {
    if (name.failed || !name.answered) return name.failed && simulator_.now() < name.until;
    if (simulator_.now() < name.until || name.ignores_ttl) return true;
    return std::any_of(conditions_.traffic.begin(), conditions_.traffic.end(),
                       [&](const TrafficConditions& one) {
                           return one.names.answer == NameAnswer::stale && strikes(one, name);
                       });
}

/// False: it waits for the name, or has failed for want of it.
bool World::knows_name(CallId id) {
    auto& call = calls_[id];
    const auto index = name_for(call);
    if (index == Names::kNone) return true;
    auto& name = names_[index];
    const bool connected = is_connected(call, call.current, name);
    if (connected || (name.attempt == 0 && is_usable(name))) {
        if (!connected && name.failed) {
            fail_name(id);
            return false;
        }
        follow(call, name);
        return true;
    }
    call.state = CallState::in_name_line;
    make_room_for_extras();
    name.line.join(extras_, id);
    if (tracer_ != nullptr) [[unlikely]]
        Tracing{*this}.says(call, TraceStep::waits_for_name);
    if (name.attempt > 0) return false;
    name.attempt = 1;
    name.began = simulator_.now();
    ++name.lookups;
    ask_resolver(index);
    return false;
}

/// A hedge that would have to wait is not worth sending.
bool World::knows_name_now(const Call& call, Try& one) {
    const auto index = name_for(call);
    if (index == Names::kNone) return true;
    const auto& name = names_[index];
    if (is_connected(call, one, name)) return true;
    const bool known = name.attempt == 0 && is_usable(name) && !name.failed;
    one.unopened = !known && one.fresh;
    return known;
}

void World::fail_name(CallId id) {
    auto& one = calls_[id].current;
    one.unopened = one.fresh;
    try_ended(id, {Outcome::dns});
}

void World::leave_name_line(CallId id) {
    auto& call = calls_[id];
    names_[name_for(call)].line.leave(extras_, id);
    call.state = CallState::trying;
    call.current.unopened = call.current.fresh;
}

/// The time of a try that waits for a name is up.
Ending World::unresolved(CallId id) {
    leave_name_line(id);
    auto& call = calls_[id];
    Ending ending = out_of_time(call, call.current);
    if (ending.outcome == Outcome::timeout) ending.outcome = Outcome::dns;
    return ending;
}

/// An event of the instant in which the answer has come.
void World::name_answered(CallId id) {
    auto& call = calls_[id];
    const auto& name = names_[name_for(call)];
    if (name.failed) return fail_name(id);
    follow(call, name);
    reach_replica(call);
}

/// One question; what becomes of it is decided when it is sent.
void World::ask_resolver(std::uint32_t index) {
    auto& name = names_[index];
    const auto& policy = *name.policy;
    name.pending = NameAnswer::right;
    auto wait = policy.lookup;
    for (const auto& one : conditions_.traffic) {
        if (!one.names.struck || !strikes(one, name)) continue;
        const auto& fault = one.names;
        if (fault.answer != NameAnswer::right && fault.answer != NameAnswer::stale &&
            name.pending != NameAnswer::timeout) {
            name.pending = fault.answer;
        }
        if (fault.delay.ns == 0) continue;
        sim::KeyedRng rng(fault_streams_[one.fault], name.lookups * 128 + name.attempt, name.key);
        const double offset = (2 * rng.unit() - 1) * fault.jitter.seconds();
        const auto delay = sim::saturated_add(fault.delay, sim::from_seconds(offset));
        wait = sim::saturated_add(wait, std::max(delay, sim::Duration{}));
    }
    if (wait > policy.timeout) name.pending = NameAnswer::timeout;
    if (name.pending == NameAnswer::timeout) wait = policy.timeout;
    name.next = after(wait, {EventKind::lookup_answered, index});
}

void World::lookup_answered(std::uint32_t index) {
    auto& name = names_[index];
    name.next = sim::EventHandle{};
    switch (name.pending) {
        case NameAnswer::timeout:
            if (name.attempt < name.policy->attempts) {
                ++name.attempt;
                return ask_resolver(index);
            }
            lookup_failed(name);
            break;
        case NameAnswer::nxdomain:
        case NameAnswer::servfail:
            lookup_failed(name);
            break;
        case NameAnswer::right:
        case NameAnswer::stranger:
        case NameAnswer::nowhere:
        case NameAnswer::stale:
            name.answer = name.pending;
            name.answered = true;
            name.failed = false;
            learn_answer(name);
            name.until = name.ended = sim::saturated_add(simulator_.now(), name.policy->ttl);
            break;
    }
    name.attempt = 0;
    notify(metrics_, NameLookedUp{name.service, simulator_.now(), fails(name.pending)});
    while (name.line.count > 0) {
        const CallId id = name.line.head;
        name.line.leave(extras_, id);
        grant(id, CallState::at_name);
    }
}

/// RFC 8767: an old answer is better than none, unless it is certain that the name is gone.
void World::lookup_failed(KnownName& name) {
    const auto& policy = *name.policy;
    const auto now = simulator_.now();
    name.until = sim::saturated_add(now, policy.negative_ttl);
    const bool may = name.answered && name.pending != NameAnswer::nxdomain;
    name.failed = !may || now >= sim::saturated_add(name.ended, policy.serve_stale);
}

/// A process that starts knows nothing.
void World::forget_names(InstanceId id) {
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
        auto& name = names_[i];
        if (name.caller != id.value) continue;
        SIM_ASSERT(name.line.count == 0);
        simulator_.cancel(name.next);
        name.attempt = 0;
        name.answered = name.failed = false;
        name.until = name.ended = kLongAgo;
    }
}

InstanceId World::asker_of(std::uint32_t name) const {
    const auto caller = names_[name].caller;
    return caller < stations_.size() ? InstanceId{caller} : InstanceId{};
}

/// Of a database's primary, as far as the caller has heard.
InstanceId World::known_address(const Call& call) const {
    const auto index = name_for(call);
    const auto service = model_.endpoints[call.endpoint.value].service;
    if (index == Names::kNone) return databases_[service.value].address;
    return names_[index].address;
}

/// The name has led the caller to somebody else.
bool World::goes_astray(AttemptId id) {
    auto& attempt = attempts_[id];
    const auto& call = calls_[attempt.call];
    const auto index = name_for(call);
    if (index == Names::kNone || names_[index].answer == NameAnswer::right) return false;
    auto& one = try_at(calls_[attempt.call], attempt.lane);
    if (is_connected(call, one, names_[index])) return false;
    one.unopened = one.fresh;
    if (names_[index].answer == NameAnswer::stranger) {
        answer_at_caller(id, Outcome::refused, round_trip(attempt));
    } else {
        lose_connection(id);
    }
    return true;
}

}  // namespace models
