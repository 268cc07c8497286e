#include "models/policy/balancing_basic.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

bool weights_differ(const BalanceQuery& query) {
    if (query.weights.empty()) return false;
    const double first = query.weights[query.candidates.front()];
    return std::any_of(query.candidates.begin(), query.candidates.end(), [&](std::uint32_t one) {
        return query.weights[one] < first || query.weights[one] > first;
    });
}

/// Fewest in flight of those that are shown; the first wins a tie.
class Least {
  public:
    explicit Least(const BalanceQuery& query) : query_(query) {}
    void look_at(std::uint32_t replica) {
        const std::uint32_t load = query_.in_flight[replica];
        if (found_ && load >= load_) return;
        best_ = replica;
        load_ = load;
        found_ = true;
    }
    [[nodiscard]] std::uint32_t best() const { return best_; }

  private:
    const BalanceQuery& query_;
    std::uint32_t best_ = 0;
    std::uint32_t load_ = 0;
    bool found_ = false;
};

/// The least loaded of all; among equals each has the same chance (reservoir sampling).
std::uint32_t scan(const BalanceQuery& query, sim::KeyedRng& rng) {
    std::uint32_t best = query.candidates.front();
    std::uint32_t ties = 1;
    for (const std::uint32_t replica : query.candidates.subspan(1)) {
        if (query.in_flight[replica] > query.in_flight[best]) continue;
        if (query.in_flight[replica] < query.in_flight[best]) {
            best = replica;
            ties = 1;
        } else if (rng.below(++ties) == 0) {
            best = replica;
        }
    }
    return best;
}

}  // namespace

std::uint32_t RandomBalancing::pick(State& /*state*/, const BalanceQuery& query,
                                    sim::KeyedRng& rng) const {
    const auto count = static_cast<std::uint32_t>(query.candidates.size());
    return query.candidates[((rng() >> 32) * count) >> 32];
}

void RoundRobin::parameters(sim::Parameters& p) {
    p.choice<bool>("start", random_start, "where a balancer begins",
                   {{"first", false}, {"random", true}});
    p.group("slowStart", slow_start, "share of a replica that has just come back");
}

std::uint32_t RoundRobin::pick(State& state, const BalanceQuery& query, sim::KeyedRng& rng) const {
    const auto count = static_cast<std::uint32_t>(query.candidates.size());
    if (random_start && !state.started) state.cursor = rng.below(count);
    state.started = true;
    if (weights_differ(query)) {
        return state.schedule.pick(query.candidates,
                                   [&](std::uint32_t one) { return query.weights[one]; });
    }
    state.cursor = (state.cursor + 1) % count;
    return query.candidates[state.cursor];
}

void LeastRequest::parameters(sim::Parameters& p) {
    p.count("choices", choices, "replicas that are drawn and compared", {2, kMostChoices});
    p.flag("withReplacement", with_replacement, "the same replica may be drawn twice (Envoy)");
    p.number("activeRequestBias", active_request_bias,
             "with unequal weights: weight / (in flight + 1)^bias", {0, 100, false});
    p.flag("fullScan", full_scan, "look at all replicas instead of some");
    p.group("slowStart", slow_start, "share of a replica that has just come back");
}

double LeastRequest::weight(double base, std::uint32_t in_flight) const {
    return base / std::pow(static_cast<double>(in_flight) + 1.0, active_request_bias);
}

std::uint32_t LeastRequest::pick(State& state, const BalanceQuery& query,
                                 sim::KeyedRng& rng) const {
    if (weights_differ(query)) {
        return state.schedule.pick(query.candidates, [&](std::uint32_t one) {
            return weight(query.weights[one], query.in_flight[one]);
        });
    }
    if (full_scan) return scan(query, rng);
    const auto count = static_cast<std::uint32_t>(query.candidates.size());
    if (count == 1) return query.candidates.front();
    Least least(query);
    if (with_replacement) {
        for (std::uint32_t n = 0; n < choices; ++n) {
            least.look_at(query.candidates[((rng() >> 32) * count) >> 32]);
        }
    } else if (choices == 2) {
        const auto places = two_places(rng(), count);
        least.look_at(query.candidates[places.first]);
        least.look_at(query.candidates[places.second]);
    } else {
        draw_distinct(query, choices, rng, [&](std::uint32_t one) { least.look_at(one); });
    }
    return least.best();
}

}  // namespace models
