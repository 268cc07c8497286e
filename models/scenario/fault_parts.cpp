#include "models/scenario/fault_parts.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/core/assert.hpp"

namespace models {

namespace {

bool is_outage(const FaultEffect& effect) {
    return std::holds_alternative<DownEffect>(effect) ||
           std::holds_alternative<CrashEffect>(effect);
}

std::string name_of(const FaultEffect& effect) {
    return std::visit([](const auto& kind) { return std::string(kind.name); }, effect);
}

/// The first effect is number 0, those beside it follow.
FaultTarget& target_of(ScheduledFault& fault, std::size_t effect) {
    return effect == 0 ? fault.target : fault.also[effect - 1].target;
}
FaultEffect& effect_of(ScheduledFault& fault, std::size_t effect) {
    return effect == 0 ? fault.effect : fault.also[effect - 1].effect;
}

/// Callers are instances, then groups: those of the first kind, and the replicas that they call.
std::size_t smaller_side(const Traffic& traffic, std::size_t instances) {
    const auto end = traffic.callers.begin() +
                     static_cast<std::ptrdiff_t>(std::min(instances, traffic.callers.size()));
    const auto callers = std::count(traffic.callers.begin(), end, std::uint8_t{1});
    const auto replicas =
        std::count(traffic.replicas.begin(), traffic.replicas.end(), std::uint8_t{1});
    return static_cast<std::size_t>(callers > 0 ? std::min(callers, replicas) : replicas);
}

std::size_t replicas_struck(const FaultTarget& target, std::size_t instances) {
    std::size_t most = target.instances.size();
    for (const auto& traffic : target.traffic) {
        most = std::max(most, smaller_side(traffic, instances));
    }
    return most;
}

/// Divides one fault. Every part is the whole plan of the fault with the targets of its other
/// effects emptied, so that draws keep their names.
class Divider {
  public:
    explicit Divider(const SystemModel& model) : model_(model), whole_(model.faults.front()) {}

    std::vector<StruckPart> parts() {
        for (std::size_t i = 0; i <= whole_.also.size(); ++i) divide(i);
        return std::move(parts_);
    }

  private:
    void divide(std::size_t effect) {
        const FaultTarget target = target_of(whole_, effect);
        const auto services = services_of(target);
        const bool many = services.size() > 1 && services.size() <= kMostParts;
        if (is_outage(effect_of(whole_, effect)) && !target.instances.empty()) {
            if (many && !target.of_place) return by_service(effect, target, services);
            return divide_outage(effect, target);
        }
        if (many) return by_service(effect, target, services);
        if (target.traffic.size() == 2) return by_direction(effect, target);
        if (divide_groups(effect, target)) return;
        const auto name = name_of(effect_of(whole_, effect));
        add(PartKind::effect, "effect " + name, name, only(effect, target));
    }

    /// Of several effects each says in its name which one it is, and the first or second of a kind.
    [[nodiscard]] std::string of_effect(std::size_t effect) {
        if (whole_.also.empty()) return "";
        const auto name = name_of(effect_of(whole_, effect));
        std::size_t before = 0;
        for (std::size_t i = 0; i < effect; ++i) {
            before += name_of(effect_of(whole_, i)) == name ? 1 : 0;
        }
        return " (" + name + (before > 0 ? " " + std::to_string(before + 1) : "") + ")";
    }

    void by_service(std::size_t effect, const FaultTarget& target,
                    const std::vector<ServiceId>& services) {
        for (const ServiceId service : services) {
            const auto name = model_.topology[service].name + of_effect(effect);
            add(PartKind::service, "service " + name, name,
                only(effect, keep(target, [&](InstanceId id) {
                         return model_.topology[id].service == service;
                     })));
        }
    }

    void divide_outage(std::size_t effect, const FaultTarget& target) {
        std::vector<ServiceId> databases;
        for (const ServiceId service : services_of(target)) {
            if (strikes_primary(target, service)) databases.push_back(service);
        }
        const auto in_database = [&](InstanceId id) {
            return std::any_of(databases.begin(), databases.end(), [&](ServiceId service) {
                return model_.topology[id].service == service;
            });
        };
        const auto rest = keep(target, [&](InstanceId id) { return !in_database(id); });
        if (!rest.instances.empty()) add_capacity(effect, rest);
        for (const ServiceId service : databases) add_database(effect, target, service);
        if (!rest.instances.empty()) add_detection(effect, rest);
    }

    /// Their work is reset and everybody turns away at the same instant; they come back like the
    /// others, by a restart and as checks find out.
    void add_capacity(std::size_t effect, const FaultTarget& rest) {
        auto fault = only(effect, rest);
        StopEffect known_at_once;
        known_at_once.drain = known_at_once.deregister = sim::Duration{0};
        effect_of(fault, effect) = known_at_once;
        fault.seen_by_checks = true;
        add(PartKind::capacity, "capacity", "", std::move(fault));
    }

    void add_database(std::size_t effect, const FaultTarget& target, ServiceId service) {
        const auto& name = model_.topology[service].name;
        add(PartKind::database, "database " + name, name,
            only(effect, keep(target, [&](InstanceId id) {
                     return model_.topology[id].service == service;
                 })));
        // A primary that is back before its failover completes keeps the role.
        const auto& failover = model_.services[service.value].database->failover;
        parts_.back().length = std::min(whole_.duration, failover.longest());
    }

    /// One fault for all that have the same time, because a fault has one.
    void add_detection(std::size_t effect, const FaultTarget& rest) {
        std::map<sim::Duration, std::vector<InstanceId>> by_time;
        for (const InstanceId id : rest.instances) {
            by_time[std::min(whole_.duration, notice_time(id))].push_back(id);
        }
        StruckPart part;
        for (auto& [time, instances] : by_time) {
            FaultTarget dark;
            const auto callers = model_.topology.instances.size() + model_.groups.size();
            dark.traffic = traffic_at(model_.topology, callers, instances);
            part.faults.push_back(only(effect, dark));
            part.faults.back().duration = time;
            part.length = time;  // the longest comes last
        }
        part.kind = PartKind::detection;
        part.name = "detection";
        part.replicas = rest.instances.size();
        parts_.push_back(std::move(part));
    }

    [[nodiscard]] sim::Duration notice_time(InstanceId id) const {
        const auto& check = model_.services[model_.topology[id].service.value].health_check;
        if (!check || !whole_.seen_by_checks) return sim::kForever;
        return sim::saturated_add(sim::Duration{check->interval.ns * check->fail_after},
                                  check->timeout);
    }

    void by_direction(std::size_t effect, const FaultTarget& target) {
        for (std::size_t side = 0; side < 2; ++side) {
            auto part = target;
            part.traffic[1 - side].callers.assign(part.traffic[1 - side].callers.size(), 0);
            const std::string name = side == 0 ? "calls there" : "calls from there";
            add(PartKind::calls, name + of_effect(effect), "", only(effect, part));
        }
    }

    bool divide_groups(std::size_t effect, const FaultTarget& target) {
        const auto struck = std::count(target.groups.begin(), target.groups.end(), std::uint8_t{1});
        if (struck < 2 || struck > static_cast<std::ptrdiff_t>(kMostParts)) return false;
        for (std::size_t group = 0; group < target.groups.size(); ++group) {
            if (target.groups[group] == 0) continue;
            auto part = target;
            part.groups.assign(target.groups.size(), 0);
            part.groups[group] = 1;
            const auto& name = model_.groups[group].name;
            add(PartKind::group, "group " + name, name, only(effect, part));
        }
        return true;
    }

    /// The fault with nothing but one effect, on that target.
    [[nodiscard]] ScheduledFault only(std::size_t effect, FaultTarget target) const {
        ScheduledFault part = whole_;
        part.target = {};
        for (BesideEffect& one : part.also) one.target = {};
        target_of(part, effect) = std::move(target);
        return part;
    }

    template <class Which>
    static FaultTarget keep(const FaultTarget& target, const Which& which) {
        FaultTarget part = target;
        part.zones.clear();
        std::erase_if(part.instances, [&](InstanceId id) { return !which(id); });
        return part;
    }

    void add(PartKind kind, std::string name, std::string subject, ScheduledFault fault) {
        StruckPart part;
        part.kind = kind;
        part.name = std::move(name);
        part.subject = std::move(subject);
        const auto instances = model_.topology.instances.size();
        part.replicas = replicas_struck(fault.target, instances);
        for (const BesideEffect& one : fault.also) {
            part.replicas = std::max(part.replicas, replicas_struck(one.target, instances));
        }
        part.length = fault.duration;
        part.faults = {std::move(fault)};
        parts_.push_back(std::move(part));
    }

    [[nodiscard]] std::vector<ServiceId> services_of(const FaultTarget& target) const {
        std::vector<ServiceId> services;
        for (const InstanceId id : target.instances) {
            const auto service = model_.topology[id].service;
            if (std::find(services.begin(), services.end(), service) == services.end()) {
                services.push_back(service);
            }
        }
        return services;
    }

    [[nodiscard]] bool strikes_primary(const FaultTarget& target, ServiceId service) const {
        const auto& database = model_.services[service.value].database;
        if (!database) return false;
        return std::any_of(target.instances.begin(), target.instances.end(), [&](InstanceId id) {
            const auto& instance = model_.topology[id];
            return instance.service == service && instance.zone == database->primary;
        });
    }

    const SystemModel& model_;
    ScheduledFault whole_;
    std::vector<StruckPart> parts_;
};

bool has_common_cause(const ScheduledFault& fault) {
    if (!fault.recurrence) return false;
    const auto& processes = fault.recurrence->processes;
    return std::any_of(processes.begin(), processes.end(),
                       [](const FaultProcess& one) { return !one.faults.empty(); });
}

std::vector<StruckPart> each_fault(const SystemModel& model) {
    std::vector<StruckPart> parts;
    if (std::any_of(model.faults.begin(), model.faults.end(), has_common_cause)) return parts;
    for (const ScheduledFault& fault : model.faults) {
        StruckPart part;
        part.name = part.subject = fault.name;
        part.replicas = replicas_struck(fault.target, model.topology.instances.size());
        part.length = fault.duration;
        part.faults = {fault};
        parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace

std::vector<StruckPart> parts_of(const SystemModel& model) {
    if (model.faults.empty()) return {};
    std::vector<StruckPart> parts;
    if (model.faults.size() > 1) {
        parts = each_fault(model);
    } else {
        const ScheduledFault& fault = model.faults.front();
        if (fault.recurrence || fault.cured_by_restart || is_deployed(fault)) return {};
        parts = Divider(model).parts();
    }
    if (parts.size() < 2 || parts.size() > kMostParts) return {};
    return parts;
}

}  // namespace models
