#pragma once

#include <cstdint>
#include <string>

#include "models/metrics/request_trace.hpp"

// Inside of request_story: how single things are said.
namespace models {

/// The replica that was asked, or the service when none was.
const std::string& whom(const TraceSpan& span);

/// Refused at the door: "turned away (503)".
std::string rejection_words(Outcome outcome);
/// Why nothing was sent.
std::string unsent_words(const TraceSpan& span);
/// How a try failed that was sent.
std::string failure_words(const TraceSpan& span);

/// What a note says. `work`: own work of its span in ns, -1 when it did none. Empty for what is
/// said elsewhere.
std::string note_words(const TraceNote& note, const TraceSpan& span, std::int64_t work);

}  // namespace models
