#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/metrics/request_trace.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What a line of a story says beyond its words.
enum class StoryTone : std::uint8_t { plain, good, bad, quiet };

/// Something that happened to a request, in words.
struct StoryLine {
    sim::Duration at{};       ///< since the request came
    std::uint32_t depth = 0;  ///< calls below the customer's own
    std::string text;
    StoryTone tone = StoryTone::plain;
    std::uint32_t span = 0;  ///< that it is about
};

/// How much of what went well is told.
enum class StoryDetail : std::uint8_t {
    folded,  ///< a try below which all went well is one line
    whole,
};

/// The chain of events that made or killed a request, in the order in which they happened.
std::vector<StoryLine> tell(const RequestTrace& trace, StoryDetail detail);

/// `timeout`, as somebody would say it: "timed out", "was refused", "succeeded".
std::string outcome_words(Outcome outcome);

}  // namespace models
