#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

/// Mean time that a request of the service holds its slot, by their rates.
double mean_hold(const LintContext& c, ServiceId id) {
    const double rate = c.per_s(id);
    return rate > 0 ? c.busy(id) * c.slots(id) / rate : 0;
}

/// How long the last one of a full queue waits; infinite: the queue has no end. Nothing: nobody
/// waits there, or what waits too long is dropped.
std::optional<double> full_queue_wait(const LintContext& c, ServiceId id) {
    const ServiceSpec& service = c.service(id);
    const auto& config = c.model().services[id.value];
    const bool drops = service.server.max_wait || service.server.shedding ||
                       service.server.concurrency_limit || service.server.rate_limit;
    const double hold = mean_hold(c, id);
    if (service.kind == ServiceKind::external || drops || config.capacity() == 0 || hold <= 0) {
        return std::nullopt;
    }
    const auto calls = c.calls_to(id);
    const bool all_passed = std::all_of(calls.begin(), calls.end(), [](const LintCall* call) {
        return call->policy->pass_deadline_down;  // what is past its deadline is dropped
    });
    if (all_passed) return std::nullopt;
    if (!service.queue) return kUnbounded;
    return *service.queue * hold / config.capacity();
}

/// The caller that waits longest, or least, for one try.
const LintCall* waiting(const LintContext& c, ServiceId id, bool longest) {
    const LintCall* found = nullptr;
    for (const LintCall* call : c.calls_to(id)) {
        const double one = c.try_limit(*call);
        if (found == nullptr || (longest ? one > c.try_limit(*found) : one < c.try_limit(*found))) {
            found = call;
        }
    }
    return found;
}

std::string wait_text(const LintContext& c, ServiceId id, double wait) {
    if (std::isinf(wait)) return fmt::format("the queue of {} has no end", c.name(id));
    const auto& config = c.model().services[id.value];
    return fmt::format("the last of {} in the queue of {} waits {} ({} at once, {} each)",
                       *c.service(id).queue, c.name(id), seconds_text(wait), config.capacity(),
                       seconds_text(mean_hold(c, id)));
}

/// Services without a queue's length share a finding.
std::string lump_of_queue(const LintContext& c, ServiceId id) {
    return c.is_written(id, "queue") ? "" : "no queue";
}

void check_f26(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const auto wait = full_queue_wait(c, id);
        const LintCall* patient = waiting(c, id, true);
        if (!wait || patient == nullptr) continue;
        const double patience = c.try_limit(*patient);
        if (!std::isinf(*wait) && *wait <= patience) continue;
        hits.add(
            {c.place_of(id, "queue"),
             std::isinf(patience)
                 ? wait_text(c, id, *wait) + ", and nobody who waits in it gives up"
                 : fmt::format("{}; its most patient caller, {}, waits {}", wait_text(c, id, *wait),
                               patient->caller_name, seconds_text(patience)),
             c.name(id), *wait, lump_of_queue(c, id)});
    }
}

/// By service: whether a customer's request needs it.
std::vector<std::uint8_t> user_facing(const LintContext& c) {
    std::vector<std::uint8_t> facing(c.spec().services.size(), 0);
    for (const LintCall& call : c.calls()) {
        if (!call.of_customers) continue;
        for (const ServiceId id : c.needs(call.to)) facing[id.value] = 1;
    }
    return facing;
}

void check_f27(const LintContext& c, LintHits& hits) {
    const auto facing = user_facing(c);
    for (const ServiceId id : c.services()) {
        const ServiceSpec& service = c.service(id);
        if (service.server.order != QueueOrder::fifo) continue;
        const auto wait = full_queue_wait(c, id);
        const LintCall* hurried = waiting(c, id, false);
        if (!wait || hurried == nullptr || facing[id.value] == 0) continue;
        const double patience = c.try_limit(*hurried);
        if (*wait <= patience || std::isinf(patience)) continue;
        hits.add(
            {c.place_of(id, "queueOrder"),
             fmt::format("{}, first come first served; {} gives up after {}, and nothing drops "
                         "its requests before they are worked on",
                         wait_text(c, id, *wait), hurried->caller_name, seconds_text(patience)),
             c.name(id), *wait, lump_of_queue(c, id)});
    }
}

/// Pools of this kind of caller: one for each replica.
double pools_of(const LintContext& c, const LintCall& call) {
    return call.of_customers ? 1 : std::max<double>(1, c.replicas(call.caller_service));
}

void check_f28(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        const auto& pool = call.policy->pool;
        if (!pool) continue;
        const double streams = static_cast<double>(pool->connections) * pool->streams;
        const double pools = pools_of(c, call);
        const double p99 = c.reply_p99(call.to) + c.round_trip(call);
        const double needed = call.per_s / pools * p99;
        if (streams < needed) {
            hits.add(
                {c.place_of(call, "pool"),
                 fmt::format("each replica of {} makes {}/s to {}, of {} at the p99: {} tries "
                             "under way, and {} connections",
                             call.caller_name, number_text(call.per_s / pools), call.callee_name,
                             seconds_text(p99), number_text(needed), number_text(streams)),
                 call.text(), needed / streams});
        }
        const ServiceSpec& callee = c.service(call.callee);
        if (callee.kind != ServiceKind::database || callee.concurrency == kUnlimited) continue;
        const double all = pools * streams;
        if (!callee.queue) continue;
        const double most =
            (static_cast<double>(callee.concurrency) + *callee.queue) * c.replicas(call.callee);
        if (all <= most) continue;
        hits.add(
            {c.place_of(call, "pool"),
             fmt::format("{} pools of {} connections are {}, and {} takes {} requests at once, "
                         "those that wait included",
                         number_text(pools), number_text(streams), number_text(all),
                         c.name(call.callee), number_text(most)),
             call.text(), all / most, "connections of " + c.name(call.callee)});
    }
}

void check_f29(const LintContext& c, LintHits& hits) {
    for (const LintCall& call : c.calls()) {
        const auto& pool = call.policy->pool;
        if (!pool) continue;
        const double wait = bounded_seconds(pool->acquire_timeout);
        const double limit = c.try_limit(call);
        if (!std::isinf(wait) && wait < limit) continue;
        hits.add({c.place_of(call, "pool"),
                  std::isinf(wait)
                      ? fmt::format("{} waits for a free connection without an `acquireTimeout`{}",
                                    call.text(),
                                    std::isinf(limit)
                                        ? ", for ever"
                                        : ", for the " + seconds_text(limit) + " that the try has")
                      : fmt::format("{} waits up to {} for a free connection, and has {} for the "
                                    "whole try",
                                    call.text(), seconds_text(wait), seconds_text(limit)),
                  call.text(), wait});
    }
}

constexpr auto kQueuesRules = std::to_array<LintRule>({
    {"F26", sim::Severity::error, LintCategory::latency, "a queue longer than anybody waits",
     "the queue has no bound, or the last one of a full queue waits longer than the most patient "
     "caller's try, and nothing else drops it (`maxWait`, `shedding`, `concurrencyLimit`, "
     "`rateLimit`, `deadline: passDown`)",
     "under overload all work is for callers that have given up: the service is busy, and nobody "
     "gets an answer",
     "AWS Well-Architected REL05-BP04; Amazon Builders' Library, Avoiding insurmountable queue "
     "backlogs",
     "scenarios/policies/shedding.yaml", "services: {payment: {concurrency: 8}}",
     "services: {payment: {concurrency: 8, queue: 20}}", check_f26},
    {"F27", sim::Severity::warning, LintCategory::latency, "first in, first out, and too late",
     "a `fifo` queue without `maxWait`, `shedding` or limits, on a path that a customer needs, in "
     "which one may wait longer than the most hurried caller's try",
     "the oldest request is served first, and it is the one whose caller gives up next",
     "AWS Well-Architected REL05-BP04; Facebook, Fail at Scale, 2015: adaptive LIFO and CoDel",
     "scenarios/policies/shedding.yaml", "services: {payment: {concurrency: 8, queue: 400}}",
     "services: {payment: {concurrency: 8, queue: 400, queueOrder: adaptiveLifo, maxWait: 500ms}}",
     check_f27},
    {"F28", sim::Severity::warning, LintCategory::load, "a pool of the wrong size",
     "a `pool` has fewer streams than rate x p99 needs (Little's law), or all pools together have "
     "more connections than a database takes requests at once, its queue included",
     "too small, calls wait for connections on a good day; too large, the pools of all callers "
     "overrun the database on a bad one",
     "Little's law; HikariCP, About Pool Sizing", "scenarios/policies/pool.yaml",
     "policyFor: {db: {pool: {connections: 5}}}   # 100/s per replica, p99 of 100 ms",
     "policyFor: {db: {pool: {connections: 12, acquireTimeout: 50ms}}}", check_f28},
    {"F29", sim::Severity::warning, LintCategory::latency, "no limit to the wait for a connection",
     "a `pool` has no `acquireTimeout`, or one that is not shorter than a try",
     "with all connections taken calls queue up in the caller, where no queue's limit counts them",
     "AWS Well-Architected REL05-BP05", "scenarios/policies/pool.yaml",
     "policyFor: {db: {timeout: 1s, pool: {connections: 10}}}",
     "policyFor: {db: {timeout: 1s, pool: {connections: 10, acquireTimeout: 100ms}}}", check_f29},
});

}  // namespace

std::span<const LintRule> queue_rules() { return kQueuesRules; }

}  // namespace models
