#include "models/policy/outlier_state.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"

namespace models {

HostResult host_result(Outcome outcome, bool as_503) {
    switch (outcome) {
        case Outcome::ok:
        case Outcome::degraded:
        case Outcome::throttled:
            return HostResult::success;
        case Outcome::error:
            return as_503 ? HostResult::gateway : HostResult::failure;
        case Outcome::timeout:
        case Outcome::refused:
        case Outcome::reset:
        case Outcome::blackholed:
        case Outcome::shed:
            return HostResult::gateway;
        case Outcome::breaker_open:
        case Outcome::no_healthy_instance:
        case Outcome::deadline:
        case Outcome::pool_timeout:
        case Outcome::dns:
        case Outcome::abandoned:
        case Outcome::unfinished:
            return HostResult::ignored;
    }
    SIM_ASSERT(false);
}

void OutlierHost::count(HostResult result, std::int64_t in_interval) {
    if (interval != in_interval) {
        last = interval == in_interval - 1 ? current : Counts{};
        current = Counts{};
        interval = in_interval;
    }
    if (result == HostResult::success) {
        ++current.good;
        failures_in_a_row = gateway_failures_in_a_row = 0;
        return;
    }
    ++current.bad;
    ++failures_in_a_row;
    if (result == HostResult::gateway) {
        ++gateway_failures_in_a_row;
    } else {
        gateway_failures_in_a_row = 0;
    }
}

void OutlierState::eject(std::uint32_t host, sim::SimTime now) {
    SIM_ASSERT(!hosts[host].ejected);
    hosts[host].ejected = true;
    hosts[host].ejected_at = now;
    ++ejected;
    ++ejections;
}

void OutlierState::bring_back(std::uint32_t host, sim::SimTime now) {
    auto& one = hosts[host];
    SIM_ASSERT(one.ejected);
    one.ejected = false;
    one.back_at = now;
    one.failures_in_a_row = one.gateway_failures_in_a_row = 0;
    --ejected;
}

bool OutlierState::needs_sweep(std::int64_t in_interval) const {
    return std::any_of(hosts.begin(), hosts.end(), [&](const OutlierHost& one) {
        return one.ejected || one.backoff > 0 || one.counts(in_interval).bad > 0;
    });
}

std::int64_t interval_number(sim::SimTime now, sim::Duration length) {
    const std::int64_t quotient = now.ns / length.ns;
    return now.ns % length.ns < 0 ? quotient - 1 : quotient;
}

RateSpread spread_of(const std::vector<double>& rates) {
    RateSpread spread;
    if (rates.empty()) return spread;
    for (const double rate : rates) spread.mean += rate;
    spread.mean /= static_cast<double>(rates.size());
    double squares = 0;
    for (const double rate : rates) squares += (rate - spread.mean) * (rate - spread.mean);
    spread.deviation = std::sqrt(squares / static_cast<double>(rates.size()));
    return spread;
}

}  // namespace models
