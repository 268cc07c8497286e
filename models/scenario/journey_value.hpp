#pragma once

#include <optional>
#include <string>

#include "sim/core/source_map.hpp"

namespace models {

/// What a success of a journey is to the business: `value: {checkout: 65 EUR}`, or
/// `{checkout: {is: order, worth: 65 EUR}}`.
struct JourneyValue {
    std::string journey;
    sim::SourceRange range;         ///< of its name
    std::string noun;               ///< what one success is: "order"; the journey when not given
    std::optional<double> worth{};  ///< of one success
    std::string currency{};         ///< as written behind the number; "" without `worth`
};

}  // namespace models
