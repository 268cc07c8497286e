#include "models/analysis/request_words.hpp"

#include <map>

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
std::string took(std::int64_t ns) { return took(sim::Duration{ns}); }

/// "3 requests", "1 request".
std::string counted(std::int64_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

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

/// At whoever calls.
std::string caller_note(const TraceNote& note, const TraceSpan& span) {
    const auto& from = span.caller;
    using Step = TraceStep;
    const std::map<Step, std::string> words = {
        {Step::waits_to_retry, "waits " + took(note.value) + " and tries again"},
        {Step::not_retryable, "does not try again: this is no failure that it retries"},
        {Step::no_retries_left, fmt::format("gives up: {} tries are all it may make", note.value)},
        {Step::no_time_to_retry, "has no time left for another try"},
        {Step::told_not_to_retry, "does not try again: the server has asked for that"},
        {Step::no_budget, "does not try again: its retry budget is used up"},
        {Step::waits_for_permit, "waits " + took(note.value) + " for its rate limit"},
        {Step::waits_for_place,
         "waits for a place of its bulkhead, " + counted(note.value, "call") + " before it"},
        {Step::waits_for_stream,
         "waits for a connection, " + counted(note.value, "call") + " before it"},
        {Step::waits_for_name, "asks where " + span.callee + " is"},
        {Step::granted, "has what it waited for"},
        {Step::falls_back, "turns to its fallback for " + span.callee}};
    const bool single = note.step == Step::no_retries_left && note.value <= 1;
    const auto found = words.find(note.step);
    return single || found == words.end() ? std::string() : from + " " + found->second;
}

/// Between the two.
std::string way_note(const TraceNote& note, const TraceSpan& span) {
    const auto ends = fmt::format("{} and {}", span.caller, whom(span));
    using Step = TraceStep;
    const std::map<Step, std::string> words = {
        {Step::lost_without_power, "the message is lost: no power between " + ends},
        {Step::lost_in_network, "the message between " + ends + " is lost"},
        {Step::nobody_listens, "nobody listens at " + whom(span)},
        {Step::late_reply, "the answer of " + whom(span) + " comes too late"}};
    const auto found = words.find(note.step);
    return found == words.end() ? std::string() : found->second;
}

std::string start_words(const TraceNote& note, std::int64_t work) {
    const auto works = work < 0 ? std::string() : ", works " + took(work);
    if (note.value == 0) return "begins at once" + works;
    return fmt::format("begins after {} in the queue{}", took(note.value), works);
}

/// At whoever is called. The end of its own work is said where it begins.
std::string server_note(const TraceNote& note, const TraceSpan& span, std::int64_t work) {
    using Step = TraceStep;
    const std::map<Step, std::string> words = {
        {Step::held, "holds it back for " + took(note.value) + ": its rate limit"},
        {Step::queued, "puts it in its queue, " + counted(note.value, "request") + " before it"},
        {Step::starts, start_words(note, work)},
        {Step::wrong_replica, "is not the primary: it takes no writes"},
        {Step::no_quorum, "has too few replicas beside it for its quorum"},
        {Step::cancel_arrives, "hears that nobody waits any more"},
        {Step::cache_hit, "has it stored"},
        {Step::cache_stale, "has it stored, though expired"},
        {Step::cache_joins, "waits: it is being fetched for somebody else"},
        {Step::cache_misses, "has to fetch it"},
        {Step::message_stored, "stores the message"},
        {Step::message_dead, "puts the message aside: it was delivered too often"},
        {Step::message_expired, "drops the message: it is too old"},
        {Step::message_lost, "loses the message"}};
    const auto found = words.find(note.step);
    return found == words.end() ? std::string() : whom(span) + " " + found->second;
}

}  // namespace

std::string note_words(const TraceNote& note, const TraceSpan& span, std::int64_t work) {
    auto text = caller_note(note, span);
    if (text.empty()) text = way_note(note, span);
    return text.empty() ? server_note(note, span, work) : text;
}

}  // namespace models
