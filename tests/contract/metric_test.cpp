// Every registered metric obeys its contract: it counts in [0, duration) and nowhere else.
#include "models/metrics/recorders.hpp"
#include "tests/catch.hpp"

namespace {

models::MeasurementPlan plan() {
    models::MeasurementPlan plan;
    plan.slices = {
        {models::SliceKind::all, "", {}, sim::SimTime{} + sim::whole_seconds(2), {}, {}, {}}};
    plan.flows = plan.services = plan.edges = 1;
    plan.caches = plan.queues = plan.databases = true;
    plan.deployments = 1;
    plan.actions = 1;
    plan.levels = {1};
    plan.customers = {{5, 2}};
    plan.zones = plan.instances = 1;
    plan.duration = sim::whole_seconds(2);
    return plan;
}

template <class Metric, class Fact>
void tell(Metric& metric, const Fact& fact) {
    if constexpr (requires { metric.on(fact); }) metric.on(fact);
}

/// One of everything at that instant.
template <class Metric>
void tell_all(Metric& metric, sim::SimTime now) {
    const models::ServiceId service{0};
    tell(metric, models::RequestDone{0, now, now, models::Outcome::ok, 1, 1, 0, 1, 0, 3});
    tell(metric, models::CallStarted{0, now});
    tell(metric, models::CallEnded{0, now, models::Outcome::ok});
    tell(metric, models::TryStarted{0, now});
    tell(metric, models::TryEnded{0, now, models::Outcome::ok});
    tell(metric, models::MessageCrossed{0, 1, true, now});
    tell(metric, models::RetryDenied{0, now});
    tell(metric, models::DuplicateStarted{0, now});
    tell(metric, models::TryArrived{service, now});
    tell(metric, models::TryRefused{service, models::Outcome::shed, now});
    tell(metric, models::SlotTaken{service, now, now});
    tell(metric, models::WorkDone{service, now, sim::milliseconds(5), true});
    tell(metric, models::TryServed{service, now, now});
    tell(metric, models::FallbackUsed{0, true, now});
    tell(metric, models::CacheAsked{service, models::CacheEvent::hit, now});
    tell(metric, models::MessageHappened{service, models::MessageEvent::stored, now});
    tell(metric, models::VersionAnswered{0, true, now});
    tell(metric, models::StaleRead{service, now});
    tell(metric, models::QuorumMissed{service, now});
    tell(metric, models::WriteConflicted{service, now});
    tell(metric, models::TwoPrimaries{service, now, now + sim::Duration{1}});
    tell(metric, models::QueueSampled{service, 0, {}, now});
    tell(metric, models::ActionBegan{0, now});
    tell(metric, models::ActionDid{0, models::ActionDeed::turned_away, now});
    tell(metric, models::ActionEnded{0, now});
    tell(metric, models::ReplicaBack{service, now});
    tell(metric, models::ReplicaSeen{models::InstanceId{0}, service, false, now});
    tell(metric, models::LevelEntered{service, 1, now});
    tell(metric, models::LevelHeld{service, 1, now, now + sim::Duration{1}});
}

template <class Metric>
std::uint64_t counted(Metric& metric) {
    models::RunResult result;
    metric.finish(result);
    std::uint64_t sum = 0;
    for (const auto& flow : result.flows) sum += flow.slices[0].offered();
    for (const auto& edge : result.edges) {
        sum += edge.calls + edge.tries + edge.retries_denied + edge.fallbacks;
        sum += edge.crossed_bytes + edge.region_bytes;
    }
    for (const auto& cache : result.caches) sum += cache.asked();
    for (const auto& action : result.actions) {
        sum += action.fired + action.did(models::ActionDeed::turned_away);
    }
    for (const auto& queue : result.queues) {
        sum += queue.count(models::MessageEvent::stored) + queue.windows.size();
    }
    for (const auto& levels : result.levels) {
        for (const auto& level : levels) sum += level.entered + (level.held_s > 0 ? 1 : 0);
    }
    for (const auto& one : result.deployments) sum += one.answers;
    for (const auto& log : result.customers) sum += log.entries.size();
    sum += result.remedies.size();
    for (const auto& one : result.databases) {
        sum += one.stale_reads + one.without_quorum + one.conflicting;
        sum += one.two_primaries_s > 0 ? 1 : 0;
    }
    for (const auto& service : result.services) {
        sum += service.arrivals + service.shed + service.completions + service.wait.count() +
               service.sojourn.count() + (service.wasted_s > 0 ? 1 : 0);
    }
    return sum;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a metric counts what happens in the measured time", "", models::Metrics) {
    TestType metric(plan());
    tell_all(metric, sim::SimTime{0});
    tell_all(metric, sim::SimTime{1'999'999'999});
    CHECK(counted(metric) >= 2);
}

TEMPLATE_LIST_TEST_CASE("a metric leaves out the warm-up and the drain", "", models::Metrics) {
    TestType metric(plan());
    tell_all(metric, sim::SimTime{-1});
    tell_all(metric, sim::SimTime{2'000'000'000});
    CHECK(counted(metric) == 0);
}

TEST_CASE("facts reach every metric that listens") {
    auto metrics = models::metrics_for(plan());
    models::notify(metrics, models::CallStarted{0, {}});
    models::notify(metrics, models::TryArrived{models::ServiceId{0}, {}});
    CHECK(counted(std::get<0>(metrics)) == 0);
    CHECK(counted(std::get<1>(metrics)) == 1);
    CHECK(counted(std::get<2>(metrics)) == 1);
}

// Two calls and three tries in the first second, one of each in the second one, and one too late.
TEST_CASE("calls and tries of an edge are counted by the second in which they begin") {
    const auto counted_with = [](std::uint32_t zones) {
        auto measured = plan();
        measured.zones = zones;
        models::EdgeRecorder recorder(measured);
        const auto at = [](double s) { return sim::SimTime{} + sim::from_seconds(s); };
        recorder.on(models::CallStarted{0, at(-1)});
        recorder.on(models::SecondBegins{0, at(0)});
        for (const double s : {0.1, 0.2}) recorder.on(models::CallStarted{0, at(s)});
        for (const double s : {0.1, 0.2, 0.9}) recorder.on(models::TryStarted{0, at(s)});
        recorder.on(models::SecondBegins{1, at(1)});
        recorder.on(models::CallStarted{0, at(1.5)});
        recorder.on(models::TryStarted{0, at(1.5)});
        recorder.on(models::SecondBegins{2, at(2)});
        recorder.on(models::CallStarted{0, at(2.5)});
        models::RunResult result;
        recorder.finish(result);
        CHECK(result.edges[0].calls == 3);
        return result.edges[0].windows;
    };
    CHECK(counted_with(1) == std::vector<models::EdgeWindow>{{2, 3}, {1, 1}});
    CHECK(counted_with(0).empty());  // nobody compares
}
