#include <algorithm>

#include "models/analysis/explained.hpp"
#include "models/analysis/json_parts.hpp"

namespace models {

namespace {

const char* name_of(SpanKind kind) {
    static constexpr const char* kNames[] = {"request", "call", "try", "work", "delivery"};
    return kNames[static_cast<std::size_t>(kind)];
}
const char* name_of(SpanEnd end) {
    static constexpr const char* kNames[] = {"open", "finished", "givenUp", "cancelled",
                                             "vanished"};
    return kNames[static_cast<std::size_t>(end)];
}
const char* name_of(StoryTone tone) {
    static constexpr const char* kNames[] = {"plain", "good", "bad", "quiet"};
    return kNames[static_cast<std::size_t>(tone)];
}

Json span_json(const TraceSpan& span, sim::SimTime start) {
    Json json{{"kind", name_of(span.kind)},
              {"parent", span.parent == kNoSpan ? Json() : Json(span.parent)},
              {"caller", span.caller},
              {"callee", span.callee},
              {"endpoint", span.endpoint},
              {"instance", span.instance.empty() ? Json() : Json(span.instance)},
              {"zone", span.zone.empty() ? Json() : Json(span.zone)},
              {"at", (span.begin - start).seconds()},
              {"lasts", span.length().seconds()},
              {"end", name_of(span.end_kind)}};
    if (span.end_kind == SpanEnd::finished) json["outcome"] = to_string(span.outcome);
    if (span.number > 0) json["number"] = span.number;
    if (span.hedge) json["hedge"] = true;
    if (span.wasted) json["wasted"] = true;
    return json;
}

Json story_json(const std::vector<StoryLine>& lines, std::size_t most) {
    Json json = Json::array();
    for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) {
        json.push_back({{"at", lines[i].at.seconds()},
                        {"depth", lines[i].depth},
                        {"text", lines[i].text},
                        {"tone", name_of(lines[i].tone)},
                        {"span", lines[i].span}});
    }
    return json;
}

/// Against the run that is explained.
Json divergence_json(const ExplainedRequest& explained, const ExplainedRun& run) {
    const auto parting = divergence_of(explained, run);
    if (!parting) return {};
    return {{"at", parting->at.seconds()}, {"here", parting->here}, {"there", parting->there}};
}

Json run_json(const ExplainedRequest& explained, std::size_t index, std::size_t most) {
    const auto& run = explained.runs[index];
    const auto& trace = run.trace;
    Json json{{"strategy", run.strategy}, {"faults", run.faults}, {"found", trace.found}};
    if (!trace.found || trace.spans.empty()) return json;
    const auto start = trace.seen.arrival;
    json["outcome"] = to_string(trace.seen.outcome);
    json["good"] = trace.seen.is_good();
    json["sojourn"] = trace.seen.sojourn().seconds();
    json["cost"] = cost_sentence(trace);
    json["calls"] = Json::array();
    for (const auto& one : summarise_calls(trace)) {
        json["calls"].push_back({{"caller", one.caller},
                                 {"callee", one.callee},
                                 {"endpoint", one.endpoint},
                                 {"depth", one.depth},
                                 {"calls", one.calls},
                                 {"answered", one.answered},
                                 {"tries", one.tries},
                                 {"ended", tries_text(one)}});
    }
    if (index > 0) json["divergence"] = divergence_json(explained, run);
    const auto kept = std::min(most, trace.spans.size());
    json["spans"] = Json::array();
    for (std::size_t i = 0; i < kept; ++i)
        json["spans"].push_back(span_json(trace.spans[i], start));
    const auto story = tell(trace, StoryDetail::folded);
    json["story"] = story_json(story, most);
    json["leftOut"] = {{"spans", trace.spans.size() - kept},
                       {"lines", story.size() - json["story"].size()}};
    return json;
}

}  // namespace

nlohmann::ordered_json explained_json(const ExplainedRequest& explained, std::size_t most) {
    const auto& first = explained.runs.front().trace;
    Json json{{"request", explained.id},
              {"group", first.group},
              {"journey", first.journey},
              {"customer", first.knows_customer ? Json(first.customer) : Json()},
              {"run", explained.replication + 1},
              {"arrival", first.seen.arrival.seconds()},
              {"because", explained.because.empty() ? Json() : Json(explained.because)}};
    json["sinceFault"] = Json();
    if (explained.since_fault) {
        json["sinceFault"] = {{"fault", explained.since_fault->first},
                              {"after", explained.since_fault->second.seconds()}};
    }
    json["runs"] = Json::array();
    for (std::size_t i = 0; i < explained.runs.size(); ++i) {
        json["runs"].push_back(run_json(explained, i, most));
    }
    return json;
}

}  // namespace models
