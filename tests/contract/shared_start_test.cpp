// One plan with every fault of the catalogue: each of them struck from a shared start is the run
// from scratch in which it is the only one.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/engine/run_pair.hpp"
#include "models/engine/shared_start.hpp"
#include "models/scenario/fault_catalog.hpp"
#include "tests/contract/fault_shop.hpp"
#include "tests/effort.hpp"

namespace {

using Entry = models::CustomerEntry;

constexpr int kAt_s = 6;
constexpr models::ReplicationKey kKey{1, 0};

/// A plan may have a hundred faults: every other one of the catalogue, from the first or the
/// second.
std::string half_the_catalogue(std::size_t first) {
    std::string plan;
    const auto faults = models::named_faults();
    for (std::size_t i = first; i < faults.size(); i += 2) {
        if (!faults[i].usable()) continue;
        const auto example = replaced(models::fault_example(faults[i]), "at: 3m, for: 1m",
                                      fmt::format("at: {}s, for: 5s", kAt_s));
        plan += replaced(example, "example: {", fmt::format("fault-{}: {{", i)) + ", ";
    }
    return plan;
}

/// With cores that are shared, and queues that are not first come, first served.
models::SystemModel shop_under(std::size_t half, models::Twin twin = models::Twin::no) {
    const auto shop =
        replaced(kShop, "catalog: {}",
                 "catalog: {discipline: processorSharing, cores: 2, queue: 50, queueOrder: edf}");
    return shop_with(half_the_catalogue(half), 15, true, shop, twin);
}

models::SystemModel struck_shop(std::size_t half) {
    auto model = shop_under(half);
    std::erase_if(model.faults, [](const auto& fault) { return fault.recurrence.has_value(); });
    return model;
}

models::RunResult alone(models::SystemModel model, std::uint32_t fault) {
    auto plan = std::exchange(model.faults, {});
    model.faults.push_back(plan[fault]);
    return models::run_replication(model, kKey, {});
}

/// How many of the faults change anything at all.
std::size_t check_each(const models::SystemModel& model) {
    const models::SharedStart start(model, kKey, {}, sim::SimTime{} + sim::whole_seconds(kAt_s));
    const auto twin = start.twin();
    std::size_t struck = 0;
    for (std::uint32_t fault = 0; fault < model.faults.size(); ++fault) {
        INFO("fault " << model.faults[fault].name);
        auto result = start.with_fault(fault);
        struck += result.events == twin.events ? 0 : 1;
        if (tests::kSanitized) continue;  // from scratch is nothing new
        const auto scratch = alone(model, fault);
        result.fingerprint = scratch.fingerprint;  // knows faults by their numbers
        CHECK(result == scratch);
    }
    CHECK(start.twin() == twin);
    return struck;
}

}  // namespace

TEST_CASE("every fault of the catalogue strikes from a shared start as it does alone") {
    for (const std::size_t half : {0, 1}) {
        const auto model = struck_shop(half);
        REQUIRE(model.faults.size() > 60);
        CHECK(check_each(model) > 40);
    }
}

TEST_CASE("a run and its twin that share what lies before the fault are those from scratch") {
    auto struck = shop_under(0);
    auto twin = shop_under(0, models::Twin::yes);
    const auto plan = std::exchange(struck.faults, {});
    const auto watches = std::exchange(twin.watched, {});
    REQUIRE(plan.size() == watches.size());
    const std::size_t stride = tests::kSanitized ? 20 : 3;
    std::uint64_t touched = 0;
    for (std::size_t i = 0; i < plan.size(); i += stride) {
        INFO("fault " << plan[i].name);
        struck.faults = {plan[i]};
        twin.watched = {watches[i]};
        const models::RunPair pair(struck, twin, kKey, {});
        CHECK(pair.run() == models::run_replication(struck, kKey, {}));
        const auto found = pair.twin();
        CHECK(found == models::run_replication(twin, kKey, {}));
        for (const auto& group : found.customers) {
            touched += static_cast<std::uint64_t>(std::count_if(
                group.entries.begin(), group.entries.end(), std::mem_fn(&Entry::touched)));
        }
    }
    CHECK(touched > 0);  // otherwise it would not matter who watches
}
