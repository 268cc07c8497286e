#include "models/metrics/customer_log.hpp"

#include <algorithm>
#include <cmath>

#include "models/metrics/recorders.hpp"
#include "sim/core/hash.hpp"

namespace models {

CustomerEntry::CustomerEntry(const RequestDone& fact, std::uint32_t which)
    : customer(static_cast<std::uint32_t>(fact.customer)),
      latency_s(static_cast<float>((fact.end - fact.arrival).seconds())),
      zone(static_cast<std::uint16_t>(fact.zone)),
      journey(static_cast<std::uint8_t>(which)) {
    constexpr std::int64_t kMost = INT32_MAX;  // 24 days of milliseconds
    const auto ms = std::clamp<std::int64_t>(fact.arrival.ns / 1'000'000, 0, kMost);
    when = (static_cast<std::uint32_t>(ms) << 1U) | (is_good(fact) ? 0U : 1U);
    const auto quality = std::lround(std::clamp(fact.quality, 0.0F, 1.0F) * 127);
    mark = static_cast<std::uint8_t>((quality << 1U) | (fact.touched ? 1 : 0));
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
        first_flows_.push_back(group.first_flow);
        if (!group.kept) continue;
        // A tenth more than expected, so that luck costs no allocation in the middle of a run.
        const double kept = 1.1 * group.expected_requests / log.kept_one_in;
        log.entries.reserve(static_cast<std::size_t>(kept) + 16);
    }
}

void CustomerRecorder::log(const RequestDone& fact) {
    if (fact.customer == kStranger) return;
    if (!sim::is_within(fact.arrival, duration_)) return;
    auto& into = logs_[fact.group];
    if (!into.keeps(fact.customer)) return;
    into.entries.emplace_back(fact, fact.flow - first_flows_[fact.group]);
}

}  // namespace models
