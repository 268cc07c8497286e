#pragma once

#include <cstdint>

#include "models/policy/outcome.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace models {

// What happened: the only thing that the engine tells the metrics. Plain data, built on the stack.

/// A customer's request ended (or the run did).
struct RequestDone {
    std::uint32_t flow;
    sim::SimTime arrival;  ///< intended
    sim::SimTime end;
    Outcome outcome;
    std::uint32_t calls;
    std::uint32_t tries;
    std::uint32_t duplicates;
};

struct CallStarted {
    std::uint32_t edge;
    sim::SimTime now;
};
struct CallEnded {
    std::uint32_t edge;
    sim::SimTime now;
    Outcome outcome;
};
struct TryStarted {
    std::uint32_t edge;
    sim::SimTime now;
};
struct TryEnded {
    std::uint32_t edge;
    sim::SimTime now;
    Outcome outcome;
};
/// The retry budget said no.
struct RetryDenied {
    std::uint32_t edge;
    sim::SimTime now;
};
/// A hedged call sent another try.
struct HedgeStarted {
    std::uint32_t edge;
    sim::SimTime now;
};
/// A try was dropped or stopped at its instance because its caller no longer waited.
struct TryCancelled {
    std::uint32_t edge;
    sim::SimTime now;
};
/// A call that is not idempotent is executed again after an execution was done.
struct DuplicateStarted {
    std::uint32_t edge;
    sim::SimTime now;
};

/// A try reached an instance that is up.
struct TryArrived {
    ServiceId service;
    sim::SimTime now;
};
/// The instance refused it: shed, throttled, or past its deadline.
struct TryRefused {
    ServiceId service;
    Outcome outcome;
    sim::SimTime now;
};
/// A try took a slot.
struct SlotTaken {
    ServiceId service;
    sim::SimTime arrived;
    sim::SimTime now;
};
/// Own work ended; `wasted`: the caller, or a caller above it, had given up by then.
struct WorkDone {
    ServiceId service;
    sim::SimTime now;
    sim::Duration work;
    bool wasted;
};
/// The reply left.
struct TryServed {
    ServiceId service;
    sim::SimTime arrived;
    sim::SimTime now;
};

/// Levels of a service, summed over its instances, after a change.
enum class Level : std::uint8_t { busy, working, queued, capacity };
struct LevelChanged {
    ServiceId service;
    Level level;
    std::int32_t change;
    sim::SimTime now;
};

/// A whole second of the measured time (from 0 on) begins.
struct SecondBegins {
    std::int64_t second;
    sim::SimTime now;
};

}  // namespace models
