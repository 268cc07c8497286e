#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/engine/model.hpp"
#include "models/engine/records.hpp"

namespace models {

/// Somebody with a view of his own on which replicas are healthy: a zone (all callers in it share
/// the view) or, for customers, the edge of a region.
using ObserverId = sim::Id<struct ObserverTag>;

/// Before every run.
inline constexpr sim::SimTime kLongAgo{INT64_MIN / 4};

/// Which replicas each observer would send to: health as seen there, ordered by the routing rule.
class RoutingTable {
  public:
    explicit RoutingTable(const SystemModel& model);

    [[nodiscard]] ObserverId of_zone(ZoneId zone) const { return ObserverId{zone.value}; }
    [[nodiscard]] ObserverId of_region(RegionId region) const {
        return ObserverId{zones_ + region.value};
    }
    /// The edge of a region for customers who are sent there, and nowhere else.
    [[nodiscard]] ObserverId of_steered(RegionId region) const {
        return ObserverId{zones_ + regions_ + region.value};
    }
    [[nodiscard]] bool is_steered(ObserverId observer) const {
        return observer.value >= zones_ + regions_;
    }
    /// Whether the observer sends nobody there, be it well or not.
    [[nodiscard]] bool outside(ObserverId observer, InstanceId instance) const {
        if (!is_steered(observer)) return false;
        const auto zone = model_->topology[instance].zone;
        return zone.valid() && !(model_->topology[zone].region == region_of(observer));
    }
    [[nodiscard]] std::uint32_t observers() const { return observers_; }

    [[nodiscard]] bool healthy(ObserverId observer, InstanceId instance) const {
        return health_[observer.value * instances_ + instance.value] != 0;
    }
    /// Whether the replica is one at all in any view; else callers do not know it.
    [[nodiscard]] bool listed(InstanceId instance) const { return listed_[instance.value] != 0; }
    void set_listed(InstanceId instance, bool listed, sim::SimTime now);
    /// Whether the observer sends nobody to the replica's zone, by order. Callers that have
    /// nowhere else to go do not heed it.
    [[nodiscard]] bool shifted(ObserverId observer, InstanceId instance) const {
        if (shifts_ == 0) return false;
        const auto zone = model_->topology[instance].zone;
        return zone.valid() && shifted_[observer.value * zones_ + zone.value] > 0;
    }
    [[nodiscard]] bool any_shifts() const { return shifts_ > 0; }
    /// Several orders about one zone count.
    void shift(ObserverId observer, ZoneId zone, bool away);
    void set_health(ObserverId observer, InstanceId instance, bool healthy, sim::SimTime now);
    /// When the observer last began to see the replica as healthy; long ago if it always has.
    [[nodiscard]] sim::SimTime healthy_since(ObserverId observer, InstanceId instance) const {
        return healthy_since_[observer.value * instances_ + instance.value];
    }
    /// Counts the changes of the observer's view of a service.
    [[nodiscard]] std::uint32_t version(ObserverId observer, ServiceId service) const {
        return views_[observer.value * services_ + service.value].version;
    }
    /// When a replica of the service last came back in the observer's view.
    [[nodiscard]] sim::SimTime last_return(ObserverId observer, ServiceId service) const {
        return views_[observer.value * services_ + service.value].last_return;
    }
    /// Views that see some replica as unhealthy.
    [[nodiscard]] std::uint32_t unhealthy() const { return unhealthy_; }

    /// Replicas to choose from, in instance order; empty when none is healthy in the view.
    const std::vector<InstanceId>& candidates(ObserverId observer, ServiceId service) {
        return view(observer, service).candidates;
    }
    /// The region's healthy replicas outside the zone that `candidates` are in; empty when those
    /// are not local, or when the service's callers do not spill.
    const std::vector<InstanceId>& spill_over(ObserverId observer, ServiceId service) {
        return view(observer, service).spill_over;
    }

    /// 0 own zone, 1 own region, then other regions by distance.
    [[nodiscard]] std::uint32_t tier(ObserverId observer, ZoneId zone) const;
    [[nodiscard]] RegionId region_of(ObserverId observer) const;

  private:
    struct View {
        std::vector<InstanceId> candidates;
        std::vector<InstanceId> spill_over;
        bool stale = true;
        std::uint32_t version = 0;
        sim::SimTime last_return = kLongAgo;

        /// Something that it is made from has changed.
        void outdate() {
            stale = true;
            ++version;
        }
    };

    const View& view(ObserverId observer, ServiceId service) {
        auto& found = views_[observer.value * services_ + service.value];
        if (found.stale) rebuild(found, observer, service);
        return found;
    }
    void rebuild(View& view, ObserverId observer, ServiceId service) const;
    const SystemModel* model_;
    std::uint32_t zones_;
    std::uint32_t regions_;
    std::uint32_t services_;
    std::uint32_t instances_;
    std::uint32_t observers_;
    std::uint32_t unhealthy_ = 0;
    std::vector<std::uint8_t> listed_;
    std::uint32_t shifts_ = 0;            ///< pairs of an observer and a zone that are shifted away
    std::vector<std::uint32_t> shifted_;  ///< by observer and zone: orders
    std::vector<std::uint8_t> health_;
    std::vector<sim::SimTime> healthy_since_;
    std::vector<View> views_;
    std::vector<std::uint32_t> region_rank_;  ///< from * regions + to: 0 itself, then by distance
};

/// Tries in flight per replica as one kind of caller in one place has seen them.
struct Balancer {
    std::vector<std::uint32_t> in_flight;  ///< parallel to the callee's instances
    std::uint32_t first = 0;               ///< of those, which are numbered in a row
    std::uint32_t cursor = 0;              ///< round robin
    /// Rules that remember more: by ReplicaRules::balancing and ::detection, made on first use.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rules;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> detectors;

    [[nodiscard]] bool knows(InstanceId replica) const {
        return replica.value - first < in_flight.size();
    }
    [[nodiscard]] std::uint32_t& tries_at(InstanceId replica) {
        return in_flight[replica.value - first];
    }
    [[nodiscard]] const std::uint32_t& tries_at(InstanceId replica) const {
        return in_flight[replica.value - first];
    }
};

}  // namespace models
