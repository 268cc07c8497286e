#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sim {

/// A scalar cut where its number ends: `-1.5ms` is {"-1.5", "ms"}. Either part may be empty.
struct NumberAndUnit {
    std::string_view number;
    std::string_view unit;
};
NumberAndUnit split_unit(std::string_view text);

/// Whether `text` is `-?digits[.digits]`.
bool is_decimal(std::string_view text);

/// Outcome of scaling a decimal by a whole unit.
struct Scaled {
    enum class Status { ok, malformed, too_fine, too_large };
    Status status = Status::malformed;
    std::int64_t value = 0;
};

/// `number` times `unit`, exactly: `too_fine` when the product is not whole, `too_large` beyond 64
/// bits. `unit` is at most 1e14.
Scaled scale_decimal(std::string_view number, std::int64_t unit);

/// A decimal times ten to the `exponent`, rounded once (so `99.9%` is 0.999). Empty when it is no
/// decimal or not finite.
std::optional<double> decimal_value(std::string_view number, int exponent);

}  // namespace sim
