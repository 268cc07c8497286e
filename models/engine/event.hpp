#pragma once

#include <cstdint>

#include "sim/core/event_word.hpp"

namespace models {

/// Everything that can happen in a World; the subject is an id of the kind named behind it.
enum class EventKind : std::uint32_t {
    customer_arrives,    ///< group: the next request of an open workload
    user_returns,        ///< closed user: done thinking
    try_arrives,         ///< attempt: its message reaches the instance
    work_done,           ///< attempt: own work ended
    reply_arrives,       ///< attempt: the answer reaches the caller
    call_timer,          ///< call: the try's or the call's time is up
    retry_due,           ///< call: the backoff is over
    fault_starts,        ///< fault of the plan
    fault_ends,          ///< fault of the plan
    instance_restarted,  ///< instance: ready again
    failover_done,       ///< service (a database): a new primary may take over
    probe_due,           ///< checker: time to ask
    probe_arrives,       ///< checker: the probe reaches the instance
    probe_passed,        ///< checker: the answer is back
    probe_failed,        ///< checker: refused, or no answer in time
    second_begins,       ///< a measured second starts
    // Kinds are part of every trajectory's fingerprint: new ones go to the end.
    cancellation_arrives,  ///< attempt: its caller no longer waits
    permit_due,            ///< call: the rate limit lets its try go
    place_granted,         ///< call: a place or stream that it waited for is its own
    hedge_due,             ///< hedged call: time for another try
    hedge_timer,           ///< hedged call x 8 + lane: the try's time is up
    outlier_sweep,         ///< detector: an interval of outlier detection ends
    hold_ends,             ///< attempt: the server's rate limit has room for it
    cores_done,            ///< instance: own work that shares its cores ended
    fallback_done,         ///< call: its fallback has an answer
    visibility_ended,      ///< message: not acknowledged in time
    losers_told,           ///< hedged call: the tries that lost have been told to stop
    customer_presses,      ///< press: a customer whose request has failed asks again
    hang_due,              ///< fault: more workers deadlock
    drain_over,            ///< instance: what it still has is reset, the process ends
    deregistered,          ///< instance: callers know that it stops
    process_crashes,       ///< instance: by what wears it out
    warmed_up,             ///< instance: works at full speed
    failover_detected,     ///< service (a database): the primary's loss is known
    primary_published,     ///< service (a database): callers learn who the new primary is
    fleet_sampled,         ///< fleet: a second of its scaler is over
    replica_started,       ///< instance: a new replica may serve
    extra_customer,        ///< extra load: the next customer of a fault's
    occurrence_due,        ///< process of a fault that recurs: the next visit begins
    occurrence_ends,       ///< visit: over
    ramp_step,             ///< visit: its strength changes
    rollout_due,           ///< deployment: something may be next
    rollout_step,          ///< instance: the next stage on its way to another version
    rollout_look,          ///< deployment: a period of its alarm is over
    rollout_decided,       ///< deployment: its version is taken back
    action_due,            ///< action: somebody does it now
    action_over,           ///< action: its time is up
    lookup_answered,       ///< known name: the resolver has answered, or it will not
    region_looked_at,      ///< steered region: time to see whether it is well
    connection_closed,     ///< closing connection: back in its pool
    lease_over,            ///< instance: a primary out of touch takes no writes any more
    old_primary_notices,   ///< instance: it hears that another is the primary
    consumer_dies,         ///< instance: of the message that it has processed
    levels_looked_at,      ///< service: its replicas decide on their levels
    wait_over,             ///< attempt: it has been in the queue for as long as it may
};

using Event = sim::EventWord<EventKind>;

}  // namespace models
