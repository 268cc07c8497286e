#include "sim/yaml/decimal.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>

namespace sim {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t kMaxWholeDigits = 19;     // 1e19 x 1e14 fits into 127 bits
constexpr std::size_t kMaxFractionDigits = 20;  // as does 1e20 x 1e14

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

Wide digits_value(std::string_view digits) {
    Wide value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    return value;
}

std::string_view without_leading_zeros(std::string_view digits) {
    while (!digits.empty() && digits.front() == '0') digits.remove_prefix(1);
    return digits;
}

std::string_view without_trailing_zeros(std::string_view digits) {
    while (!digits.empty() && digits.back() == '0') digits.remove_suffix(1);
    return digits;
}

}  // namespace

NumberAndUnit split_unit(std::string_view text) {
    std::size_t end = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
    return {text.substr(0, end), text.substr(end)};
}

bool is_decimal(std::string_view text) {
    const std::size_t start = !text.empty() && text[0] == '-' ? 1 : 0;
    const std::size_t point = skip_digits(text, start);
    if (point == start) return false;
    if (point == text.size()) return true;
    const std::size_t end = skip_digits(text, point + 1);
    return text[point] == '.' && end == text.size() && end > point + 1;
}

Scaled scale_decimal(std::string_view number, std::int64_t unit) {
    if (!is_decimal(number)) return {Scaled::Status::malformed, 0};
    const bool negative = number[0] == '-';
    if (negative) number.remove_prefix(1);
    const std::size_t point = number.find('.');
    const auto whole = without_leading_zeros(number.substr(0, point));
    const auto fraction = without_trailing_zeros(
        point == std::string_view::npos ? std::string_view{} : number.substr(point + 1));
    if (whole.size() > kMaxWholeDigits) return {Scaled::Status::too_large, 0};
    if (fraction.size() > kMaxFractionDigits) return {Scaled::Status::too_fine, 0};
    Wide power = 1;
    for (std::size_t i = 0; i < fraction.size(); ++i) power *= 10;
    const Wide part = digits_value(fraction) * unit;
    if (part % power != 0) return {Scaled::Status::too_fine, 0};
    const Wide value = digits_value(whole) * unit + part / power;
    if (value > std::numeric_limits<std::int64_t>::max()) return {Scaled::Status::too_large, 0};
    const auto result = static_cast<std::int64_t>(value);
    return {Scaled::Status::ok, negative ? -result : result};
}

std::optional<double> decimal_value(std::string_view number, int exponent) {
    if (!is_decimal(number)) return std::nullopt;
    const std::string text = std::string(number) + "e" + std::to_string(exponent);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace sim
