#include "models/analysis/capacity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/SparseCore>

#include "sim/core/assert.hpp"

namespace models {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// How one endpoint's call fares when nothing but the errors that were given goes wrong.
struct CallOdds {
    double tries = 1;    ///< expected tries of one call
    double success = 1;  ///< of the call after its tries
    double made = 1;     ///< expected number of such calls per execution of the caller
};

CallOdds odds_of(const CallPolicy& policy, double failure) {
    CallOdds odds;
    const bool retried = policy.retries > 0 && policy.retry_on.covers(Outcome::error, false);
    const int most = retried ? policy.retries + 1 : 1;
    odds.success = 1 - std::pow(failure, most);
    odds.tries = failure < 1 ? odds.success / (1 - failure) : most;
    if (policy.retry_budget) {
        odds.tries = std::min(odds.tries, 1 + long_run_retries_per_call(*policy.retry_budget));
    }
    return odds;
}

/// The system with at most one zone lost.
class LoadSolver {
  public:
    LoadSolver(const CapacityInput& input, std::optional<ZoneId> lost)
        : input_(input),
          zones_(input.topology.zones.size()),
          replicas_(input.topology.services.size(), std::vector<double>(zones_, 0.0)),
          failure_(input.endpoints.size(), -1.0),
          response_(input.endpoints.size() * zones_, -1.0) {
        for (const auto& instance : input.topology.instances) {
            if (instance.spare) continue;
            if (!instance.zone.valid()) {
                replicas_[instance.service.value].assign(zones_, 1.0);
                continue;
            }
            if (lost && instance.zone == *lost) continue;
            replicas_[instance.service.value][instance.zone.value] += 1;
        }
        for (std::size_t s = 0; s < input.services.size(); ++s) {
            primaries_.push_back(find_primary(static_cast<std::uint32_t>(s)));
        }
    }

    struct Place {
        double per_s = 0;
        double held = 0;  ///< mean slots held
        double slots = 0;
    };
    /// [service][zone]
    std::vector<std::vector<Place>> solve() {
        const Eigen::VectorXd rates = tries_per_s();
        std::vector<std::vector<Place>> places(input_.services.size(), std::vector<Place>(zones_));
        for (std::size_t s = 0; s < places.size(); ++s) {
            for (std::size_t z = 0; z < zones_; ++z) {
                if (replicas_[s][z] > 0) {
                    places[s][z].slots = replicas_[s][z] * input_.services[s].slots;
                }
            }
        }
        for (std::size_t e = 0; e < input_.endpoints.size(); ++e) {
            for (std::size_t z = 0; z < zones_; ++z) {
                const double rate = rates[static_cast<Eigen::Index>(index(e, z))];
                if (rate <= 0) continue;
                auto& place = places[input_.endpoints[e].service.value][z];
                place.per_s += rate;
                place.held += rate * holding(e, z);
            }
        }
        return places;
    }

    /// Expected tries per call at each service, over all calls (customers' included).
    std::vector<double> tries_per_call() {
        std::vector<double> tries(input_.services.size(), 1.0);
        for (const auto& endpoint : input_.endpoints) {
            for (const auto& step : endpoint.steps) {
                for (const auto& call : step.calls) {
                    auto& most = tries[call.callee.value];
                    most = std::max(most, odds(call).tries);
                }
            }
        }
        return tries;
    }

  private:
    using Shares = std::vector<std::pair<std::size_t, double>>;

    [[nodiscard]] std::size_t index(std::size_t endpoint, std::size_t zone) const {
        return endpoint * zones_ + zone;
    }
    [[nodiscard]] RegionId region_of(std::size_t zone) const {
        return input_.topology.zones[zone].region;
    }

    /// The primary's zone, or where it moves to: the same region first, then the file's order.
    [[nodiscard]] std::optional<std::size_t> find_primary(std::uint32_t service) const {
        const auto& primary = input_.services[service].primary;
        if (!primary) return std::nullopt;
        if (replicas_[service][primary->value] > 0) return primary->value;
        std::optional<std::size_t> elsewhere;
        for (std::size_t z = 0; z < zones_; ++z) {
            if (replicas_[service][z] <= 0) continue;
            if (region_of(z) == region_of(primary->value)) return z;
            if (!elsewhere) elsewhere = z;
        }
        return elsewhere;
    }

    /// Zones of a region by replicas of the service; empty when it has none there.
    [[nodiscard]] Shares spread(std::uint32_t service, RegionId region) const {
        Shares shares;
        double sum = 0;
        for (std::size_t z = 0; z < zones_; ++z) {
            if (region_of(z) != region || replicas_[service][z] <= 0) continue;
            shares.emplace_back(z, replicas_[service][z]);
            sum += replicas_[service][z];
        }
        for (auto& share : shares) share.second /= sum;
        return shares;
    }

    /// The service's zones in the nearest region that has it, seen from `zone`.
    [[nodiscard]] Shares spread_nearest(std::uint32_t service, std::size_t zone) const {
        if (auto own = spread(service, region_of(zone)); !own.empty()) return own;
        double nearest = kInfinite;
        Shares best;
        for (std::uint32_t r = 0; r < input_.topology.regions.size(); ++r) {
            auto shares = spread(service, RegionId{r});
            if (shares.empty()) continue;
            const double distance = delay(zone, shares.front().first);
            if (distance >= nearest) continue;
            nearest = distance;
            best = std::move(shares);
        }
        return best;
    }

    [[nodiscard]] double delay(std::size_t from, std::size_t to) const {
        return input_.topology
            .delay(ZoneId{static_cast<std::uint32_t>(from)}, ZoneId{static_cast<std::uint32_t>(to)})
            .mean_seconds();
    }

    [[nodiscard]] Shares route(std::size_t zone, ServiceId service, EndpointId endpoint) const {
        if (input_.endpoints[endpoint.value].write && primaries_[service.value]) {
            return {{*primaries_[service.value], 1.0}};
        }
        const bool local =
            input_.services[service.value].same_zone_first && replicas_[service.value][zone] > 0;
        if (local) return {{zone, 1.0}};
        return spread_nearest(service.value, zone);
    }

    /// Chance that one execution of the endpoint ends in an error.
    double failure(std::size_t endpoint) {
        double& memo = failure_[endpoint];
        if (memo >= 0) return memo;
        const auto& what = input_.endpoints[endpoint];
        const auto& service = input_.services[what.service.value];
        double calls_succeed = 1;
        for (const auto& step : what.steps) calls_succeed *= step_success(step);
        const double made = service.answers_first ? 0 : made_share(what);
        failure_[endpoint] = 1 - (1 - what.error_share) * (1 - made * (1 - calls_succeed));
        return failure_[endpoint];
    }

    /// Of the executions that get so far, those that make their calls.
    [[nodiscard]] double made_share(const Endpoint& endpoint) const {
        return endpoint.write ? 1 : input_.services[endpoint.service.value].calls_share;
    }

    double step_success(const CallStep& step) {
        double success = 1;
        for (const auto& call : step.calls) {
            if (call.optional) continue;
            const double all = std::pow(odds(call).success, call.times);
            success *= 1 - call.probability * (1 - all);
        }
        return success;
    }

    CallOdds odds(const CallSpec& call) {
        auto odds = odds_of(input_.policies[call.policy], failure(call.endpoint.value));
        const double go_on = call.optional ? 1.0 : odds.success;
        double made = 0;
        for (std::uint32_t i = 0; i < call.times; ++i) made += std::pow(go_on, i);
        odds.made = call.probability * made;
        return odds;
    }

    /// Mean time from taking the slot to the reply, nothing waiting anywhere.
    double response(std::size_t endpoint, std::size_t zone) {
        const std::size_t at = index(endpoint, zone);
        if (response_[at] >= 0) return response_[at];
        const auto& what = input_.endpoints[endpoint];
        double total = what.latency.mean_seconds();
        double reached = (1 - what.error_share) * made_share(what);
        if (input_.services[what.service.value].answers_first) reached = 0;
        for (const auto& step : what.steps) {
            double slowest = 0;
            for (const auto& call : step.calls) {
                slowest = std::max(slowest, call_time(call, zone));
            }
            total += reached * slowest;
            reached *= step_success(step);
        }
        response_[at] = total;
        return total;
    }

    double call_time(const CallSpec& call, std::size_t zone) {
        double one = 0;
        const bool external = input_.services[call.callee.value].external;
        for (const auto& [to, share] : route(zone, call.callee, call.endpoint)) {
            const double there_and_back = external ? 0 : 2 * delay(zone, to);
            one += share * (there_and_back + response(call.endpoint.value, to));
        }
        const auto chances = odds(call);
        return chances.made * chances.tries * one;
    }

    double holding(std::size_t endpoint, std::size_t zone) {
        const auto& what = input_.endpoints[endpoint];
        return input_.services[what.service.value].holds_while_calling
                   ? response(endpoint, zone)
                   : what.latency.mean_seconds();
    }

    double rate_of(const Group& group, const Journey& journey) {
        if (group.rate_per_s) return *group.rate_per_s * journey.share;
        double cycle = group.think_time.mean_seconds() + 2 * group.access.seconds();
        const auto shares = entry_zones(group);
        for (const auto& other : group.journeys) {
            for (const auto& [zone, share] : shares) {
                cycle += other.share * share * response(other.endpoint.value, zone);
            }
        }
        return cycle > 0 ? group.users / cycle * journey.share : 0;
    }

    [[nodiscard]] Shares entry_zones(const Group& group) const {
        if (auto own = spread(group.entry.value, group.region); !own.empty()) return own;
        return group.zones.empty() ? Shares{}
                                   : spread_nearest(group.entry.value, group.zones.front().value);
    }

    [[nodiscard]] Eigen::VectorXd customers() {
        const auto size = static_cast<Eigen::Index>(response_.size());
        Eigen::VectorXd rates = Eigen::VectorXd::Zero(size);
        for (const auto& group : input_.groups) {
            for (const auto& journey : group.journeys) {
                const auto tries =
                    odds_of(input_.policies[group.policy], failure(journey.endpoint.value)).tries;
                const double rate = rate_of(group, journey) * tries;
                for (const auto& [zone, share] : entry_zones(group)) {
                    rates[static_cast<Eigen::Index>(index(journey.endpoint.value, zone))] +=
                        rate * share;
                }
            }
        }
        return rates;
    }

    /// Tries of every call per execution of its caller, as a matrix callee x caller.
    [[nodiscard]] Eigen::SparseMatrix<double> call_matrix() {
        std::vector<Eigen::Triplet<double>> entries;
        for (std::size_t e = 0; e < input_.endpoints.size(); ++e) {
            const auto& what = input_.endpoints[e];
            double reached = (1 - what.error_share) * made_share(what);
            for (const auto& step : what.steps) {
                for (const auto& call : step.calls) {
                    const auto chances = odds(call);
                    add_call(entries, e, call, reached * chances.made * chances.tries);
                }
                reached *= step_success(step);
            }
        }
        const auto size = static_cast<Eigen::Index>(response_.size());
        Eigen::SparseMatrix<double> matrix(size, size);
        matrix.setFromTriplets(entries.begin(), entries.end());
        return matrix;
    }

    void add_call(std::vector<Eigen::Triplet<double>>& entries, std::size_t caller,
                  const CallSpec& call, double tries) const {
        const auto service = input_.endpoints[caller].service.value;
        for (std::size_t z = 0; z < zones_; ++z) {
            if (replicas_[service][z] <= 0) continue;
            for (const auto& [to, share] : route(z, call.callee, call.endpoint)) {
                entries.emplace_back(static_cast<int>(index(call.endpoint.value, to)),
                                     static_cast<int>(index(caller, z)), tries * share);
            }
        }
    }

    [[nodiscard]] Eigen::VectorXd tries_per_s() {
        const auto matrix = call_matrix();
        Eigen::VectorXd term = customers();
        Eigen::VectorXd sum = term;
        // Nilpotent: after as many steps as the longest chain of calls nothing is left.
        for (std::size_t depth = 0; depth <= input_.endpoints.size(); ++depth) {
            term = matrix * term;
            if (term.isZero(0)) break;
            sum += term;
        }
        return sum;
    }

    const CapacityInput& input_;
    std::size_t zones_;
    std::vector<std::vector<double>> replicas_;  ///< [service][zone], 0 in the lost zone
    std::vector<std::optional<std::size_t>> primaries_;
    std::vector<double> failure_;   ///< per endpoint, -1: not known yet
    std::vector<double> response_;  ///< per endpoint and zone, -1: not known yet
};

/// The busiest zone of a service: share of slots held, and where.
struct Busiest {
    double busy = 0;
    std::size_t zone = 0;
};

Busiest busiest(const std::vector<LoadSolver::Place>& places) {
    Busiest most;
    for (std::size_t z = 0; z < places.size(); ++z) {
        if (places[z].held <= 0) continue;
        const double busy = places[z].slots > 0 ? places[z].held / places[z].slots : kInfinite;
        if (busy > most.busy) most = {busy, z};
    }
    return most;
}

double region_slots(const Topology& topology, const std::vector<LoadSolver::Place>& places,
                    std::size_t zone) {
    double slots = 0;
    for (std::size_t z = 0; z < places.size(); ++z) {
        if (topology.zones[z].region == topology.zones[zone].region) slots += places[z].slots;
    }
    return slots;
}

}  // namespace

std::vector<ServiceLoad> service_loads(const CapacityInput& input) {
    LoadSolver nominal(input, std::nullopt);
    const auto today = nominal.solve();
    const auto tries = nominal.tries_per_call();
    std::vector<ServiceLoad> loads(today.size());
    for (std::size_t s = 0; s < loads.size(); ++s) {
        const auto most = busiest(today[s]);
        for (const auto& place : today[s]) loads[s].per_s += place.per_s;
        loads[s].busy = most.busy;
        loads[s].busy_zone_lost = most.busy;
        loads[s].slots = region_slots(input.topology, today[s], most.zone);
        loads[s].tries_per_call = tries[s];
    }
    const auto zones = static_cast<std::uint32_t>(input.topology.zones.size());
    for (std::uint32_t z = 0; z < zones && zones > 1; ++z) {
        const auto lost = LoadSolver(input, ZoneId{z}).solve();
        for (std::size_t s = 0; s < loads.size(); ++s) {
            const double busy = busiest(lost[s]).busy;
            if (busy <= loads[s].busy_zone_lost) continue;
            loads[s].busy_zone_lost = busy;
            loads[s].worst_zone = ZoneId{z};
        }
    }
    for (auto& load : loads) {
        load.tries_that_fit =
            load.busy_zone_lost > 0 ? load.tries_per_call / load.busy_zone_lost : kInfinite;
    }
    return loads;
}

}  // namespace models
