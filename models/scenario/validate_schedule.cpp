#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <variant>

#include "models/scenario/names.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/validate.hpp"

namespace models {

namespace {

/// Reports what is wrong with when and where a fault comes again.
class ScheduleCheck {
  public:
    ScheduleCheck(const SystemSpec& system, const std::vector<FaultSpec>& faults,
                  sim::Diagnostics& diagnostics)
        : system_(system), faults_(faults), index_(system), diagnostics_(diagnostics) {}

    void check(const FaultSpec& fault) {
        check_ramp(fault);
        if (!fault.recurrence) return;
        if (const auto* monkey = std::get_if<MonkeySchedule>(&fault.recurrence->schedule)) {
            check_prey(fault, *monkey);
        } else {
            check_parts(fault);
        }
        if (fault.recurrence->correlation) check_group(fault, *fault.recurrence->correlation);
    }

  private:
    void check_ramp(const FaultSpec& fault) {
        if (!fault.ramp.any()) return;
        const auto report = [&](const FaultEffect& effect) {
            const auto name = std::visit([](const auto& kind) { return kind.name; }, effect);
            diagnostics_.error(fault.ramp_place,
                               fmt::format("`{}` is on or off: it has no strength", name),
                               "a ramp goes with `slow`, `delay`, `errors`, `loss` and `load`");
        };
        for (const FaultEffect& effect : fault.effects) {
            if (std::holds_alternative<DeployEffect>(effect)) return;  // told elsewhere
            if (!has_strength(effect)) return report(effect);
        }
    }

    [[nodiscard]] bool is_external(const FaultTargetSpec& target) const {
        if (!target.service) return false;
        const auto service = index_.service(target.service->text);
        return service && system_.services[*service].kind == ServiceKind::external;
    }

    void check_prey(const FaultSpec& fault, const MonkeySchedule& monkey) {
        const auto& target = fault.target;
        const bool replica = monkey.prey() == MonkeyPrey::replica;
        const bool region_only =
            monkey.prey() == MonkeyPrey::zone && target.region && !target.service;
        if (target.is_everything() || region_only) return;
        const bool elsewhere = target.is_traffic() || target.group || target.replica;
        if (replica && !elsewhere && !is_external(target)) return;
        diagnostics_.error(
            fault.name.range,
            fmt::format("`monkey: {}` cannot take such a target",
                        std::visit([](const auto& kind) { return kind.name; }, monkey.monkey)),
            "chaos takes replicas of our services (`service`, `zone`, `region`, or "
            "no target: of all), gorilla a zone (`region`, or of all), kong a region "
            "of all");
    }

    void check_parts(const FaultSpec& fault) {
        const auto& spec = *fault.recurrence;
        const bool divided = spec.per != FaultPart::target || spec.among;
        if (!divided) return;
        if (fault.target.group) {
            diagnostics_.error(spec.parts_place, "customers have no replicas to choose from",
                               "write a fault for each group, or `group: all` without it");
        } else if (fault.target.is_traffic()) {
            diagnostics_.error(spec.parts_place,
                               fmt::format("a {} has no replicas to choose from",
                                           fault.target.call ? "call" : "link"),
                               "strike a service or place, or a `share` of its tries");
        } else if (is_external(fault.target)) {
            diagnostics_.error(spec.parts_place,
                               fmt::format("`{}` is external: it has no parts of ours",
                                           fault.target.service->text),
                               "a fault can only strike all of it");
        }
    }

    [[nodiscard]] const FaultSpec* fault_called(std::string_view name) const {
        const auto found = std::find_if(faults_.begin(), faults_.end(), [&](const FaultSpec& one) {
            return one.name.text == name;
        });
        return found == faults_.end() ? nullptr : &*found;
    }

    void check_group(const FaultSpec& fault, const CorrelationSpec& correlation) {
        const auto& spec = *fault.recurrence;
        if (spec.pick != Pick::all) {
            diagnostics_.error(correlation.range, "a common cause strikes whole parts: no `pick`",
                               "remove one of the two");
            return;
        }
        const bool of_faults =
            std::any_of(correlation.group.begin(), correlation.group.end(),
                        [&](const Name& name) { return fault_called(name.text) != nullptr; });
        if (of_faults) return check_faults_of(fault, correlation);
        if (spec.per == FaultPart::target) {
            diagnostics_.error(correlation.range, "one process alone has nothing to share",
                               "divide the target: `per: zone`; or name other faults: `group: "
                               "[rack-a, rack-b]`");
            return;
        }
        const auto parts = parts_of(spec.per);
        for (const Name& name : correlation.group) {
            if (parts.count(name.text) != 0) continue;
            std::vector<std::string_view> known(parts.begin(), parts.end());
            report_unknown(diagnostics_, name, "part or fault", known);
        }
    }

    /// Names that parts of that kind may have.
    [[nodiscard]] std::set<std::string> parts_of(FaultPart part) const {
        std::set<std::string> names;
        const auto add = [&](const auto& list) { names.insert(list.begin(), list.end()); };
        if (part == FaultPart::zone) add(index_.zones());
        if (part == FaultPart::region) add(index_.regions());
        if (part == FaultPart::service) add(index_.services());
        if (part != FaultPart::replica) return names;
        for (const ServiceSpec& service : system_.services) {
            for (const PlacementSpec& placement : service.placement) {
                for (std::uint32_t i = 0; i < placement.replicas; ++i) {
                    names.insert(
                        fmt::format("{}/{}/{}", service.name.text, placement.zone.text, i));
                }
            }
        }
        return names;
    }

    /// The beta factor is of like parts: one rate, one time to repair.
    void check_faults_of(const FaultSpec& fault, const CorrelationSpec& correlation) {
        const auto& own = std::get<RenewalSchedule>(fault.recurrence->schedule);
        for (const Name& name : correlation.group) {
            const FaultSpec* other = fault_called(name.text);
            if (other == &fault) continue;
            if (other == nullptr) {
                std::vector<std::string_view> known;
                for (const FaultSpec& one : faults_) known.push_back(one.name.text);
                report_unknown(diagnostics_, name, "fault", known);
                continue;
            }
            const auto* rule = other->recurrence
                                   ? std::get_if<RenewalSchedule>(&other->recurrence->schedule)
                                   : nullptr;
            const bool alike = rule != nullptr && rule->mtbf == own.mtbf && rule->mttr == own.mttr;
            if (!alike) {
                diagnostics_.error(
                    name.range,
                    fmt::format("`{}` does not fail like `{}`", name.text, fault.name.text),
                    "faults with a common cause have the same `mtbf` and `mttr`");
            } else if (other->recurrence->correlation || !joined_.insert(name.text).second) {
                diagnostics_.error(name.range, fmt::format("`{}` is in two groups", name.text),
                                   "write `correlation` in one fault of the group only");
            }
        }
    }

    const SystemSpec& system_;
    const std::vector<FaultSpec>& faults_;
    NameIndex index_;
    sim::Diagnostics& diagnostics_;
    std::set<std::string> joined_;
};

}  // namespace

void validate_schedules(const SystemSpec& system, const std::vector<FaultSpec>& faults,
                        sim::Diagnostics& diagnostics) {
    ScheduleCheck schedules(system, faults, diagnostics);
    for (const FaultSpec& fault : faults) schedules.check(fault);
}

}  // namespace models
