#include "models/fault/packet_loss.hpp"

#include <algorithm>
#include <cmath>

namespace models {
namespace {

/// After so many steps nothing is left of where the chain began.
int steps_to_forget(double correlation) {
    constexpr double kNothing = 1e-4;
    constexpr double kMost = 1'000;
    return static_cast<int>(std::min(kMost, std::ceil(std::log(kNothing) / std::log(correlation))));
}

}  // namespace

PacketChain::PacketChain(const PacketLoss& loss, sim::KeyedRng& rng) : loss_(loss), rng_(rng) {
    if (loss_.burst > 0) {
        bad_ = rng_.bernoulli(loss_.probability);
    } else if (loss_.correlation > 0) {
        last_ = rng_.unit();
        for (int step = steps_to_forget(loss_.correlation); step > 0; --step) next();
    }
}

bool PacketChain::next() {
    if (loss_.burst > 0) {
        const bool lost = bad_;
        const double recovers = 1 / loss_.burst;
        const double fails = recovers * loss_.probability / (1 - loss_.probability);
        bad_ = rng_.bernoulli(bad_ ? 1 - recovers : fails);
        return lost;
    }
    if (loss_.correlation <= 0) return rng_.bernoulli(loss_.probability);
    last_ = (1 - loss_.correlation) * rng_.unit() + loss_.correlation * last_;
    return last_ < loss_.probability;
}

}  // namespace models
