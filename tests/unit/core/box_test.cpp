#include "sim/core/box.hpp"

#include <utility>
#include <vector>

#include "sim/core/pool.hpp"
#include "tests/catch.hpp"

TEST_CASE("a copy of a box has a copy of what is in it") {
    sim::Box<int> box;
    CHECK_FALSE(box);
    box.emplace(3);
    const sim::Box<int> copy(box);
    *box = 4;
    CHECK(*copy == 3);
    CHECK(*box == 4);
    box = copy;
    CHECK(*box == 3);
    const sim::Box<int> moved = std::move(box);
    CHECK(*moved == 3);
    sim::Box<int> nothing;
    const auto copied = nothing;
    CHECK_FALSE(copied);
}

TEST_CASE("a copy of a pool has the same records under the same ids") {
    struct Record {
        int value = 0;
        bool live = false;
    };
    sim::Pool<Record, sim::Id<struct RecordTag>> pool;
    const auto first = pool.allocate();
    const auto second = pool.allocate();
    pool[first].value = 1;
    pool[second].value = 2;
    auto copy = pool;
    pool.free(first);
    pool[second].value = 5;
    CHECK(copy.live() == 2);
    CHECK(copy[first].value == 1);
    CHECK(copy[second].value == 2);
    CHECK(copy.is_live(first));
    CHECK(pool.live() == 1);
    copy.free(second);
    CHECK(copy.allocate() == second);
}

TEST_CASE("a pool of several chunks is copied whole") {
    struct Record {
        int value = 0;
        bool live = false;
    };
    sim::Pool<Record, sim::Id<struct RecordTag>> pool;
    for (int i = 0; i < 70'000; ++i) pool.make().second.value = i;
    auto copy = pool;
    int same = 0;
    for (std::uint32_t i = 0; i < 70'000; ++i) {
        const sim::Id<struct RecordTag> id{i};
        pool[id].value = -1;
        same += copy[id].value == static_cast<int>(i) && copy.is_live(id) ? 1 : 0;
    }
    CHECK(same == 70'000);
}
