// Nothing that a file says may crash: every value of a scenario is replaced by something of another
// shape, and every file is cut and garbled. What loads must also build.
#include <array>
#include <set>
#include <string>

#include "models/scenario/resolved.hpp"
#include "sim/core/rng.hpp"
#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;

namespace {

/// Everything that kShop leaves to the defaults, and some of what it does not use.
std::string rich_shop() {
    return replaced(
        replaced(replaced(kShop, "    replicasPerZone: 2\n",
                          "    kind: database\n    primary: eu-2\n    failover: 20s\n"
                          "    healthCheck: {interval: 1s}\n"),
                 "payment.charge]]",
                 "{call: payment.charge, optional: true, probability: 30%, times: 2}]]"),
        "{retries: 3, backoff: none}",
        "{retries: 3, backoff: {base: 1s, jitter: equal}, retryBudget: {percent: 10%}, "
        "policyFor: {web->payment: {timeout: 1s}}, set: {services.payment.queue: 5}}");
}

void check_outcome(const Loaded& loaded) {
    CHECK(loaded.scenario.has_value() != loaded.diagnostics.has_errors());
    if (!loaded.scenario) return;
    for (std::size_t i = 0; i < loaded.scenario->strategies.size(); ++i) {
        const auto model = models::build_model(*loaded.scenario, i);
        CHECK_FALSE(model.slices.empty());
        CHECK_FALSE(model.topology.instances.empty());
        CHECK_FALSE(model.groups.empty());
        for (const auto& group : model.groups) CHECK_FALSE(group.journeys.empty());
        for (const auto& service : model.topology.services) CHECK_FALSE(service.instances.empty());
        for (const auto& fault : model.faults) {
            CHECK(fault.target.instances.size() + fault.target.traffic.size() > 0);
        }
    }
}

/// The paths of all values and of the maps that hold them.
std::set<std::string> paths_of(const Loaded& loaded) {
    std::set<std::string> paths;
    for (const auto& setting : models::effective_settings(*loaded.scenario, loaded.sources)) {
        for (auto dot = setting.path.find('.'); dot != std::string::npos;
             dot = setting.path.find('.', dot + 1)) {
            paths.insert(setting.path.substr(0, dot));
        }
        paths.insert(setting.path);
    }
    return paths;
}

}  // namespace

TEST_CASE("every value may have any shape") {
    const auto rich = rich_shop();
    const auto whole = load(rich);
    INFO(whole->messages());
    REQUIRE(whole->scenario);
    const auto paths = paths_of(*whole);
    CHECK(paths.size() > 100);
    constexpr std::array kValues = {"null",          "[]",   "{}",     "[a, [b, {c: d}]]",
                                    "{a: {b: [c]}}", "0",    "-1",     "99999999999999999999",
                                    "none",          "~5ms", "1e308x", "100%",
                                    "9000000000s",   "''"};
    constexpr std::size_t kStep = tests::kSanitized ? 5 : 1;  // others at the next path
    std::size_t first = 0;
    for (const auto& path : paths) {
        for (std::size_t i = first++ % kStep; i < kValues.size(); i += kStep) {
            INFO(path << "=" << kValues[i]);
            check_outcome(*load(rich, {path + "=" + kValues[i]}));
        }
    }
}

TEST_CASE("cut and garbled files are read to the end or refused") {
    sim::KeyedRng rng(sim::RngStream(1, 0, "test", "garble"), 0, 0);
    const std::string letters = ":{}[],-#&*!|>'\"%@` \n\tax09~.";
    for (int round = 0; round < 400; ++round) {
        std::string text = rich_shop();
        const auto size = static_cast<std::uint32_t>(text.size());
        if (round % 4 == 0) text.resize(rng.below(size));
        for (int edit = 0; edit < 3 && !text.empty(); ++edit) {
            const auto at = rng.below(static_cast<std::uint32_t>(text.size()));
            text[at] = letters[rng.below(static_cast<std::uint32_t>(letters.size()))];
        }
        INFO(text);
        check_outcome(*load(text));
    }
}
