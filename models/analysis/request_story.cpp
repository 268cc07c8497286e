#include "models/analysis/request_story.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
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

namespace {

std::string took(sim::Duration time) { return seconds_text(time.seconds()); }
std::string took(std::int64_t ns) { return took(sim::Duration{ns}); }

/// "3 requests", "1 request".
std::string counted(std::int64_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// Waits shorter than this share of the whole are no part of the story.
constexpr double kShortShare = 0.05;

class Teller {
  public:
    Teller(const RequestTrace& trace, StoryDetail detail)
        : trace_(trace), spans_(trace.spans), facts_(trace.spans.size()) {
        learn();
        fold_ = detail == StoryDetail::folded;
    }

    std::vector<StoryLine> lines() {
        for (std::uint32_t i = 0; i < spans_.size(); ++i) {
            if (is_hidden(i)) continue;
            begin(i);
            if (spans_[i].end_kind != SpanEnd::open) end(i);
        }
        for (const auto& note : trace_.notes) {
            if (!is_hidden(note.span)) say(note);
        }
        std::stable_sort(told_.begin(), told_.end(),
                         [](const Told& a, const Told& b) { return a.order < b.order; });
        std::vector<StoryLine> lines;
        for (auto& one : told_) lines.push_back(std::move(one.line));
        return lines;
    }

  private:
    /// What is known of a span beyond what it says itself.
    struct Facts {
        std::uint32_t depth = 0;
        bool smooth = false;              ///< all went well in it and below it
        std::uint32_t tries = 0;          ///< of a call
        std::uint32_t calls = 0;          ///< below it, at all depths
        std::int64_t work = -1;           ///< ns; -1: it did none
        bool waits = false;               ///< there is a note of it at its caller
        bool started = false;             ///< of work
        std::uint32_t arrived = kNoSpan;  ///< of a try: its work
    };
    struct Told {
        std::uint32_t order = 0;
        StoryLine line;
    };

    void learn();
    [[nodiscard]] bool is_smooth(std::uint32_t index) const;
    /// Inside of something that is told in one line.
    [[nodiscard]] bool is_hidden(std::uint32_t index) const {
        if (!fold_) return false;
        for (auto up = spans_[index].parent; up != kNoSpan; up = spans_[up].parent) {
            if (spans_[up].kind == SpanKind::attempt && facts_[up].smooth) return true;
        }
        return false;
    }
    [[nodiscard]] bool is_folded(std::uint32_t index) const {
        return fold_ && spans_[index].kind == SpanKind::attempt && facts_[index].smooth;
    }
    /// The replica that was asked, or the service when none was.
    [[nodiscard]] const std::string& whom(const TraceSpan& span) const {
        return span.instance.empty() ? span.callee : span.instance;
    }
    [[nodiscard]] bool is_short(std::int64_t ns) const {
        return static_cast<double>(ns) <
               kShortShare * static_cast<double>(spans_.front().length().ns);
    }

    void tell_line(std::uint32_t order, sim::SimTime when, std::uint32_t span, std::string text,
                   StoryTone tone = StoryTone::plain) {
        told_.push_back(
            {order,
             {when - spans_.front().begin, facts_[span].depth, std::move(text), tone, span}});
    }
    void begin(std::uint32_t index);
    void begin_try(std::uint32_t index);
    void end(std::uint32_t index);
    void end_request(const TraceSpan& span);
    void end_call(std::uint32_t index);
    void end_try(std::uint32_t index);
    void end_work(std::uint32_t index);
    [[nodiscard]] std::string failure_of(std::uint32_t index) const;
    [[nodiscard]] std::string unsent_failure(const TraceSpan& span) const;
    void say(const TraceNote& note);
    [[nodiscard]] std::string caller_note(const TraceNote& note) const;
    [[nodiscard]] std::string way_note(const TraceNote& note) const;
    [[nodiscard]] std::string start_words(const TraceNote& note) const;
    [[nodiscard]] std::string server_note(const TraceNote& note) const;
    [[nodiscard]] std::string note_text(const TraceNote& note) const;

    const RequestTrace& trace_;
    const std::vector<TraceSpan>& spans_;
    std::vector<Facts> facts_;
    std::vector<Told> told_;
    bool fold_ = false;
};

bool is_at_caller(TraceStep step) { return step <= TraceStep::falls_back; }

void Teller::learn() {
    for (std::uint32_t i = 1; i < spans_.size(); ++i) {
        const auto& span = spans_[i];
        auto& parent = facts_[span.parent];
        const bool deeper =
            span.kind == SpanKind::call && (spans_[span.parent].kind == SpanKind::work ||
                                            spans_[span.parent].kind == SpanKind::delivery);
        facts_[i].depth = parent.depth + (deeper ? 1 : 0);
        if (span.kind == SpanKind::attempt) ++parent.tries;
        if (span.kind == SpanKind::work) parent.arrived = i;
        for (auto up = span.parent; span.kind == SpanKind::call && up != kNoSpan;
             up = spans_[up].parent) {
            ++facts_[up].calls;
        }
    }
    for (std::uint32_t i = 0; i < spans_.size(); ++i) facts_[i].smooth = is_smooth(i);
    for (const auto& note : trace_.notes) {
        auto& facts = facts_[note.span];
        if (note.step == TraceStep::work_done) facts.work = note.value;
        if (note.step == TraceStep::starts) facts.started = true;
        if (is_at_caller(note.step)) facts.waits = true;
        const bool is_usual =
            note.step == TraceStep::starts || note.step == TraceStep::work_done ||
            note.step == TraceStep::queued || note.step == TraceStep::message_stored ||
            note.step == TraceStep::cache_hit || note.step == TraceStep::cache_misses;
        const bool waited = note.step == TraceStep::starts && !is_short(note.value);
        if (!is_usual || waited) facts.smooth = false;
    }
    for (auto i = static_cast<std::uint32_t>(spans_.size()); i-- > 1;) {
        if (!facts_[i].smooth) facts_[spans_[i].parent].smooth = false;
    }
}

bool Teller::is_smooth(std::uint32_t index) const {
    const auto& span = spans_[index];
    const bool well = span.end_kind == SpanEnd::finished && span.outcome == Outcome::ok;
    return well && !span.wasted && facts_[index].tries <= 1;
}

void Teller::begin(std::uint32_t index) {
    const auto& span = spans_[index];
    switch (span.kind) {
        case SpanKind::request:
            return tell_line(
                span.began, span.begin, index,
                fmt::format("the customer wants {} of {}", span.endpoint, span.callee));
        case SpanKind::attempt:
            return begin_try(index);
        case SpanKind::delivery:
            return tell_line(
                span.began, span.begin, index,
                fmt::format("{} delivers the message{}", whom(span),
                            span.number > 1 ? fmt::format(" again, for the {}. time", span.number)
                                            : std::string()));
        case SpanKind::call:
        case SpanKind::work:
            return;  // what happens in them says enough
    }
    SIM_ASSERT(false);
}

void Teller::begin_try(std::uint32_t index) {
    const auto& span = spans_[index];
    const auto& facts = facts_[index];
    if (span.instance.empty() && !facts.waits) return;  // its end says it
    const bool one_of_many = facts_[span.parent].tries > 1;
    auto text = fmt::format("{} → {} ({})", span.caller, whom(span), span.endpoint);
    if (span.hedge) {
        text += fmt::format(", try {}, a hedge", span.number);
    } else if (one_of_many) {
        text += fmt::format(", try {}", span.number);
    }
    if (is_folded(index)) {
        text += fmt::format(": ok after {}", took(span.length()));
        if (facts.calls > 0)
            text += fmt::format(", with {} below it", counted(facts.calls, "call"));
    }
    tell_line(span.began, span.begin, index, std::move(text),
              is_folded(index) ? StoryTone::quiet : StoryTone::plain);
}

void Teller::end(std::uint32_t index) {
    const auto& span = spans_[index];
    switch (span.kind) {
        case SpanKind::request:
            return end_request(span);
        case SpanKind::call:
            return end_call(index);
        case SpanKind::attempt:
            return end_try(index);
        case SpanKind::work:
            return end_work(index);
        case SpanKind::delivery:
            return tell_line(
                span.ended, span.end, index,
                is_success(span.outcome)
                    ? std::string("the message is processed")
                    : fmt::format("processing the message failed: {}", to_string(span.outcome)),
                is_success(span.outcome) ? StoryTone::good : StoryTone::bad);
    }
    SIM_ASSERT(false);
}

void Teller::end_request(const TraceSpan& span) {
    const bool good = trace_.seen.is_good();
    auto text =
        fmt::format("the request {} after {}", outcome_words(span.outcome), took(span.length()));
    if (!good && is_success(span.outcome)) text += ", which is of little use";
    tell_line(span.ended, span.end, 0, std::move(text), good ? StoryTone::good : StoryTone::bad);
}

/// A call tells only what its tries do not.
void Teller::end_call(std::uint32_t index) {
    const auto& span = spans_[index];
    if (span.end_kind != SpanEnd::finished) return;
    if (facts_[index].tries == 0 && !is_success(span.outcome)) {
        return tell_line(span.ended, span.end, index,
                         fmt::format("{} ↛ {}: {}", span.caller, span.callee, unsent_failure(span)),
                         StoryTone::bad);
    }
    const bool fallback = facts_[index].waits && span.outcome == Outcome::degraded;
    if (!fallback) return;
    tell_line(span.ended, span.end, index,
              fmt::format("{} answers with its fallback for {}", span.caller, span.callee));
}

/// Why nothing was sent.
std::string Teller::unsent_failure(const TraceSpan& span) const {
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

/// How a try failed that was sent.
std::string Teller::failure_of(std::uint32_t index) const {
    const auto& span = spans_[index];
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

void Teller::end_try(std::uint32_t index) {
    const auto& span = spans_[index];
    if (is_folded(index)) return;
    const auto say = [&](std::string text, StoryTone tone) {
        tell_line(span.ended, span.end, index, std::move(text), tone);
    };
    if (span.end_kind == SpanEnd::given_up) {
        if (span.instance.empty()) return;
        return say(fmt::format("{} no longer waits for {}", span.caller, whom(span)),
                   StoryTone::quiet);
    }
    if (span.end_kind == SpanEnd::cancelled) {
        return say(fmt::format("{} drops it: the other try has begun", whom(span)),
                   StoryTone::quiet);
    }
    if (span.outcome == Outcome::ok) {
        return say(
            fmt::format("{} answers {} after {}", whom(span), span.caller, took(span.length())),
            StoryTone::good);
    }
    if (span.outcome == Outcome::degraded) {
        return say(fmt::format("{} answers {} after {}, degraded", whom(span), span.caller,
                               took(span.length())),
                   StoryTone::plain);
    }
    if (span.instance.empty() || span.outcome == Outcome::no_healthy_instance) {
        return say(fmt::format("{} ↛ {}: {}", span.caller, span.callee, unsent_failure(span)),
                   StoryTone::bad);
    }
    say(failure_of(index), StoryTone::bad);
}

/// Only what its caller does not hear of.
void Teller::end_work(std::uint32_t index) {
    const auto& span = spans_[index];
    const auto say = [&](const std::string& what) {
        tell_line(span.ended, span.end, index, whom(span) + " " + what, StoryTone::quiet);
    };
    if (span.end_kind == SpanEnd::vanished) return say("goes down, and the request with it");
    if (span.end_kind == SpanEnd::cancelled) return say("drops it: nobody waits for it");
    if (!span.wasted) return;
    if (!facts_[index].started) return say("turns it away: nobody waits any more");
    say("is done after " + took(span.length()) + ": nobody waits any more");
}

/// At whoever calls.
std::string Teller::caller_note(const TraceNote& note) const {
    const auto& span = spans_[note.span];
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
std::string Teller::way_note(const TraceNote& note) const {
    const auto& span = spans_[note.span];
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

std::string Teller::start_words(const TraceNote& note) const {
    const auto work = facts_[note.span].work;
    const auto works = work < 0 ? std::string() : ", works " + took(work);
    if (note.value == 0) return "begins at once" + works;
    return fmt::format("begins after {} in the queue{}", took(note.value), works);
}

/// At whoever is called. The end of its own work is said where it begins.
std::string Teller::server_note(const TraceNote& note) const {
    using Step = TraceStep;
    const std::map<Step, std::string> words = {
        {Step::held, "holds it back for " + took(note.value) + ": its rate limit"},
        {Step::queued, "puts it in its queue, " + counted(note.value, "request") + " before it"},
        {Step::starts, start_words(note)},
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
    return found == words.end() ? std::string() : whom(spans_[note.span]) + " " + found->second;
}

std::string Teller::note_text(const TraceNote& note) const {
    auto text = caller_note(note);
    if (text.empty()) text = way_note(note);
    return text.empty() ? server_note(note) : text;
}

void Teller::say(const TraceNote& note) {
    if (is_folded(note.span)) return;
    auto text = note_text(note);
    if (text.empty()) return;
    const bool bad = note.step == TraceStep::lost_without_power ||
                     note.step == TraceStep::lost_in_network ||
                     note.step == TraceStep::message_dead || note.step == TraceStep::message_lost;
    tell_line(note.order, note.now, note.span, std::move(text),
              bad ? StoryTone::bad : StoryTone::plain);
}

}  // namespace

std::vector<StoryLine> tell(const RequestTrace& trace, StoryDetail detail) {
    if (trace.spans.empty()) return {};
    return Teller(trace, detail).lines();
}

}  // namespace models
