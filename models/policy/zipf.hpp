#pragma once

#include <cstdint>

#include "sim/core/rng.hpp"

namespace models {

/// Ranks 0 .. count-1 with P(rank k) proportional to 1 / (k+1)^exponent, by rejection-inversion
/// (Hoermann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
/// distributions", ACM TOMACS 6(3), 1996): no table, and at most about 1.1 draws whatever the
/// count. An exponent of 0 makes all ranks alike.
class Zipf {
  public:
    /// count > 0, exponent >= 0.
    Zipf(std::uint32_t count, double exponent);

    [[nodiscard]] std::uint32_t rank(sim::KeyedRng& rng) const;

  private:
    [[nodiscard]] double density(double x) const;
    [[nodiscard]] double area_to(double x) const;
    [[nodiscard]] double inverse_area(double area) const;

    double count_;
    double exponent_;
    double first_area_;  ///< lower end of what is drawn from: makes rank 0 exact
    double last_area_;
    double surely_;  ///< so near to the whole number, no test is needed
};

}  // namespace models
