#pragma once

#include <cstdint>

#include "sim/core/hash.hpp"
#include "sim/core/time.hpp"

namespace sim {

/// Running 64-bit hash over the time and the word of every dispatched event: two runs with the
/// same fingerprint followed the same trajectory.
class Fingerprint {
  public:
    void add(SimTime at, std::uint64_t event) {
        const auto mixed = static_cast<std::uint64_t>(at.ns) * 0x9E3779B97F4A7C15ULL + event;
        hash_ = ((hash_ << 23) | (hash_ >> 41)) ^ (mixed * 0xD6E8FEB86659FD93ULL);
        hash_ *= 0xFF51AFD7ED558CCDULL;
    }
    [[nodiscard]] std::uint64_t value() const { return mix64(hash_); }

  private:
    std::uint64_t hash_ = 0x243F6A8885A308D3ULL;
};

}  // namespace sim
