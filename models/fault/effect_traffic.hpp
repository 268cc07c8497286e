#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on messages between callers and replicas.
namespace models {

/// Nobody listens: the caller learns after one round trip.
struct RefuseEffect {
    static constexpr std::string_view name = "refuse";
    static constexpr std::string_view summary = "connections are refused after one round trip";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =

        "a closed port; iptables REJECT, Toxiproxy enabled: false, Simian Army FailS3";
    static constexpr std::string_view example = "refuse";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"", true};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// A black hole: only the caller's timer tells. When replies are lost the server has done the work.
struct LoseEffect {
    static constexpr std::string_view name = "lose";
    static constexpr std::string_view summary = "messages vanish without a word (a black hole)";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source =
        "iptables DROP, Gremlin blackhole, Toxiproxy timeout 0, Chaos Mesh partition";
    static constexpr std::string_view example = "{lose: reply}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"direction", true};

    MessageDirection direction = MessageDirection::both;

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// The connection breaks. With `direction: request` nothing reaches the server; with `reply` its
/// work is done and its answer lost.
struct ResetEffect {
    static constexpr std::string_view name = "reset";
    static constexpr std::string_view summary = "the connection breaks while the call is under way";
    static constexpr std::string_view formula =
        "request: known one message's delay + after later, no work; reply: `after` later than the "
        "reply would be";
    static constexpr std::string_view source =
        "TCP RST; Toxiproxy reset_peer and limit_data, Litmus http-reset-peer";
    static constexpr std::string_view example = "{kind: reset, direction: reply, after: 10ms}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"direction", true};

    MessageDirection direction = MessageDirection::request;
    sim::Duration after{};

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Whose mistakes to make.
enum class LossCompat : std::uint8_t { none, netem };

/// Packets are lost on a connection that sends them again: latency, not silence.
struct LossEffect {
    static constexpr std::string_view name = "loss";
    static constexpr std::string_view summary =
        "packets are lost and sent again (TCP): each loss is a delay";
    static constexpr std::string_view formula =
        "a message of n packets is clean with (1-p)^n; a loss before the last packet costs one "
        "round "
        "trip, one of the last packet max(200ms, round trip) x 2^k for the k-th in a row; `burst` "
        "b: "
        "Gilbert-Elliott, bad to good 1/b a packet; netem: x' = (1-c) u + c x, lost when x' < p";
    static constexpr std::string_view source =
        "RFC 6298 timers; tc netem loss and corrupt, Gremlin packet loss";
    static constexpr std::string_view example = "{loss: 2%, packets: 10}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"probability", false};

    double probability = 0.01;
    std::uint32_t packets = 1;
    double burst = 0;
    LossCompat compat = LossCompat::none;
    double correlation = 0;

    void parameters(sim::Parameters& p);
    /// The effect on its way in or out, at a strength in (0, 1).
    [[nodiscard]] LossEffect scaled(double strength) const;
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Connections that are not given back to the caller's pool.
struct LeakEffect {
    static constexpr std::string_view name = "leak";
    static constexpr std::string_view summary =
        "callers do not give connections back to their pool, until they restart";
    static constexpr std::string_view formula = "after each try with that probability";
    static constexpr std::string_view source = "a forgotten close() on a path that nobody tested";
    static constexpr std::string_view example = "{leak: 1%}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"probability", false};

    double probability = 0.01;

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Connections that come back to the caller's pool late.
struct SlowCloseEffect {
    static constexpr std::string_view name = "slowClose";
    static constexpr std::string_view summary =
        "connections are given back to the caller's pool late: each is held longer";
    static constexpr std::string_view formula = "a connection is held for the call + `delay`";
    static constexpr std::string_view source = "Toxiproxy slow_close; a FIN that nobody answers";
    static constexpr std::string_view example = "{slowClose: 500ms}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"delay", false};

    sim::Duration delay{};

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
