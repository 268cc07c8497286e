#include "sim/core/growing_array.hpp"

#include <cstdint>
#include <utility>

#include "sim/core/event_lane.hpp"
#include "sim/core/event_order.hpp"
#include "tests/catch.hpp"

TEST_CASE("an array keeps its values while it grows, and a copy has its own") {
    sim::GrowingArray<std::uint64_t> array;
    CHECK(array.empty());
    for (std::uint64_t i = 0; i < 100'000; ++i) array.push_back(i * i);
    REQUIRE(array.size() == 100'000);
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < 100'000; ++i) wrong += array[i] == i * i ? 0 : 1;
    CHECK(wrong == 0);
    auto copy = array;
    array[7] = 1;
    copy.push_back(3);
    CHECK(copy[7] == 49);
    CHECK(copy.size() == 100'001);
    const auto moved = std::move(array);
    CHECK(moved[7] == 1);
    array = moved;
    CHECK(array.size() == 100'000);
    const auto nothing = sim::GrowingArray<std::uint64_t>();
    const auto same = nothing;
    CHECK(same.empty());
}

TEST_CASE("room that was made has no values yet, and they are kept when more is made") {
    sim::GrowingArray<int> array;
    array.resize_unset(3);
    for (std::size_t i = 0; i < 3; ++i) array[i] = static_cast<int>(i) + 1;
    array.resize_unset(70'000);
    CHECK(array.size() == 70'000);
    CHECK(array[0] + array[1] + array[2] == 6);
}

TEST_CASE("a lane keeps its order when it grows while its entries wrap around") {
    sim::EventLane<sim::PendingEvent<std::uint32_t>> lane;
    std::uint32_t pushed = 0;
    std::uint32_t popped = 0;
    const auto push = [&] {
        ++pushed;
        lane.push(pushed, pushed, pushed);
    };
    for (int i = 0; i < 13; ++i) push();
    for (const std::uint32_t room : {16U, 32U, 64U, 1'024U}) {
        while (pushed < popped + room + 5) {  // past the end of the ring, then one more than it has
            if (pushed - popped > 10 && popped + 3 < room) {
                CHECK(lane.front().payload == ++popped);
                lane.pop();
            }
            push();
        }
    }
    while (!lane.empty()) {
        CHECK(lane.front().payload == ++popped);
        lane.pop();
    }
    CHECK(popped == pushed);
}
