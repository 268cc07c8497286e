#include "models/fault/schedule_renewal.hpp"

#include <cmath>

#include "models/fault/schedule_parameters.hpp"

namespace models {
namespace {

double exponential(sim::KeyedRng& rng) { return -std::log(rng.unit()); }

/// In units of the mean.
double draw_up(const RenewalSchedule& rule, sim::KeyedRng& rng) {
    switch (rule.distribution) {
        case FailureLaw::exponential:
            return exponential(rng);
        case FailureLaw::weibull:
            return std::pow(exponential(rng), 1 / rule.shape) / std::tgamma(1 + 1 / rule.shape);
        case FailureLaw::constant:
            return 1;
    }
    SIM_ASSERT(false);
}

}  // namespace

void RenewalSchedule::parameters(sim::Parameters& p) {
    p.duration("mtbf", mtbf, "mean time from a repair to the next failure", kScheduleTimes);
    p.duration("mttr", mttr, "mean time of a repair; a `restart` comes on top", kScheduleTimes);
    p.choice<FailureLaw>("distribution", distribution, "of the time to a failure",
                         {{"exponential", FailureLaw::exponential},
                          {"weibull", FailureLaw::weibull},
                          {"constant", FailureLaw::constant}});
    p.number("shape", shape,
             "of weibull: below 1 failures come early or late, above 1 they wear out", {0.1, 20});
    p.choice<RepairLaw>(
        "repairs", repairs, "law of a repair's length",
        {{"constant", RepairLaw::constant}, {"exponential", RepairLaw::exponential}});
}

std::optional<sim::Misfit> RenewalSchedule::misfit() const {
    if (shape == 1 || distribution == FailureLaw::weibull) return std::nullopt;
    return sim::Misfit{"shape", "only `distribution: weibull` has a shape",
                       "write `distribution: weibull`, or remove it"};
}

std::optional<Occurrence> RenewalSchedule::next(ScheduleState& state, sim::KeyedRng& rng) const {
    if (state.share <= 0) return std::nullopt;
    const auto from = state.count == 0 ? state.begin : state.last_end;
    const auto up = sim::from_seconds(mtbf.seconds() * draw_up(*this, rng) / state.share);
    const double down = repairs == RepairLaw::constant ? 1 : exponential(rng);
    const auto at = sim::saturated_add(from, up);
    if (at >= state.until) return std::nullopt;
    const auto length = sim::from_seconds(mttr.seconds() * down);
    return Occurrence{at, std::max(length, sim::Duration{1})};
}

}  // namespace models
