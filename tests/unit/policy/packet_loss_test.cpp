// Which packets are lost, against closed forms and against what netem was seen to do.
#include "models/fault/packet_loss.hpp"

#include <cmath>

#include "tests/catch.hpp"

using models::PacketChain;
using models::PacketLoss;

namespace {

struct Losses {
    double share = 0;
    double burst = 0;  ///< mean packets in a row
};

/// One long chain.
Losses losses_of(const PacketLoss& loss, int packets) {
    sim::KeyedRng rng(sim::RngStream(1, 0, "link", "packets"), 0, 0);
    PacketChain chain(loss, rng);
    int lost = 0;
    int runs = 0;
    bool before = false;
    for (int i = 0; i < packets; ++i) {
        const bool is_lost = chain.next();
        lost += is_lost ? 1 : 0;
        runs += is_lost && !before ? 1 : 0;
        before = is_lost;
    }
    return {static_cast<double>(lost) / packets, runs == 0 ? 0 : static_cast<double>(lost) / runs};
}

}  // namespace

TEST_CASE("independent losses are as many as asked for, in runs of 1 / (1 - p)") {
    const auto losses = losses_of({0.07, 0, 0}, 400'000);
    CHECK(losses.share == Approx(0.07).epsilon(0.03));
    CHECK(losses.burst == Approx(1 / 0.93).epsilon(0.01));
}

TEST_CASE("bursts keep the share and have their mean length") {
    // netem gemodel 1% 30%: 3.23 % lost, 3.3 in a row.
    const auto losses = losses_of({0.01 / 0.31, 1 / 0.3, 0}, 800'000);
    CHECK(losses.share == Approx(0.0323).epsilon(0.05));
    CHECK(losses.burst == Approx(3.33).epsilon(0.03));
}

// FAULTS B.1.3: seen with tc itself.
TEST_CASE("netem's correlation loses far less than it says") {
    CHECK(losses_of({0.07, 0, 0.25}, 800'000).share == Approx(0.00606).epsilon(0.05));
    CHECK(losses_of({0.10, 0, 0.5}, 800'000).share == Approx(0.0011).epsilon(0.15));
    CHECK(losses_of({0.40, 0, 0.25}, 200'000).share == Approx(0.367).epsilon(0.02));
    CHECK(losses_of({0.003, 0, 0.25}, 200'000).share < 5e-5);
}

// A message sees a link that has run for a while, whatever its length.
TEST_CASE("the first packet of a message is as likely lost as any") {
    for (const PacketLoss& loss : {PacketLoss{0.05, 4, 0}, PacketLoss{0.40, 0, 0.25}}) {
        int lost = 0;
        constexpr int kMessages = 60'000;
        for (int i = 0; i < kMessages; ++i) {
            sim::KeyedRng rng(sim::RngStream(1, 0, "link", "packets"),
                              static_cast<std::uint64_t>(i), 0);
            PacketChain chain(loss, rng);
            lost += chain.next() ? 1 : 0;
        }
        const double share = static_cast<double>(lost) / kMessages;
        CHECK(share == Approx(loss.burst > 0 ? 0.05 : 0.367).epsilon(0.05));
    }
}
