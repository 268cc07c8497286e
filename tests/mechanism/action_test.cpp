#include "models/engine/model.hpp"
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::ActionDeed;
using models::LiveMetric;
using models::LiveOp;
using models::Outcome;
using models::PlannedAction;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

PlannedAction at(std::int64_t seconds, models::ActionKind kind) {
    PlannedAction action;
    action.name = "action";
    action.kind = std::move(kind);
    action.at = sim::SimTime{} + whole_seconds(seconds);
    return action;
}

models::ShedAction shed(double share) {
    models::ShedAction kind;
    kind.share = share;
    return kind;
}

/// One user a service, 100 ms between an answer and the next request, own work 10 ms.
struct ActionFixture {
    TestSystem system;
    models::EndpointId shop;
    std::uint32_t edge;

    explicit ActionFixture(std::uint32_t zones = 1)
        : system(zones),
          shop(system.add_service("shop", milliseconds(10), 4, every(zones))),
          edge(system.add_users("people", shop, 1, milliseconds(90))) {}

    static std::vector<std::uint32_t> every(std::uint32_t zones) {
        std::vector<std::uint32_t> all;
        for (std::uint32_t zone = 0; zone < zones; ++zone) all.push_back(zone);
        return all;
    }
    void add(PlannedAction action) { system.model.actions.push_back(std::move(action)); }
    models::RunResult run() { return system.run(); }
};

}  // namespace

TEST_CASE("shed turns a share away at the edge, from its beginning to its end, and counts them") {
    ActionFixture fixture;
    auto action = at(2, shed(1));
    action.target.flows = {1};
    action.duration = whole_seconds(3);
    fixture.add(action);
    const auto result = fixture.run();
    // A user who is turned away at once comes back after the think time of 90 ms.
    const auto turned_away = count(result, Outcome::shed);
    CHECK(turned_away == 33);  // at 2.080 s, 2.170 s, … 4.960 s
    CHECK(result.actions[0].fired == 1);
    CHECK(result.actions[0].first_s == 2.0);
    CHECK(result.actions[0].over_s == 5.0);
    CHECK(result.actions[0].active_s == 3.0);
    CHECK(result.actions[0].did(ActionDeed::turned_away) == turned_away);
    CHECK(result.edges[fixture.edge].calls == count(result, Outcome::ok));  // they made no call
    CHECK(result.flows[0].slices[0].offered() == turned_away + count(result, Outcome::ok));
}

TEST_CASE("a larger share turns away the same customers and others besides") {
    const auto outcome_of = [](double share) {
        ActionFixture fixture;
        auto& group = fixture.system.model.groups[0];
        group.users = 0;
        group.rate_per_s = 50;
        auto action = at(0, shed(share));
        action.target.flows = {1};
        fixture.add(action);
        return fixture.run();
    };
    const auto few = outcome_of(0.2);
    const auto many = outcome_of(0.6);
    REQUIRE(few.flows[0].slices[0].offered() == many.flows[0].slices[0].offered());
    const auto all = static_cast<double>(few.flows[0].slices[0].offered());
    CHECK(static_cast<double>(count(few, Outcome::shed)) / all == Approx(0.2).margin(0.06));
    CHECK(static_cast<double>(count(many, Outcome::shed)) / all == Approx(0.6).margin(0.07));
    for (std::size_t second = 0; second < 10; ++second) {
        CHECK(few.flows[0].windows[second].success >= many.flows[0].windows[second].success);
    }
}

TEST_CASE("an action that touches nobody leaves every number as it is") {
    ActionFixture plain;
    const auto before = plain.run();
    ActionFixture fixture;
    auto action = at(2, shed(1));
    action.target.flows = {0};
    fixture.add(action);
    auto never = at(0, models::EvacuateAction{});
    never.at.reset();
    never.when = models::LiveCondition{};
    never.when->limit = 0.5;
    never.when->flows = {0};
    never.target.zone = models::ZoneId{0};
    fixture.add(never);
    const auto after = fixture.run();
    CHECK(after.actions[1].fired == 0);
    CHECK(after.flows[0].slices[0].outcomes == before.flows[0].slices[0].outcomes);
    CHECK(after.flows[0].slices[0].latency == before.flows[0].slices[0].latency);
    CHECK(after.services[0].busy_s == before.services[0].busy_s);
}

TEST_CASE("a condition is looked at once a second over a full window, then the operator types") {
    ActionFixture fixture;
    fixture.system.add_fault(models::ErrorsEffect{1, models::InjectedFailure::error, {}},
                             fixture.system.instances_of(fixture.shop), milliseconds(2'500),
                             whole_seconds(100));
    auto action = at(0, shed(1));
    action.at.reset();
    action.when = models::LiveCondition{};
    action.when->metric = LiveMetric::success;
    action.when->op = LiveOp::below;
    action.when->limit = 0.7;
    action.when->over = whole_seconds(2);
    action.when->holds = whole_seconds(1);
    action.when->flows = {0};
    action.after = milliseconds(1'500);
    action.target.flows = {1};
    fixture.add(action);
    const auto result = fixture.run();
    // [1 s, 3 s): 75 % succeed; [2 s, 4 s): 25 %, seen at 4 s; still so at 5 s; done 1.5 s later.
    CHECK(result.actions[0].first_s == 6.5);
    CHECK_FALSE(result.actions[0].over_s);
    CHECK(result.actions[0].active_s == 3.5);
}

TEST_CASE("until ends an action, and one that repeats begins again") {
    ActionFixture fixture;
    auto action = at(0, shed(1));
    action.at.reset();
    action.when = models::LiveCondition{};
    action.when->metric = LiveMetric::goodput;
    action.when->op = LiveOp::above;
    action.when->limit = 5;
    action.when->over = whole_seconds(1);
    action.when->flows = {0};
    action.until = action.when;
    action.until->op = LiveOp::below;
    action.until->limit = 1;
    action.repeats = true;
    action.target.flows = {1};
    fixture.add(action);
    const auto result = fixture.run();
    // Seen at 1 s; nobody succeeds in [1 s, 2 s) but who was let in before; ended at 2 s or 3 s.
    CHECK(result.actions[0].fired >= 3);
    CHECK(result.actions[0].first_s == 1.0);
    CHECK(result.actions[0].active_s < 9);
}

TEST_CASE("new calls follow the other settings, those under way end under their own") {
    ActionFixture fixture;
    const auto back = fixture.system.add_service("back", milliseconds(10), 4);
    auto policy = TestSystem::retrying(2, whole_seconds(1), {});
    fixture.system.add_step(fixture.shop, {fixture.system.call(fixture.shop, back, policy)});
    fixture.system.model.endpoints[1].error_share = 1;
    const auto edge = static_cast<std::uint32_t>(fixture.system.model.edges.size() - 1);
    auto never = policy;
    never.retries = 0;
    fixture.system.add_policy(never);
    // Sites: the call, then the customers' own.
    auto action = at(5, models::SetRetriesAction{});
    action.at = sim::SimTime{} + milliseconds(4'915);  // the 38th call began at 4.910 s
    action.target.policies = {static_cast<std::uint32_t>(fixture.system.model.policies.size() - 1),
                              models::kSamePolicy};
    action.target.stand_ins = {models::kNoStandIn, models::kNoStandIn};
    fixture.add(action);
    const auto result = fixture.run();
    // 130 ms a request with three tries (90 + 10 + 30), 110 ms with one.
    const auto& calls = result.edges[edge];
    CHECK(calls.calls == 38 + 46);
    CHECK(calls.tries == 3 * 38 + 46);
}

TEST_CASE("stopCalls leaves an optional call out and fails a required one, at once") {
    for (const bool optional : {true, false}) {
        ActionFixture fixture;
        const auto back = fixture.system.add_service("back", milliseconds(10), 4);
        auto call = fixture.system.call(fixture.shop, back);
        call.optional = optional;
        fixture.system.add_step(fixture.shop, {call});
        auto action = at(5, models::StopCallsAction{});
        action.target.edges = {0, 1};
        fixture.add(action);
        const auto result = fixture.run();
        const auto outcome = optional ? Outcome::degraded : Outcome::error;
        CHECK(count(result, Outcome::ok) == 45);  // of 110 ms each
        CHECK(count(result, outcome) == 50);      // of 100 ms each
        CHECK(result.actions[0].did(ActionDeed::left_out) == 50);
        CHECK(result.edges[1].tries == 45);
    }
}

TEST_CASE("restart one by one waits for the one before, at once does not") {
    for (const auto order : {models::RestartOrder::one_by_one, models::RestartOrder::at_once}) {
        ActionFixture fixture(2);
        fixture.system.model.services[0].restart = whole_seconds(2);
        models::RestartAction restart;
        restart.order = order;
        auto action = at(3, restart);
        action.target.instances = fixture.system.instances_of(fixture.shop).instances;
        fixture.add(action);
        const auto result = fixture.run();
        CHECK(result.actions[0].did(ActionDeed::restarted) == 2);
        const bool rolling = order == models::RestartOrder::one_by_one;
        CHECK(result.actions[0].active_s == (rolling ? 4.0 : 0.0));
        // Two replicas of four slots for 10 s, less 2 s each.
        CHECK(result.services[0].capacity_s == Approx(64));
    }
}

TEST_CASE("an evacuated zone gets nobody, unless there is nowhere else to go") {
    ActionFixture fixture(2);
    fixture.system.model.policies.back().load_balancing = models::RoundRobin{};
    auto leave = at(2, models::EvacuateAction{});
    leave.target.zone = models::ZoneId{0};
    leave.duration = whole_seconds(4);
    fixture.add(leave);
    // Who goes where shows in who is hit: the second zone's replica fails.
    auto target = fixture.system.instances_of(fixture.shop);
    target.instances = {target.instances[1]};
    fixture.system.add_fault(models::ErrorsEffect{1, models::InjectedFailure::error, {}}, target,
                             {}, whole_seconds(100));
    const auto one = fixture.run();
    CHECK(count(one, Outcome::error) == 70);  // half of the time half of them, then all
    auto both = at(2, models::EvacuateAction{});
    both.target.zone = models::ZoneId{1};
    both.duration = whole_seconds(4);
    fixture.add(both);
    CHECK(count(fixture.run(), Outcome::error) == 50);
}

TEST_CASE("without its control plane a zone cannot be evacuated until that is back") {
    ActionFixture fixture(2);
    auto leave = at(2, models::EvacuateAction{});
    leave.target.zone = models::ZoneId{0};
    fixture.add(leave);
    models::FaultTarget zone;
    zone.zones = {models::ZoneId{0}};
    fixture.system.add_fault(models::ControlPlaneEffect{}, zone, whole_seconds(1),
                             whole_seconds(4));
    const auto result = fixture.run();
    CHECK(result.actions[0].first_s == 5.0);
    CHECK(result.actions[0].waited_s == 3.0);
}

TEST_CASE("scaleOut starts spare replicas, and takes them away when it is over") {
    ActionFixture fixture;
    auto& model = fixture.system.model;
    for (std::uint32_t i = 1; i < 3; ++i) {
        model.topology.instances.push_back(
            {"shop/" + std::to_string(i), models::ServiceId{0}, models::ZoneId{0}, true});
        model.topology.services[0].instances.push_back(models::InstanceId{i});
    }
    model.services[0].grows_by_hand = true;
    models::ScaleOutAction scale;
    scale.add = 3;
    scale.start_up = milliseconds(500);
    auto action = at(2, scale);
    action.target.service = models::ServiceId{0};
    action.duration = whole_seconds(4);
    fixture.add(action);
    const auto result = fixture.run();
    CHECK(result.actions[0].did(ActionDeed::added) == 2);
    CHECK(result.actions[0].did(ActionDeed::refused) == 1);
    CHECK(result.services[0].capacity_s == Approx(40 + 2 * 4 * 3.5));
    CHECK(result.scaling[0].replica_s == Approx(10 + 2 * 4));
}

TEST_CASE("conditions on services and on latencies are measured over their window") {
    const auto first_at = [](LiveMetric metric, double limit) {
        ActionFixture fixture;
        fixture.system.add_fault(models::SlowEffect{20, 1},
                                 fixture.system.instances_of(fixture.shop), whole_seconds(4),
                                 whole_seconds(100));
        auto action = at(0, shed(1));
        action.at.reset();
        action.when = models::LiveCondition{};
        action.when->metric = metric;
        action.when->op = LiveOp::above;
        action.when->limit = limit;
        action.when->over = whole_seconds(1);
        if (models::facts_of(metric).scope == models::LiveScope::service) {
            action.when->service = models::ServiceId{0};
        } else {
            action.when->flows = {0};
        }
        action.target.flows = {0};
        fixture.add(action);
        return fixture.run().actions[0].first_s;
    };
    // One of four slots is busy for 10 ms of 100 ms, then for 200 ms of 290 ms.
    CHECK(first_at(LiveMetric::utilisation, 0.02) == 1.0);
    CHECK(first_at(LiveMetric::utilisation, 0.1) == 5.0);
    CHECK_FALSE(first_at(LiveMetric::utilisation, 0.25));
    CHECK(first_at(LiveMetric::p99, 0.009) == 1.0);
    CHECK(first_at(LiveMetric::p99, 0.1) == 5.0);
    CHECK(first_at(LiveMetric::mean, 0.1) == 5.0);
    CHECK_FALSE(first_at(LiveMetric::p50, 0.25));
    CHECK_FALSE(first_at(LiveMetric::queue, 0));
    CHECK_FALSE(first_at(LiveMetric::errors, 0));
    CHECK(first_at(LiveMetric::tries, 0.9) == 1.0);
    CHECK_FALSE(first_at(LiveMetric::retries, 0));
}
