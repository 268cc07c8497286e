#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on what callers and servers show each other. They strike the calls to their target.
namespace models {

/// The server's certificate has ended: nobody opens a connection to it any more.
struct CertEffect {
    static constexpr std::string_view name = "cert";
    static constexpr std::string_view summary =
        "a certificate has ended: new connections fail at the handshake, open ones live on";
    static constexpr std::string_view formula =
        "with a pool a connection opened before lives until it is recycled; without one each "
        "caller "
        "has a connection to each replica, opened anew at a time of its own within `lifetime`; "
        "refused after two round trips";
    static constexpr std::string_view source =
        "FAULTS E9, C3; a failed handshake is a connect failure, as Envoy counts it";
    static constexpr std::string_view example = "{cert: 5m}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"lifetime", true};

    sim::Duration lifetime = sim::whole_seconds(300);

    void parameters(sim::Parameters& p);
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

/// Callers' tokens end, or a server's clock lets them end early.
struct TokenEffect {
    static constexpr std::string_view name = "token";
    static constexpr std::string_view summary =
        "tokens are not renewed, or end early by the server's clock: calls are answered 401";
    static constexpr std::string_view formula =
        "each caller's token is of another age within `ttl`; not renewed it ends for good when it "
        "is "
        "ttl old; with `ahead` it is renewed, and refused for the last `ahead` of every ttl; an "
        "error after one round trip, no work";
    static constexpr std::string_view source = "FAULTS E10, C1; OAuth 2.0 bearer tokens: 401";
    static constexpr std::string_view example = "{token: 10m}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"ttl", true};

    sim::Duration ttl = sim::whole_seconds(3600);
    sim::Duration ahead{};

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
