#include "models/engine/routing.hpp"

#include <algorithm>

namespace models {

namespace {

bool any_steering(const SystemModel& model) {
    return std::any_of(model.groups.begin(), model.groups.end(),
                       [](const Group& group) { return group.steering.has_value(); });
}

}  // namespace

RoutingTable::RoutingTable(const SystemModel& model)
    : model_(&model),
      zones_(static_cast<std::uint32_t>(model.topology.zones.size())),
      regions_(static_cast<std::uint32_t>(model.topology.regions.size())),
      services_(static_cast<std::uint32_t>(model.topology.services.size())),
      instances_(static_cast<std::uint32_t>(model.topology.instances.size())),
      observers_(zones_ + (any_steering(model) ? 2 : 1) * regions_),
      listed_(instances_, 1),
      shifted_(static_cast<std::size_t>(observers_) * zones_, 0),
      health_(static_cast<std::size_t>(observers_) * instances_, 1),
      healthy_since_(health_.size(), kLongAgo),
      views_(static_cast<std::size_t>(observers_) * services_) {
    const auto& topology = model.topology;
    const auto regions = topology.regions.size();
    region_rank_.resize(regions * regions);
    for (std::size_t from = 0; from < regions; ++from) {
        std::vector<std::pair<double, std::size_t>> order;
        for (std::size_t to = 0; to < regions; ++to) {
            const auto& delay =
                topology.delay(topology.regions[from].zones[0], topology.regions[to].zones[0]);
            order.emplace_back(from == to ? -1.0 : delay.mean_seconds(), to);
        }
        std::sort(order.begin(), order.end());  // equal distances: the file's order of regions
        for (std::size_t rank = 0; rank < regions; ++rank) {
            region_rank_[from * regions + order[rank].second] = static_cast<std::uint32_t>(rank);
        }
    }
}

void RoutingTable::set_health(ObserverId observer, InstanceId instance, bool healthy,
                              sim::SimTime now) {
    auto& entry = health_[observer.value * instances_ + instance.value];
    if ((entry != 0) == healthy) return;
    entry = healthy ? 1 : 0;
    unhealthy_ = healthy ? unhealthy_ - 1 : unhealthy_ + 1;
    const auto service = model_->topology[instance].service;
    auto& view = views_[observer.value * services_ + service.value];
    view.outdate();
    if (!healthy) return;
    view.last_return = now;
    healthy_since_[observer.value * instances_ + instance.value] = now;
}

void RoutingTable::set_listed(InstanceId instance, bool listed, sim::SimTime now) {
    listed_[instance.value] = listed ? 1 : 0;
    const auto service = model_->topology[instance].service;
    for (std::uint32_t observer = 0; observer < observers_; ++observer) {
        auto& view = views_[observer * services_ + service.value];
        view.outdate();
        if (!listed) continue;
        view.last_return = now;
        healthy_since_[observer * instances_ + instance.value] = now;
    }
}

void RoutingTable::shift(ObserverId observer, ZoneId zone, bool away) {
    auto& orders = shifted_[observer.value * zones_ + zone.value];
    orders = away ? orders + 1 : orders - 1;
    shifts_ = away ? shifts_ + 1 : shifts_ - 1;
    for (std::uint32_t service = 0; service < services_; ++service) {
        views_[observer.value * services_ + service].outdate();
    }
}

RegionId RoutingTable::region_of(ObserverId observer) const {
    if (observer.value < zones_) return model_->topology.zones[observer.value].region;
    return RegionId{(observer.value - zones_) % regions_};
}

std::uint32_t RoutingTable::tier(ObserverId observer, ZoneId zone) const {
    if (!zone.valid()) return 0;  // a bought-in service is as near to everybody
    const auto regions = model_->topology.regions.size();
    const auto own = region_of(observer);
    const auto region = model_->topology[zone].region;
    if (region == own) return observer.value == zone.value ? 0 : 1;
    return 1 + region_rank_[own.value * regions + region.value];
}

/// Only for plain routing rules: the others need to know who calls.
void RoutingTable::rebuild(View& view, ObserverId observer, ServiceId service) const {
    const auto& config = model_->services[service.value];
    const auto& instances = model_->topology[service].instances;
    bool ignore_health = false;
    if (const auto& check = config.health_check) {
        const auto here = std::count_if(instances.begin(), instances.end(), [&](InstanceId id) {
            return listed(id) && !outside(observer, id);
        });
        const auto count = std::count_if(instances.begin(), instances.end(), [&](InstanceId id) {
            return listed(id) && !outside(observer, id) && healthy(observer, id);
        });
        ignore_health =
            check->uses_all(static_cast<std::size_t>(count), static_cast<std::size_t>(here));
    }
    const auto usable = [&](InstanceId id) {
        return listed(id) && !outside(observer, id) && (ignore_health || healthy(observer, id));
    };
    const bool heed_shifts =
        shifts_ > 0 && std::any_of(instances.begin(), instances.end(), [&](InstanceId id) {
            return usable(id) && !shifted(observer, id);
        });
    const bool zone_first = prefers_own_zone(config.routing);
    std::uint32_t best = 0xFFFFFFFFU;
    view.candidates.clear();
    view.spill_over.clear();
    for (const InstanceId id : instances) {
        if (!usable(id) || (heed_shifts && shifted(observer, id))) continue;
        auto rank = tier(observer, model_->topology[id].zone);
        if (!zone_first) rank = std::max(rank, 1U);
        if (rank == 1 && config.spill_when == SpillWhen::full) view.spill_over.push_back(id);
        if (rank > best) continue;
        if (rank < best) view.candidates.clear();
        best = rank;
        view.candidates.push_back(id);
    }
    if (best != 0) view.spill_over.clear();  // nothing local to spill from
    view.stale = false;
}

}  // namespace models
