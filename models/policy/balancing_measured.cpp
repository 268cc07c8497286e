#include "models/policy/balancing_measured.hpp"

#include <algorithm>
#include <cmath>

#include "models/policy/balancing_basic.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

void PeakEwma::parameters(sim::Parameters& p) {
    p.count("choices", choices, "replicas that are drawn and compared",
            {2, LeastRequest::kMostChoices});
    p.duration("decay", decay, "time constant of the average",
               {sim::milliseconds(1), sim::whole_seconds(86'400)});
    p.timeout("defaultRtt", default_rtt, "estimate for a replica that has not answered yet");
    p.flag("penaltyUnknown", penalty_unknown,
           "a replica that has not answered yet gets one try at a time (Finagle)");
}

std::optional<sim::Misfit> PeakEwma::misfit() const {
    if (penalty_unknown || default_rtt != sim::kForever) return std::nullopt;
    return sim::Misfit{"penaltyUnknown",
                       "a replica that has not answered yet would cost nothing, however busy",
                       "write `defaultRtt: 30ms`, or `penaltyUnknown: true`"};
}

double PeakEwma::decayed(const Estimate& estimate, sim::SimTime now) const {
    const auto idle = static_cast<double>((now - estimate.at).ns);
    return estimate.ns * std::exp(-idle / static_cast<double>(decay.ns));
}

PeakEwma::Estimate& PeakEwma::estimate_of(State& state, sim::SimTime now,
                                          std::uint32_t replica) const {
    if (state.replicas.size() <= replica) state.replicas.resize(replica + 1U);
    auto& estimate = state.replicas[replica];
    if (!estimate.begun) {
        estimate.begun = true;
        estimate.at = now;
        if (default_rtt != sim::kForever) estimate.ns = static_cast<double>(default_rtt.ns);
    }
    return estimate;
}

double PeakEwma::cost(State& state, sim::SimTime now, std::uint32_t replica,
                      std::uint32_t in_flight) const {
    const auto& estimate = estimate_of(state, now, replica);
    const auto pending = static_cast<double>(in_flight);
    if (!estimate.known && penalty_unknown && in_flight > 0) return kPenalty + pending;
    return decayed(estimate, now) * (pending + 1.0);
}

void PeakEwma::on_try_end(State& state, const TrySample& sample) const {
    auto& estimate = estimate_of(state, sample.now, sample.replica);
    const auto took = static_cast<double>(sample.took.ns);
    const auto idle = static_cast<double>((sample.now - estimate.at).ns);
    const double keep = std::exp(-idle / static_cast<double>(decay.ns));
    // A penalised replica has no estimate of its own that the first answer could be mixed with.
    const bool first = !estimate.known && penalty_unknown;
    estimate.ns = took > estimate.ns || first ? took : estimate.ns * keep + took * (1.0 - keep);
    estimate.at = sample.now;
    estimate.known = true;
}

std::uint32_t PeakEwma::pick(State& state, const BalanceQuery& query, sim::KeyedRng& rng) const {
    std::uint32_t best = query.candidates.front();
    double least = -1;
    draw_distinct(query, choices, rng, [&](std::uint32_t one) {
        const double price = cost(state, query.now, one, query.in_flight[one]);
        if (least >= 0 && price >= least) return;
        best = one;
        least = price;
    });
    return best;
}

void WeightedRoundRobin::parameters(sim::Parameters& p) {
    p.duration("blackout", blackout, "reports of a replica count after this long");
    p.duration("expiration", expiration, "a weight is forgotten without reports for this long",
               {sim::Duration{1}, sim::kForever});
    p.duration("update", update, "how often the schedule takes over new weights",
               {sim::milliseconds(100), sim::whole_seconds(86'400)});
    p.number("errorPenalty", error_penalty, "what errors count compared with load",
             {0, 1e6, false});
}

void WeightedRoundRobin::on_load(State& state, const LoadReport& report) const {
    if (report.utilisation <= 0 || report.queries_per_s <= 0) return;
    if (state.replicas.size() <= report.replica) state.replicas.resize(report.replica + 1U);
    auto& known = state.replicas[report.replica];
    const double errors = report.errors_per_s / report.queries_per_s * error_penalty;
    known.weight = report.queries_per_s / (report.utilisation + errors);
    if (known.since == sim::kNever) known.since = report.now;
    known.last = report.now;
}

double WeightedRoundRobin::weight(State& state, sim::SimTime now, std::uint32_t replica) const {
    if (state.replicas.size() <= replica) return 0;
    auto& known = state.replicas[replica];
    if (known.since == sim::kNever) return 0;
    if (sim::saturated_add(known.last, expiration) <= now) {
        known.since = sim::kNever;
        return 0;
    }
    if (sim::saturated_add(known.since, blackout) > now) return 0;
    return known.weight;
}

/// Replicas without a weight get the mean of those that have one.
void WeightedRoundRobin::update_weights(State& state, const BalanceQuery& query) const {
    state.next_update = query.now + update;
    state.weights.assign(query.candidates.back() + 1U, 0.0);
    double sum = 0;
    std::uint32_t known = 0;
    for (const std::uint32_t one : query.candidates) {
        const double found = weight(state, query.now, one);
        state.weights[one] = found;
        sum += found;
        known += found > 0 ? 1 : 0;
    }
    state.weighted = known >= 2;
    if (!state.weighted) return;
    for (double& one : state.weights) {
        if (one <= 0) one = sum / known;
    }
}

std::uint32_t WeightedRoundRobin::pick(State& state, const BalanceQuery& query,
                                       sim::KeyedRng& /*rng*/) const {
    if (query.now >= state.next_update || state.weights.size() <= query.candidates.back()) {
        update_weights(state, query);
    }
    if (!state.weighted) {
        state.cursor = (state.cursor + 1) % static_cast<std::uint32_t>(query.candidates.size());
        return query.candidates[state.cursor];
    }
    return state.schedule.pick(query.candidates,
                               [&](std::uint32_t one) { return state.weights[one]; });
}

}  // namespace models
