#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/fault/schedule_state.hpp"
#include "sim/core/rng.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// The law of a time to failure.
enum class FailureLaw : std::uint8_t { exponential, weibull, constant };
/// The law of a repair.
enum class RepairLaw : std::uint8_t { constant, exponential };

/// Up for a time, down for a time, and so on: two states that renew themselves.
struct RenewalSchedule {
    static constexpr std::string_view name = "mtbf";
    static constexpr std::string_view summary =
        "fails after a random time, is repaired, and so on (with `per`, each part for itself)";
    static constexpr std::string_view formula =
        "in the long run up for mtbf / (mtbf + mttr); weibull: scale = mtbf / Gamma(1 + 1/shape)";
    static constexpr std::string_view source =
        "Barlow and Proschan 1965, Weibull 1951, Fleming 1975 (beta factor)";
    static constexpr std::string_view example =
        "{mtbf: 30m, mttr: 2m, distribution: weibull, shape: 0.7, service: cart, per: replica, "
        "effect: crash}";

    sim::Duration mtbf{};  ///< has to be written: mean time from a repair to the next failure
    sim::Duration mttr{};  ///< has to be written: mean time of a repair
    FailureLaw distribution = FailureLaw::exponential;
    double shape = 1;
    RepairLaw repairs = RepairLaw::constant;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    std::optional<Occurrence> next(ScheduleState& state, sim::KeyedRng& rng) const;
};

}  // namespace models
