#include "models/policy/shedding_dagor.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/policy/time_slices.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

void DagorShedding::parameters(sim::Parameters& p) {
    p.duration("queuingTimeThreshold", threshold, "a longer mean wait is overload",
               {sim::Duration{1}});
    p.duration("window", window, "longest time between two levels", {sim::milliseconds(1)});
    p.count("windowRequests", window_requests, "requests after which a window ends, too",
            {1, 1'000'000'000});
    p.percent("alpha", alpha, "so many fewer in overload", {0, 1, true});
    p.percent("beta", beta, "of what comes, so many more otherwise", {0, 1, true});
    p.count("userLevels", user_levels, "levels within a priority", {1, kUserCohorts});
    p.duration("userRotation", user_rotation, "how often users get other levels",
               {sim::whole_seconds(1)});
    p.flag("tellCallers", tell_callers, "callers learn the level and shed by it themselves");
}

DagorShedding::State DagorShedding::initial() const {
    State state;
    state.incoming.resize(static_cast<std::size_t>(levels()));
    state.admitted_level = levels() - 1;
    return state;
}

std::int32_t DagorShedding::level(const Arrival& request) const {
    const int cohort = user_cohort(request.user_hash, slice_number(request.now, user_rotation));
    return rank(request.priority) * user_levels + cohort * user_levels / kUserCohorts;
}

bool DagorShedding::on_arrival(State& state, const Arrival& arrival, sim::KeyedRng& /*rng*/) const {
    if (!state.started) {
        state.started = true;
        state.window_end = saturated_add(arrival.now, window);
    }
    if (arrival.now >= state.window_end || state.requests >= window_requests) {
        end_window(state, arrival);
    }
    const std::int32_t own = level(arrival);
    ++state.incoming[static_cast<std::size_t>(own)];
    ++state.requests;
    if (own > state.admitted_level) return true;
    ++state.admitted;
    return false;
}

bool DagorShedding::on_dequeue(State& state, const Dequeue& dequeue, sim::KeyedRng& /*rng*/) const {
    ++state.dequeued;
    state.waited_ns += static_cast<double>(dequeue.waited.ns);
    return false;
}

void DagorShedding::end_window(State& state, const Arrival& arrival) const {
    // Where nothing leaves the queue, nobody's wait is known: it is long.
    const bool overloaded = state.dequeued == 0
                                ? arrival.queued > 0
                                : state.waited_ns > static_cast<double>(threshold.ns) *
                                                        static_cast<double>(state.dequeued);
    move_level(state, overloaded);
    std::fill(state.incoming.begin(), state.incoming.end(), 0);
    state.requests = state.admitted = state.dequeued = 0;
    state.waited_ns = 0;
    state.window_end = saturated_add(arrival.now, window);
}

void DagorShedding::move_level(State& state, bool overloaded) const {
    const auto admitted = static_cast<double>(state.admitted);
    const auto count_at = [&](std::int32_t at) {
        return static_cast<double>(state.incoming[static_cast<std::size_t>(at)]);
    };
    double sum = admitted;  // of the levels up to the admitted one
    std::int32_t& last = state.admitted_level;
    if (overloaded) {
        const double wanted = (1.0 - alpha) * admitted;
        for (; sum > wanted && last >= 0; --last) sum -= count_at(last);
    } else {
        const double wanted = admitted + beta * static_cast<double>(state.requests);
        const double mean = tell_callers && last >= 0 ? admitted / (last + 1) : 0;
        while (sum < wanted && last < levels() - 1) sum += std::max(mean, count_at(++last));
    }
}

void PiRejectorShedding::parameters(sim::Parameters& p) {
    p.number("kp", kp, "weight of the last period", {0, 100, false});
    p.number("ki", ki, "weight of the sum of the periods", {0, 100, false});
    p.count("window", window, "periods that are summed", {1, 10'000});
    p.duration("period", period, "how often the share is found anew", {sim::milliseconds(1)});
    p.duration("overloadAfter", overload_after,
               "a queue that is not empty for so long is overload");
    p.count("cohorts", cohorts, "levels within a priority", {1, kUserCohorts});
    p.count("levelWindow", level_window, "requests that the quantile is found from",
            {1, 1'000'000});
}

PiRejectorShedding::State PiRejectorShedding::initial() const {
    State state;
    state.errors.resize(static_cast<std::size_t>(window));
    state.levels.resize(static_cast<std::size_t>(level_window));
    state.counts.resize(static_cast<std::size_t>(levels()));
    state.admitted_level = levels() - 1;
    return state;
}

std::int32_t PiRejectorShedding::level(const Arrival& request) const {
    return rank(request.priority) * cohorts +
           user_cohort(request.user_hash) * cohorts / kUserCohorts;
}

bool PiRejectorShedding::on_arrival(State& state, const Arrival& arrival,
                                    sim::KeyedRng& /*rng*/) const {
    if (arrival.queued == 0 || !state.started) state.last_empty = arrival.now;
    if (!state.started) state.next_period = saturated_add(arrival.now, period);
    state.started = true;
    if (arrival.now >= state.next_period) end_period(state, arrival);
    const std::int32_t own = level(arrival);
    record_level(state, own);
    const bool free_slot = arrival.queued == 0 && arrival.busy < arrival.slots;
    if (!free_slot && own > state.admitted_level) return true;
    ++state.in;
    return false;
}

bool PiRejectorShedding::on_dequeue(State& state, const Dequeue& dequeue,
                                    sim::KeyedRng& /*rng*/) const {
    ++state.out;
    if (dequeue.queued == 0) state.last_empty = dequeue.now;
    return false;
}

double PiRejectorShedding::error_of(const Period& period) {
    if (period.out == 0) return static_cast<double>(period.slots);
    return static_cast<double>(period.in - (period.out + period.free)) /
           static_cast<double>(period.out);
}

void PiRejectorShedding::end_period(State& state, const Arrival& arrival) const {
    const Period ended{state.in, state.out, std::max<std::int64_t>(0, arrival.slots - arrival.busy),
                       arrival.slots};
    state.in = state.out = 0;
    state.next_period = saturated_add(arrival.now, period);
    if (arrival.now - state.last_empty <= overload_after) {
        state.share = 0;
        state.periods = 0;
    } else {
        const double error = error_of(ended);
        state.errors[static_cast<std::size_t>(state.periods % window)] = error;
        ++state.periods;
        const auto known = static_cast<std::ptrdiff_t>(std::min(state.periods, window));
        const double sum = std::accumulate(state.errors.begin(), state.errors.begin() + known, 0.0);
        state.share = std::clamp(state.share + kp * error + ki * sum, 0.0, 1.0);
    }
    find_level(state);
}

/// The lowest level so that at most `share` of the last requests lies beyond it.
void PiRejectorShedding::find_level(State& state) const {
    state.admitted_level = levels() - 1;
    if (state.share <= 0) return;
    const std::int64_t known = std::min(state.total, level_window);
    auto to_shed = static_cast<std::int64_t>(state.share * static_cast<double>(known));
    while (state.admitted_level >= 0) {
        to_shed -= state.counts[static_cast<std::size_t>(state.admitted_level)];
        if (to_shed < 0) return;
        --state.admitted_level;
    }
}

void PiRejectorShedding::record_level(State& state, std::int32_t own) const {
    auto& oldest = state.levels[static_cast<std::size_t>(state.total % level_window)];
    if (state.total >= level_window) --state.counts[static_cast<std::size_t>(oldest)];
    oldest = own;
    ++state.counts[static_cast<std::size_t>(own)];
    ++state.total;
}

}  // namespace models
