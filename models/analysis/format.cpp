#include "models/analysis/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/core/assert.hpp"

namespace models {

namespace {

std::string trimmed(std::string text) {
    if (text.find('.') == std::string::npos) return text;
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string grouped(double whole) {
    std::string digits = fmt::format("{:.0f}", std::abs(whole));
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ' ');
    return whole <= -0.5 ? "-" + digits : digits;
}

/// Decimals that show two digits of a half width: 0.1 -> 1, 0.02 -> 2.
int decimals_for(double half_width, int at_least, int at_most) {
    if (half_width <= 0) return at_least;
    const int needed = static_cast<int>(std::ceil(-std::log10(half_width)));
    return std::clamp(needed, at_least, at_most);
}

std::string with_bounds(double value, double half_width, int decimals) {
    const auto tiny = std::pow(10.0, -decimals) / 2;
    if (half_width < tiny) return fmt::format("{:.{}f} ±0", value, decimals);
    return fmt::format("{:.{}f} ±{}", value, decimals,
                       trimmed(fmt::format("{:.{}f}", half_width, decimals)));
}

/// Both in the unit of the value: `50.1 ±0.5 ms`.
std::string duration_with_bounds(double value, double half_width) {
    double unit = 1;
    const char* name = "s";
    const double size = std::max(value, half_width);  // 0 ±0.5 s
    if (size < 2) unit = size < 0.002 ? 1e-6 : 1e-3;
    if (size < 2) name = size < 0.002 ? "us" : "ms";
    const int decimals = decimals_for(half_width / unit, 0, 3);
    return fmt::format("{:.{}f} ±{} {}", value / unit, decimals,
                       trimmed(fmt::format("{:.{}f}", half_width / unit, decimals)), name);
}

}  // namespace

std::string percent_text(double ratio, int digits) {
    return trimmed(fmt::format("{:.{}f}", 100 * ratio, digits)) + " %";
}

std::string seconds_text(double seconds) {
    if (std::isinf(seconds)) return "for ever";
    const double size = std::abs(seconds);
    if (size == 0) return "0 s";
    if (size < 0.001) return trimmed(fmt::format("{:.3g}", seconds * 1e6)) + " us";
    if (size < 10) {
        const bool whole = std::abs(seconds - std::round(seconds)) < 1e-9;
        if (whole) return fmt::format("{:.0f} s", seconds);
        if (size < 2)
            return trimmed(fmt::format("{:.{}f}", seconds * 1e3, size < 0.1 ? 1 : 0)) + " ms";
        return trimmed(fmt::format("{:.1f}", seconds)) + " s";
    }
    const double minutes = seconds / 60;
    if (minutes >= 2 && std::abs(minutes - std::round(minutes)) < 1e-9) {
        return fmt::format("{:.0f} min", minutes);
    }
    return fmt::format("{:.0f} s", seconds);
}

std::string number_text(double value) {
    if (std::isinf(value)) return "infinite";
    if (std::abs(value) >= 100) return grouped(value);
    return trimmed(fmt::format("{:.{}f}", value, std::abs(value) >= 10 ? 1 : 2));
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return number_text(static_cast<double>(count)) + " " + (count == 1 ? one : many);
}

std::string rounded_count_text(const sim::Estimate& count) {
    const auto half = count.half_width();
    if (!half || *half < 1) return number_text(std::round(count.value)) + (half ? " ±0" : "");
    const double unit = std::pow(10, std::floor(std::log10(*half)));
    const auto rounded = [&](double value) { return number_text(std::round(value / unit) * unit); };
    return rounded(count.value) + " ±" + rounded(*half);
}

std::string metric_text(MetricUnit unit, double value) {
    switch (unit) {
        case MetricUnit::ratio:
            return percent_text(value, 3);
        case MetricUnit::duration:
            return seconds_text(value);
        case MetricUnit::rate:
            return number_text(value) + "/s";
        case MetricUnit::factor:
            return number_text(value) + "x";
        case MetricUnit::count:
            return number_text(value);
    }
    SIM_ASSERT(false);
}

std::string limit_text(const Slo& slo) {
    const auto value = metric_text(unit_of(slo.metric), slo.limit);
    switch (slo.op) {
        case SloOp::at_least:
            return "≥ " + value;
        case SloOp::at_most:
            return "≤ " + value;
        case SloOp::above:
            return "> " + value;
        case SloOp::below:
            return "< " + value;
    }
    SIM_ASSERT(false);
}

namespace {

/// Student's t around a mean whose low end was cut off at 0.
bool is_cut_off(const sim::Estimate& estimate) {
    return estimate.method == sim::IntervalMethod::student_t && estimate.has_bounds() &&
           *estimate.low == 0 && *estimate.high - estimate.value > estimate.value * (1 + 1e-9);
}

/// `12 ms (≤40 ms)`: a lower bound of 0 says nothing.
std::string with_upper_bound(MetricUnit unit, const sim::Estimate& estimate) {
    const double high = *estimate.high;
    switch (unit) {
        case MetricUnit::ratio:
            return fmt::format("{:.1f} (≤{:.1f})", 100 * estimate.value, 100 * high);
        case MetricUnit::duration:
        case MetricUnit::rate:
        case MetricUnit::factor:
        case MetricUnit::count:
            return fmt::format("{} (≤{})", metric_text(unit, estimate.value),
                               metric_text(unit, high));
    }
    SIM_ASSERT(false);
}

}  // namespace

std::string estimate_text(MetricUnit unit, const sim::Estimate& estimate) {
    if (is_cut_off(estimate)) return with_upper_bound(unit, estimate);
    const auto half = estimate.half_width();
    if (unit == MetricUnit::ratio) {
        if (!half) return fmt::format("{:.1f}", 100 * estimate.value);
        const int decimals = *half > 0 && *half < 0.0005 ? 2 : 1;
        return with_bounds(100 * estimate.value, 100 * *half, decimals);
    }
    if (!half || *half <= 0 || std::isinf(*half)) return metric_text(unit, estimate.value);
    if (unit == MetricUnit::duration) return duration_with_bounds(estimate.value, *half);
    return metric_text(unit, estimate.value) + " ±" + number_text(*half);
}

std::string count_text(const sim::Estimate& count) {
    const auto half = count.half_width();
    if (!half || *half < 1) return number_text(std::round(count.value)) + (half ? " ±0" : "");
    const double unit = std::pow(10, std::floor(std::log10(*half)));
    const auto rounded = [&](double value) { return number_text(std::round(value / unit) * unit); };
    return rounded(count.value) + " ±" + rounded(*half);
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace models
