#include "models/policy/routing_rule.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/policy/priority_load.hpp"
#include "models/policy/zone_aware.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr std::uint32_t kRegionTier = 1;

/// Adds an option; `weights` of options add up to whatever they do until `normalise`.
template <class Wanted>
void add_option(const RouteQuery& query, double weight, const Wanted& wanted, Routes& out) {
    if (weight <= 0) return;
    const auto begin = static_cast<std::uint32_t>(out.replicas.size());
    for (std::uint32_t i = 0; i < query.replicas.size(); ++i) {
        const PlacedReplica& one = query.replicas[i];
        if (one.allowed && wanted(one)) out.replicas.push_back(i);
    }
    const auto end = static_cast<std::uint32_t>(out.replicas.size());
    if (begin == end) return;
    const double before = out.options.empty() ? 0 : out.options.back().until;
    out.options.push_back({before + weight, begin, end});
}

void normalise(Routes& out) {
    if (out.options.empty()) return;
    const double total = out.options.back().until;
    for (auto& option : out.options) option.until /= total;
}

/// The tier of the nearest replica that may be used; the zone is no tier of its own when
/// `zone_first` is false.
class Nearest {
  public:
    Nearest(const RouteQuery& query, bool zone_first, bool ignore_health)
        : zone_first_(zone_first), ignore_health_(ignore_health) {
        for (const PlacedReplica& one : query.replicas) {
            if (one.allowed && usable(one)) tier_ = std::min(tier_, tier_of(one));
        }
    }
    bool operator()(const PlacedReplica& one) const { return usable(one) && tier_of(one) == tier_; }

  private:
    [[nodiscard]] bool usable(const PlacedReplica& one) const {
        return one.healthy || ignore_health_;
    }
    [[nodiscard]] std::uint32_t tier_of(const PlacedReplica& one) const {
        return zone_first_ ? one.tier : std::max(one.tier, kRegionTier);
    }

    bool zone_first_;
    bool ignore_health_;
    std::uint32_t tier_ = 0xFFFFFFFFU;
};

/// Everything to the nearest.
void to_nearest(const RouteQuery& query, bool zone_first, bool ignore_health, Routes& out) {
    add_option(query, 1.0, Nearest(query, zone_first, ignore_health), out);
}

std::uint32_t count_in(const RouteQuery& query, std::uint32_t zone, bool healthy_only) {
    return static_cast<std::uint32_t>(
        std::count_if(query.replicas.begin(), query.replicas.end(), [&](const PlacedReplica& one) {
            const bool here = one.allowed && one.zone == zone && one.tier <= kRegionTier;
            return here && (one.healthy || !healthy_only);
        }));
}

/// The healthy replicas of a zone of the region.
auto healthy_in(std::uint32_t zone) {
    return [zone](const PlacedReplica& one) {
        return one.healthy && one.zone == zone && one.tier <= kRegionTier;
    };
}

/// Whether too few replicas of the region are healthy.
bool in_panic(const RouteQuery& query, const PanicThreshold& panic) {
    if (panic.share <= 0) return false;
    std::uint32_t healthy = 0;
    std::uint32_t all = 0;
    for (const PlacedReplica& one : query.replicas) {
        if (!one.allowed || one.tier > kRegionTier) continue;
        ++all;
        healthy += one.healthy ? 1 : 0;
    }
    return all > 0 && healthy < panic.share * all;
}

/// The region's zones, in order, that have replicas (or callers).
std::vector<std::uint32_t> zones_of_region(const RouteQuery& query, bool callers_too) {
    std::vector<std::uint32_t> zones;
    for (std::uint32_t zone = 0; callers_too && zone < query.callers.size(); ++zone) {
        if (query.callers[zone] > 0) zones.push_back(zone);
    }
    for (const PlacedReplica& one : query.replicas) {
        if (one.allowed && one.tier <= kRegionTier) zones.push_back(one.zone);
    }
    std::sort(zones.begin(), zones.end());
    zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
    return zones;
}

}  // namespace

void PanicThreshold::parameters(sim::Parameters& p) {
    p.percent("panicThreshold", share,
              "with a smaller share of healthy replicas health is ignored; 0%: never");
}

void SameZoneFirst::parameters(sim::Parameters& p) { panic.parameters(p); }

void SameZoneFirst::routes(const RouteQuery& query, Routes& out) const {
    to_nearest(query, true, in_panic(query, panic), out);
}

void AnyZone::parameters(sim::Parameters& p) { panic.parameters(p); }

void AnyZone::routes(const RouteQuery& query, Routes& out) const {
    to_nearest(query, false, in_panic(query, panic), out);
}

void ZoneAware::parameters(sim::Parameters& p) {
    p.count("minClusterSize", min_cluster_size,
            "with fewer healthy replicas in the region zones are ignored", {1, 1'000'000});
    p.percent("enabled", enabled, "share of the requests that the rule is for");
    panic.parameters(p);
    p.flag("failTrafficOnPanic", fail_traffic_on_panic,
           "below the panic threshold requests fail instead of going to any replica");
}

void ZoneAware::routes(const RouteQuery& query, Routes& out) const {
    if (in_panic(query, panic)) {
        if (!fail_traffic_on_panic) to_nearest(query, false, true, out);
        return;
    }
    const auto zones = zones_of_region(query, true);
    const auto own = std::find(zones.begin(), zones.end(), query.zone);
    std::vector<ZoneHosts> hosts;
    for (const std::uint32_t zone : zones) {
        const auto callers = zone < query.callers.size() ? query.callers[zone] : 0;
        hosts.push_back({callers, count_in(query, zone, true)});
    }
    std::vector<double> shares;
    if (own != zones.end()) {
        shares = zone_aware_shares(hosts, static_cast<std::size_t>(own - zones.begin()),
                                   min_cluster_size);
    }
    if (shares.empty() || enabled <= 0) return to_nearest(query, false, false, out);
    for (std::size_t i = 0; i < zones.size(); ++i) {
        add_option(query, enabled * shares[i], healthy_in(zones[i]), out);
    }
    if (enabled < 1) add_option(query, 1 - enabled, Nearest(query, false, false), out);
    normalise(out);
}

void WeightedZones::parameters(sim::Parameters& p) {
    p.percent("local", local, "share that stays in the zone when all is well");
    p.factor("overprovisioning", overprovisioning, "capacity of a zone beyond its share",
             {1, 100, false});
    panic.parameters(p);
}

void WeightedZones::routes(const RouteQuery& query, Routes& out) const {
    if (in_panic(query, panic)) return to_nearest(query, false, true, out);
    const auto zones = zones_of_region(query, false);
    const bool here = std::find(zones.begin(), zones.end(), query.zone) != zones.end();
    if (!here || zones.size() < 2) return to_nearest(query, false, false, out);
    for (const std::uint32_t zone : zones) {
        const double weight =
            zone == query.zone ? local : (1 - local) / static_cast<double>(zones.size() - 1);
        add_option(query,
                   locality_weight(weight, count_in(query, zone, true),
                                   count_in(query, zone, false), overprovisioning),
                   healthy_in(zone), out);
    }
    if (out.options.empty()) return to_nearest(query, false, false, out);
    normalise(out);
}

void PriorityZones::parameters(sim::Parameters& p) {
    p.factor("overprovisioning", overprovisioning, "capacity of a level beyond its share",
             {1, 100, false});
    panic.parameters(p);
}

void PriorityZones::routes(const RouteQuery& query, Routes& out) const {
    std::vector<std::uint32_t> tiers;
    for (const PlacedReplica& one : query.replicas) {
        if (one.allowed) tiers.push_back(one.tier);
    }
    std::sort(tiers.begin(), tiers.end());
    tiers.erase(std::unique(tiers.begin(), tiers.end()), tiers.end());
    std::vector<PriorityLevel> levels(tiers.size());
    for (const PlacedReplica& one : query.replicas) {
        if (!one.allowed) continue;
        const auto at = std::lower_bound(tiers.begin(), tiers.end(), one.tier) - tiers.begin();
        auto& level = levels[static_cast<std::size_t>(at)];
        ++level.all;
        level.healthy += one.healthy ? 1 : 0;
    }
    const auto percent = [](double share) {
        return static_cast<std::uint32_t>(std::lround(100 * share));
    };
    const auto loads = priority_loads(levels, {percent(overprovisioning), percent(panic.share)});
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        add_option(
            query, loads[i].percent,
            [&](const PlacedReplica& one) {
                return one.tier == tiers[i] && (one.healthy || loads[i].panic);
            },
            out);
    }
    normalise(out);
}

AnyZone without_zones(const Routing& rule) {
    return std::visit([](const auto& kind) { return AnyZone{kind.panic}; }, rule);
}

bool is_plain(const Routing& rule) {
    if (const auto* first = std::get_if<SameZoneFirst>(&rule)) return first->panic.share <= 0;
    if (const auto* any = std::get_if<AnyZone>(&rule)) return any->panic.share <= 0;
    return false;
}

bool prefers_own_zone(const Routing& rule) {
    return std::holds_alternative<SameZoneFirst>(rule) ||
           std::holds_alternative<PriorityZones>(rule);
}

}  // namespace models
