#pragma once

#include <cstdint>

#include "models/engine/model.hpp"
#include "models/policy/outcome.hpp"
#include "sim/core/event_queue.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/time.hpp"

namespace models {

using RequestId = sim::Id<struct RequestTag>;
using CallId = sim::Id<struct CallTag>;
using AttemptId = sim::Id<struct AttemptTag>;
using BalancerId = sim::Id<struct BalancerTag>;

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
    std::uint32_t serial = 0;  ///< tells it from others that had this record, of whatever group
    CallId call;
    bool live = false;
};

/// Where a call is at its caller.
enum class CallState : std::uint8_t {
    trying,   ///< a try is on its way or at work; the timer is the try's
    lost,     ///< the try vanished; only the timer will tell
    waiting,  ///< backoff; the timer is the retry
};

/// One logical call on an edge, with all its tries.
struct Call {
    std::uint64_t number = 0;  ///< of the request
    std::uint64_t path = 0;    ///< hash of how it is reached from the request
    sim::SimTime deadline{};
    sim::EventHandle timer;
    const CallPolicy* policy = nullptr;
    const CallSite* site = nullptr;
    const CallSpec* spec = nullptr;  ///< nothing for a customer's call
    sim::SimTime began{};
    sim::SimTime sent{};  ///< the current try, when rules about replicas want to know
    BackoffState backoff;
    std::int64_t paid = -1;  ///< to the retry budget, for the last retry
    AttemptId attempt;       ///< the current try while it exists somewhere
    AttemptId parent;        ///< the caller's own attempt; none for a customer's call
    RequestId request;       ///< of a customer's call
    CallId next;             ///< siblings under the same parent
    CallId previous;
    EndpointId endpoint;
    BalancerId balancer;  ///< of these callers in this place for this callee
    InstanceId instance;  ///< that the current try went to
    std::uint32_t edge = 0;
    std::uint32_t repetition = 0;
    std::int32_t tries = 0;
    CallState state = CallState::trying;
    bool counted = false;   ///< the current try is in the balancer's count for `instance`
    bool saw_503 = false;   ///< some try was answered with 503
    bool executed = false;  ///< some try's work was finished at the server
    bool live = false;
};

enum class AttemptState : std::uint8_t {
    to_server,
    queued,
    working,
    calling,
    to_caller,
};

/// One try on the wire and at an instance. It outlives its call when the caller gives up.
struct Attempt {
    std::uint64_t number = 0;  ///< of the request
    std::uint64_t path = 0;
    sim::SimTime arrived{};  ///< at the instance
    sim::Duration work{};
    sim::EventHandle timer;  ///< end of own work
    CallId call;             ///< none once the caller has given up
    CallId origin;           ///< the call it was made for, whether or not that still waits
    std::uint64_t origin_path = 0;
    RequestId request;
    std::uint32_t serial = 0;  ///< of the request, which may end before the try does
    AttemptId next;            ///< queue of the instance
    CallId first_call;
    InstanceId instance;
    EndpointId endpoint;
    ZoneId caller_zone;
    std::uint32_t edge = 0;
    std::uint32_t group = 0;  ///< of the customer
    std::uint32_t step = 0;
    std::uint32_t pending = 0;  ///< calls of the step that have not ended
    AttemptState state = AttemptState::to_server;
    Outcome outcome = Outcome::ok;
    bool as_503 = false;    ///< the error was caused by a 503 further down
    bool degraded = false;  ///< an optional call failed
    bool outside = false;   ///< the caller is a customer, outside every zone
    bool starting = false;  ///< the calls of a step are being started
    bool failed = false;    ///< a required call failed
    bool holds_slot = false;
    bool live = false;
};

}  // namespace models
