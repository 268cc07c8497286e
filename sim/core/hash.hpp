#pragma once

#include <cstdint>
#include <string_view>

namespace sim {

/// Our own fixed 64-bit hashes: results may depend on them, so they never change with a compiler
/// or a standard library (std::hash does).

/// Bijective finaliser with full avalanche (the "moremur" variant of MurmurHash3's fmix64).
constexpr std::uint64_t mix64(std::uint64_t x) {
    x ^= x >> 27;
    x *= 0x3C79AC492BA7B653ULL;
    x ^= x >> 33;
    x *= 0x1C69B3F74AC4AE35ULL;
    x ^= x >> 27;
    return x;
}

/// Order-sensitive combination of a running hash with one more value.
constexpr std::uint64_t hash_combine(std::uint64_t hash, std::uint64_t value) {
    return mix64((hash ^ value) + 0x9E3779B97F4A7C15ULL + (hash << 6));
}

/// FNV-1a over the bytes, finalised: short names differ in every bit.
constexpr std::uint64_t hash_text(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3ULL;
    }
    return mix64(hash ^ text.size());
}

}  // namespace sim
