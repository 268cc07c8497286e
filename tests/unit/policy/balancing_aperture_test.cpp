// Finagle's deterministic aperture.
#include "models/policy/balancing_aperture.hpp"

#include <numeric>

#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/balancing_query.hpp"

using models::DeterministicAperture;

namespace {

std::vector<DeterministicAperture::Share> arc_of(const DeterministicAperture& rule,
                                                 const BalancerCase& balancer, std::uint32_t peer,
                                                 std::uint32_t peers) {
    auto query = balancer.query();
    query.peer = peer;
    query.peers = peers;
    std::vector<DeterministicAperture::Share> arc;
    rule.find_arc(query, arc);
    return arc;
}

}  // namespace

TEST_CASE("an aperture of two: three callers go twice around four replicas") {
    const BalancerCase four(4);
    DeterministicAperture rule;
    rule.min_aperture = 2;
    // ceil(2 * 3 / 4) = 2 laps: each arc is two thirds of the ring, 2 2/3 replicas.
    const auto places = [&](std::uint32_t peer) {
        std::vector<std::pair<std::uint32_t, std::uint64_t>> found;
        for (const auto& one : arc_of(rule, four, peer, 3)) found.push_back({one.place, one.units});
        return found;
    };
    using Places = std::vector<std::pair<std::uint32_t, std::uint64_t>>;
    CHECK(places(0) == Places{{0, 3}, {1, 3}, {2, 2}});
    CHECK(places(1) == Places{{1, 2}, {2, 3}, {3, 3}});
    CHECK(places(2) == Places{{2, 1}, {3, 3}, {0, 3}, {1, 1}});
}

TEST_CASE("the arcs of all callers tile the ring: every replica gets equally much") {
    for (const std::uint32_t replicas : {1U, 2U, 5U, 12U, 13U, 40U}) {
        for (const std::uint32_t peers : {1U, 2U, 3U, 7U, 30U}) {
            const BalancerCase balancer(replicas);
            const DeterministicAperture rule;
            std::vector<std::uint64_t> units(replicas, 0);
            for (std::uint32_t peer = 0; peer < peers; ++peer) {
                std::uint64_t own = 0;
                for (const auto& one : arc_of(rule, balancer, peer, peers)) {
                    units[one.place] += one.units;
                    own += one.units;
                    CHECK(one.units <= peers);
                }
                // At least twelve replicas' worth, or all.
                CHECK(own >= std::uint64_t{std::min(12U, replicas)} * peers);
            }
            CAPTURE(replicas, peers);
            CHECK(units == std::vector<std::uint64_t>(replicas, units.front()));
        }
    }
}

TEST_CASE("an aperture draws replicas by their share of the arc, and takes the less busy of two") {
    BalancerCase four(4);
    DeterministicAperture rule;
    rule.min_aperture = 2;
    DeterministicAperture::State state;
    std::vector<double> found(4, 0.0);
    const auto pick = [&](std::vector<std::uint32_t> candidates) {
        auto query = four.query();
        query.candidates = candidates;
        query.peers = 3;
        auto rng = four.rng();
        return rule.pick(state, query, rng);
    };
    for (int i = 0; i < 40'000; ++i) found[pick(four.members)] += 1.0 / 40'000;
    // Idle ones tie, and the first that is drawn wins: 3, 3 and 2 of 8 units.
    CHECK(found[0] == Approx(0.375).margin(0.01));
    CHECK(found[1] == Approx(0.375).margin(0.01));
    CHECK(found[2] == Approx(0.25).margin(0.01));
    CHECK(found[3] == 0);
    four.in_flight = {5, 5, 0, 0};
    int idle = 0;
    for (int i = 0; i < 10'000; ++i) idle += pick(four.members) == 2 ? 1 : 0;
    // Drawn first (2/8) or second (6/8 * 2/5): always taken.
    CHECK(idle / 10'000.0 == Approx(0.55).margin(0.02));
    CHECK(pick({2, 3}) == 2);  // what the call may not use leaves the arc
    CHECK(pick({3}) == 3);     // and where nothing is left, any will do
}
