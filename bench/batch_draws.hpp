#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "sim/core/hash.hpp"

namespace bench {

/// Draws in batches, with loops that a compiler makes vector instructions of: eight generators
/// side by side, and the logarithm of a whole batch (glibc's vector version under -ffast-math).
class BatchDraws {
  public:
    explicit BatchDraws(std::uint64_t seed) {
        for (auto& word : state_) {
            for (auto& lane : word) lane = sim::mix64(seed += 0x9E3779B97F4A7C15ULL);
        }
        fill();
    }
    /// With a mean of 1.
    double exponential() {
        if (next_ == kBatch) fill();
        return batch_[next_++];
    }
    /// In (0, 1).
    double uniform() { return std::exp(-exponential()); }

  private:
    static constexpr std::size_t kLanes = 8;
    static constexpr std::size_t kBatch = 1024;
    using Word = std::array<std::uint64_t, kLanes>;

    /// xoshiro256+ in every lane; its upper 52 bits become a number in (0, 1).
    void uniforms(double* out) {
        for (std::size_t i = 0; i < kLanes; ++i) {
            const std::uint64_t sum = state_[0][i] + state_[3][i];
            const std::uint64_t shifted = state_[1][i] << 17;
            state_[2][i] ^= state_[0][i];
            state_[3][i] ^= state_[1][i];
            state_[1][i] ^= state_[2][i];
            state_[0][i] ^= state_[3][i];
            state_[2][i] ^= shifted;
            state_[3][i] = (state_[3][i] << 45) | (state_[3][i] >> 19);
            bits_[i] = (sum >> 12) | 0x3FF0000000000000ULL;
        }
        for (std::size_t i = 0; i < kLanes; ++i) {
            double between_1_and_2 = 0;
            __builtin_memcpy(&between_1_and_2, &bits_[i], sizeof between_1_and_2);
            out[i] = between_1_and_2 - (1.0 - 0x1.0p-53);
        }
    }
    void fill() {
        for (std::size_t i = 0; i < kBatch; i += kLanes) uniforms(batch_.data() + i);
        for (double& value : batch_) value = -std::log(value);
        next_ = 0;
    }

    alignas(64) std::array<Word, 4> state_{};
    alignas(64) Word bits_{};
    alignas(64) std::array<double, kBatch> batch_{};
    std::size_t next_ = 0;
};

}  // namespace bench
