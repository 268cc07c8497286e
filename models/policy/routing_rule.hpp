#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace sim {
class Parameters;
}

// Routing: which replicas a caller may use, by place and health. Among those the balancer chooses.
namespace models {

/// One replica as a caller in some place sees it.
struct PlacedReplica {
    std::uint32_t zone = 0;  ///< number of its zone
    std::uint32_t tier =
        0;                ///< 0 the caller's zone, 1 its region, 2 … other regions, nearest first
    bool allowed = true;  ///< part of what the caller may see at all
    bool healthy = true;  ///< in the caller's view
};

/// All that routing goes by.
struct RouteQuery {
    std::span<const PlacedReplica> replicas;
    std::span<const std::uint32_t>
        callers;                       ///< by zone of the region: the calling service's replicas
    std::uint32_t zone = 0xFFFFFFFFU;  ///< of the caller; customers have none
};

/// Where requests may go: one or several lists of replicas, each with a probability. Empty when
/// there is nobody to send to.
struct Routes {
    struct Option {
        double until = 1.0;  ///< that a request goes to this or an earlier option; 1 for the last
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };
    std::vector<Option> options;
    std::vector<std::uint32_t> replicas;  ///< of all options, ascending in each

    [[nodiscard]] std::span<const std::uint32_t> of(const Option& option) const {
        return {replicas.data() + option.begin, option.end - option.begin};
    }
    void clear() {
        options.clear();
        replicas.clear();
    }
};

/// With a smaller share of healthy replicas than this, health is ignored (ENV-PANIC).
struct PanicThreshold {
    double share = 0;  ///< 0: never
    void parameters(sim::Parameters& p);
    bool operator==(const PanicThreshold&) const = default;
};

/// Leaves the zone only when no replica there is healthy in the caller's view.
struct SameZoneFirst {
    static constexpr std::string_view name = "sameZoneFirst";
    static constexpr std::string_view summary =
        "the caller's zone while a replica there is healthy, then its region, then other regions";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source = "";
    static constexpr std::string_view example = "routing: sameZoneFirst";
    PanicThreshold panic;
    void parameters(sim::Parameters& p);
    bool operator==(const SameZoneFirst&) const = default;
    void routes(const RouteQuery& query, Routes& out) const;
};

/// Every replica of the region, then of other regions.
struct AnyZone {
    static constexpr std::string_view name = "any";
    static constexpr std::string_view summary =
        "all healthy replicas of the region, then of other regions";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source = "";
    static constexpr std::string_view example = "routing: {kind: any, panicThreshold: 50%}";
    PanicThreshold panic;
    void parameters(sim::Parameters& p);
    bool operator==(const AnyZone&) const = default;
    void routes(const RouteQuery& query, Routes& out) const;
};

/// Envoy's zone-aware routing inside the region: as much as possible stays in the zone, as long as
/// every replica gets the same.
struct ZoneAware {
    static constexpr std::string_view name = "zoneAware";
    static constexpr std::string_view summary =
        "stays in the zone as far as its replicas carry their share (Envoy)";
    static constexpr std::string_view formula =
        "local with probability replicas here / callers here (shares of the region), the rest to "
        "zones with more replicas than callers";
    static constexpr std::string_view source = "ENV-ZONE, ENV-COMMON";
    static constexpr std::string_view example = "routing: {kind: zoneAware, minClusterSize: 6}";
    std::uint32_t min_cluster_size = 6;
    double enabled = 1.0;  ///< share of requests that the rule is for
    PanicThreshold panic;
    bool fail_traffic_on_panic = false;
    void parameters(sim::Parameters& p);
    bool operator==(const ZoneAware&) const = default;
    void routes(const RouteQuery& query, Routes& out) const;
};

/// Zones of the region get fixed shares, less when too few of their replicas are healthy.
struct WeightedZones {
    static constexpr std::string_view name = "weighted";
    static constexpr std::string_view summary =
        "a fixed share stays in the zone, less when too few replicas there are healthy";
    static constexpr std::string_view formula =
        "weight * min(1, overprovisioning * healthy / all); own zone: local, others share the rest";
    static constexpr std::string_view source = "ENV-LB, ISTIO";
    static constexpr std::string_view example = "routing: {kind: weighted, local: 80%}";
    double local = 0.8;
    double overprovisioning = 1.4;
    PanicThreshold panic;
    void parameters(sim::Parameters& p);
    bool operator==(const WeightedZones&) const = default;
    void routes(const RouteQuery& query, Routes& out) const;
};

/// Zone, region, other regions are levels of priority; traffic moves on as they lose health.
struct PriorityZones {
    static constexpr std::string_view name = "priority";
    static constexpr std::string_view summary =
        "zone, region, other regions: traffic moves on as replicas fail (Envoy, Istio)";
    static constexpr std::string_view formula =
        "health = min(100, 100 * overprovisioning * healthy / all); load = min(rest, 100 * health "
        "/ min(100, sum of health)); below the panic threshold all replicas of the level";
    static constexpr std::string_view source = "ENV-PRIO, ENV-PANIC, ENV-LB";
    static constexpr std::string_view example =
        "routing: {kind: priority, overprovisioning: 1.4, panicThreshold: 50%}";
    double overprovisioning = 1.4;
    PanicThreshold panic{0.5};
    void parameters(sim::Parameters& p);
    bool operator==(const PriorityZones&) const = default;
    void routes(const RouteQuery& query, Routes& out) const;
};

/// The registry of routing rules: the key `routing` of a service.
using Routing = std::variant<SameZoneFirst, AnyZone, ZoneAware, WeightedZones, PriorityZones>;

/// Replaces what is in `out`.
inline void routes_of(const Routing& rule, const RouteQuery& query, Routes& out) {
    out.clear();
    std::visit([&](const auto& kind) { kind.routes(query, out); }, rule);
}
/// The same without regard to zones, for balancers that need one set of replicas for all calls.
AnyZone without_zones(const Routing& rule);
/// Sends everything to the nearest healthy replicas, and needs no probabilities.
bool is_plain(const Routing& rule);
/// Leaves the zone only when it has to.
bool prefers_own_zone(const Routing& rule);

}  // namespace models
