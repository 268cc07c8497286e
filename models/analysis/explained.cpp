#include "models/analysis/explained.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

std::string flow_words(const StudyFrame& frame, std::uint32_t flow) {
    return frame.flows[flow].group + " · " + frame.flows[flow].journey;
}

std::string requests(std::uint64_t count) {
    return number_text(static_cast<double>(count)) + (count == 1 ? " request" : " requests");
}

/// What makes it the worst of its kind.
std::string rank_words(const RequestSeen& seen, std::uint64_t count) {
    if (count == 1) return "this is it";
    if (seen.is_good()) return "this is the slowest of them";
    return fmt::format("this is the one that caused most tries ({})", seen.tries);
}

std::string because_words(const RequestCensus& census, const StudyFrame& frame,
                          const SearchedTime& when, const RequestCensus::Kind& kind,
                          RequestChoice choice) {
    const auto failures = census.failures();
    const auto of_all = fmt::format("Of {} that came {}, {} failed", requests(census.total()),
                                    when.name, number_text(static_cast<double>(failures)));
    const auto alike = number_text(static_cast<double>(kind.count));
    const auto what =
        fmt::format("{} ({})", flow_words(frame, kind.worst.flow), to_string(kind.worst.outcome));
    const auto rank = rank_words(kind.worst, kind.count);
    switch (choice) {
        case RequestChoice::commonest_failure:
            return fmt::format("{}, most often {}: {}; {}.", of_all, what, alike, rank);
        case RequestChoice::worst:
            if (kind.worst.is_good()) return fmt::format("{}; this is the slowest.", of_all);
            return fmt::format("{}; of all failures this one caused most tries ({}).", of_all,
                               kind.worst.tries);
        case RequestChoice::outcome:
            return fmt::format("{}; {} ended as {}; {}.", of_all, alike, what, rank);
    }
    SIM_ASSERT(false);
}

}  // namespace

SearchedTime searched_time(const StudyFrame& frame, sim::Duration duration) {
    const auto end = sim::SimTime{} + duration;
    const auto first =
        std::min_element(frame.faults.begin(), frame.faults.end(),
                         [](const FrameFault& a, const FrameFault& b) { return a.at < b.at; });
    if (first == frame.faults.end() || first->at >= end) return {"in the whole run", {}, end};
    return {fmt::format("while `{}` lasted", first->name), std::max(first->at, sim::SimTime{}),
            std::min(first->end(), end)};
}

std::optional<ChosenRequest> choose_request(const RequestCensus& census, const StudyFrame& frame,
                                            const SearchedTime& when, RequestChoice choice,
                                            Outcome outcome) {
    std::optional<RequestCensus::Kind> kind;
    if (choice == RequestChoice::commonest_failure) kind = census.commonest_failure();
    if (choice == RequestChoice::outcome) kind = census.worst_of(outcome);
    if (choice == RequestChoice::worst) kind = census.worst();
    if (!kind) return std::nullopt;
    return ChosenRequest{kind->worst, because_words(census, frame, when, *kind, choice)};
}

std::optional<Divergence> first_divergence(const std::vector<StoryLine>& here,
                                           const std::vector<StoryLine>& there) {
    const auto same = [](const StoryLine& a, const StoryLine& b) {
        return a.at == b.at && a.depth == b.depth && a.text == b.text;
    };
    const auto [a, b] = std::mismatch(here.begin(), here.end(), there.begin(), there.end(), same);
    if (a == here.end() && b == there.end()) return std::nullopt;
    Divergence parting;
    parting.line = static_cast<std::size_t>(a - here.begin());
    if (a != here.end()) parting.here = a->text;
    if (b != there.end()) parting.there = b->text;
    const auto late = sim::kForever;
    parting.at = std::min(a == here.end() ? late : a->at, b == there.end() ? late : b->at);
    return parting;
}

std::optional<Divergence> divergence_of(const ExplainedRequest& explained,
                                        const ExplainedRun& run) {
    return first_divergence(tell(explained.runs.front().trace, StoryDetail::whole),
                            tell(run.trace, StoryDetail::whole));
}

std::vector<CallSummary> summarise_calls(const RequestTrace& trace) {
    std::vector<CallSummary> all;
    std::vector<std::size_t> of_span(trace.spans.size());
    std::vector<std::uint32_t> depth(trace.spans.size());
    for (std::size_t i = 0; i < trace.spans.size(); ++i) {
        const auto& span = trace.spans[i];
        if (span.parent != kNoSpan) depth[i] = depth[span.parent];
        if (span.kind == SpanKind::call) {
            const auto same = std::find_if(all.begin(), all.end(), [&](const CallSummary& one) {
                return one.caller == span.caller && one.callee == span.callee &&
                       one.endpoint == span.endpoint;
            });
            of_span[i] = static_cast<std::size_t>(same - all.begin());
            if (same == all.end()) {
                all.push_back({.caller = span.caller,
                               .callee = span.callee,
                               .endpoint = span.endpoint,
                               .depth = depth[i]});
            }
            auto& summary = all[of_span[i]];
            ++summary.calls;
            const bool good = span.end_kind == SpanEnd::finished && is_success(span.outcome);
            summary.answered += good ? 1 : 0;
            ++depth[i];
        } else if (span.kind == SpanKind::attempt) {
            auto& summary = all[of_span[span.parent]];
            ++summary.tries;
            if (span.end_kind == SpanEnd::finished) {
                ++summary.outcomes[static_cast<std::size_t>(span.outcome)];
            } else {
                ++summary.given_up;
            }
        }
    }
    return all;
}

std::string tries_text(const CallSummary& summary) {
    std::vector<std::pair<std::uint64_t, std::string>> kinds;
    for (std::size_t i = 0; i < kOutcomes; ++i) {
        if (summary.outcomes[i] == 0) continue;
        kinds.emplace_back(summary.outcomes[i], to_string(static_cast<Outcome>(i)));
    }
    if (summary.given_up > 0) kinds.emplace_back(summary.given_up, "given up");
    std::stable_sort(kinds.begin(), kinds.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string text;
    for (const auto& [count, name] : kinds) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
    }
    return text;
}

std::string cost_sentence(const RequestTrace& trace) {
    std::uint64_t calls = 0;
    std::uint64_t tries = 0;
    std::uint64_t wasted = 0;
    std::vector<std::uint8_t> for_nobody(trace.spans.size());
    for (std::size_t i = 0; i < trace.spans.size(); ++i) {
        const auto& span = trace.spans[i];
        calls += span.kind == SpanKind::call ? 1 : 0;
        tries += span.kind == SpanKind::attempt ? 1 : 0;
        for_nobody[i] =
            span.kind == SpanKind::work && (span.wasted || span.end_kind == SpanEnd::cancelled ||
                                            span.end_kind == SpanEnd::vanished);
    }
    sim::Duration lost{};
    for (const auto& note : trace.notes) {
        if (note.step != TraceStep::work_done || for_nobody[note.span] == 0) continue;
        ++wasted;
        lost = sim::saturated_add(lost, sim::Duration{note.value});
    }
    auto text = fmt::format("It caused {} {} and {} {}", calls, calls == 1 ? "call" : "calls",
                            tries, tries == 1 ? "try" : "tries");
    if (wasted > 0) {
        text += fmt::format("; {} of work in {} {} were for nothing: nobody waited for the answer",
                            seconds_text(lost.seconds()), wasted, wasted == 1 ? "piece" : "pieces");
    }
    return text + ".";
}

}  // namespace models
