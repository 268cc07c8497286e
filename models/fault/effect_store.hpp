#pragma once

#include <optional>
#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on what stores data.
namespace models {

/// One key that a share of all calls asks for. It lives on one replica, and so do its calls.
struct HotEffect {
    static constexpr std::string_view name = "hot";
    static constexpr std::string_view summary =
        "that share of the calls asks for one key, which only the first replica of the target has";
    static constexpr std::string_view formula =
        "load of the hot replica = share + (1 - share) / n of all, of the others (1 - share) / n";
    static constexpr std::string_view source =
        "a hot partition: DynamoDB and Cassandra and Kafka with a skewed key, FAULTS D4";
    static constexpr std::string_view example = "{hot: 60%}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"share", false};

    double share = 0;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Replicas fall behind their primary. Once it is over they have caught up.
struct LagEffect {
    static constexpr std::string_view name = "lag";
    static constexpr std::string_view summary =
        "a database's replicas fall behind: stale reads, and writes lost with the primary";
    static constexpr std::string_view formula =
        "behind by the configured lag + min(lag, time since the start): replication stands still "
        "until it is so far behind";
    static constexpr std::string_view source =
        "AWS FIS: pause replication; a long transaction; Chaos Toolkit, FAULTS R3";
    static constexpr std::string_view example = "{lag: 30s}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"behind", false};

    sim::Duration behind{};

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
