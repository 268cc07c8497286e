// What faults do to single messages and to single pieces of own work. Every fault has draws of its
// own, keyed by its name, so that one more fault moves nothing that the others decide.
#include <algorithm>
#include <cmath>

#include "models/engine/world.hpp"

namespace models {
namespace {

constexpr std::uint64_t kShareSalt = 0x2545F4914F6CDD1DULL;

/// Uniform in [delay - jitter, delay + jitter), and never negative.
sim::Duration jittered(sim::Duration delay, sim::Duration jitter, sim::KeyedRng& rng) {
    if (jitter.ns == 0) return delay;
    const double offset = (2 * rng.unit() - 1) * jitter.seconds();
    return std::max(sim::Duration{}, sim::saturated_add(delay, sim::from_seconds(offset)));
}

/// How long TCP takes longer over a message when it loses packets: what is missing before the last
/// packet is sent again after a round trip, the last one and whatever is lost once more after a
/// timeout that doubles.
sim::Duration retransmission_delay(const TrafficConditions& conditions, sim::Duration round_trip,
                                   sim::KeyedRng& rng) {
    const auto& loss = conditions.packet_loss;
    PacketChain chain(loss, rng);
    const auto timeout = std::max(sim::milliseconds(200), round_trip);
    const auto again = [&](sim::Duration waited) {
        for (int turn = 0; turn < 10 && chain.next(); ++turn) {
            waited = sim::saturated_add(
                waited, sim::Duration{std::min(timeout.ns, INT64_MAX >> 12) << turn});
        }
        return waited;
    };
    const auto others = conditions.packets - 1;
    bool missing = false;
    if (loss.independent()) {
        missing = rng.bernoulli(1 - std::pow(1 - loss.probability, static_cast<double>(others)));
    } else {
        for (std::uint32_t i = 0; i < others; ++i) missing = chain.next() || missing;
    }
    const auto body = missing ? again(round_trip) : sim::Duration{};
    return std::max(body, again(sim::Duration{}));
}

}  // namespace

Outcome World::fail_as(Attempt& attempt, InjectedFailure failure) {
    switch (failure) {
        case InjectedFailure::error:
            return Outcome::error;
        case InjectedFailure::status_503:
            attempt.as_503 = true;
            return Outcome::error;
        case InjectedFailure::status_429:
            return Outcome::throttled;
        case InjectedFailure::reset:
            return Outcome::reset;
    }
    SIM_ASSERT(false);
}

/// Whether the fault meets the try: by a draw for each try, or for its connection.
bool World::is_met(const TrafficConditions& one, const Attempt& attempt) const {
    if (!one.where.has(attempt.caller, attempt.instance, attempt.endpoint)) return false;
    if (one.share >= 1) return true;
    const auto& stream = fault_streams_[one.fault];
    if (!one.sticky) {
        sim::KeyedRng rng(stream, attempt.number, attempt.path ^ kShareSalt);
        return rng.bernoulli(one.share);
    }
    const auto instances = model_.topology.instances.size();
    const auto caller = attempt.caller < instances
                            ? instance_names_[attempt.caller]
                            : sim::hash_combine(user_hash(attempt), attempt.group);
    const auto replica = instance_names_[attempt.instance.value];
    sim::KeyedRng rng(stream, 0, sim::hash_combine(caller, replica));
    return rng.bernoulli(one.share);
}

/// What active faults do to a message of the try, apart from delaying it.
MessageFate World::fate_of(const Attempt& attempt, bool to_server) const {
    MessageFate fate;
    for (const auto& one : conditions_.traffic) {
        if (!one.where.has_direction(to_server) || !is_met(one, attempt)) continue;
        fate.lost = fate.lost || one.lost;
        fate.refused = fate.refused || (one.refused && to_server);
        if (one.reset && !fate.reset) fate.reset = one.reset;
        if (one.answer && to_server && !fate.answer) fate.answer = one.answer;
    }
    return fate;
}

sim::Duration World::injected_delay(const Attempt& attempt, bool to_server) const {
    sim::Duration delay{};
    for (const auto& one : conditions_.traffic) {
        const bool late = one.delay.ns > 0 || one.packet_loss.probability > 0;
        if (!late || !one.where.has_direction(to_server) || !is_met(one, attempt)) continue;
        sim::KeyedRng rng(fault_streams_[one.fault], attempt.number,
                          to_server ? attempt.path : ~attempt.path);
        delay = sim::saturated_add(delay, jittered(one.delay, one.jitter, rng));
        if (one.packet_loss.probability <= 0) continue;
        const auto there = network_delay(attempt, true);
        const auto round_trip = sim::saturated_add(there, network_delay(attempt, false));
        delay = sim::saturated_add(delay, retransmission_delay(one, round_trip, rng));
    }
    return delay;
}

/// Settings are edited at the caller, whichever replica its tries go to. A share is of its calls.
std::optional<sim::Duration> World::edited_timeout(const Call& call, EditedTime which) const {
    std::optional<sim::Duration> edited;
    const auto& replicas = model_.topology[model_.endpoints[call.endpoint.value].service].instances;
    for (const auto& one : conditions_.traffic) {
        if (!(one.*which)) continue;
        const auto caller = caller_of(call).value;
        if (std::none_of(replicas.begin(), replicas.end(),
                         [&](InstanceId id) { return one.where.has(caller, id, call.endpoint); })) {
            continue;
        }
        if (one.share < 1) {
            sim::KeyedRng rng(fault_streams_[one.fault], one.sticky ? 0 : call.number,
                              one.sticky ? caller_name(call) : call.path ^ kShareSalt);
            if (!rng.bernoulli(one.share)) continue;
        }
        edited = one.*which;
    }
    return edited;
}

/// The message takes its turn on every narrow link, in both directions of each.
sim::Duration World::wait_for_links(const Attempt& attempt, bool to_server) {
    sim::Duration waited{};
    const auto now = simulator_.now();
    for (const auto& one : conditions_.traffic) {
        if (one.seconds_each <= 0 || !one.where.has_direction(to_server)) continue;
        if (!is_met(one, attempt)) continue;
        auto& free = links_[one.fault][(one.part == 0) == to_server ? 0 : 1];
        free = sim::saturated_add(std::max(now, free), sim::from_seconds(one.seconds_each));
        waited = sim::saturated_add(waited, free - now);
    }
    return waited;
}

bool World::is_met(const WorkConditions& one, const Attempt& attempt) const {
    if (!one.strikes(attempt.instance)) return false;
    if (one.share >= 1) return true;
    sim::KeyedRng rng(fault_streams_[one.fault], attempt.number, attempt.path ^ kShareSalt);
    return rng.bernoulli(one.share);
}

double World::slow_factor(const Attempt& attempt) const {
    constexpr double kStandstill = 1e18;  // many faults at once; infinitely slow no work is no time
    double factor = 1;
    for (const auto& one : conditions_.work) {
        const bool slow = one.slow_factor != 1 && is_met(one, attempt);
        if (slow) factor = std::min(factor * one.slow_factor, kStandstill);
    }
    return factor;
}

/// Own work under the faults that hold when it begins.
sim::Duration World::injected_work(const Attempt& attempt, sim::Duration work) const {
    auto result = sim::from_seconds(work.seconds() * slow_factor(attempt));
    for (const auto& one : conditions_.work) {
        const bool instead = one.failure && one.before_work;
        if ((!instead && one.extra.ns == 0) || !is_met(one, attempt)) continue;
        if (instead) return sim::Duration{};
        sim::KeyedRng rng(fault_streams_[one.fault], attempt.number, attempt.path);
        result = sim::saturated_add(result, jittered(one.extra, one.jitter, rng));
    }
    return result;
}

/// Where a key is that the call asks for; none when it is any other key. Every try of a call asks
/// for the same; writes of a database go to its primary.
InstanceId World::hot_replica(const Call& call) const {
    const auto& endpoint = model_.endpoints[call.endpoint.value];
    const auto& database = databases_[endpoint.service.value];
    const bool at_primary = database.address.valid() && (endpoint.write || database.reads_primary);
    if (at_primary) return InstanceId{};
    for (const auto& one : conditions_.hot) {
        for (const InstanceId id : model_.topology[endpoint.service].instances) {
            if (one.instances[id.value] == 0) continue;
            sim::KeyedRng rng(fault_streams_[one.fault], call.number, call.path ^ kShareSalt);
            if (rng.bernoulli(one.share)) return id;
            break;
        }
    }
    return InstanceId{};
}

/// How often the call is made, one after the other: the first to a service stands for all of them.
std::uint32_t World::injected_times(const Attempt& attempt, const CallSpec& spec) const {
    std::uint32_t times = spec.times;
    for (const auto& one : conditions_.calls) {
        if (one.instances[attempt.instance.value] == 0 || !(one.callee == spec.callee)) continue;
        bool first = true;
        for (const auto& step : model_.endpoints[attempt.endpoint.value].steps) {
            for (const auto& call : step.calls) {
                first = first && !(call.callee == spec.callee && call.position < spec.position);
            }
        }
        if (first) times += one.more;
    }
    return times;
}

std::optional<Outcome> World::injected_failure(Attempt& attempt) const {
    for (const auto& one : conditions_.work) {
        if (one.failure && is_met(one, attempt)) return fail_as(attempt, *one.failure);
    }
    return std::nullopt;
}

}  // namespace models
