#include "models/engine/tracer.hpp"

#include <algorithm>
#include <utility>

namespace models {

bool Tracer::complete(sim::SimTime now) const {
    if (census_ != nullptr) return census_->complete(now);
    return trace_.found && requests_.empty() && calls_.empty() && tries_.empty() && sent_.empty() &&
           works_.empty() && messages_.empty();
}

std::uint32_t Tracer::open(TraceSpan span) {
    if (trace_.spans.size() >= kMostSpans) {
        trace_.truncated = true;
        return kNoSpan;
    }
    span.began = ++happened_;
    trace_.spans.push_back(std::move(span));
    return static_cast<std::uint32_t>(trace_.spans.size() - 1);
}

void Tracer::close(std::uint32_t index, sim::SimTime now, SpanEnd how, Outcome outcome) {
    auto& one = trace_.spans[index];
    if (one.end_kind != SpanEnd::open) return;
    one.end = now;
    one.ended = ++happened_;
    one.end_kind = how;
    one.outcome = outcome;
}

void Tracer::note(std::uint32_t span, sim::SimTime now, TraceStep step, std::int64_t value) {
    if (trace_.notes.size() >= kMostNotes) {
        trace_.truncated = true;
        return;
    }
    trace_.notes.push_back({now, span, step, value, ++happened_});
}

std::uint32_t Tracer::find(const Bindings& all, std::uint64_t record) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Binding& one) { return one.record == record; });
    return found == all.end() ? kNoSpan : found->span;
}

void Tracer::bind(Bindings& all, std::uint64_t record, std::uint32_t span) {
    if (span != kNoSpan) all.push_back({record, span});
}

void Tracer::forget(Bindings& all, std::uint64_t record) {
    std::erase_if(all, [&](const Binding& one) { return one.record == record; });
}

}  // namespace models
