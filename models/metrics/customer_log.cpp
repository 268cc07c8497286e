#include "models/metrics/customer_log.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/hash.hpp"

namespace models {

CustomerEntry::CustomerEntry(std::uint32_t who, sim::SimTime arrival, bool bad) : customer(who) {
    constexpr std::int64_t kMost = INT32_MAX;  // 24 days of milliseconds
    const auto ms = std::clamp<std::int64_t>(arrival.ns / 1'000'000, 0, kMost);
    when = (static_cast<std::uint32_t>(ms) << 1U) | (bad ? 1U : 0U);
}

bool CustomerLog::keeps(std::uint64_t customer) const {
    return kept_one_in == 1 || sim::mix64(customer) % kept_one_in == 0;
}

std::uint32_t sample_of(double expected_requests) {
    const double times = expected_requests / static_cast<double>(CustomerLog::kMostEntries);
    return static_cast<std::uint32_t>(std::clamp(std::ceil(times), 1.0, 1e9));
}

}  // namespace models
