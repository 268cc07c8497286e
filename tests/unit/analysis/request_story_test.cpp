#include "models/analysis/request_story.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "models/analysis/explained.hpp"
#include "models/analysis/request_id.hpp"
#include "tests/catch.hpp"

using models::Outcome;
using models::RequestTrace;
using models::SpanEnd;
using models::SpanKind;
using models::TraceSpan;
using models::TraceStep;
using sim::milliseconds;

namespace {

/// Writes a trace as the engine would: everything in the order in which it happens.
class Script {
  public:
    explicit Script(Outcome outcome = Outcome::ok) {
        trace_.found = true;
        trace_.group = "us";
        trace_.journey = "buy";
        trace_.seen.outcome = outcome;
    }
    std::uint32_t begin(int ms, SpanKind kind, std::uint32_t parent, const std::string& caller,
                        const std::string& callee, const std::string& instance = {},
                        std::uint32_t number = 0) {
        TraceSpan span;
        span.kind = kind;
        span.parent = parent;
        span.number = number;
        span.caller = caller;
        span.callee = callee;
        span.endpoint = "put";
        span.instance = instance;
        span.begin = sim::SimTime{} + milliseconds(ms);
        span.began = ++order_;
        trace_.spans.push_back(span);
        return static_cast<std::uint32_t>(trace_.spans.size() - 1);
    }
    void end(int ms, std::uint32_t span, Outcome outcome = Outcome::ok,
             SpanEnd how = SpanEnd::finished) {
        auto& one = trace_.spans[span];
        one.end = sim::SimTime{} + milliseconds(ms);
        one.ended = ++order_;
        one.outcome = outcome;
        one.end_kind = how;
        if (span == 0) trace_.seen.end = one.end;
    }
    void note(int ms, std::uint32_t span, TraceStep step, std::int64_t value = 0) {
        trace_.notes.push_back({sim::SimTime{} + milliseconds(ms), span, step, value, ++order_});
    }
    RequestTrace& trace() { return trace_; }

  private:
    RequestTrace trace_;
    std::uint32_t order_ = 0;
};

constexpr std::int64_t kMs = 1'000'000;

/// us asks web, which asks db twice: the first try times out at a queue, the second is turned away.
RequestTrace failing() {
    Script s(Outcome::error);
    const auto request = s.begin(0, SpanKind::request, models::kNoSpan, "us", "web");
    const auto call = s.begin(0, SpanKind::call, request, "us", "web");
    const auto attempt = s.begin(0, SpanKind::attempt, call, "us", "web", "web/a/0", 1);
    const auto web = s.begin(1, SpanKind::work, attempt, "us", "web", "web/a/0", 1);
    s.note(1, web, TraceStep::starts);
    s.note(3, web, TraceStep::work_done, 2 * kMs);
    const auto below = s.begin(3, SpanKind::call, web, "web", "db");
    const auto first = s.begin(3, SpanKind::attempt, below, "web", "db", "db/a/0", 1);
    const auto queued = s.begin(4, SpanKind::work, first, "web", "db", "db/a/0", 1);
    s.note(4, queued, TraceStep::queued, 7);
    s.end(103, first, Outcome::timeout);
    s.note(103, below, TraceStep::waits_to_retry, 50 * kMs);
    const auto second = s.begin(153, SpanKind::attempt, below, "web", "db", "db/b/0", 2);
    const auto turned = s.begin(154, SpanKind::work, second, "web", "db", "db/b/0", 2);
    s.end(154, turned, Outcome::shed);
    s.end(155, second, Outcome::shed);
    s.note(155, below, TraceStep::no_retries_left, 2);
    s.end(155, below, Outcome::shed);
    s.end(155, web, Outcome::error);
    s.end(156, attempt, Outcome::error);
    s.end(156, call, Outcome::error);
    s.end(156, request, Outcome::error);
    s.note(200, queued, TraceStep::starts, 196 * kMs);
    s.note(210, queued, TraceStep::work_done, 10 * kMs);
    s.end(210, queued);
    s.trace().spans[queued].wasted = true;
    return s.trace();
}

std::vector<std::string> texts(const std::vector<models::StoryLine>& lines) {
    std::vector<std::string> all;
    for (const auto& line : lines) all.push_back(line.text);
    return all;
}

}  // namespace

TEST_CASE("a story tells what happened in the order in which it did") {
    const auto lines = models::tell(failing(), models::StoryDetail::folded);
    CHECK(texts(lines) ==
          std::vector<std::string>{"the customer wants put of web", "us → web/a/0 (put)",
                                   "web/a/0 begins at once, works 2 ms", "web → db/a/0 (put)",
                                   "db/a/0 puts it in its queue, 7 requests before it",
                                   "web stops waiting for db/a/0 after 100 ms: timeout",
                                   "web waits 50 ms and tries again",
                                   "web → db/b/0 (put), try 2: turned away (503) after 2 ms",
                                   "web gives up: 2 tries are all it may make",
                                   "web/a/0 answers with an error after 156 ms",
                                   "the request got an error after 156 ms",
                                   "db/a/0 begins after 196 ms in the queue, works 10 ms (try 1)",
                                   "db/a/0 is done after 206 ms: nobody waits any more (try 1)"});
    CHECK(lines[3].depth == 1);
    CHECK(lines[3].at == milliseconds(3));
    CHECK(lines[5].tone == models::StoryTone::bad);
    CHECK(lines.back().tone == models::StoryTone::quiet);
    // In the whole story a question and its rejection are two lines.
    CHECK(models::tell(failing(), models::StoryDetail::whole).size() == lines.size() + 1);
}

namespace {

/// us asks web, which asks db, all well; `wait` ms in the queue of db.
RequestTrace going_well(int wait) {
    Script s;
    const auto request = s.begin(0, SpanKind::request, models::kNoSpan, "us", "web");
    const auto call = s.begin(0, SpanKind::call, request, "us", "web");
    const auto attempt = s.begin(0, SpanKind::attempt, call, "us", "web", "web/a/0", 1);
    const auto web = s.begin(0, SpanKind::work, attempt, "us", "web", "web/a/0", 1);
    s.note(0, web, TraceStep::starts);
    const auto below = s.begin(0, SpanKind::call, web, "web", "db");
    const auto first = s.begin(0, SpanKind::attempt, below, "web", "db", "db/a/0", 1);
    const auto work = s.begin(0, SpanKind::work, first, "web", "db", "db/a/0", 1);
    if (wait > 0) s.note(0, work, TraceStep::queued, 1);
    s.note(wait, work, TraceStep::starts, wait * kMs);
    s.note(wait + 90, work, TraceStep::work_done, 90 * kMs);
    for (const auto span : {work, first, below, web, attempt, call, request})
        s.end(wait + 90, span);
    return s.trace();
}

}  // namespace

TEST_CASE("what went well is one line, unless it waited for long") {
    using models::StoryDetail;
    const auto calm = texts(models::tell(going_well(0), StoryDetail::folded));
    CHECK(calm.size() == 6);
    CHECK(calm[3] == "web → db/a/0 (put): ok after 90 ms");
    CHECK(texts(models::tell(going_well(3), StoryDetail::folded)).size() == 6);
    CHECK(texts(models::tell(going_well(60), StoryDetail::folded)).size() == 9);
    CHECK(texts(models::tell(going_well(0), StoryDetail::whole)).size() == 8);
}

TEST_CASE("two stories part where the first thing is not the same at the same time") {
    const auto a = models::tell(going_well(0), models::StoryDetail::whole);
    CHECK_FALSE(models::first_divergence(a, a));
    const auto later = models::tell(going_well(60), models::StoryDetail::whole);
    const auto parting = models::first_divergence(a, later);
    REQUIRE(parting);
    CHECK(parting->at.ns == 0);
    CHECK(parting->here == "db/a/0 begins at once, works 90 ms");
    CHECK(parting->there == "db/a/0 puts it in its queue, 1 request before it");
    auto shorter = a;
    shorter.pop_back();
    const auto end = models::first_divergence(a, shorter);
    REQUIRE(end);
    CHECK(end->there.empty());
    CHECK(end->at == milliseconds(90));
}

TEST_CASE("the calls of a request are summed up, and what was for nothing") {
    const auto calls = models::summarise_calls(failing());
    REQUIRE(calls.size() == 2);
    CHECK(calls[1].caller == "web");
    CHECK(calls[1].calls == 1);
    CHECK(calls[1].answered == 0);
    CHECK(calls[1].tries == 2);
    CHECK(calls[1].depth == 1);
    CHECK(models::tries_text(calls[1]) == "timeout 1, shed 1");
    CHECK(models::cost_sentence(failing()) ==
          "It caused 2 calls and 3 tries; 10 ms of work in 1 piece were for nothing: nobody waited "
          "for the answer.");
}

TEST_CASE("names of requests are read as they are written") {
    const std::vector<std::string> groups{"us", "us:east"};
    for (const models::RequestName name :
         {models::RequestName{0, 0, 0}, models::RequestName{0, 1234, 0},
          models::RequestName{1, 7, std::uint64_t{3} << 48},
          models::RequestName{1, ~0ULL, ~0ULL}}) {
        const auto text = models::request_id(name, groups);
        INFO(text);
        CHECK(models::parse_request_id(text, groups) == name);
    }
    CHECK(models::request_id({0, 1234, 0}, groups) == "us:1234");
    for (const char* wrong : {"", "us", "us:", "eu:1", "us:-1", "us:1x", "us:1:", "us:1:g",
                              "us:99999999999999999999"}) {
        INFO(wrong);
        CHECK_FALSE(models::parse_request_id(wrong, groups));
    }
}

namespace {

models::ExplainedRequest explained() {
    models::ExplainedRequest request;
    request.id = "us:0";
    request.runs.push_back({"naive", true, failing()});
    request.runs.push_back({"calm", true, going_well(0)});
    return request;
}

}  // namespace

TEST_CASE("OTLP has every span once, under its parent, in the trace of its run") {
    const auto json = models::otlp_json(explained(), "1");
    std::vector<std::string> ids;
    std::vector<std::string> parents;
    std::vector<std::string> traces;
    std::size_t events = 0;
    for (const auto& resource : json["resourceSpans"]) {
        for (const auto& span : resource["scopeSpans"][0]["spans"]) {
            ids.push_back(span["spanId"]);
            traces.push_back(span["traceId"]);
            CHECK(ids.back().size() == 16);
            CHECK(traces.back().size() == 32);
            if (span.contains("parentSpanId")) parents.push_back(span["parentSpanId"]);
            if (span.contains("events")) events += span["events"].size();
            const auto begin = std::stoull(span["startTimeUnixNano"].get<std::string>());
            CHECK(begin <= std::stoull(span["endTimeUnixNano"].get<std::string>()));
        }
    }
    CHECK(ids.size() == failing().spans.size() + going_well(0).spans.size());
    CHECK(parents.size() == ids.size() - 2);
    for (const auto& parent : parents) {
        CHECK(std::find(ids.begin(), ids.end(), parent) != ids.end());
    }
    std::sort(ids.begin(), ids.end());
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
    std::sort(traces.begin(), traces.end());
    traces.erase(std::unique(traces.begin(), traces.end()), traces.end());
    CHECK(traces.size() == 2);
    CHECK(events == models::tell(failing(), models::StoryDetail::whole).size() +
                        models::tell(going_well(0), models::StoryDetail::whole).size());
}

TEST_CASE("in trace events what shares a row is nested or apart") {
    const auto json = models::trace_events_json(explained());
    struct Slice {
        int process;
        int row;
        double from;
        double to;
    };
    std::vector<Slice> slices;
    for (const auto& event : json["traceEvents"]) {
        if (event["ph"] != "X") continue;
        const double from = event["ts"];
        slices.push_back({event["pid"], event["tid"], from, from + event["dur"].get<double>()});
    }
    CHECK(slices.size() == failing().spans.size() + going_well(0).spans.size());
    for (const auto& a : slices) {
        for (const auto& b : slices) {
            if (a.process != b.process || a.row != b.row || a.from > b.from) continue;
            CHECK((b.from >= a.to || b.to <= a.to || a.from == b.from));
        }
    }
}
