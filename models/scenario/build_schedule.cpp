#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "models/scenario/build_parts.hpp"

namespace models {

namespace {

/// Divides a fault's target into the parts that its processes have and its visits strike.
class Division {
  public:
    Division(const RecurrenceSpec& spec, const FaultTarget& whole, const Topology& topology,
             Recurrence& built)
        : spec_(spec), topology_(topology), built_(built) {
        const auto* monkey = std::get_if<MonkeySchedule>(&spec.schedule);
        by_region_ = monkey != nullptr && monkey->independent_regions();
        for (const ZoneId zone : whole.zones) whole_zones_.push_back(zone.value);
    }

    void add(InstanceId id) {
        const auto process = name_of(id, spec_.per, by_region_);
        const auto part = name_of(id, spec_.among.value_or(spec_.per), false);
        const auto unit = unit_for(process, part);
        built_.units[unit].instances.push_back(id);
        add_zone(id, built_.units[unit]);
    }

  private:
    [[nodiscard]] std::string name_of(InstanceId id, FaultPart part, bool by_region) const {
        const Instance& instance = topology_[id];
        if (!instance.zone.valid()) {  // a bought-in service: in no place, and one whole
            return part == FaultPart::target ? "target" : instance.name;
        }
        switch (part) {
            case FaultPart::target:
                return "target";
            case FaultPart::replica:
                return instance.name;
            case FaultPart::zone:
                return topology_[instance.zone].name;
            case FaultPart::region:
                return region_of(instance).name;
            case FaultPart::service: {
                const auto& name = topology_[instance.service].name;
                return by_region ? name + "/" + region_of(instance).name : name;
            }
        }
        SIM_ASSERT(false);
    }
    [[nodiscard]] const Region& region_of(const Instance& instance) const {
        return topology_[topology_[instance.zone].region];
    }

    std::uint32_t unit_for(const std::string& process, const std::string& part) {
        const auto [known, is_new] =
            units_.emplace(std::pair(process, part), static_cast<std::uint32_t>(units_.size()));
        if (!is_new) return known->second;
        built_.units.push_back({part, {}, {}});
        const auto [place, first] =
            processes_.emplace(process, static_cast<std::uint32_t>(processes_.size()));
        if (first) built_.processes.push_back({process, {}, 1, false, {}});
        built_.processes[place->second].units.push_back(known->second);
        return known->second;
    }

    /// A zone that the target covers wholly, as long as the part does.
    void add_zone(InstanceId id, FaultUnit& unit) const {
        const auto part = spec_.among.value_or(spec_.per);
        if (part == FaultPart::replica || part == FaultPart::service) return;
        if (spec_.per == FaultPart::service) return;
        const ZoneId zone = topology_[id].zone;
        if (std::count(whole_zones_.begin(), whole_zones_.end(), zone.value) == 0) return;
        const auto same = [&](ZoneId other) { return other.value == zone.value; };
        if (!std::any_of(unit.zones.begin(), unit.zones.end(), same)) unit.zones.push_back(zone);
    }

    const RecurrenceSpec& spec_;
    const Topology& topology_;
    Recurrence& built_;
    bool by_region_ = false;
    std::vector<std::uint32_t> whole_zones_;
    std::map<std::pair<std::string, std::string>, std::uint32_t> units_;
    std::map<std::string, std::uint32_t> processes_;
};

/// Everything of ours, for a monkey that names nothing.
FaultTarget everything(const Topology& topology) {
    FaultTarget target;
    for (std::uint32_t i = 0; i < topology.instances.size(); ++i) {
        const InstanceId id{i};
        if (topology[topology[id].service].kind != ServiceKind::external) {
            target.instances.push_back(id);
        }
    }
    for (std::uint32_t i = 0; i < topology.zones.size(); ++i) target.zones.push_back(ZoneId{i});
    return target;
}

/// A share of the failures of these parts has one cause.
void correlate_parts(const CorrelationSpec& correlation, Recurrence& built) {
    const auto is_member = [&](const FaultProcess& process) {
        return correlation.group.empty() ||
               std::any_of(correlation.group.begin(), correlation.group.end(),
                           [&](const Name& name) { return name.text == process.name; });
    };
    FaultProcess common{"common cause", {}, correlation.beta, true, {}};
    for (auto& process : built.processes) {
        if (!is_member(process)) continue;
        process.share = 1 - correlation.beta;
        common.units.insert(common.units.end(), process.units.begin(), process.units.end());
    }
    built.processes.push_back(std::move(common));
}

std::vector<std::uint32_t> faults_named(const std::vector<FaultSpec>& faults,
                                        const std::vector<Name>& names) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t i = 0; i < faults.size(); ++i) {
        const auto named = [&](const Name& name) { return name.text == faults[i].name.text; };
        if (std::any_of(names.begin(), names.end(), named)) found.push_back(i);
    }
    return found;
}

}  // namespace

std::optional<Recurrence> build_recurrence(const FaultSpec& fault, const FaultTarget& whole,
                                           const Topology& topology) {
    if (!fault.recurrence) return std::nullopt;
    const RecurrenceSpec& spec = *fault.recurrence;
    Recurrence built;
    built.schedule = spec.schedule;
    built.begin = fault.at;
    built.begins_written = spec.begins_written;
    built.until = spec.until;
    built.pick = spec.pick;
    built.share = spec.pick_share;
    const bool divided = spec.per != FaultPart::target || spec.among;
    built.whole = !divided && !fault.target.is_everything();
    if (built.whole) {
        built.units.push_back({fault.name.text, whole.instances, whole.zones});
        built.processes.push_back({"target", {0}, 1, false, {}});
    } else {
        const auto target = fault.target.is_everything() ? everything(topology) : whole;
        Division division(spec, target, topology, built);
        for (const InstanceId id : target.instances) division.add(id);
    }
    SIM_ASSERT(!built.processes.empty());
    const auto& correlation = spec.correlation;
    if (correlation && divided) correlate_parts(*correlation, built);
    return built;
}

void join_causes(const std::vector<FaultSpec>& faults, std::vector<ScheduledFault>& built) {
    for (std::uint32_t i = 0; i < faults.size(); ++i) {
        const auto& spec = faults[i].recurrence;
        if (!spec || !spec->correlation) continue;
        const auto& correlation = *spec->correlation;
        auto members = faults_named(faults, correlation.group);
        if (members.empty()) continue;
        members.erase(std::remove(members.begin(), members.end(), i), members.end());
        auto& own = *built[i].recurrence;
        FaultProcess common{"common cause", {}, correlation.beta, true, members};
        for (std::uint32_t unit = 0; unit < own.units.size(); ++unit) common.units.push_back(unit);
        for (auto& process : own.processes) process.share = 1 - correlation.beta;
        for (const auto other : members) {
            for (auto& process : built[other].recurrence->processes) {
                process.share = 1 - correlation.beta;
            }
        }
        own.processes.push_back(std::move(common));
    }
}

}  // namespace models
