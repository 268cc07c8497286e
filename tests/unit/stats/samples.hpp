#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

/// Random samples with the same digits on every standard library: std distributions are not.
class Samples {
  public:
    explicit Samples(std::uint64_t seed) : engine_(seed) {}

    /// In the open interval (0, 1).
    double uniform() { return (static_cast<double>(engine_() >> 11) + 0.5) * 0x1p-53; }
    double exponential() { return -std::log(uniform()); }
    /// Box and Muller (1958), one of the two.
    double normal() {
        const double radius = std::sqrt(2 * exponential());
        return radius * std::cos(2 * 3.14159265358979323846 * uniform());
    }
    std::vector<double> normals(std::size_t n) {
        std::vector<double> values(n);
        for (double& value : values) value = normal();
        return values;
    }

  private:
    std::mt19937_64 engine_;
};
