#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/fault/fault_target.hpp"
#include "sim/core/time.hpp"

// Effects on how callers find out where somebody is.
namespace models {

/// Whose lookups go wrong.
enum class NameSide : std::uint8_t {
    automatic,  ///< of a zone or region the resolver, of a service the name
    name,       ///< everybody's, for the names of the target
    resolver,   ///< the target's own, whomever it looks for
};

/// Lookups of names go wrong or take long. Only callers that have to ask notice.
struct DnsEffect {
    static constexpr std::string_view name = "dns";
    static constexpr std::string_view summary =
        "names do not resolve, or slowly, or wrongly, for callers that have to ask";
    static constexpr std::string_view formula =
        "a caller asks when its answer is older than the `ttl`; nxdomain and servfail are known "
        "after "
        "`lookup` + delay, timeout after `timeout` x `attempts`; then `negativeTtl` without asking";
    static constexpr std::string_view source =
        "FAULTS N1-N4; Gremlin DNS, Chaos Mesh DNSChaos, Litmus pod-dns-error, Simian Army FailDns";
    static constexpr std::string_view example = "{dns: timeout}";
    static constexpr EffectPlaces places = {false, true};
    static constexpr EffectSpelling spelling = {"answer", true};

    NameAnswer answer = NameAnswer::servfail;
    NameSide side = NameSide::automatic;
    sim::Duration delay{};
    sim::Duration jitter{};

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    void apply(Conditions& conditions, const Topology& topology, const ActiveFault& fault) const;
};

}  // namespace models
