#include "models/engine/processor_sharing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace models {

WideKey SharedCores::clock_at(sim::SimTime now) const {
    const WideKey ns = (now - since_).ns;
    if (!scalability_.perfect()) return clock_ + ns * hindered_rate();
    const auto passed = ns << kFraction;
    return clock_ + (jobs() <= cores_ ? passed : passed * cores_ / jobs());
}

void SharedCores::advance(sim::SimTime now) {
    clock_ = clock_at(now);
    since_ = now;
}

WideKey SharedCores::hindered_rate() const {
    const auto n = static_cast<double>(std::max(jobs(), 1U));
    const double share = std::min(1.0, cores_ / n);
    const double rate = std::ldexp(share / scalability_.cost(n), kFraction);
    return std::max<WideKey>(1, static_cast<WideKey>(std::llround(rate)));
}

sim::SimTime SharedCores::next_end() const {
    if (line_.empty()) return sim::kNever;
    WideKey left = line_.least() - clock_;
    if (left <= 0) return since_;
    WideKey rate = WideKey{1} << kFraction;
    if (!scalability_.perfect()) {
        rate = hindered_rate();
    } else if (jobs() > cores_) {
        left *= jobs();
        rate *= cores_;
    }
    const WideKey wait = (left + rate - 1) / rate;
    if (wait > std::numeric_limits<std::int64_t>::max()) return sim::kNever;
    return sim::saturated_add(since_, sim::Duration{static_cast<std::int64_t>(wait)});
}

}  // namespace models
