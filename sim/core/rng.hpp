#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "sim/core/assert.hpp"
#include "sim/core/hash.hpp"

namespace sim {

/// Philox2x64: a counter-based generator (Salmon, Moraes, Dror, Shaw, SC 2011). A block of two
/// 64-bit words is a bijection of the 128-bit counter under a 64-bit key, so every draw can be
/// addressed directly and no state is kept between draws. Ten rounds are the authors' default;
/// six already pass BigCrush.
struct Philox2x64 {
    std::uint64_t word0;
    std::uint64_t word1;

    template <int kRounds>
    static Philox2x64 block(std::uint64_t key, std::uint64_t counter0, std::uint64_t counter1) {
        __extension__ using Wide = unsigned __int128;
#pragma GCC unroll 16
        for (int round = 0; round < kRounds; ++round) {
            const Wide product = static_cast<Wide>(0xD2B74407B1CE6E93ULL) * counter0;
            counter0 = static_cast<std::uint64_t>(product >> 64) ^ key ^ counter1;
            counter1 = static_cast<std::uint64_t>(product);
            key += 0x9E3779B97F4A7C15ULL;
        }
        return {counter0, counter1};
    }
};

/// Rounds of every draw of a run. Changing it changes every result.
inline constexpr int kPhiloxRounds = 10;

/// Uniform in the open interval (0, 1): the odd multiples of 2^-53, each exact. One bit more and
/// the largest would round to 1.
inline double open_unit(std::uint64_t word) {
    return (static_cast<double>(word >> 12) + 0.5) * 0x1.0p-52;
}

/// One named source of randomness: hash of (root seed, replication, entity name, purpose). Named,
/// never numbered: adding a service does not move another's draws.
struct RngStream {
    std::uint64_t key = 0;

    RngStream() = default;
    RngStream(std::uint64_t seed, std::uint64_t replication, std::string_view entity,
              std::string_view purpose)
        : key(hash_combine(hash_combine(hash_combine(mix64(seed), replication), hash_text(entity)),
                           hash_text(purpose))) {}
};

/// The draws of one occasion: (stream, number, path), where the number is that of the request or of
/// the timeline draw, and the path a hash of how the occasion is reached from the request.
/// Satisfies the standard's uniform random bit generator. A sampler may take any number of words
/// (up to 2^20 blocks) without moving the draws of another occasion.
class KeyedRng {
  public:
    using result_type = std::uint64_t;
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    static constexpr std::uint64_t kMaxNumber = (std::uint64_t{1} << 44) - 1;

    KeyedRng(RngStream stream, std::uint64_t number, std::uint64_t path)
        : key_(stream.key), number_(number), path_(path) {
        SIM_ASSERT(number <= kMaxNumber);
    }
    /// The same by somebody who has its first block already.
    KeyedRng(RngStream stream, std::uint64_t number, std::uint64_t path, const Philox2x64& first)
        : KeyedRng(stream, number, path) {
        words_ = first;
        left_ = 2;
        block_ = 1;
    }
    /// The words that an occasion's draws begin with, for who has time for them before the draws.
    static Philox2x64 first_block(RngStream stream, std::uint64_t number, std::uint64_t path) {
        return Philox2x64::block<kPhiloxRounds>(stream.key, number, path);
    }

    result_type operator()() {
        if (left_ == 0) {
            words_ = Philox2x64::block<kPhiloxRounds>(key_, number_ | (block_++ << 44), path_);
            left_ = 2;
        }
        return left_-- == 2 ? words_.word0 : words_.word1;
    }

    double unit() { return open_unit((*this)()); }
    bool bernoulli(double probability) { return unit() < probability; }
    /// Uniform in [0, n) by multiplication; the bias is below n / 2^64. n > 0.
    std::uint32_t below(std::uint32_t n) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint32_t>((static_cast<Wide>((*this)()) * n) >> 64);
    }

  private:
    std::uint64_t key_;
    std::uint64_t number_;
    std::uint64_t path_;
    std::uint64_t block_ = 0;  ///< the next one
    Philox2x64 words_{};       ///< of the last one ...
    int left_ = 0;             ///< ... so many of which have not been handed out
};

}  // namespace sim
