#include "models/scenario/text.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace models {

std::string duration_text(sim::Duration duration) {
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> kUnits = {
        {{"h", 3'600'000'000'000},
         {"m", 60'000'000'000},
         {"s", 1'000'000'000},
         {"ms", 1'000'000},
         {"us", 1'000},
         {"ns", 1}}};
    if (duration == sim::kForever) return "none";
    if (duration.ns == 0) return "0s";
    for (const auto& [unit, ns] : kUnits) {
        if (duration.ns % ns == 0) return std::to_string(duration.ns / ns) + std::string(unit);
    }
    return {};
}

}  // namespace models
