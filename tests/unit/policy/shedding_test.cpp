// Load shedding against the sequences of POLICIES.md 6.
#include "models/policy/shedding.hpp"

#include <vector>

#include "tests/catch.hpp"

namespace {

sim::KeyedRng some_rng() { return {sim::RngStream(1, 0, "unit", "shedding"), 0, 0}; }

struct Step {
    std::int64_t at_us;
    std::int64_t waited_us;
    bool dropped;
};

}  // namespace

TEST_CASE("CoDel drops what Folly drops") {
    const models::Shedding rule = models::CodelShedding{};
    auto state = models::initial_state(rule);
    auto rng = some_rng();
    const std::vector<Step> steps{{1'000, 20'000, false},   {2'000, 20'000, false},
                                  {3'000, 20'000, true},    {4'000, 9'000, false},
                                  {50'000, 11'000, true},   {103'000, 20'000, false},
                                  {104'000, 20'000, true},  {150'000, 1'000, false},
                                  {210'000, 30'000, false}, {220'000, 30'000, false}};
    for (const Step& step : steps) {
        models::Dequeue dequeue;
        dequeue.now = {step.at_us * 1000};
        dequeue.waited = sim::microseconds(step.waited_us);
        INFO(step.at_us);
        CHECK(models::shed_on_dequeue(rule, state, dequeue, rng) == step.dropped);
    }
}
