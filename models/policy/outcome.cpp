#include "models/policy/outcome.hpp"

namespace models {
namespace {

constexpr std::array<std::string_view, kOutcomes> kNames = {
    "ok",          "degraded", "error",     "timeout",     "refused",           "reset",
    "blackholed",  "shed",     "throttled", "breakerOpen", "noHealthyInstance", "deadline",
    "poolTimeout", "dns",      "abandoned", "unfinished"};

}  // namespace

std::string_view to_string(Outcome outcome) { return kNames[static_cast<std::size_t>(outcome)]; }

}  // namespace models
