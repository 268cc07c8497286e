#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/scenario/names.hpp"
#include "models/scenario/read_actions.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/validate.hpp"
#include "sim/yaml/write_scalars.hpp"

namespace models {

namespace {

/// Reports what is wrong with the names of the actions of one system.
class ActionCheck {
  public:
    ActionCheck(const Scenario& scenario, const SystemSpec& system, sim::Diagnostics& diagnostics)
        : scenario_(scenario), system_(system), index_(system), diagnostics_(diagnostics) {
        for (const GroupSpec& group : system.groups) {
            for (const MixEntry& entry : group.mix) add_once(entry.journey.text);
        }
    }

    void check(const ActionSpec& action) {
        check_time(action);
        if (action.when) check_condition(*action.when);
        if (action.until) check_condition(*action.until);
        std::visit([&](const auto& kind) { check_kind(kind); }, action.kind);
    }

  private:
    void add_once(std::string_view journey) {
        if (std::find(journeys_.begin(), journeys_.end(), journey) == journeys_.end()) {
            journeys_.push_back(journey);
        }
    }

    static Name name_at(const ActionName& name) { return {name.text, name.range}; }

    void check_time(const ActionSpec& action) {
        const sim::SimTime end{scenario_.experiment.duration.ns};
        if (!action.at || *action.at < end) return;
        diagnostics_.error(action.name.range,
                           fmt::format("action `{}` comes at {}, when the run is over",
                                       action.name.text, sim::duration_text({action.at->ns})),
                           fmt::format("the run lasts {}: act earlier, or raise "
                                       "`experiment.duration`",
                                       sim::duration_text(scenario_.experiment.duration)));
    }

    bool known_service(const Name& name) {
        if (index_.service(name.text)) return true;
        report_unknown(diagnostics_, name, "service", index_.services());
        return false;
    }
    bool known_zone(const Name& name) {
        if (index_.zone(name.text)) return true;
        report_unknown(diagnostics_, name, "zone", index_.zones());
        return false;
    }
    bool known_group(const Name& name) {
        if (index_.group(name.text)) return true;
        report_unknown(diagnostics_, name, "customer group", index_.groups());
        return false;
    }
    bool known_journey(const Name& name) {
        if (std::find(journeys_.begin(), journeys_.end(), name.text) != journeys_.end()) {
            return true;
        }
        report_unknown(diagnostics_, name, "journey", journeys_);
        return false;
    }

    void check_condition(const LiveConditionSpec& condition) {
        if (condition.service) known_service({*condition.service, condition.range});
        if (condition.zone && known_zone({*condition.zone, condition.range})) {
            check_checkers(condition);
        }
        if (condition.journey) known_journey({*condition.journey, condition.range});
        if (condition.group) known_group({*condition.group, condition.range});
        check_scope(condition);
    }

    /// Without health checks everybody believes that all is well.
    void check_checkers(const LiveConditionSpec& condition) {
        if (std::any_of(system_.services.begin(), system_.services.end(),
                        [](const ServiceSpec& one) { return one.health_check.has_value(); })) {
            return;
        }
        diagnostics_.error(condition.range, "no service has a health check: nobody would see it",
                           "write `healthCheck: {interval: 5s}` under `defaults` or a service");
    }

    void check_scope(const LiveConditionSpec& condition) {
        const auto metric = to_string(condition.metric);
        const auto fail = [&](std::string_view of, std::string hint) {
            diagnostics_.error(condition.range, fmt::format("`{}` is measured of {}", metric, of),
                               std::move(hint));
        };
        const bool service = condition.service.has_value();
        const bool zone = condition.zone.has_value();
        switch (facts_of(condition.metric).scope) {
            case LiveScope::customers:
                if (service || zone) fail("customers", fmt::format("write `JOURNEY.{}`", metric));
                return;
            case LiveScope::service:
                if (!service) fail("a service", fmt::format("write `service.NAME.{}`", metric));
                return;
            case LiveScope::zone:
                if (!zone) fail("a zone", fmt::format("write `zone.NAME.{}`", metric));
                return;
            case LiveScope::both:
                if (zone) {
                    fail("customers or of a service", fmt::format("write `JOURNEY.{}`", metric));
                }
                return;
        }
        SIM_ASSERT(false);
    }

    void check_kind(const ShedAction& shed) {
        if (shed.service.written()) known_service(name_at(shed.service));
        if (shed.group.written() && !known_group(name_at(shed.group))) return;
        if (!shed.journey.written() || !known_journey(name_at(shed.journey))) return;
        if (!shed.group.written()) return;
        const auto& group = system_.groups[*index_.group(shed.group.text)];
        const bool asks = std::any_of(
            group.mix.begin(), group.mix.end(),
            [&](const MixEntry& entry) { return entry.journey.text == shed.journey.text; });
        if (asks) return;
        report_with(diagnostics_, name_at(shed.journey),
                    fmt::format("`{}` never ask for `{}`", shed.group.text, shed.journey.text),
                    "name a journey of their mix", group.name, "the group");
    }

    void check_kind(const SwitchStrategyAction& how) {
        std::vector<std::string_view> names;
        for (const StrategySpec& one : scenario_.strategies) names.push_back(one.name.text);
        if (std::find(names.begin(), names.end(), how.strategy.text) == names.end()) {
            report_unknown(diagnostics_, name_at(how.strategy), "strategy", names);
        }
        check_calls(how.from, how.to, true);
    }

    void check_kind(const SetRetriesAction& how) { check_calls(how.from, how.to, true); }
    void check_kind(const StopCallsAction& how) { check_calls(how.from, how.to, false); }

    /// Whether anybody there makes such a call.
    void check_calls(const ActionName& from, const ActionName& to, bool customers) {
        if (to.written() && !known_service(name_at(to))) return;
        if (from.written() && !index_.service(from.text) &&
            !(customers && index_.group(from.text))) {
            auto known = index_.services();
            if (customers) {
                known.insert(known.end(), index_.groups().begin(), index_.groups().end());
            }
            report_unknown(diagnostics_, name_at(from), customers ? "caller" : "service", known);
            return;
        }
        if (!to.written() || any_call(from.text, to.text, customers)) return;
        const std::string who = from.written() ? fmt::format("`{}`", from.text) : "no service";
        diagnostics_.error(
            to.range,
            fmt::format("{} {} calls `{}`", who, from.written() ? "never" : "ever", to.text),
            "the action would change nothing");
    }

    [[nodiscard]] bool any_call(const std::string& from, const std::string& to,
                                bool customers) const {
        for (const ServiceSpec& one : system_.services) {
            if (!from.empty() && one.name.text != from) continue;
            if (calls_service(one, to)) return true;
        }
        return std::any_of(system_.groups.begin(), system_.groups.end(), [&](const auto& group) {
            return customers && (from.empty() || group.name.text == from) && group.entry.text == to;
        });
    }

    void check_kind(const RestartAction& restart) {
        const ServiceSpec* service = with_replicas(restart.service, "restarted");
        if (service == nullptr || !restart.zone.written()) return;
        if (!known_zone(name_at(restart.zone)) || replicas_in(*service, restart.zone.text) > 0) {
            return;
        }
        report_with(
            diagnostics_, name_at(restart.zone),
            fmt::format("`{}` has no replica in `{}`", service->name.text, restart.zone.text),
            "nothing would be restarted", service->name, "the service");
    }

    void check_kind(const EvacuateAction& evacuate) {
        if (!known_zone(name_at(evacuate.zone)) || index_.zones().size() > 1) return;
        diagnostics_.error(evacuate.zone.range, "there is no other zone to go to",
                           "give the region more zones, or remove the action");
    }

    void check_kind(const ScaleOutAction& scale) {
        const ServiceSpec* service = with_replicas(scale.service, "scaled out");
        if (service == nullptr || service->kind != ServiceKind::database) return;
        report_with(diagnostics_, name_at(scale.service), "a database is not scaled out here",
                    "scale out the services that wait for it", service->name, "the service");
    }

    void check_kind(const EndFaultsAction& how) {
        if (how.fault.text == EndFaultsAction::kAll) return;
        std::vector<std::string_view> names;
        for (const auto& fault : scenario_.faults) names.push_back(fault.name.text);
        const bool known = std::find(names.begin(), names.end(), how.fault.text) != names.end();
        if (!known) report_unknown(diagnostics_, name_at(how.fault), "fault", names);
    }
    void check_kind(const SetLevelAction& how) {
        const ServiceSpec* service = with_replicas(how.service, "set to a level");
        if (service == nullptr) return;
        if (service->levels.empty()) {
            report_with(diagnostics_, name_at(how.service),
                        fmt::format("`{}` has no levels", service->name.text),
                        "write some: `levels: {degraded: {latency: 30%, quality: 70%}}`",
                        service->name, "the service");
            return;
        }
        const auto names = level_names(*service);
        if (std::find(names.begin(), names.end(), how.level.text) != names.end()) return;
        report_unknown(diagnostics_, name_at(how.level), "level", names);
    }

    const ServiceSpec* with_replicas(const ActionName& name, std::string_view what) {
        if (!known_service(name_at(name))) return nullptr;
        const ServiceSpec& service = system_.services[*index_.service(name.text)];
        if (service.kind != ServiceKind::external) return &service;
        report_with(diagnostics_, name_at(name),
                    fmt::format("`{}` is external: it cannot be {} by us", name.text, what),
                    "act on a service of ours", service.name, "the service");
        return nullptr;
    }

    const Scenario& scenario_;
    const SystemSpec& system_;
    NameIndex index_;
    sim::Diagnostics& diagnostics_;
    std::vector<std::string_view> journeys_;
};

}  // namespace

void validate_actions(const Scenario& scenario, const SystemSpec& system,
                      sim::Diagnostics& diagnostics) {
    constexpr ScenarioLimits kLimits;
    check_limit(system.actions.size(), kLimits.actions, "actions", diagnostics);
    ActionCheck check(scenario, system, diagnostics);
    for (const ActionSpec& action : system.actions) check.check(action);
}

}  // namespace models
