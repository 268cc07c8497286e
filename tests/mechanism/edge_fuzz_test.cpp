#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/mechanism/random_system.hpp"

// Random small systems under random faults: whatever the combination, nothing may assert, every
// request ends once, and no level leaves its bounds.
namespace {

/// The time of replicas is that of their levels, once each.
void check_levels(const TestSystem& system, const models::RunResult& result) {
    for (std::size_t i = 0; i < result.levels.size(); ++i) {
        double held_s = 0;
        for (const auto& level : result.levels[i]) held_s += level.held_s;
        const auto replicas = system.model.topology.services[i].instances.size();
        CHECK(held_s <= static_cast<double>(replicas) * system.model.duration.seconds() + 1e-6);
        if (!system.model.services[i].levels.empty()) {
            CHECK(result.levels[i].size() == system.model.services[i].levels.size() + 1);
        }
    }
}

void check_services(const TestSystem& system, const models::RunResult& result) {
    constexpr double kRounding = 1e-3;  // windows are floats
    for (std::size_t i = 0; i < result.services.size(); ++i) {
        const auto& service = result.services[i];
        const auto slots = system.model.services[i].concurrency;
        const auto replicas = system.model.topology.services[i].instances.size();
        const auto most = static_cast<double>(slots) * static_cast<double>(replicas);
        CHECK(service.capacity_s <= most * 5.5 + kRounding);
        // What a scaler has taken away finishes what it has and is not counted any more.
        const bool scales = system.model.services[i].autoscale.has_value();
        if (!scales) {
            CHECK(service.busy_s <= service.capacity_s + kRounding);
        }
        CHECK(service.working_s <= service.busy_s + kRounding);
        CHECK(service.working_s >= 0);
        CHECK(service.queued_s >= 0);
        CHECK(service.wasted_s <= service.work_done_s + kRounding);
        CHECK(service.windows.size() == 6);
        for (const auto& window : service.windows) {
            CHECK(window.capacity_s >= 0);
            CHECK(window.busy_s >= 0);
            if (!scales) {
                CHECK(window.busy_s <= static_cast<double>(window.capacity_s) + kRounding);
            }
            CHECK(window.working_s <= static_cast<double>(window.busy_s) + kRounding);
        }
    }
}

models::RunResult run_limited(TestSystem& system, std::uint32_t replication) {
    sim::Limits limits;
    limits.events = 200'000;
    system.model.slices = {
        {models::SliceKind::all, "", {}, sim::SimTime{} + system.model.duration, {}, {}, {}}};
    models::finish_model(system.model);
    return models::run_replication(system.model, {42, replication}, limits);
}

}  // namespace

TEST_CASE("random systems under random faults keep every invariant") {
    constexpr std::uint32_t kSystems = tests::kSanitized ? 40 : 200;
    std::uint64_t successes = 0;
    int stopped = 0;
    for (std::uint32_t seed = 0; seed < kSystems; ++seed) {
        INFO("system " << seed);
        auto system = random_system(seed);
        const auto result = run_limited(system, seed);
        stopped += result.stopped ? 1 : 0;  // an avalanche of retries without timeouts
        if (!result.stopped) check_services(system, result);
        check_levels(system, result);
        for (const auto& flow : result.flows) {
            std::uint64_t offered = 0;
            for (const auto& window : flow.windows) offered += window.offered;
            CHECK(flow.slices[0].offered() == offered);
            CHECK(flow.slices[0].latency.count() == flow.slices[0].success());
            successes += flow.slices[0].success();
        }
        for (const auto& edge : result.edges) CHECK(edge.duplicates <= edge.tries);
    }
    CHECK(stopped < static_cast<int>(kSystems) / 10);
    CHECK(successes > 50 * kSystems);  // they are not all dead
}
