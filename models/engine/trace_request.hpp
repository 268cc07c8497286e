#pragma once

#include <optional>

#include "models/engine/model.hpp"
#include "models/engine/replication.hpp"
#include "models/engine/routing.hpp"
#include "models/metrics/request_census.hpp"
#include "models/metrics/request_trace.hpp"
#include "sim/core/simulator.hpp"

namespace models {

/// Runs a replication once more, the same events in the same order, until everything is known that
/// `census` asks. Returns the limit that stopped it before, if one did.
std::optional<sim::LimitExceeded> take_census(const SystemModel& model, ReplicationKey key,
                                              const sim::Limits& limits, RequestCensus& census);

/// A request that was followed, or the limit that stopped the run before it was over.
struct FollowedRequest {
    RequestTrace trace;
    std::optional<sim::LimitExceeded> stopped;
};

/// Runs a replication once more and keeps all that happens on behalf of one request, until its
/// last piece of work is over; `trace.found` is false when no such request came. Who knows that it
/// does not come before `from` need not wait so long.
FollowedRequest trace_request(const SystemModel& model, ReplicationKey key,
                              const sim::Limits& limits, const RequestName& name,
                              sim::SimTime from = kLongAgo);

}  // namespace models
