#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace models {

/// What a number of a scenario measures: values of different dimensions cannot be compared.
enum class Dimension : std::uint8_t { number, duration, share, factor, size, rate, bandwidth };
/// "a number", "a duration", ...
std::string_view name_of(Dimension dimension);

__extension__ typedef __int128 WideInteger;

/// A unit that a value may be written in.
struct QuantityUnit {
    std::string_view name;
    Dimension dimension;
    std::int64_t size;  ///< in the smallest unit of the dimension (ns, B, per day)
    /// Units of a family follow each other in what people write: ns us ms s, then m h d.
    std::uint8_t family;
    bool decimal;  ///< may be written with a fraction where another unit would do as well
};

/// A value with its unit, exactly: billionths of the smallest unit of its dimension.
struct Quantity {
    WideInteger value = 0;
    const QuantityUnit* unit = nullptr;  ///< as it was written
    bool has_fraction = false;           ///< a decimal point was written

    [[nodiscard]] Dimension dimension() const { return unit->dimension; }
    /// A plain count, such as `3`: what is between two of them is whole as well.
    [[nodiscard]] bool is_whole() const {
        return unit->dimension == Dimension::number && !has_fraction;
    }
};

/// Billionths.
inline constexpr std::int64_t kQuantityScale = 1'000'000'000;

/// `250ms`, `99.9%`, `1200/s`, `5x`, `4MiB`, `3`; nothing when it is none, has more than nine
/// decimals or is beyond 1e15.
std::optional<Quantity> parse_quantity(std::string_view text);

/// The finest step in which a value of this kind may be written: a nanosecond, a byte, a whole
/// number between whole numbers; else a billionth.
WideInteger finest_step(const Quantity& like);

/// Writes values as people do: in the largest unit between those of `low` and `high` that needs no
/// long fraction (`31.6ms`, `2s`).
class QuantityWriter {
  public:
    QuantityWriter(const Quantity& low, const Quantity& high);

    /// The value exactly.
    [[nodiscard]] std::string text(WideInteger value) const;
    /// The step in which a value near `value` may be rounded, so that values `gap` apart still
    /// differ in their first two digits: a power of ten of the unit that it will be written in.
    [[nodiscard]] WideInteger step_for(WideInteger value, WideInteger gap) const;

  private:
    [[nodiscard]] bool is_candidate(const QuantityUnit& unit) const;
    /// The largest unit that is not above the value.
    [[nodiscard]] const QuantityUnit& decimal_unit(WideInteger value) const;

    const QuantityUnit& low_;
    const QuantityUnit& high_;
    WideInteger finest_;
};

}  // namespace models
