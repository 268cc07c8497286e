#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/engine/model.hpp"
#include "models/policy/outcome.hpp"
#include "models/policy/priority.hpp"
#include "sim/core/event_queue.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

using RequestId = sim::Id<struct RequestTag>;
using CallId = sim::Id<struct CallTag>;
using AttemptId = sim::Id<struct AttemptTag>;
using PressId = sim::Id<struct PressTag>;
using ClosingId = sim::Id<struct ClosingTag>;
using OrphanId = sim::Id<struct OrphanTag>;
using HedgingId = sim::Id<struct HedgingTag>;
using BalancerId = sim::Id<struct BalancerTag>;
using FetchId = sim::Id<struct FetchTag>;
using MessageId = sim::Id<struct MessageTag>;

/// Somebody who makes calls and remembers how they went: a replica, or a group of customers.
struct CallerId {
    std::uint32_t value = 0;  ///< instances, then groups

    friend bool operator==(CallerId, CallerId) = default;
};

/// How a try, a call or a request ended.
struct Ending {
    Outcome outcome = Outcome::ok;
    bool as_503 = false;                  ///< an error reply that carries a 503 from further down
    bool on_connect = false;              ///< blackholed before there was a connection
    std::optional<sim::Duration> hint{};  ///< how long the server asked to wait; negative: do not
                                          ///< retry
    float quality = 1;                    ///< of the reply, below 1 after a fallback

    [[nodiscard]] bool success() const { return is_success(outcome); }
};

/// Who makes a call, and for which customer: the same for all its tries. (It is filled field by
/// field: a copy of one that was put together elsewhere waits for its parts to be written.)
struct Sender {
    RequestId request;         ///< of the customer, however many calls above; none: of nobody
    std::uint32_t serial = 0;  ///< of the request, which may end before a try does
    std::uint32_t group = 0;   ///< of the customer's
    std::uint32_t caller = 0;  ///< CallerId
    ZoneId caller_zone;
    bool outside = false;     ///< the caller is a customer, outside every zone
    bool delivering = false;  ///< the caller processes a message
};

/// What a customer asked for. It makes exactly one call, to the entry service.
struct Request {
    std::uint64_t number = 0;  ///< within its group; part of every draw's key
    sim::SimTime arrival{};    ///< intended
    std::uint32_t flow = 0;
    std::uint32_t group = 0;
    std::uint32_t user = 0;  ///< closed workloads: who
    ZoneId zone;             ///< where the customer is, for distance only
    std::uint32_t calls = 0;
    std::uint32_t tries = 0;
    std::uint32_t duplicates = 0;
    std::uint64_t rest = 0;     ///< of its name, beyond the number
    std::uint64_t word = 0;     ///< decides journey and place, of every press alike
    std::uint32_t presses = 0;  ///< that came before for the same wish
    std::uint32_t serial = 0;   ///< tells it from others that had this record, of whatever group
    CallId call;
    bool touched = false;  ///< see SystemModel::watched
    bool live = false;
};

/// A customer who will press again.
struct Press {
    std::uint64_t number = 0;  ///< as those of the request that failed
    std::uint64_t rest = 0;
    std::uint64_t word = 0;
    std::uint32_t flow = 0;
    std::uint32_t group = 0;
    std::uint32_t user = 0;
    std::uint32_t presses = 0;
    bool live = false;
};

/// A connection that its caller's pool does not have back yet.
struct ClosingConnection {
    CallerId caller;
    std::uint32_t slot = 0;  ///< of its pool
    const ConnectionPool* pool = nullptr;
    std::uint32_t connection = 0;
    bool broken = false;
    sim::EventHandle due;
    bool live = false;
};

/// Customers of one fault in one group, who come on top of the others.
struct ExtraLoad {
    std::uint32_t fault = 0;
    std::uint32_t group = 0;
    double rate_per_s = 0;     ///< at present
    double waiting = 0;        ///< until the next, in mean gaps; drawn, and used up by `rate_per_s`
    sim::SimTime since{};      ///< when `waiting` was right
    std::uint64_t herd = 0;    ///< who is still to come of a herd
    sim::SimTime herd_ends{};  ///< none of it comes later
    bool began = false;        ///< the herd of this turn of the fault
    std::uint64_t drawn = 0;   ///< number of the next gap
    std::uint64_t arrived = 0;  ///< names the next request
    sim::EventHandle next{};
};

/// Where a call is at its caller.
enum class CallState : std::uint8_t {
    trying,            ///< a try is on its way or at work; the timer is the try's
    waiting,           ///< backoff; the timer is the retry
    permit,            ///< a try waits for the rate limit; the timer is its turn
    in_bulkhead_line,  ///< ... for a place; the timer ends the wait
    in_pool_line,      ///< ... for a stream; the timer ends the wait
    in_call_line,      ///< the call waits for a place before its first try; the timer ends the wait
    at_call_bulkhead,  ///< one was given to it in this instant; the timer says so
    at_bulkhead,       ///< a place was given to it in this instant; the timer says so
    at_pool,           ///< a stream was given to it in this instant; the timer says so
    in_name_line,      ///< it waits for the answer of a resolver; the timer is the try's
    at_name,           ///< that has come in this instant; the timer says so
    falling_back,      ///< it has failed; the timer is the fallback's, or another call stands in
};

/// What active faults do to one message, apart from delaying it.
struct MessageFate {
    bool lost = false;
    bool refused = false;
    std::optional<sim::Duration> reset;
    std::optional<InjectedFailure> answer;
};

/// One try as its caller sees it.
struct Try {
    AttemptId attempt;    ///< while it exists somewhere
    InstanceId instance;  ///< that it went to
    sim::SimTime began{};
    sim::SimTime sent_at{};
    sim::SimTime ends = sim::kNever;       ///< its timer, once that runs
    sim::SimTime placed{};                 ///< when it took its place of the bulkhead
    std::uint32_t in_flight_at_start = 0;  ///< at the bulkhead, itself included
    std::uint32_t connection = 0;          ///< of the pool
    bool paid = false;                     ///< for by the retry budget, which waits for its end
    bool paid_hedge = false;               ///< the same of the hedges' own budget
    bool is_repeat = false;                ///< a retry or a hedge
    bool at_breaker = false;               ///< the breaker waits to hear of it
    bool probe = false;                    ///< ... and let it through half open
    bool at_host_breaker = false;          ///< the same for the breaker of its replica
    bool host_probe = false;
    bool at_throttle = false;  ///< the throttle waits to hear of it
    bool has_place = false;
    bool has_stream = false;
    bool fresh = false;     ///< its connection has to be opened first
    bool unopened = false;  ///< ... which has failed
    bool sent = false;
    bool open = true;         ///< it has not ended yet
    bool counted = false;     ///< in the balancer's count for `instance`
    bool lost = false;        ///< it vanished: only the timer will tell
    bool connecting = false;  ///< ... before there was a connection
};

/// One logical call on an edge, with all its tries.
struct Call {
    // What every step looks at comes first: a record spans several cache lines.
    std::uint64_t number = 0;  ///< of the request
    std::uint64_t path = 0;    ///< hash of how it is reached from the request
    AttemptId parent;          ///< the caller's own attempt; none for a customer's call
    Sender sender;
    const CallPolicy* policy = nullptr;
    const CallSite* site = nullptr;
    sim::SimTime deadline{};
    sim::EventHandle timer;
    CallId next;  ///< siblings under the same parent
    CallId previous;
    EndpointId endpoint;
    BalancerId balancer;  ///< of these callers in this place for this callee
    std::uint32_t edge = 0;
    std::int32_t tries = 0;
    HedgingId hedging;     ///< while hedges may be sent
    CallId stands_in_for;  ///< as the call of its fallback
    CallState state = CallState::trying;
    bool paid_ahead = false;  ///< the next try is paid for
    Criticality priority = Criticality::critical;
    bool saw_503 = false;      ///< some try was answered with 503
    bool executed = false;     ///< some try's work was finished at the server
    bool passed_down = false;  ///< the deadline is the caller's own, passed down to it
    bool live = false;
    Try current;                     ///< of a call whose tries are not hedged
    const CallSpec* spec = nullptr;  ///< nothing for a customer's call
    sim::SimTime began{};
    sim::Philox2x64 first_work{};  ///< its first try's own work is drawn from it
    CallId self;
    std::int32_t most_retries = 0;  ///< by policy and budget
    std::uint32_t repetition = 0;
    std::int32_t hedges = 0;  ///< of the tries
    RegionId steered_to;      ///< of customers who are sent to a region

    /// A customer's own, not that of somebody who serves one.
    [[nodiscard]] bool is_customers() const { return sender.outside; }
};

/// What few calls need, beside their record: what most calls need has to stay small.
struct CallExtras {
    BackoffState backoff;
    std::int64_t paid = -1;    ///< to the retry budget, for the last retry
    std::int32_t hint_at = 0;  ///< the retry that the last obeyed server hint delayed
    CallId line_before;        ///< neighbours in a WaitLine
    CallId line_after;
    CallId stand_in;  ///< the call that its fallback makes
    Try whole;        ///< stands for all its tries at a bulkhead around the call
    Ending failed;    ///< while falling back: how
};

/// The further tries of a hedged call.
struct HedgingRecord {
    static constexpr std::uint32_t kMost = 4;
    CallId call;
    std::array<Try, kMost> extra;  ///< lane i + 1
    std::array<sim::EventHandle, kMost> timers;
    HedgeClock clock;
    sim::EventHandle next;   ///< follows the clock
    std::uint32_t used = 0;  ///< lanes
    std::uint32_t open = 0;  ///< tries without an end, the first one included
    Ending last;             ///< the latest failure
    bool live = false;
};

enum class AttemptState : std::uint8_t {
    to_server,
    held,  ///< until the server's rate limit has room; the timer says when
    queued,
    working,
    calling,
    to_caller,
};

/// What a message does to whoever processes it.
enum class Poison : std::uint8_t { none, fails, kills };

/// Below every level, and below `nobody is admitted`.
inline constexpr std::int16_t kNoLevel = -2;

/// One try on the wire and at an instance. It outlives its call when the caller gives up.
struct Attempt : Sender {
    // What every step looks at comes first: a record spans several cache lines.
    std::uint64_t number = 0;  ///< of the request
    std::uint64_t path = 0;
    CallId call;    ///< none once the caller has given up
    CallId origin;  ///< the call it was made for, whether or not that still waits
    InstanceId instance;
    EndpointId endpoint;
    CallId first_call;
    std::uint32_t step = 0;
    std::uint32_t pending = 0;  ///< calls of the step that have not ended
    FetchId fetch;              ///< of a cache's origin: made or waited for
    // The state between the two: both in one load would wait until the outcome, which has just been
    // written alone, has left the store buffer.
    Outcome outcome = Outcome::ok;
    AttemptState state = AttemptState::to_server;
    bool as_503 = false;    ///< the error was caused by a 503 further down
    bool degraded = false;  ///< an optional call failed
    bool starting = false;  ///< the calls of a step are being started
    bool failed = false;    ///< a required call failed
    bool holds_slot = false;
    bool refusing = false;   ///< the work is to refuse it
    bool cancelled = false;  ///< the cancellation has arrived
    Cancellation cancel = Cancellation::none;
    std::uint8_t lane = 0;  ///< which of a hedged call's tries
    bool hedged = false;    ///< the call may have other tries at work
    bool first = false;     ///< no other try of the call came before it
    Criticality priority = Criticality::critical;
    /// Nobody asked for it and it is no waste: a delivery, or a cache's refresh. It has no caller,
    /// no request and no slot, only the calls of its endpoint.
    bool background = false;
    Poison poison = Poison::none;  ///< in the message that it processes
    bool executed_below = false;   ///< some call of it was executed, whatever its outcome
    bool inside = false;           ///< it has reached its instance and has not left it
    bool live = false;
    std::int16_t told_level = kNoLevel;   ///< that its server admits (DAGOR)
    float quality = 1;                    ///< of the reply: the least along the path
    sim::EventHandle timer;               ///< end of own work
    sim::Duration work{};                 ///< drawn, then what it takes there
    sim::SimTime arrived{};               ///< at the instance; until then: sent
    sim::SimTime since{};                 ///< in the queue; later: it has held its slot
    sim::SimTime deadline = sim::kNever;  ///< passed down: nobody waits for the reply after it
    sim::SimTime work_began{};            ///< in the queue: when it has waited too long
    sim::EventHandle cancellation;        ///< on its way from the caller
    std::uint64_t origin_path = 0;
    std::uint32_t edge = 0;
    AttemptId next;  ///< queue of the instance
    AttemptId previous;
    std::uint32_t place = 0;    ///< attempts under the server's concurrency limit when it joined
                                ///< them, itself included; 0: it has no place
    OrphanId orphan;            ///< whose breaker waits for the answer, its call being gone
    MessageId message;          ///< whose delivery it is
    std::uint32_t receipt = 0;  ///< the how manieth delivery
    AttemptId self;
};

/// A half-open breaker's probe whose call is gone.
struct OrphanedProbe {
    const CircuitBreaker* breaker = nullptr;
    CallerId caller;
    std::uint32_t slot = 0;  ///< of the breaker's state
    std::uint32_t edge = 0;
    sim::SimTime began{};
    bool is_repeat = false;
    bool live = false;
};

/// A cache's fetch of one key from its origin.
struct Fetch {
    sim::SimTime began{};
    AttemptId leader;  ///< makes the calls
    AttemptId first;   ///< those that wait for it, through Attempt::next
    AttemptId last;
    std::uint32_t key = 0;
    bool listed = false;  ///< others with the key wait for it
    bool live = false;
};

/// A message in a queue.
struct Message {
    std::uint64_t number = 0;  ///< of the request that caused it
    std::uint64_t path = 0;    ///< of its delivery's draws
    sim::SimTime stored{};
    sim::EventHandle timer;  ///< end of its visibility timeout
    MessageId older;         ///< all messages of the replica in the order in which they came
    MessageId newer;
    MessageId before;  ///< those that wait to be delivered
    MessageId behind;
    InstanceId instance;
    EndpointId endpoint;
    std::uint32_t group = 0;  ///< of the customer's
    Criticality priority = Criticality::critical;
    std::uint32_t receives = 0;
    std::uint32_t open = 0;  ///< deliveries under way
    bool waiting = false;    ///< visible: may be delivered
    bool gone = false;       ///< acknowledged, dead or dropped; some delivery is still under way
    bool processed = false;  ///< some delivery has been executed
    bool copy = false;       ///< it is to be delivered twice, and has not been
    Poison poison = Poison::none;
    bool live = false;
};

/// The path of a call's try: part of the key of all that is drawn for it.
inline std::uint64_t attempt_path(std::uint64_t call_path, std::uint64_t attempt) {
    return sim::hash_combine(call_path, attempt);
}

}  // namespace models
