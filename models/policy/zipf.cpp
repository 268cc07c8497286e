#include "models/policy/zipf.hpp"

#include <algorithm>
#include <cmath>

namespace models {

namespace {

/// expm1(x) / x and log1p(x) / x, which are 1 at 0.
double growth_ratio(double x) { return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1 + x / 2; }
double log_ratio(double x) { return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1 - x / 2; }

}  // namespace

Zipf::Zipf(std::uint32_t count, double exponent)
    : count_(count),
      exponent_(exponent),
      first_area_(area_to(1.5) - 1),
      last_area_(area_to(count_ + 0.5)),
      surely_(2 - inverse_area(area_to(2.5) - density(2))) {}

double Zipf::density(double x) const { return std::exp(-exponent_ * std::log(x)); }

/// The integral of the density from 1 to x; the form holds for exponent 1 as well.
double Zipf::area_to(double x) const {
    const double log = std::log(x);
    return growth_ratio((1 - exponent_) * log) * log;
}

double Zipf::inverse_area(double area) const {
    const double scaled = std::max(area * (1 - exponent_), -1.0);
    return std::exp(log_ratio(scaled) * area);
}

std::uint32_t Zipf::rank(sim::KeyedRng& rng) const {
    while (true) {
        const double area = last_area_ + rng.unit() * (first_area_ - last_area_);
        const double x = inverse_area(area);
        const double whole = std::clamp(std::floor(x + 0.5), 1.0, count_);
        if (whole - x <= surely_ || area >= area_to(whole + 0.5) - density(whole)) {
            return static_cast<std::uint32_t>(whole) - 1;
        }
    }
}

}  // namespace models
