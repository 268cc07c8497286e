// Following one request: what its trace says is what happened, and nobody who looks changes it.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/engine/trace_request.hpp"
#include "models/engine/tracer.hpp"
#include "models/engine/world.hpp"
#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/mechanism/random_system.hpp"

using models::Outcome;
using models::RequestTrace;
using models::SpanEnd;
using models::SpanKind;
using models::TraceSpan;
using models::TraceStep;
using sim::milliseconds;

namespace {

constexpr models::ReplicationKey kKey{42, 0};

models::SystemModel finished(TestSystem system) {
    auto& model = system.model;
    model.slices = {{models::SliceKind::all, "", {}, sim::SimTime{} + model.duration, {}, {}, {}}};
    models::finish_model(model);
    return std::move(model);
}

/// A request of a closed group; `user` and how often that one has come before.
models::RequestName name_of(std::uint32_t group, std::uint64_t user, std::uint64_t cycle = 0,
                            std::uint64_t presses = 0) {
    return {group, (cycle << 20) | user, presses << 48};
}

RequestTrace trace_of(const models::SystemModel& model, const models::RequestName& name) {
    auto followed = models::trace_request(model, kKey, {}, name);
    REQUIRE_FALSE(followed.stopped);
    return std::move(followed.trace);
}

std::vector<TraceSpan> spans_of(const RequestTrace& trace, SpanKind kind) {
    std::vector<TraceSpan> found;
    std::copy_if(trace.spans.begin(), trace.spans.end(), std::back_inserter(found),
                 [&](const TraceSpan& span) { return span.kind == kind; });
    return found;
}

/// Of the steps of one kind, their values in the order in which they came.
std::vector<std::int64_t> values_of(const RequestTrace& trace, TraceStep step) {
    std::vector<std::int64_t> values;
    for (const auto& note : trace.notes) {
        if (note.step == step) values.push_back(note.value);
    }
    return values;
}

bool has(const RequestTrace& trace, TraceStep step) { return !values_of(trace, step).empty(); }

using Values = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a trace has the way there, the work, the way back, and nothing else") {
    TestSystem system(1, milliseconds(3));
    const auto shop = system.add_service("shop", milliseconds(10));
    system.add_users("people", shop, 1, milliseconds(1'000));
    const auto model = finished(system);
    const auto trace = trace_of(model, name_of(0, 0, 2));
    REQUIRE(trace.found);
    CHECK(trace.group == "people");
    CHECK(trace.journey == "visit");
    CHECK(trace.knows_customer);
    CHECK(trace.customer == 0);
    CHECK(trace.seen.outcome == Outcome::ok);
    CHECK(trace.seen.arrival.ns == 3'032'000'000);  // two requests of 16 ms, three thoughts
    CHECK(trace.seen.sojourn() == milliseconds(16));
    REQUIRE(trace.spans.size() == 4);
    const auto at = [&](std::size_t i) { return (trace.spans[i].begin - trace.seen.arrival).ns; };
    CHECK(trace.spans[0].kind == SpanKind::request);
    CHECK(trace.spans[1].kind == SpanKind::call);
    CHECK(trace.spans[2].kind == SpanKind::attempt);
    CHECK(trace.spans[2].instance == "shop/z0/0");
    CHECK(trace.spans[2].length() == milliseconds(16));
    CHECK(trace.spans[3].kind == SpanKind::work);
    CHECK(at(3) == 3'000'000);
    CHECK(trace.spans[3].length() == milliseconds(10));
    CHECK_FALSE(trace.spans[3].wasted);
    REQUIRE(trace.notes.size() == 2);
    CHECK(trace.notes[0].step == TraceStep::starts);
    CHECK(values_of(trace, TraceStep::work_done) == Values{10'000'000});
}

TEST_CASE("a queue says how many are before it and how long it took") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    system.model.services[0].queue = 2;
    system.add_users("people", shop, 4, milliseconds(9'000));  // all at once
    const auto model = finished(system);
    CHECK(values_of(trace_of(model, name_of(0, 0)), TraceStep::starts) == Values{0});
    const auto third = trace_of(model, name_of(0, 2));
    CHECK(values_of(third, TraceStep::queued) == Values{1});
    CHECK(values_of(third, TraceStep::starts) == Values{200'000'000});
    const auto last = trace_of(model, name_of(0, 3));
    CHECK(last.seen.outcome == Outcome::shed);
    CHECK_FALSE(has(last, TraceStep::starts));
    CHECK(spans_of(last, SpanKind::work)[0].length().ns == 0);
}

TEST_CASE("work that nobody waits for is followed to its end, after the request's") {
    TestSystem system;
    const auto front = system.add_service("front", {}, 8);
    const auto back = system.add_service("back", milliseconds(300), 8);
    system.add_step(
        front,
        {system.call(front, back, TestSystem::retrying(1, milliseconds(100), milliseconds(50)))});
    system.add_users("people", front, 1, milliseconds(1'000));
    const auto trace = trace_of(finished(system), name_of(0, 0));
    CHECK(trace.seen.outcome == Outcome::error);
    CHECK(trace.seen.tries == 3);
    CHECK(values_of(trace, TraceStep::waits_to_retry) == Values{50'000'000});
    CHECK(values_of(trace, TraceStep::no_retries_left) == Values{2});
    const auto works = spans_of(trace, SpanKind::work);
    REQUIRE(works.size() == 3);
    CHECK_FALSE(works[0].wasted);
    for (const std::size_t i : {1, 2}) {
        CHECK(works[i].wasted);
        CHECK(works[i].length() == milliseconds(300));
        CHECK(works[i].end > trace.seen.end);
    }
    const auto tries = spans_of(trace, SpanKind::attempt);
    CHECK(tries[1].outcome == Outcome::timeout);
    CHECK(tries[2].number == 2);
    CHECK((tries[2].begin - tries[1].end) == milliseconds(50));
}

TEST_CASE("a message to a replica without power is lost, one to a dead process is refused") {
    for (const bool dark : {true, false}) {
        TestSystem system(1, milliseconds(1));
        const auto shop = system.add_service("shop", milliseconds(10));
        system.add_users("people", shop, 1, milliseconds(1'000),
                         TestSystem::retrying(0, milliseconds(500), {}));
        models::FaultEffect effect = models::DownEffect{};
        if (!dark) effect = models::CrashEffect{};
        system.add_fault(effect, system.instances_of(shop), milliseconds(500),
                         sim::whole_seconds(5));
        const auto trace = trace_of(finished(system), name_of(0, 0));
        if (dark) {
            CHECK(trace.seen.outcome == Outcome::blackholed);
            CHECK(has(trace, TraceStep::lost_without_power));
        } else {
            CHECK(trace.seen.outcome == Outcome::refused);
            CHECK(has(trace, TraceStep::nobody_listens));
        }
        CHECK(spans_of(trace, SpanKind::work).empty());
    }
}

TEST_CASE("a request that does not come is not found, and one that has no end is open") {
    TestSystem system;
    const auto shop = system.add_service("shop", sim::whole_seconds(60));
    system.add_users("people", shop, 1, milliseconds(1'000));
    const auto model = finished(system);
    CHECK_FALSE(trace_of(model, name_of(0, 1)).found);
    CHECK_FALSE(trace_of(model, name_of(0, 0, 5)).found);
    const auto trace = trace_of(model, name_of(0, 0));
    REQUIRE(trace.found);
    CHECK(trace.seen.outcome == Outcome::unfinished);
    for (const auto& span : trace.spans) CHECK(span.end_kind == SpanEnd::open);
}

TEST_CASE("a census counts what comes in its time, and knows the worst of each kind") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    system.model.services[0].queue = 3;
    system.add_users("people", shop, 6, milliseconds(2'000));
    const auto model = finished(system);
    models::RequestCensus census(model.flows, {}, sim::SimTime{} + sim::whole_seconds(3));
    REQUIRE_FALSE(models::take_census(model, kKey, {}, census));
    CHECK(census.total() == 6);
    CHECK(census.failures() == 2);
    CHECK(census.kind(0, Outcome::ok, true).count == 4);
    CHECK(census.kind(0, Outcome::ok, true).worst.sojourn() == milliseconds(400));
    CHECK(census.kind(0, Outcome::ok, true).worst.name == name_of(0, 3));
    CHECK(census.commonest_failure()->worst.outcome == Outcome::shed);
    CHECK(census.commonest_failure()->worst.name == name_of(0, 4));
    CHECK(census.worst()->worst.outcome == Outcome::shed);
    CHECK_FALSE(census.worst_of(Outcome::timeout));
}

namespace {

/// Whole, in order, and inside each other.
void check_shape(const RequestTrace& trace) {
    std::vector<std::uint32_t> orders;
    for (std::uint32_t i = 0; i < trace.spans.size(); ++i) {
        const auto& span = trace.spans[i];
        orders.push_back(span.began);
        if (span.end_kind != SpanEnd::open) orders.push_back(span.ended);
        CHECK(span.end >= span.begin);
        if (i == 0) continue;
        REQUIRE(span.parent < i);
        const auto& parent = trace.spans[span.parent];
        CHECK(span.begin >= parent.begin);
        CHECK(span.began > parent.began);
        const bool ends_with_parent = span.kind == SpanKind::call || span.kind == SpanKind::attempt;
        if (ends_with_parent && parent.end_kind != SpanEnd::open) CHECK(span.end <= parent.end);
    }
    for (const auto& note : trace.notes) {
        orders.push_back(note.order);
        CHECK(note.span < trace.spans.size());
    }
    std::sort(orders.begin(), orders.end());
    CHECK(std::adjacent_find(orders.begin(), orders.end()) == orders.end());
}

/// Calls and tries until the request ended are those that its customer caused.
void check_counts(const RequestTrace& trace) {
    const auto end = trace.spans[0].ended == 0 ? ~0U : trace.spans[0].ended;
    std::uint32_t tries = 0;
    std::vector<std::uint8_t> tried(trace.spans.size());
    for (const auto& span : trace.spans) {
        if (span.kind != SpanKind::attempt || span.began > end) continue;
        ++tries;
        tried[span.parent] = 1;
    }
    CHECK(tries == trace.seen.tries);
    CHECK(std::count(tried.begin(), tried.end(), 1) == trace.seen.calls);
}

struct Totals {
    std::uint64_t requests = 0;
    std::uint64_t tries = 0;
};

/// Every request of a closed group, one after the other.
Totals check_all(const models::SystemModel& model) {
    Totals totals;
    for (std::uint32_t group = 0; group < model.groups.size(); ++group) {
        for (std::uint32_t user = 0; user < model.groups[group].users; ++user) {
            for (std::uint64_t cycle = 0;; ++cycle) {
                bool came = false;
                for (std::uint64_t presses = 0;; ++presses) {
                    const auto trace = trace_of(model, name_of(group, user, cycle, presses));
                    if (!trace.found) break;
                    came = true;
                    check_shape(trace);
                    check_counts(trace);
                    ++totals.requests;
                    for (const auto& span : trace.spans) {
                        const bool measured =
                            span.begin.ns >= 0 && span.begin.ns < model.duration.ns;
                        totals.tries += span.kind == SpanKind::attempt && measured ? 1 : 0;
                    }
                }
                if (!came) break;
            }
        }
    }
    return totals;
}

}  // namespace

TEST_CASE("the traces of all requests of random systems add up to what was measured") {
    constexpr std::uint32_t kSystems = tests::kSanitized ? 1 : 3;
    std::uint64_t requests = 0;
    std::uint32_t systems = 0;
    for (std::uint32_t seed = 1; systems < kSystems && seed < 400; ++seed) {
        auto model = finished(random_system(seed));
        const bool closed = std::all_of(
            model.groups.begin(), model.groups.end(),
            [](const models::Group& group) { return group.users > 0 && group.users < 6; });
        // What a cache fetches in the background belongs to no request.
        const bool caches = std::any_of(model.services.begin(), model.services.end(),
                                        [](const auto& service) { return service.stores(); });
        if (!closed || caches) continue;
        INFO("seed " << seed);
        sim::Limits limits;
        limits.events = 4'000;  // every request is a run of its own
        const auto result = models::run_replication(model, kKey, limits);
        if (result.stopped) continue;
        ++systems;
        const auto totals = check_all(model);
        std::uint64_t tries = 0;
        for (const auto& edge : result.edges) tries += edge.tries;
        CHECK(totals.tries == tries);
        requests += totals.requests;
    }
    CHECK(systems == kSystems);
    CHECK(requests > 20 * kSystems);
}

TEST_CASE("who knows when a request comes sees the same of it") {
    sim::Limits limits;
    limits.events = 20'000;
    std::uint32_t seen = 0;
    std::uint32_t late = 0;
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        const auto model = finished(random_system(seed));
        for (const auto from : {sim::SimTime{}, sim::SimTime{model.duration.ns / 2}}) {
            models::RequestCensus census(model.flows, from, sim::SimTime{} + model.duration);
            if (models::take_census(model, kKey, limits, census) || !census.worst()) continue;
            const auto worst = census.worst()->worst;
            const auto trace = models::trace_request(model, kKey, limits, worst.name);
            const auto hurried =
                models::trace_request(model, kKey, limits, worst.name, worst.arrival);
            if (trace.stopped || hurried.stopped) continue;
            REQUIRE(hurried.trace.found);
            CHECK(trace.trace.seen == worst);
            CHECK(hurried.trace == trace.trace);
            ++seen;
            late += worst.arrival > sim::SimTime{} + sim::whole_seconds(1) ? 1 : 0;
        }
    }
    CHECK(seen > 20);
    CHECK(late > 10);
}

TEST_CASE("whoever looks at a request changes nothing") {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        const auto model = finished(random_system(seed));
        sim::Limits limits;
        limits.events = 60'000;
        const auto plain = models::run_replication(model, kKey, limits);
        const auto watched = std::make_unique<models::World>(model, kKey, limits);
        models::Tracer tracer(name_of(0, 0, 1));
        watched->follow(tracer);
        CHECK(watched->run() == plain);
    }
}
