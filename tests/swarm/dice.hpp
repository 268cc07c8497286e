#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace swarm {

/// Random choices of one case. std::mt19937_64 has the same values everywhere; distributions of the
/// standard library do not.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t below(std::uint64_t n) { return engine_() % n; }
    /// Both included.
    std::uint64_t between(std::uint64_t least, std::uint64_t most) {
        return least + below(most - least + 1);
    }
    bool once_in(std::uint64_t n) { return below(n) == 0; }
    bool percent(std::uint64_t chance) { return below(100) < chance; }

    template <class T>
    const T& one_of(const std::vector<T>& values) {
        return values[below(values.size())];
    }
    std::string one_of(std::initializer_list<std::string_view> values) {
        return std::string(values.begin()[below(values.size())]);
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace swarm
