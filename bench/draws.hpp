#pragma once

#include <array>
#include <boost/random/exponential_distribution.hpp>
#include <cstdint>
#include <limits>

#include "sim/core/hash.hpp"

namespace bench {

/// xoshiro256++ (Blackman, Vigna 2019) with Boost's ziggurat: what a careful author of a program of
/// his own would take. All programs that are compared draw by it, so that none is ahead by draws.
class Draws {
  public:
    using result_type = std::uint64_t;
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    explicit Draws(std::uint64_t seed) {
        for (auto& word : state_) word = sim::mix64(seed += 0x9E3779B97F4A7C15ULL);
    }
    result_type operator()() {
        const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate(state_[3], 45);
        return result;
    }
    /// In [0, 1).
    double uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }
    /// With a mean of 1.
    double exponential() { return boost::random::exponential_distribution<double>{}(*this); }

  private:
    static std::uint64_t rotate(std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace bench
