#include "models/map/cell.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "models/analysis/measure.hpp"
#include "models/sweep/columns.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kOverloads = 4;

CellState as_state(Stability stability) {
    switch (stability) {
        case Stability::healthy:
            return CellState::healthy;
        case Stability::metastable:
            return CellState::metastable;
        case Stability::overloaded:
            return CellState::overloaded;
        case Stability::undecided:
            return CellState::undecided;
    }
    SIM_ASSERT(false);
}

std::optional<StabilityLook> look_of(std::size_t stability, std::size_t overload,
                                     double recovery_s) {
    if (stability >= kStabilities || overload >= kOverloads) return std::nullopt;
    return StabilityLook{static_cast<Stability>(stability), static_cast<Overload>(overload),
                         recovery_s};
}

}  // namespace

std::string_view to_string(CellState state) {
    switch (state) {
        case CellState::healthy:
            return "healthy";
        case CellState::metastable:
            return "metastable";
        case CellState::overloaded:
            return "overloaded";
        case CellState::undecided:
            return "undecided";
        case CellState::mixed:
            return "mixed";
        case CellState::failed:
            return "failed";
        case CellState::missing:
            return "missing";
    }
    SIM_ASSERT(false);
}

CellState MapCell::state() const {
    if (!failure.empty()) return CellState::failed;
    if (runs.empty()) return CellState::missing;
    const auto first = runs.front().look.stability;
    const bool same = std::all_of(runs.begin(), runs.end(), [&](const StabilityRun& run) {
        return run.look.stability == first;
    });
    return same ? as_state(first) : CellState::mixed;
}

double MapCell::share(Stability stability) const {
    if (runs.empty()) return 0;
    const auto count = std::count_if(runs.begin(), runs.end(), [&](const StabilityRun& run) {
        return run.look.stability == stability;
    });
    return static_cast<double>(count) / static_cast<double>(runs.size());
}

std::optional<RecoverySpread> MapCell::recovery() const {
    std::vector<double> seconds;
    for (const auto& run : runs) {
        if (run.look.stability == Stability::healthy) seconds.push_back(run.look.recovery_s);
    }
    if (seconds.empty()) return std::nullopt;
    const auto [low, high] = std::minmax_element(seconds.begin(), seconds.end());
    return RecoverySpread{median_of(seconds), *low, *high};
}

std::uint32_t MapCell::windows() const {
    std::uint32_t most = 1;
    for (const auto& run : runs) most = std::max(most, run.windows);
    return most;
}

Overload MapCell::overload() const {
    for (const auto& run : runs) {
        if (run.look.stability == Stability::overloaded) return run.look.overload;
    }
    return Overload::none;
}

std::string runs_text(const std::vector<StabilityRun>& runs) {
    auto json = Json::array();
    for (const auto& run : runs) {
        auto recovery = Json();
        if (!std::isnan(run.look.recovery_s)) recovery = run.look.recovery_s;
        json.push_back({static_cast<int>(run.look.stability), static_cast<int>(run.look.overload),
                        recovery, run.windows});
    }
    return json.dump();
}

std::optional<std::vector<StabilityRun>> read_runs_text(std::string_view text) {
    try {
        std::vector<StabilityRun> runs;
        for (const auto& one : Json::parse(text)) {
            const double recovery = one.at(2).is_null() ? std::numeric_limits<double>::quiet_NaN()
                                                        : one.at(2).get<double>();
            const auto look =
                look_of(one.at(0).get<std::size_t>(), one.at(1).get<std::size_t>(), recovery);
            if (!look) return std::nullopt;
            runs.push_back({*look, one.at(3).get<std::uint32_t>()});
        }
        return runs;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

std::string look_bytes(const StabilityLook& look) {
    const std::array<double, 3> values = {static_cast<double>(look.stability),
                                          static_cast<double>(look.overload), look.recovery_s};
    return values_bytes(values);
}

std::optional<StabilityLook> read_look(std::string_view bytes) {
    const auto values = read_values(bytes);
    if (values.size() != 3 || !(values[0] >= 0) || !(values[1] >= 0)) return std::nullopt;
    return look_of(static_cast<std::size_t>(values[0]), static_cast<std::size_t>(values[1]),
                   values[2]);
}

}  // namespace models
