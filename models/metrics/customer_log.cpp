#include "models/metrics/customer_log.hpp"

#include <algorithm>
#include <cmath>

#include "models/metrics/recorders.hpp"
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

CustomerRecorder::CustomerRecorder(const MeasurementPlan& plan) : duration_(plan.duration) {
    for (const auto& group : plan.customers) {
        auto& log = logs_.emplace_back();
        log.customers = group.customers;
        log.kept_one_in = sample_of(group.expected_requests);
        if (group.customers == 0) continue;
        // A tenth more than expected, so that luck costs no allocation in the middle of a run.
        const double kept = 1.1 * group.expected_requests / log.kept_one_in;
        log.entries.reserve(static_cast<std::size_t>(kept) + 16);
    }
}

void CustomerRecorder::on(const RequestDone& fact) {
    if (logs_.empty() || fact.customer == kStranger) return;
    if (fact.arrival.ns < 0 || fact.arrival.ns >= duration_.ns) return;
    auto& log = logs_[fact.group];
    if (!log.keeps(fact.customer)) return;
    log.entries.emplace_back(static_cast<std::uint32_t>(fact.customer), fact.arrival,
                             !is_good(fact));
}

}  // namespace models
