#include "models/report/cells.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace models {

namespace {

constexpr const char* kNothing = "—";
/// Beyond it digits say nothing, and a file can hold any number.
constexpr double kLargest = 1e15;

/// A narrow space that does not break, between groups of three digits.
std::string grouped(const std::string& digits) {
    std::string out;
    const auto whole = std::min(digits.find('.'), digits.size());
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const bool begins_group = i > 0 && i < whole && (whole - i) % 3 == 0;
        if (begins_group && digits[i - 1] != '-') out += "\u202f";
        out += digits[i];
    }
    return out;
}

std::string digits_of(double value, int decimals) {
    if (std::abs(value) >= kLargest) return fmt::format("{:.3e}", value);
    const auto text = fmt::format("{:.{}f}", value, decimals);
    return grouped(std::abs(value) < std::pow(10, -decimals) / 2 && text.front() == '-'
                       ? text.substr(1)
                       : text);
}

/// Half the width of the interval, NaN without one.
double half_of(const Part& estimate) {
    return (estimate.number("high") - estimate.number("low")) / 2;
}

std::string with_interval(double value, double half, int decimals, const std::string& unit) {
    auto text = digits_of(value, decimals);
    // Without an interval it is a number that somebody wrote, or the same in every run: no zeros
    // that it does not have.
    const bool is_exact = std::isnan(half) || half == 0;
    if (is_exact && text.find('.') != std::string::npos) {
        while (text.back() == '0') text.pop_back();
        if (text.back() == '.') text.pop_back();
    }
    if (!is_exact) {
        const bool tiny = half < std::pow(10, -decimals) / 2;
        text += " ±" + (tiny ? "0" : digits_of(half, decimals));
    }
    return unit.empty() ? text : text + "\u00a0" + unit;  // which stays with its number
}

/// Two decimals, one when the interval is wide; enough of them to tell nearly all from all.
int decimals_of_percent(double percent, double half) {
    const double off = std::min(std::abs(percent), std::abs(100 - percent));
    if (off > 0 && off < 0.005) return off < 0.0005 ? 4 : 3;
    return !std::isnan(half) && half >= 0.1 ? 1 : 2;
}

int decimals_of(double value, double half) {
    if (std::abs(value) >= 100) return 0;
    if (!std::isnan(half) && half >= 1) return std::abs(value) >= 10 ? 0 : 1;
    return std::abs(value) >= 10 ? 1 : 2;
}

bool is_infinite(const Part& estimate) {
    return estimate.is_object() && estimate["infinite"].exists();
}

sim::Cell cell_of(std::string text, const Part& estimate) {
    sim::Cell cell{std::move(text)};
    if (std::isnan(value_of(estimate))) return cell;
    cell.source = estimate.is_number() ? estimate.source() : estimate["value"].source();
    return cell;
}

}  // namespace

double value_of(const Part& estimate) {
    return estimate.is_number() ? estimate.number() : estimate.number("value");
}

std::string ratio_text(const Part& estimate) {
    const double percent = value_of(estimate) * 100;
    if (std::isnan(percent)) return kNothing;
    const double half = half_of(estimate) * 100;
    return with_interval(percent, half, decimals_of_percent(percent, half), "%");
}

std::string duration_text(const Part& estimate) {
    const double value = value_of(estimate);
    if (std::isnan(value)) return is_infinite(estimate) ? "never" : kNothing;
    double unit = 1;
    const char* name = "s";
    if (value == 0 && !(half_of(estimate) > 0)) return "0 s";
    if (std::abs(value) < 1) {
        unit = 1e-3;
        name = "ms";
    }
    if (std::abs(value) >= 120) {
        unit = 60;
        name = "min";
    }
    const double half = half_of(estimate) / unit;
    return with_interval(value / unit, half, decimals_of(value / unit, half), name);
}

std::string count_text(const Part& estimate, const std::string& unit) {
    const double value = value_of(estimate);
    if (std::isnan(value)) return kNothing;
    const double half = half_of(estimate);
    const bool whole = value == std::round(value) && (std::isnan(half) || half >= 0.5 || half == 0);
    return with_interval(value, half, whole ? 0 : decimals_of(value, half), unit);
}

sim::Cell ratio_cell(const Part& estimate, bool is_harm) {
    auto cell = cell_of(ratio_text(estimate), estimate);
    const double value = value_of(estimate);
    if (is_harm && !std::isnan(value)) cell.heat = std::clamp(value, 0.0, 1.0);
    return cell;
}

sim::Cell success_cell(const Part& estimate) {
    auto cell = ratio_cell(estimate);
    const double value = value_of(estimate);
    if (!std::isnan(value)) cell.heat = std::clamp(1 - value, 0.0, 1.0);
    return cell;
}

sim::Cell duration_cell(const Part& estimate) { return cell_of(duration_text(estimate), estimate); }

sim::Cell count_cell(const Part& estimate, const std::string& unit) {
    return cell_of(count_text(estimate, unit), estimate);
}

sim::Cell minutes_cell(const Part& estimate) {
    const double value = value_of(estimate);
    if (!(std::abs(value) < 1) || value == 0) return count_cell(estimate, "min");
    const double half = half_of(estimate) * 60;
    return cell_of(with_interval(value * 60, half, decimals_of(value * 60, half), "s"), estimate);
}

sim::Cell money_cell(const Part& estimate) {
    const double value = value_of(estimate);
    if (!(std::abs(value) >= 1e4)) return count_cell(estimate);
    const bool millions = std::abs(value) >= 1e6;
    const double unit = millions ? 1e6 : 1e3;
    const double half = half_of(estimate) / unit;
    const auto text =
        with_interval(value / unit, half, decimals_of(value / unit, half), millions ? "M" : "k");
    return cell_of(text, estimate);
}

std::string flow_name(const Part& flow) {
    const auto group = flow.text("group");
    const auto journey = flow.text("journey");
    return group + (group.empty() || journey.empty() ? "" : " · ") + journey;
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return text;
}

}  // namespace models
