#include "models/analysis/request_story.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/request_words.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

std::string took(sim::Duration time) { return seconds_text(time.seconds()); }

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
        bool smooth = false;      ///< all went well in it and below it
        bool noted = false;       ///< of a try: something happened between question and answer
        std::uint32_t tries = 0;  ///< of a call
        std::uint32_t calls = 0;  ///< below it, at all depths
        std::int64_t work = -1;   ///< ns; -1: it did none
        bool waits = false;       ///< there is a note of it at its caller
        bool started = false;     ///< of work
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
            if (is_folded(up)) return true;
        }
        return false;
    }
    /// Refused at the door: nothing happened between the question and the answer.
    [[nodiscard]] bool is_rejected(std::uint32_t index) const {
        const auto& span = spans_[index];
        const bool said_no = span.outcome == Outcome::shed || span.outcome == Outcome::throttled ||
                             span.outcome == Outcome::refused;
        return fold_ && span.kind == SpanKind::attempt && !span.instance.empty() &&
               span.end_kind == SpanEnd::finished && said_no && !facts_[index].noted;
    }
    /// The customer's own try never is.
    [[nodiscard]] bool is_folded(std::uint32_t index) const {
        return fold_ && facts_[index].depth > 0 && spans_[index].kind == SpanKind::attempt &&
               facts_[index].smooth;
    }
    [[nodiscard]] bool is_short(std::int64_t ns) const {
        return static_cast<double>(ns) <
               kShortShare * static_cast<double>(spans_.front().length().ns);
    }

    /// " (try 2)" where work goes on of which one cannot tell for which try it is.
    [[nodiscard]] std::string which_try(std::uint32_t work) const {
        const auto attempt = spans_[work].parent;
        if (attempt == kNoSpan || spans_[attempt].kind != SpanKind::attempt) return {};
        if (facts_[spans_[attempt].parent].tries < 2) return {};
        return fmt::format(" (try {})", spans_[attempt].number);
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
    void say(const TraceNote& note);

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
        const bool of_end = note.step == TraceStep::nobody_listens ||
                            note.step == TraceStep::no_retries_left ||
                            note.step == TraceStep::waits_to_retry;
        const auto& span = spans_[note.span];
        if (!of_end) (span.kind == SpanKind::work ? facts_[span.parent] : facts).noted = true;
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
    auto text = fmt::format("{} → {} ({})", span.caller, whom(span), span.endpoint);
    if (span.hedge) {
        text += fmt::format(", try {}, a hedge", span.number);
    } else if (span.number > 1) {
        text += fmt::format(", try {}", span.number);
    }
    if (is_rejected(index)) {
        text += fmt::format(": {} after {}", rejection_words(span.outcome), took(span.length()));
        return tell_line(span.began, span.begin, index, std::move(text), StoryTone::bad);
    }
    if (is_folded(index)) {
        text += fmt::format(": ok after {}", took(span.length()));
        if (facts.calls > 0)
            text +=
                fmt::format(", with {} call{} below it", facts.calls, facts.calls == 1 ? "" : "s");
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
                         fmt::format("{} ↛ {}: {}", span.caller, span.callee, unsent_words(span)),
                         StoryTone::bad);
    }
    const bool fallback = facts_[index].waits && span.outcome == Outcome::degraded;
    if (!fallback) return;
    tell_line(span.ended, span.end, index,
              fmt::format("{} answers with its fallback for {}", span.caller, span.callee));
}

void Teller::end_try(std::uint32_t index) {
    const auto& span = spans_[index];
    if (is_folded(index) || is_rejected(index)) return;
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
        return say(fmt::format("{} ↛ {}: {}", span.caller, span.callee, unsent_words(span)),
                   StoryTone::bad);
    }
    say(failure_words(span), StoryTone::bad);
}

/// Only what its caller does not hear of.
void Teller::end_work(std::uint32_t index) {
    const auto& span = spans_[index];
    const auto say = [&](const std::string& what) {
        tell_line(span.ended, span.end, index, whom(span) + " " + what + which_try(index),
                  StoryTone::quiet);
    };
    if (span.end_kind == SpanEnd::vanished) return say("goes down, and the request with it");
    if (span.end_kind == SpanEnd::cancelled) return say("drops it: nobody waits for it");
    if (!span.wasted) return;
    if (!facts_[index].started) return say("turns it away: nobody waits any more");
    say("is done after " + took(span.length()) + ": nobody waits any more");
}

void Teller::say(const TraceNote& note) {
    if (is_folded(note.span)) return;
    if (note.step == TraceStep::nobody_listens && is_rejected(note.span)) return;
    auto text = note_words(note, spans_[note.span], facts_[note.span].work);
    if (text.empty()) return;
    if (note.step == TraceStep::starts && note.value > 0) text += which_try(note.span);
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
