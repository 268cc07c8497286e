#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Probabilistic early expiration: the nearer the end of an entry and the longer it took to get,
/// the likelier a hit fetches it anew, so that callers do not all miss it at one instant (Vattani,
/// Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015).
struct XFetch {
    static constexpr std::string_view name = "xfetch";
    static constexpr std::string_view summary =
        "a hit fetches the entry anew, the likelier the nearer its end";
    static constexpr std::string_view formula =
        "refresh when -beta * delta * ln(u) >= remaining, so with probability "
        "exp(-remaining / (beta * delta)); delta: how long the last fetch took";
    static constexpr std::string_view source = "POLICIES 9; Vattani et al., VLDB 2015";
    static constexpr std::string_view example = "earlyRefresh: {kind: xfetch, beta: 1}";
    double beta = 1.0;
    void parameters(sim::Parameters& p);
    [[nodiscard]] bool refreshes(sim::Duration remaining, sim::Duration fetch,
                                 sim::KeyedRng& rng) const;
};

/// The registry of rules for fetching an entry before it has expired.
using EarlyRefresh = std::variant<XFetch>;

inline bool refreshes_early(const EarlyRefresh& rule, sim::Duration remaining, sim::Duration fetch,
                            sim::KeyedRng& rng) {
    return std::visit([&](const auto& kind) { return kind.refreshes(remaining, fetch, rng); },
                      rule);
}

}  // namespace models
