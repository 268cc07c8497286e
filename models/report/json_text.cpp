#include "models/report/json_text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace models {

namespace {

/// "a ±b unit" with as many decimals as the interval deserves.
std::string with_interval(const Json& estimate, double scale, const char* unit) {
    const double value = value_of(estimate) * scale;
    const double low = number_of(estimate.value("low", Json())) * scale;
    const double high = number_of(estimate.value("high", Json())) * scale;
    const double half = (high - low) / 2;
    const int decimals = std::abs(value) >= 100 ? 0 : std::abs(value) >= 10 ? 1 : 2;
    if (std::isnan(half)) return fmt::format("{:.{}f} {}", value, decimals, unit);
    const double shown = std::round(half * std::pow(10, decimals)) / std::pow(10, decimals);
    if (shown == 0) return fmt::format("{:.{}f} ±0 {}", value, decimals, unit);
    return fmt::format("{:.{}f} ±{:.{}f} {}", value, decimals, half, decimals, unit);
}

bool is_infinite(const Json& estimate) {
    return estimate.is_object() && estimate.contains("infinite");
}

}  // namespace

double number_of(const Json& json) { return json.is_number() ? json.get<double>() : std::nan(""); }

double value_of(const Json& estimate) {
    return estimate.is_object() ? number_of(estimate.value("value", Json())) : std::nan("");
}

std::string ratio_text(const Json& estimate) {
    return std::isnan(value_of(estimate)) ? "—" : with_interval(estimate, 100, "%");
}

std::string duration_text(const Json& estimate) {
    if (is_infinite(estimate)) return "never";
    const double value = value_of(estimate);
    if (std::isnan(value)) return "—";
    return value < 1 ? with_interval(estimate, 1000, "ms") : with_interval(estimate, 1, "s");
}

std::string count_text(const Json& estimate) {
    const double value = value_of(estimate);
    return std::isnan(value) ? "—" : fmt::format("{:.4g}", value);
}

}  // namespace models
