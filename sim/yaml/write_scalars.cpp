#include "sim/yaml/write_scalars.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sim {

std::string duration_text(Duration duration) {
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> kUnits = {
        {{"h", 3'600'000'000'000},
         {"m", 60'000'000'000},
         {"s", 1'000'000'000},
         {"ms", 1'000'000},
         {"us", 1'000},
         {"ns", 1}}};
    if (duration == kForever) return "none";
    if (duration.ns == 0) return "0s";
    for (const auto& [unit, ns] : kUnits) {
        if (duration.ns % ns == 0) return std::to_string(duration.ns / ns) + std::string(unit);
    }
    return {};
}

std::string percent_text(double ratio) { return fmt::format("{:.12g}%", ratio * 100); }

std::string number_text(double value) { return fmt::format("{:.12g}", value); }

}  // namespace sim
