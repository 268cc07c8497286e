#include "models/engine/trace_request.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "models/engine/tracing.hpp"

namespace models {

std::optional<sim::LimitExceeded> take_census(const SystemModel& model, ReplicationKey key,
                                              const sim::Limits& limits, RequestCensus& census) {
    const auto world = std::make_unique<World>(model, key, limits);
    Tracer tracer(census);
    return world->run_for(tracer);
}

FollowedRequest trace_request(const SystemModel& model, ReplicationKey key,
                              const sim::Limits& limits, const RequestName& name,
                              sim::SimTime from) {
    const auto world = std::make_unique<World>(model, key, limits);
    Tracer tracer(name, from);
    FollowedRequest followed;
    followed.stopped = world->run_for(tracer);
    followed.trace = std::move(tracer.trace());
    const auto end = std::min(world->now(), sim::SimTime{} + model.duration + model.drain);
    for (auto& span : followed.trace.spans) {
        if (span.end_kind == SpanEnd::open) span.end = std::max(span.begin, end);
    }
    return followed;
}

}  // namespace models
