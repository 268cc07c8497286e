// Hash tables and parts of the replicas: the vectors of POLICIES 7.
#include <algorithm>
#include <set>

#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/balancing_query.hpp"

using models::Maglev;
using models::RingHash;

namespace {

constexpr std::uint32_t kKeys = 20'000;

template <class Kind>
std::vector<std::uint32_t> choices(const Kind& kind, BalancerCase& balancer) {
    typename Kind::State state;
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t i = 0; i < kKeys; ++i) {
        auto rng = balancer.rng();
        chosen.push_back(kind.pick(state, balancer.query(sim::mix64(i + 1)), rng));
    }
    return chosen;
}

double share_that_differ(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
    double moved = 0;
    for (std::size_t i = 0; i < a.size(); ++i) moved += a[i] == b[i] ? 0 : 1;
    return moved / static_cast<double>(a.size());
}

void remove(BalancerCase& balancer, std::uint32_t replica) {
    std::erase(balancer.members, replica);
    balancer.candidates = balancer.members;
}

std::vector<std::uint8_t> part_of(const models::LoadBalancing& rule, const BalancerCase& balancer,
                                  models::SubsetQuery query) {
    const std::vector<std::uint32_t> regions(balancer.names.size(), 0);
    query.names = balancer.names;
    if (query.regions.empty()) query.regions = regions;
    std::vector<std::uint8_t> allowed(balancer.names.size(), 7);
    models::narrow_replicas(rule, query, allowed);
    return allowed;
}

int size_of(const std::vector<std::uint8_t>& part) {
    return static_cast<int>(std::count(part.begin(), part.end(), std::uint8_t{1}));
}

}  // namespace

TEST_CASE("a ring has its least size in equal parts, and one of ten that leaves moves a tenth") {
    BalancerCase ten(10);
    std::vector<RingHash::Place> ring;
    RingHash{}.build(ten.members, ten.names, {}, ring);
    CHECK(ring.size() == 1'030);  // ceil(1024 / 10) places for each
    for (std::uint32_t one = 0; one < 10; ++one) {
        CHECK(std::count_if(ring.begin(), ring.end(),
                            [&](const auto& place) { return place.second == one; }) == 103);
    }
    const auto before = choices(RingHash{}, ten);
    const auto gone = static_cast<double>(std::count(before.begin(), before.end(), 4U)) / kKeys;
    CHECK(gone == Approx(0.1).margin(0.04));
    remove(ten, 4);
    const double moved = share_that_differ(before, choices(RingHash{}, ten));
    CHECK(moved >= gone);
    CHECK(moved < gone + 0.08);  // the others' places are more now: 114 instead of 103
}

TEST_CASE("weights on the ring, and its greatest size") {
    BalancerCase two(2);
    std::vector<RingHash::Place> ring;
    const std::vector<double> weights{1, 3};
    RingHash{}.build(two.members, two.names, weights, ring);
    CHECK(ring.size() == 1'024);
    CHECK(std::count_if(ring.begin(), ring.end(), [](const auto& p) { return p.second == 0; }) ==
          256);
    RingHash small;
    small.min_ring_size = 1;
    small.max_ring_size = 1;
    CHECK_FALSE(small.misfit());
    small.build(two.members, two.names, {}, ring);
    CHECK(ring.size() == 1);
    small.min_ring_size = 2;
    CHECK(small.misfit());
}

TEST_CASE("a Maglev table of weights 1 and 2 has 21846 and 43691 entries") {
    BalancerCase two(2);
    const std::vector<double> weights{1, 2};
    std::vector<std::uint32_t> table;
    Maglev{}.build(two.members, two.names, weights, table);
    CHECK(std::count(table.begin(), table.end(), 0U) == 21'846);
    CHECK(std::count(table.begin(), table.end(), 1U) == 43'691);
}

TEST_CASE("a Maglev table is even to one entry, and moves little more than it has to") {
    BalancerCase ten(10);
    std::vector<std::uint32_t> table;
    Maglev{}.build(ten.members, ten.names, {}, table);
    for (std::uint32_t one = 0; one < 10; ++one) {
        CHECK(std::abs(std::count(table.begin(), table.end(), one) - 6'553) <= 1);
    }
    const auto before = choices(Maglev{}, ten);
    remove(ten, 4);
    const double moved = share_that_differ(before, choices(Maglev{}, ten));
    CHECK(moved >= 0.09);
    CHECK(moved < 0.25);
    Maglev composite;
    composite.table_size = 65'536;
    CHECK(composite.misfit());
    CHECK_FALSE(Maglev{}.misfit());
}

TEST_CASE("a customer whose replica may not be chosen goes to the next, the others stay") {
    BalancerCase ten(10);
    const auto before = choices(RingHash{}, ten);
    std::erase(ten.candidates, 4U);  // of the same table
    const auto after = choices(RingHash{}, ten);
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i] != 4) CHECK(before[i] == after[i]);
        CHECK(after[i] != 4);
    }
}

TEST_CASE("bounded load: no replica beyond 150 % of the average") {
    BalancerCase ten(10);
    RingHash bounded;
    bounded.bound.factor = 1.5;
    ten.in_flight.assign(10, 9);
    CHECK(bounded.bound.limit(ten.query()) == 14);  // (90 + 1) * 1.5 / 10
    RingHash::State state;
    auto rng = ten.rng();
    const auto own = bounded.pick(state, ten.query(77), rng);
    ten.in_flight[own] = 20;  // limit 16 now
    CHECK(bounded.pick(state, ten.query(77), rng) != own);
    RingHash::State unbounded;
    CHECK(RingHash{}.pick(unbounded, ten.query(77), rng) == own);
    bounded.bound.factor = 0.9;
    CHECK(bounded.misfit());
}

TEST_CASE("random subsetting: so many of the replicas, fixed, all when there are no more") {
    BalancerCase hundred(100);
    const models::RandomSubsetting rule;
    models::SubsetQuery query;
    query.caller_name = sim::hash_text("caller/0");
    const auto part = part_of(rule, hundred, query);
    CHECK(size_of(part) == 20);
    CHECK(part == part_of(rule, hundred, query));
    query.caller_name = sim::hash_text("caller/1");
    CHECK(part != part_of(rule, hundred, query));
    BalancerCase few(20);
    CHECK(size_of(part_of(rule, few, query)) == 20);
}

TEST_CASE("a replica that leaves changes at most one place of a random subset") {
    BalancerCase fifty(50);
    models::RandomSubsetting rule;
    models::SubsetQuery query;
    query.caller_name = sim::hash_text("caller/0");
    const auto before = part_of(rule, fifty, query);
    BalancerCase fewer(49);  // the last one is gone
    const auto after = part_of(rule, fewer, query);
    int fresh = 0;
    for (std::size_t i = 0; i < 49; ++i) fresh += before[i] == 0 && after[i] == 1 ? 1 : 0;
    CHECK(fresh == before[49]);
}

TEST_CASE("deterministic subsetting: a round of callers covers every replica once") {
    BalancerCase twelve(12);
    models::DeterministicSubsetting rule;
    rule.subset_size = 4;
    for (std::uint32_t round = 0; round < 5; ++round) {
        std::vector<int> used(12, 0);
        for (std::uint32_t i = 0; i < 3; ++i) {
            models::SubsetQuery query;
            query.caller = round * 3 + i;
            const auto part = part_of(rule, twelve, query);
            CHECK(size_of(part) == 4);
            for (std::size_t r = 0; r < 12; ++r) used[r] += part[r];
        }
        CHECK(used == std::vector<int>(12, 1));
    }
}

TEST_CASE("shuffle shards of two of eight overlap as the hypergeometric distribution says") {
    BalancerCase eight(8);
    models::ShuffleShard rule;
    rule.size = 2;
    models::SubsetQuery query;
    query.key = sim::mix64(1);
    const auto own = part_of(rule, eight, query);
    CHECK(size_of(own) == 2);
    std::vector<double> overlaps(3, 0.0);
    std::set<std::vector<std::uint8_t>> shards;
    for (std::uint64_t other = 0; other < kKeys; ++other) {
        query.key = sim::mix64(other + 100);
        const auto part = part_of(rule, eight, query);
        shards.insert(part);
        int common = 0;
        for (std::size_t i = 0; i < 8; ++i) common += own[i] != 0 && part[i] != 0 ? 1 : 0;
        overlaps[static_cast<std::size_t>(common)] += 1.0 / kKeys;
    }
    CHECK(shards.size() == 28);
    CHECK(overlaps[0] == Approx(0.5357).margin(0.015));
    CHECK(overlaps[1] == Approx(0.4286).margin(0.015));
    CHECK(overlaps[2] == Approx(0.0357).margin(0.006));
}

TEST_CASE("shuffle shards of five of a hundred share nothing with .7696") {
    BalancerCase hundred(100);
    models::SubsetQuery query;
    query.key = sim::mix64(1);
    const auto own = part_of(models::ShuffleShard{}, hundred, query);
    CHECK(size_of(own) == 5);
    double apart = 0;
    for (std::uint64_t other = 0; other < 4'000; ++other) {
        query.key = sim::mix64(other + 100);
        const auto part = part_of(models::ShuffleShard{}, hundred, query);
        bool common = false;
        for (std::size_t i = 0; i < 100; ++i) common = common || (own[i] != 0 && part[i] != 0);
        apart += common ? 0 : 1.0 / 4'000;
    }
    CHECK(apart == Approx(0.7696).margin(0.025));
}

TEST_CASE("cells divide the replicas of each region; a customer sees one") {
    BalancerCase twelve(12);
    const std::vector<std::uint32_t> regions{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    models::Cells rule;
    rule.count = 3;
    std::vector<int> used(12, 0);
    for (std::uint64_t cell = 0; cell < 3; ++cell) {
        models::SubsetQuery query;
        query.regions = regions;
        query.key = cell + 300;  // 300 is a multiple of 3
        const auto part = part_of(rule, twelve, query);
        CHECK(size_of(part) == 4);
        CHECK(part[cell] == 1);
        CHECK(part[6 + cell] == 1);
        for (std::size_t i = 0; i < 12; ++i) used[i] += part[i];
    }
    CHECK(used == std::vector<int>(12, 1));
}
