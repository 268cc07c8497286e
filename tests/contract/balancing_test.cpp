// Every registered balancer, routing rule and outlier detection obeys its contract.
#include <algorithm>
#include <vector>

#include "models/policy/load_balancing.hpp"
#include "models/policy/outlier_detection.hpp"
#include "models/policy/routing_rule.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

namespace {

constexpr std::uint32_t kReplicas = 7;

struct Callee {
    std::vector<std::uint32_t> in_flight = std::vector<std::uint32_t>(kReplicas, 1);
    std::vector<std::uint64_t> names;
    std::vector<std::uint32_t> regions = std::vector<std::uint32_t>(kReplicas, 0);
    std::vector<std::uint32_t> members{0, 1, 2, 3, 4, 5, 6};

    Callee() {
        for (std::uint64_t i = 0; i < kReplicas; ++i) names.push_back(sim::mix64(i + 1));
    }
    models::BalanceQuery query(const std::vector<std::uint32_t>& candidates, std::uint64_t number) {
        models::BalanceQuery query;
        query.now = sim::SimTime{static_cast<std::int64_t>(number) * 1'000'000};
        query.candidates = candidates;
        query.members = members;
        query.in_flight = in_flight;
        query.names = names;
        query.key = sim::mix64(number);
        return query;
    }
};

sim::KeyedRng rng_at(std::uint64_t number) {
    return {sim::RngStream(1, 0, "contract", "balance"), number, 0};
}

/// What the first 500 tries pick, with replies and load reports in between.
std::vector<std::uint32_t> picks(const models::LoadBalancing& rule,
                                 const std::vector<std::uint32_t>& candidates) {
    Callee callee;
    auto state = models::initial_state(rule);
    std::vector<std::uint32_t> found;
    for (std::uint64_t number = 0; number < 500; ++number) {
        const auto query = callee.query(candidates, number);
        auto rng = rng_at(number);
        found.push_back(models::pick_replica(rule, state, query, rng));
        models::balancing_on_try_end(
            rule, state, 0,
            {query.now, found.back(),
             sim::milliseconds(40 + static_cast<std::int64_t>(number % 9))});
        models::balancing_on_load(rule, state, 0, {query.now, found.back(), 10.0, 0.0, 0.5});
    }
    return found;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a balancer picks candidates only, all of them, and the same again", "",
                        models::LoadBalancing) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    STATIC_REQUIRE_FALSE(TestType::example.empty());
    const models::LoadBalancing rule = TestType{};
    const std::vector<std::uint32_t> all{0, 1, 2, 3, 4, 5, 6};
    const std::vector<std::uint32_t> some{1, 4, 5};
    for (const auto& candidates : {all, some}) {
        const auto found = picks(rule, candidates);
        CHECK(found == picks(rule, candidates));
        for (const auto one : candidates) {
            CHECK(std::find(found.begin(), found.end(), one) != found.end());
        }
        for (const auto one : found) {
            CHECK(std::binary_search(candidates.begin(), candidates.end(), one));
        }
    }
    CHECK(picks(rule, {3}) == std::vector<std::uint32_t>(500, 3));
}

TEMPLATE_LIST_TEST_CASE("a part of the replicas is never empty and does not change", "",
                        models::LoadBalancing) {
    const models::LoadBalancing rule = TestType{};
    if (!models::needs_of(rule).narrows) return;
    Callee callee;
    for (std::uint64_t key = 0; key < 50; ++key) {
        models::SubsetQuery query;
        query.names = callee.names;
        query.regions = callee.regions;
        query.caller = static_cast<std::uint32_t>(key);
        query.caller_name = sim::mix64(key);
        query.key = key % 7;  // with more cells than replicas the last cell is empty
        std::vector<std::uint8_t> once(kReplicas, 9);
        std::vector<std::uint8_t> again(kReplicas, 0);
        models::narrow_replicas(rule, query, once);
        models::narrow_replicas(rule, query, again);
        CHECK(once == again);
        CHECK(std::count(once.begin(), once.end(), std::uint8_t{1}) > 0);
        CHECK(std::all_of(once.begin(), once.end(), [](auto bit) { return bit <= 1; }));
    }
}

TEST_CASE("only today's three balancers with their defaults need nothing") {
    CHECK(models::needs_of(models::LeastRequest{}).nothing);
    CHECK(models::needs_of(models::RoundRobin{}).nothing);
    CHECK(models::needs_of(models::RandomBalancing{}).nothing);
    models::LeastRequest envoy;
    envoy.with_replacement = true;
    CHECK_FALSE(models::needs_of(envoy).nothing);
    CHECK_FALSE(models::needs_of(models::PeakEwma{}).nothing);
    CHECK(models::needs_of(models::WeightedRoundRobin{}).load_reports);
    models::Cells cells;
    cells.child = models::WeightedRoundRobin{};
    CHECK(models::needs_of(cells).load_reports);
    CHECK(models::needs_of(cells).customer);
}

TEMPLATE_LIST_TEST_CASE("a routing rule sends to healthy replicas while there are any", "",
                        models::Routing) {
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    const models::Routing rule = TestType{};
    const std::vector<std::uint32_t> callers{3, 3};
    for (std::uint32_t healthy = 0; healthy < 64; ++healthy) {
        std::vector<models::PlacedReplica> replicas;
        for (std::uint32_t i = 0; i < 6; ++i) {
            replicas.push_back({i / 2, i / 2, true, ((healthy >> i) & 1U) != 0});
        }
        models::Routes routes;
        models::routes_of(rule, {replicas, callers, 0}, routes);
        CHECK((healthy == 0 || !routes.options.empty()));
        if (!routes.options.empty()) CHECK(routes.options.back().until == 1.0);
        double before = 0;
        for (const auto& option : routes.options) {
            CHECK(option.until > before);
            before = option.until;
            CHECK_FALSE(routes.of(option).empty());
        }
        if (std::is_same_v<TestType, models::PriorityZones>) continue;  // panics by default
        for (const auto one : routes.replicas) CHECK(replicas[one].healthy);
    }
}

TEMPLATE_LIST_TEST_CASE("outlier detection ejects failing hosts, brings them back, and rests", "",
                        models::OutlierDetection) {
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    const models::OutlierDetection rule = TestType{};
    const sim::RngStream stream(1, 0, "contract", "outliers");
    auto state = models::outlier_state(20);
    for (std::uint32_t host = 0; host < 20; ++host) {
        for (int i = 0; i < 200; ++i) {
            const auto result =
                host < 1 ? models::HostResult::failure : models::HostResult::success;
            models::outliers_on_result(rule, state, host, result, sim::SimTime{1}, stream);
        }
    }
    sim::SimTime now{};
    std::uint32_t most = state.ejected;
    for (int sweep = 0; sweep < 40; ++sweep) {
        now = now + models::ejection_rule(rule).interval;
        models::outliers_sweep(rule, state, now, stream);
        most = std::max(most, state.ejected);
    }
    CHECK(most == 1);
    CHECK(state.ejected == 0);
    CHECK_FALSE(state.needs_sweep(models::interval_number(now, sim::whole_seconds(10))));
}

TEST_CASE("every example of a balancer, a routing rule and an outlier detection can be read") {
    for (const auto& docs :
         {sim::describe_kinds<models::LoadBalancing>(), sim::describe_kinds<models::Routing>(),
          sim::describe_kinds<models::OutlierDetection>()}) {
        for (const auto& doc : docs) {
            INFO(doc.name);
            CHECK(doc.example.find(':') != std::string_view::npos);
            for (const auto& parameter : doc.parameters) CHECK_FALSE(parameter.summary.empty());
        }
    }
}
