#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/policy/outcome.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Which request of a replication: the same in every strategy, whatever happens to it there.
struct RequestName {
    std::uint32_t group = 0;   ///< of customers
    std::uint64_t number = 0;  ///< within the group; of a closed group, user and cycle
    std::uint64_t rest = 0;    ///< what the number has no room for, and how often it was pressed

    friend bool operator==(const RequestName&, const RequestName&) = default;
};

/// What took time on behalf of a request.
enum class SpanKind : std::uint8_t {
    request,   ///< the customer's, from the wish to the end
    call,      ///< a call at its caller, with all its tries and what is between them
    attempt,   ///< one try as its caller sees it
    work,      ///< a try at the replica that it went to: from arrival to reply
    delivery,  ///< of a message that the request left in a queue
};

/// How it ended.
enum class SpanEnd : std::uint8_t {
    open,       ///< it had not, when the run or the following of the request did
    finished,   ///< with an outcome
    given_up,   ///< whoever asked for it did not wait any longer
    cancelled,  ///< it was told that nobody waits any more
    vanished,   ///< with its replica's process, or on its way
};

inline constexpr std::uint32_t kNoSpan = 0xFFFFFFFFU;

/// One of the things that took time, by name. Spans are in the order in which they began; a parent
/// comes before its children, and may end before they do (nobody stops a server's work).
struct TraceSpan {
    SpanKind kind = SpanKind::request;
    SpanEnd end_kind = SpanEnd::open;
    Outcome outcome = Outcome::ok;   ///< of one that is finished
    std::uint32_t parent = kNoSpan;  ///< of the request: none
    std::uint32_t number = 0;        ///< of a try within its call, or of a delivery: from 1
    bool hedge = false;              ///< the try was sent beside another
    bool wasted = false;             ///< work whose reply nobody waited for
    std::string caller{};            ///< group or service that asked for it
    std::string callee{};            ///< service
    std::string endpoint{};          ///< of the callee; of the request: its journey
    std::string instance{};          ///< where work was done, or the try was sent; empty: nowhere
    std::string zone{};              ///< of the instance; of the request: the customer's
    sim::SimTime begin{};
    sim::SimTime end{};       ///< of an open one: when it was last looked at
    std::uint32_t began = 0;  ///< place in the order of all that happened, notes included
    std::uint32_t ended = 0;  ///< the same; 0: it has not

    [[nodiscard]] sim::Duration length() const { return end - begin; }
    friend bool operator==(const TraceSpan&, const TraceSpan&) = default;
};

/// What happened at an instant.
enum class TraceStep : std::uint8_t {
    // at the caller
    waits_to_retry,     ///< value: ns of backoff
    not_retryable,      ///< this kind of failure is not tried again
    no_retries_left,    ///< value: tries that were made
    no_time_to_retry,   ///< the call's time would be over
    told_not_to_retry,  ///< by the server
    no_budget,          ///< the retry budget is empty
    waits_for_permit,   ///< of a rate limit; value: ns
    waits_for_place,    ///< of a bulkhead; value: calls before it
    waits_for_stream,   ///< of a connection pool; value: calls before it
    waits_for_name,     ///< a resolver has to be asked
    granted,            ///< the place, stream or name that it waited for
    falls_back,         ///< the fallback takes over; value: ns that it takes
    // on the way
    lost_without_power,  ///< the other end is dark
    lost_in_network,     ///< the message was cut off or dropped
    nobody_listens,      ///< the process is down: refused
    late_reply,          ///< an answer came when nobody waited any more
    // at the replica
    held,             ///< the server's rate limit; value: ns
    queued,           ///< value: requests before it
    starts,           ///< it has a slot; value: ns that it waited
    work_done,        ///< its own work; value: ns
    wrong_replica,    ///< a write that came to a replica that is not the primary
    no_quorum,        ///< too few replicas of the database are there
    cancel_arrives,   ///< nobody waits for it any more, says its caller
    cache_hit,        ///< answered from what is stored
    cache_stale,      ///< ... although it has expired
    cache_joins,      ///< somebody else is fetching it: waits for that
    cache_misses,     ///< has to be fetched
    message_stored,   ///< in the queue
    message_dead,     ///< received too often: it is put aside
    message_expired,  ///< older than the queue keeps them
    message_lost,     ///< with the power
};
inline constexpr std::size_t kTraceSteps = static_cast<std::size_t>(TraceStep::message_lost) + 1;

struct TraceNote {
    sim::SimTime now{};
    std::uint32_t span = 0;  ///< that it is about
    TraceStep step = TraceStep::waits_to_retry;
    std::int64_t value = 0;   ///< see TraceStep
    std::uint32_t order = 0;  ///< place in the order of all that happened

    friend bool operator==(const TraceNote&, const TraceNote&) = default;
};

/// What became of a request, as its customer sees it.
struct RequestSeen {
    RequestName name;
    std::uint32_t flow = 0;
    sim::SimTime arrival{};
    sim::SimTime end{};
    Outcome outcome = Outcome::unfinished;
    float quality = 1;  ///< of the reply
    std::uint32_t calls = 0;
    std::uint32_t tries = 0;  ///< of all its calls, at all depths
    std::uint32_t duplicates = 0;

    [[nodiscard]] bool is_good() const { return is_success(outcome) && quality >= 0.5F; }
    [[nodiscard]] sim::Duration sojourn() const { return end - arrival; }
    friend bool operator==(const RequestSeen&, const RequestSeen&) = default;
};

/// Everything that happened on behalf of one request, down to the last piece of work that nobody
/// waited for.
struct RequestTrace {
    bool found = false;  ///< false: no such request has come
    RequestSeen seen;
    std::string group{};
    std::string journey{};
    std::uint64_t customer = 0;      ///< number within the group ...
    bool knows_customer = false;     ///< ... where somebody says how many there are
    bool truncated = false;          ///< more happened than is kept
    std::vector<TraceSpan> spans{};  ///< the request's own first; empty: it was turned away
    std::vector<TraceNote> notes{};  ///< in the order of time

    friend bool operator==(const RequestTrace&, const RequestTrace&) = default;
};

}  // namespace models
