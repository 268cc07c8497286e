#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/policy/balance_query.hpp"
#include "models/policy/edf_schedule.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

// Balancers that learn from replies.
namespace models {

/// Peak EWMA: a slow answer raises a replica's estimate at once, quick ones lower it bit by bit,
/// and so does silence. Errors that come back fast make a replica look cheap: use outlier
/// detection.
struct PeakEwma {
    static constexpr std::string_view name = "peakEwma";
    static constexpr std::string_view summary =
        "of some replicas drawn the one with the least latency times tries in flight";
    static constexpr std::string_view formula =
        "sample r: e = r if r > e, else e*w + r*(1-w), w = exp(-dt/decay); cost = e*w * (in flight "
        "+ 1)";
    static constexpr std::string_view source = "FIN-EWMA, TOWER-EWMA, ENV-EWMA";
    static constexpr std::string_view example =
        "loadBalancing: {kind: peakEwma, decay: 10s, defaultRtt: 30ms}";
    /// Cost of a replica that has never answered and is being tried, in nanoseconds (Finagle).
    static constexpr double kPenalty = 140'737'488'355'327.0;

    std::uint32_t choices = 2;
    sim::Duration decay = sim::whole_seconds(10);
    /// Of a replica that is not known; kForever: 0.
    sim::Duration default_rtt = sim::milliseconds(30);
    bool penalty_unknown = false;  ///< a replica that never answered gets one try at a time
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    bool operator==(const PeakEwma&) const = default;

    struct Estimate {
        double ns = 0;
        sim::SimTime at{};
        bool known = false;  ///< has answered
        bool begun = false;  ///< `ns` and `at` hold something
    };
    struct State {
        std::vector<Estimate> replicas;
    };
    [[nodiscard]] std::uint32_t pick(State& state, const BalanceQuery& query,
                                     sim::KeyedRng& rng) const;
    void on_try_end(State& state, const TrySample& sample) const;
    /// What it costs to send one more to `replica`, in nanoseconds.
    double cost(State& state, sim::SimTime now, std::uint32_t replica,
                std::uint32_t in_flight) const;
    [[nodiscard]] double decayed(const Estimate& estimate, sim::SimTime now) const;

  private:
    Estimate& estimate_of(State& state, sim::SimTime now, std::uint32_t replica) const;
};

/// gRPC's client-side weighted round robin (A58): replicas get traffic in proportion to what they
/// say they could do. What a server reports is its throughput and the work it did in the last whole
/// second.
struct WeightedRoundRobin {
    static constexpr std::string_view name = "weightedRoundRobin";
    static constexpr std::string_view summary =
        "round robin by weights that replies report (gRPC A58)";
    static constexpr std::string_view formula =
        "weight = qps / (utilisation + errors per s / qps * errorPenalty); who has none gets the "
        "mean, and below two weights all are alike";
    static constexpr std::string_view source = "A58";
    static constexpr std::string_view example =
        "loadBalancing: {kind: weightedRoundRobin, blackout: 10s, expiration: 3m}";
    sim::Duration blackout = sim::whole_seconds(10);
    sim::Duration expiration = sim::whole_seconds(180);
    sim::Duration update = sim::whole_seconds(1);
    double error_penalty = 1.0;
    void parameters(sim::Parameters& p);
    bool operator==(const WeightedRoundRobin&) const = default;

    struct Reported {
        double weight = 0;
        sim::SimTime since = sim::kNever;  ///< when reports began
        sim::SimTime last{};
    };
    struct State {
        std::vector<Reported> replicas;
        std::vector<double> weights;  ///< as of the last update
        bool weighted = false;        ///< two replicas have reported
        std::uint32_t cursor = 0;
        sim::SimTime next_update{INT64_MIN};
        EdfSchedule schedule;
    };
    [[nodiscard]] std::uint32_t pick(State& state, const BalanceQuery& query,
                                     sim::KeyedRng& rng) const;
    void on_load(State& state, const LoadReport& report) const;
    /// 0 while the replica's reports are too new or too old.
    double weight(State& state, sim::SimTime now, std::uint32_t replica) const;

  private:
    void update_weights(State& state, const BalanceQuery& query) const;
};

}  // namespace models
