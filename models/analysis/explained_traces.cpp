// What other tools draw: OTLP for Jaeger and Tempo, the Trace Event Format for Perfetto.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "models/analysis/explained.hpp"
#include "models/analysis/json_parts.hpp"

namespace models {

namespace {

/// The start of 2000 (UTC), in ns since 1970: simulated time counts from there, so that no tool
/// meets a negative time.
constexpr std::int64_t kEpoch = 946'684'800LL * 1'000'000'000LL;

std::string unix_nanoseconds(sim::SimTime time) { return std::to_string(kEpoch + time.ns); }

std::uint64_t mixed(std::uint64_t value) {  // splitmix64's finaliser: no zero but of one value
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

/// Who did it: the customers' group or the caller, or where work was done.
std::string service_of(const TraceSpan& span) {
    const bool at_server = span.kind == SpanKind::work || span.kind == SpanKind::delivery;
    return at_server ? span.callee : span.caller;
}

std::string title_of(const TraceSpan& span) {
    switch (span.kind) {
        case SpanKind::request:
            return span.endpoint;
        case SpanKind::call:
            return fmt::format("call {} {}", span.callee, span.endpoint);
        case SpanKind::attempt:
            return fmt::format("try {} of {} {}", span.number, span.callee, span.endpoint);
        case SpanKind::work:
            return fmt::format("{} {}", span.callee, span.endpoint);
        case SpanKind::delivery:
            return fmt::format("delivery {} of {} {}", span.number, span.callee, span.endpoint);
    }
    return {};
}

bool has_failed(const TraceSpan& span) {
    return span.end_kind == SpanEnd::vanished ||
           (span.end_kind == SpanEnd::finished && !is_success(span.outcome));
}

std::string end_text(const TraceSpan& span) {
    static constexpr const char* kNames[] = {"open", "finished", "given up", "cancelled",
                                             "vanished"};
    return span.end_kind == SpanEnd::finished
               ? std::string(to_string(span.outcome))
               : std::string(kNames[static_cast<std::size_t>(span.end_kind)]);
}

/// Names and values that both formats carry.
std::vector<std::pair<std::string, std::string>> attributes_of(const TraceSpan& span) {
    std::vector<std::pair<std::string, std::string>> all{{"firedrill.end", end_text(span)}};
    if (!span.instance.empty()) all.emplace_back("service.instance.id", span.instance);
    if (!span.zone.empty()) all.emplace_back("cloud.availability_zone", span.zone);
    if (!span.callee.empty()) all.emplace_back("peer.service", span.callee);
    if (span.hedge) all.emplace_back("firedrill.hedge", "true");
    if (span.wasted) all.emplace_back("firedrill.wasted", "true");
    return all;
}

Json text_attribute(const std::string& key, const std::string& value) {
    return {{"key", key}, {"value", {{"stringValue", value}}}};
}

/// Of the enumeration SpanKind of OTLP: internal 1, server 2, client 3, consumer 5.
int otlp_kind(SpanKind kind) {
    switch (kind) {
        case SpanKind::request:
        case SpanKind::call:
            return 1;
        case SpanKind::attempt:
            return 3;
        case SpanKind::work:
            return 2;
        case SpanKind::delivery:
            return 5;
    }
    return 0;
}

/// The identifiers of a run's spans: the same request has the same in every call.
struct Ids {
    std::uint64_t high;
    std::uint64_t low;

    [[nodiscard]] std::string trace() const { return fmt::format("{:016x}{:016x}", high, low); }
    [[nodiscard]] std::string span(std::uint32_t index) const {
        return fmt::format("{:016x}", mixed(low + index + 1) | 1);
    }
};

Ids ids_of(const ExplainedRequest& explained, std::size_t run) {
    const auto& name = explained.runs[run].trace.seen.name;
    const auto who =
        mixed(mixed(explained.seed + 0x9E3779B97F4A7C15ULL) + explained.replication) + name.group;
    return {mixed(who) | 1, mixed(mixed(who + name.number) + name.rest + run) | 1};
}

/// The notes of every span, in words.
std::map<std::uint32_t, Json> events_of(const RequestTrace& trace) {
    std::map<std::uint32_t, Json> events;
    for (const auto& line : tell(trace, StoryDetail::whole)) {
        auto& list = events.try_emplace(line.span, Json::array()).first->second;
        list.push_back({{"timeUnixNano", unix_nanoseconds(trace.seen.arrival + line.at)},
                        {"name", line.text}});
    }
    return events;
}

Json otlp_span(const ExplainedRequest& explained, std::size_t run, std::uint32_t index,
               const std::map<std::uint32_t, Json>& events) {
    const auto& span = explained.runs[run].trace.spans[index];
    const auto ids = ids_of(explained, run);
    Json json{{"traceId", ids.trace()}, {"spanId", ids.span(index)}};
    if (span.parent != kNoSpan) json["parentSpanId"] = ids.span(span.parent);
    json["name"] = title_of(span);
    json["kind"] = otlp_kind(span.kind);
    json["startTimeUnixNano"] = unix_nanoseconds(span.begin);
    json["endTimeUnixNano"] = unix_nanoseconds(span.end);
    json["attributes"] = Json::array();
    for (const auto& [key, value] : attributes_of(span)) {
        json["attributes"].push_back(text_attribute(key, value));
    }
    const auto found = events.find(index);
    if (found != events.end()) json["events"] = found->second;
    // STATUS_CODE_OK 1, STATUS_CODE_ERROR 2
    json["status"] =
        has_failed(span) ? Json{{"code", 2}, {"message", end_text(span)}} : Json{{"code", 1}};
    return json;
}

}  // namespace

nlohmann::ordered_json otlp_json(const ExplainedRequest& explained,
                                 const std::string& engine_version) {
    Json resources = Json::array();
    for (std::size_t run = 0; run < explained.runs.size(); ++run) {
        const auto& trace = explained.runs[run].trace;
        const auto events = events_of(trace);
        std::vector<std::string> services;  // in the order in which they come
        for (const auto& span : trace.spans) {
            const auto service = service_of(span);
            if (std::find(services.begin(), services.end(), service) == services.end()) {
                services.push_back(service);
            }
        }
        for (const auto& service : services) {
            Json spans = Json::array();
            for (std::uint32_t i = 0; i < trace.spans.size(); ++i) {
                if (service_of(trace.spans[i]) != service) continue;
                spans.push_back(otlp_span(explained, run, i, events));
            }
            resources.push_back(
                {{"resource",
                  {{"attributes",
                    {text_attribute("service.name", service),
                     text_attribute("firedrill.strategy", explained.runs[run].name()),
                     text_attribute("firedrill.request", explained.id)}}}},
                 {"scopeSpans",
                  {{{"scope", {{"name", "firedrill"}, {"version", engine_version}}},
                    {"spans", std::move(spans)}}}}});
        }
    }
    return {{"resourceSpans", std::move(resources)}};
}

namespace {

/// Puts the spans of one process into rows in which they never overlap but by nesting.
class Rows {
  public:
    /// In the order in which they begin.
    std::size_t place(const TraceSpan& span) {
        for (std::size_t row = 0; row < open_.size(); ++row) {
            auto& ends = open_[row];
            while (!ends.empty() && ends.back() <= span.begin) ends.pop_back();
            if (!ends.empty() && ends.back() < span.end) continue;
            ends.push_back(span.end);
            return row;
        }
        open_.push_back({span.end});
        return open_.size() - 1;
    }

  private:
    std::vector<std::vector<sim::SimTime>>
        open_;  ///< by row: ends of what is open, outermost first
};

double microseconds(std::int64_t ns) { return static_cast<double>(ns) / 1e3; }

}  // namespace

nlohmann::ordered_json trace_events_json(const ExplainedRequest& explained) {
    Json events = Json::array();
    std::map<std::string, std::size_t> processes;
    std::map<std::size_t, Rows> rows;
    for (const auto& run : explained.runs) {
        for (const auto& span : run.trace.spans) {
            const auto name = run.name() + ": " + service_of(span);
            const auto [found, is_new] = processes.try_emplace(name, processes.size() + 1);
            const auto process = found->second;
            if (is_new) {
                events.push_back({{"name", "process_name"},
                                  {"ph", "M"},
                                  {"pid", process},
                                  {"args", {{"name", name}}}});
                events.push_back({{"name", "process_sort_index"},
                                  {"ph", "M"},
                                  {"pid", process},
                                  {"args", {{"sort_index", process}}}});
            }
            Json arguments;
            for (const auto& [key, value] : attributes_of(span)) arguments[key] = value;
            events.push_back({{"name", title_of(span)},
                              {"cat", has_failed(span) ? "failed" : "ok"},
                              {"ph", "X"},
                              {"ts", microseconds(span.begin.ns)},
                              {"dur", microseconds(span.length().ns)},
                              {"pid", process},
                              {"tid", rows[process].place(span) + 1},
                              {"args", std::move(arguments)}});
        }
    }
    return {{"traceEvents", std::move(events)},
            {"displayTimeUnit", "ms"},
            {"otherData", {{"request", explained.id}, {"tool", "firedrill"}}}};
}

}  // namespace models
