#include "models/engine/processor_sharing.hpp"

#include <limits>

namespace models {

WideKey SharedCores::clock_at(sim::SimTime now) const {
    const auto passed = static_cast<WideKey>((now - since_).ns) << kFraction;
    return clock_ + (jobs() <= cores_ ? passed : passed * cores_ / jobs());
}

void SharedCores::advance(sim::SimTime now) {
    clock_ = clock_at(now);
    since_ = now;
}

sim::SimTime SharedCores::next_end() const {
    if (line_.empty()) return sim::kNever;
    WideKey left = line_.least() - clock_;
    if (left <= 0) return since_;
    WideKey rate = WideKey{1} << kFraction;
    if (jobs() > cores_) {
        left *= jobs();
        rate *= cores_;
    }
    const WideKey wait = (left + rate - 1) / rate;
    if (wait > std::numeric_limits<std::int64_t>::max()) return sim::kNever;
    return sim::saturated_add(since_, sim::Duration{static_cast<std::int64_t>(wait)});
}

}  // namespace models
