#pragma once

#include <optional>
#include <string_view>

#include "models/fault/fault_target.hpp"

// Effects on what is stored in queues, and on connections that are kept.
namespace models {

/// Messages that their consumer cannot digest. They stay what they are when the fault is over.
struct PoisonEffect {
    static constexpr std::string_view name = "poison";
    static constexpr std::string_view summary =
        "a share of the messages that a queue stores kills (or fails) whoever processes them";
    static constexpr std::string_view formula =
        "each costs maxReceive deliveries, of as many tries as the policy allows, and with `kills` "
        "as many processes; with `order: strict` all behind it wait maxReceive x visibility";
    static constexpr std::string_view source = "POLICIES 9, FAULTS S12; SQS dead-letter queues";
    static constexpr std::string_view example = "{poison: 1%, kills: true}";
    static constexpr EffectPlaces places = {true, false};
    static constexpr EffectSpelling spelling = {"share", false};

    double share = 0;
    bool kills = true;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Messages that arrive twice. TCP drops the second; a queue that delivers at least once does not.
struct DuplicateEffect {
    static constexpr std::string_view name = "duplicate";
    static constexpr std::string_view summary =
        "a share of the messages to a queue is handed out twice, to two consumers";
    static constexpr std::string_view formula =
        "consumers process 1 + share of what is stored; calls over TCP notice nothing";
    static constexpr std::string_view source =
        "tc netem duplicate, Chaos Mesh network-duplicate; SQS standard queues: at least once";
    static constexpr std::string_view example = "{duplicate: 5%}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"share", false};

    double share = 0;

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Pooled connections whose other end is gone without a word: a firewall has forgotten them.
struct HalfOpenEffect {
    static constexpr std::string_view name = "halfOpen";
    static constexpr std::string_view summary =
        "at its start a share of the connections in the callers' pools is dead, and nobody knows";
    static constexpr std::string_view formula =
        "the first try on each is a black hole until its timeout; then the connection is replaced";
    static constexpr std::string_view source =
        "a firewall that drops idle connections, a replica that lost its power; FAULTS E7";
    static constexpr std::string_view example = "{halfOpen: 100%}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"share", true};

    double share = 1;

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
