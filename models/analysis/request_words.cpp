#include "models/analysis/request_words.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/request_story.hpp"
#include "sim/core/assert.hpp"

namespace models {

std::string outcome_words(Outcome outcome) {
    switch (outcome) {
        case Outcome::ok:
            return "succeeded";
        case Outcome::degraded:
            return "got a degraded answer";
        case Outcome::error:
            return "got an error";
        case Outcome::timeout:
            return "timed out";
        case Outcome::refused:
            return "was refused";
        case Outcome::reset:
            return "lost its connection";
        case Outcome::blackholed:
            return "got no answer";
        case Outcome::shed:
            return "was turned away (503)";
        case Outcome::throttled:
            return "was throttled (429)";
        case Outcome::breaker_open:
            return "was stopped by an open circuit breaker";
        case Outcome::no_healthy_instance:
            return "found no healthy replica (503)";
        case Outcome::deadline:
            return "ran out of the deadline that was passed down";
        case Outcome::pool_timeout:
            return "got no connection or place in time (503)";
        case Outcome::dns:
            return "could not resolve a name";
        case Outcome::abandoned:
            return "was given up by its customer";
        case Outcome::unfinished:
            return "had no end when the run ended";
    }
    SIM_ASSERT(false);
}

std::string rejection_words(Outcome outcome) {
    if (outcome == Outcome::throttled) return "throttled (429)";
    return outcome == Outcome::refused ? "refused, nobody listens" : "turned away (503)";
}

namespace {

std::string took(sim::Duration time) { return seconds_text(time.seconds()); }
}  // namespace

const std::string& whom(const TraceSpan& span) {
    return span.instance.empty() ? span.callee : span.instance;
}

std::string unsent_words(const TraceSpan& span) {
    switch (span.outcome) {
        case Outcome::breaker_open:
            return "its circuit breaker is open, nothing is sent";
        case Outcome::throttled:
            return "its own throttle or rate limit says no";
        case Outcome::no_healthy_instance:
            return "it knows no healthy replica";
        case Outcome::deadline:
            return "the deadline that was passed down is over";
        case Outcome::pool_timeout:
            return "no connection or place is free in time";
        case Outcome::dns:
            return "the name cannot be resolved";
        case Outcome::shed:
            return "it would be turned away, and is not sent";
        case Outcome::ok:
        case Outcome::degraded:
        case Outcome::error:
        case Outcome::timeout:
        case Outcome::refused:
        case Outcome::reset:
        case Outcome::blackholed:
        case Outcome::abandoned:
        case Outcome::unfinished:
            return fmt::format("{} before anything is sent", to_string(span.outcome));
    }
    SIM_ASSERT(false);
}

std::string failure_words(const TraceSpan& span) {
    const auto& to = whom(span);
    const auto after = took(span.length());
    switch (span.outcome) {
        case Outcome::timeout:
            return fmt::format("{} stops waiting for {} after {}: timeout", span.caller, to, after);
        case Outcome::blackholed:
            return fmt::format("{} has heard nothing from {} for {}: timeout", span.caller, to,
                               after);
        case Outcome::abandoned:
            return fmt::format("the customer leaves after {}", after);
        case Outcome::deadline:
            return fmt::format("{} stops waiting for {} after {}: the deadline is over",
                               span.caller, to, after);
        case Outcome::error:
            return fmt::format("{} answers with an error after {}", to, after);
        case Outcome::refused:
            return fmt::format("{} refuses the connection", to);
        case Outcome::reset:
            return fmt::format("the connection to {} breaks after {}", to, after);
        case Outcome::shed:
            return fmt::format("{} turns it away after {}: 503", to, after);
        case Outcome::throttled:
            return fmt::format("{} throttles it: 429", to);
        case Outcome::ok:
        case Outcome::degraded:
        case Outcome::breaker_open:
        case Outcome::no_healthy_instance:
        case Outcome::pool_timeout:
        case Outcome::dns:
        case Outcome::unfinished:
            return fmt::format("{} → {} ends after {}: {}", span.caller, to, after,
                               to_string(span.outcome));
    }
    SIM_ASSERT(false);
}

namespace {

struct StepWords {
    TraceStep step;
    const char* words;
};
/// In the order of the steps. {time} and {count} are the note's value, {at} whoever is called.
constexpr std::array<StepWords, kTraceSteps> kSteps = {{
    {TraceStep::waits_to_retry, "{caller} waits {time} and tries again"},
    {TraceStep::not_retryable, "{caller} does not try again: this is no failure that it retries"},
    {TraceStep::no_retries_left, "{caller} gives up: {count} tries are all it may make"},
    {TraceStep::no_time_to_retry, "{caller} has no time left for another try"},
    {TraceStep::told_not_to_retry, "{caller} does not try again: the server has asked for that"},
    {TraceStep::no_budget, "{caller} does not try again: its retry budget is used up"},
    {TraceStep::waits_for_permit, "{caller} waits {time} for its rate limit"},
    {TraceStep::waits_for_place,
     "{caller} waits for a place of its bulkhead, {count} call{s} before it"},
    {TraceStep::waits_for_stream, "{caller} waits for a connection, {count} call{s} before it"},
    {TraceStep::waits_for_name, "{caller} asks where {callee} is"},
    {TraceStep::granted, "{caller} has what it waited for"},
    {TraceStep::falls_back, "{caller} turns to its fallback for {callee}"},
    {TraceStep::lost_without_power, "the message is lost: no power between {caller} and {at}"},
    {TraceStep::lost_in_network, "the message between {caller} and {at} is lost"},
    {TraceStep::nobody_listens, "nobody listens at {at}"},
    {TraceStep::late_reply, "the answer of {at} comes too late"},
    {TraceStep::held, "{at} holds it back for {time}: its rate limit"},
    {TraceStep::queued, "{at} puts it in its queue, {count} request{s} before it"},
    {TraceStep::starts, "{at} begins after {time} in the queue{works}"},
    {TraceStep::work_done, ""},  // said where it begins
    {TraceStep::wrong_replica, "{at} is not the primary: it takes no writes"},
    {TraceStep::no_quorum, "{at} has too few replicas beside it for its quorum"},
    {TraceStep::cancel_arrives, "{at} hears that nobody waits any more"},
    {TraceStep::cache_hit, "{at} has it stored"},
    {TraceStep::cache_stale, "{at} has it stored, though expired"},
    {TraceStep::cache_joins, "{at} waits: it is being fetched for somebody else"},
    {TraceStep::cache_misses, "{at} has to fetch it"},
    {TraceStep::message_stored, "{at} stores the message"},
    {TraceStep::message_dead, "{at} puts the message aside: it was delivered too often"},
    {TraceStep::message_expired, "{at} drops the message: it is too old"},
    {TraceStep::message_lost, "{at} loses the message"},
}};
constexpr bool is_in_order() {
    for (std::size_t i = 0; i < kSteps.size(); ++i) {
        if (static_cast<std::size_t>(kSteps[i].step) != i) return false;
    }
    return true;
}
static_assert(is_in_order());

std::string_view words_of(const TraceNote& note) {
    const bool only_try = note.step == TraceStep::no_retries_left && note.value <= 1;
    if (only_try) return "";  // its policy never tries again
    if (note.step == TraceStep::starts && note.value == 0) return "{at} begins at once{works}";
    return kSteps[static_cast<std::size_t>(note.step)].words;
}

}  // namespace

std::string note_words(const TraceNote& note, const TraceSpan& span, std::int64_t work) {
    return fmt::format(fmt::runtime(words_of(note)), fmt::arg("caller", span.caller),
                       fmt::arg("callee", span.callee), fmt::arg("at", whom(span)),
                       fmt::arg("time", took(sim::Duration{note.value})),
                       fmt::arg("count", note.value), fmt::arg("s", note.value == 1 ? "" : "s"),
                       fmt::arg("works", work < 0 ? "" : ", works " + took(sim::Duration{work})));
}

}  // namespace models
