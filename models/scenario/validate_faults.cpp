#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <variant>

#include "models/scenario/names.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/validate.hpp"

namespace models {

namespace {

/// Reports what is wrong with the target of one fault.
class TargetCheck {
  public:
    TargetCheck(const SystemSpec& system, const NameIndex& index, sim::Diagnostics& diagnostics)
        : system_(system), index_(index), diagnostics_(diagnostics) {}

    void check(const FaultSpec& fault) {
        const FaultTargetSpec& target = fault.target;
        if (target.zone && !index_.zone(target.zone->text)) {
            report_unknown(diagnostics_, *target.zone, "zone", index_.zones());
            return;
        }
        if (target.region && !index_.region(target.region->text)) {
            report_unknown(diagnostics_, *target.region, "region", index_.regions());
            return;
        }
        if (target.service) {
            check_service(target);
        } else if (target.zone || target.region) {
            check_place(target, target.zone ? *target.zone : *target.region);
        }
        if (target.replica) check_replica(*target.replica);
        if (target.call) check_call(*target.call);
        if (target.link) check_link(*target.link);
        if (target.group) check_group(*target.group);
        check_version(fault);
        if (target.label) check_label(target);
        if (fault.recovery == FaultRecovery::restart) check_cure(fault);
        for (const FaultEffect& effect : fault.effects) check_places(fault, effect);
    }

  private:
    const ServiceSpec* service_at(const Name& name) {
        if (const auto found = index_.service(name.text)) return &system_.services[*found];
        report_unknown(diagnostics_, name, "service", index_.services());
        return nullptr;
    }

    [[nodiscard]] bool in_region(std::string_view zone, std::string_view region) const {
        const auto& zones = system_.regions[*index_.region(region)].zones;
        return std::any_of(zones.begin(), zones.end(),
                           [&](const Name& name) { return name.text == zone; });
    }

    [[nodiscard]] std::uint32_t replicas_hit(const ServiceSpec& service,
                                             const FaultTargetSpec& target) const {
        std::uint32_t count = 0;
        for (const PlacementSpec& placement : service.placement) {
            if (target.zone && placement.zone.text != target.zone->text) continue;
            if (target.region && !in_region(placement.zone.text, target.region->text)) continue;
            count += placement.replicas;
        }
        return count;
    }

    void check_place(const FaultTargetSpec& target, const Name& place) {
        const auto hit = [&](const ServiceSpec& service) {
            if (service.kind == ServiceKind::external) return false;  // in no place
            return service.placement.empty() || replicas_hit(service, target) > 0;
        };
        if (std::any_of(system_.services.begin(), system_.services.end(), hit)) return;
        diagnostics_.error(place.range, fmt::format("nothing runs in `{}`", place.text),
                           "the fault would strike nothing");
    }

    /// All of it or nothing: it has no zones and no replicas of ours.
    void check_external(const FaultTargetSpec& target, const ServiceSpec& service) {
        const bool part = target.zone || target.region || target.count || target.share;
        if (!part) return;
        const Name& narrowed = target.zone     ? *target.zone
                               : target.region ? *target.region
                                               : *target.service;
        report_with(diagnostics_, narrowed,
                    fmt::format("`{}` is external: it has no zones and no replicas of ours",
                                service.name.text),
                    "a fault can only strike all of it", service.name, "the service");
    }

    void check_service(const FaultTargetSpec& target) {
        const ServiceSpec* service = service_at(*target.service);
        if (service == nullptr) return;
        if (service->kind == ServiceKind::external) return check_external(target, *service);
        if (service->placement.empty()) return;
        const std::uint32_t replicas = replicas_hit(*service, target);
        const Name& narrowed = target.zone     ? *target.zone
                               : target.region ? *target.region
                                               : *target.service;
        if (replicas == 0) {
            report_with(
                diagnostics_, narrowed,
                fmt::format("`{}` has no replica in `{}`", service->name.text, narrowed.text),
                "the fault would strike nothing", service->name, "the service");
        } else if (target.count && *target.count > replicas) {
            report_with(diagnostics_, *target.service,
                        fmt::format("`{}` has {} replicas there, not {}", service->name.text,
                                    replicas, *target.count),
                        fmt::format("write `count: {}` or less", replicas), service->name,
                        "the service");
        }
    }

    void check_replica(const Name& replica) {
        const auto& text = replica.text;
        const std::size_t last = text.rfind('/');
        const std::size_t first = text.find('/');
        if (last == std::string::npos || first == last) {
            diagnostics_.error(replica.range, fmt::format("{} is no replica", sim::quote(text)),
                               "replicas are called `service/zone/number`: `payment/eu-1/0`");
            return;
        }
        const ServiceSpec* service = service_at({text.substr(0, first), replica.range});
        if (service == nullptr) return;
        const std::string zone = text.substr(first + 1, last - first - 1);
        const std::uint32_t replicas = replicas_in(*service, zone);
        std::uint32_t number = 0;
        const char* end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data() + last + 1, end, number);
        if (parsed.ec == std::errc{} && parsed.ptr == end && number < replicas) return;
        report_with(diagnostics_, replica,
                    fmt::format("`{}` has no replica {}", service->name.text, sim::quote(text)),
                    replicas == 0 ? fmt::format("it has none in `{}`", zone)
                                  : fmt::format("they are `{0}/{1}/0` to `{0}/{1}/{2}`",
                                                service->name.text, zone, replicas - 1),
                    service->name, "the service");
    }

    void check_call(const CallTargetSpec& call) {
        const ServiceSpec* callee = service_at(call.to);
        if (callee == nullptr) return;
        if (call.endpoint && !find_endpoint(*callee, call.endpoint->text)) {
            report_unknown(diagnostics_, *call.endpoint, "endpoint", endpoint_names(*callee));
        }
        if (const auto group = index_.group(call.from.text)) {
            const GroupSpec& customers = system_.groups[*group];
            if (customers.entry.text != call.to.text) {
                report_with(diagnostics_, call.to,
                            fmt::format("`{}` do not call `{}`", call.from.text, call.to.text),
                            fmt::format("they enter at `{}`", customers.entry.text), customers.name,
                            "the customers");
            }
            return;
        }
        const ServiceSpec* caller = service_at(call.from);
        if (caller == nullptr || calls_service(*caller, call.to.text)) return;
        report_with(diagnostics_, call.to,
                    fmt::format("`{}` never calls `{}`", call.from.text, call.to.text),
                    "the fault would strike nothing", caller->name, "the caller");
    }

    void check_link(const LinkTargetSpec& link) {
        const bool known = check_link_end(link.from) & check_link_end(link.to);
        if (!known || !index_.group(link.from.text) || !index_.group(link.to.text)) return;
        diagnostics_.error(link.to.range, "no messages go from customers to customers",
                           "the fault would strike nothing");
    }

    bool check_link_end(const Name& end) {
        const auto& text = end.text;
        const int meanings =
            int{index_.zone(text).has_value()} + int{index_.region(text).has_value()} +
            int{index_.service(text).has_value()} + int{index_.group(text).has_value()};
        if (meanings == 1) return true;
        if (meanings > 1) {
            diagnostics_.error(end.range, fmt::format("`{}` has several meanings", text),
                               "name a zone, region, service or group that shares its name with no "
                               "other");
            return false;
        }
        std::vector<std::string_view> all = index_.zones();
        for (const auto* names : {&index_.regions(), &index_.services(), &index_.groups()}) {
            all.insert(all.end(), names->begin(), names->end());
        }
        report_unknown(diagnostics_, end, "place", all);
        return false;
    }

    /// A control plane is that of a whole zone or region, and so is what there is to be had.
    void check_whole_place(const FaultSpec& fault, std::string_view effect, bool zones_only) {
        const auto& target = fault.target;
        if ((target.zone || target.region) && !target.service) return;
        if (!zones_only && !fault.takes_control) return;
        const auto range = zones_only ? fault.name.range : *fault.takes_control;
        diagnostics_.error(
            range,
            zones_only ? fmt::format("`{}` strikes a whole zone or region", effect)
                       : std::string("only a whole zone or region has a control plane to lose"),
            "name it as the target: `zone: eu-1` or `region: eu`, without a service");
    }

    /// What strikes replicas cannot strike messages; shares of messages need messages.
    void check_places(const FaultSpec& fault, const FaultEffect& one) {
        const auto [places, effect] =
            std::visit([](const auto& kind) { return std::pair(kind.places, kind.name); }, one);
        const auto& target = fault.target;
        if (places.groups || target.group) {
            return check_customers({fault, effect, places.groups, std::get_if<MixEffect>(&one)});
        }
        check_whole_place(fault, effect, places.zones);
        if (target.is_traffic() && !places.traffic && !places.zones) {
            diagnostics_.error(
                fault.name.range,
                fmt::format("`{}` strikes replicas, and a {} has none", effect,
                            target.call ? "call" : "link"),
                "strike the service, or write an effect on messages: `effect: {delay: 200ms}`");
        }
        if (std::holds_alternative<FlushEffect>(one)) check_flush(fault);
        if (const auto* hang = std::get_if<HangEffect>(&one)) check_hang(*hang, target);
        if (const auto* level = std::get_if<LevelEffect>(&one)) check_level(*level, fault);
        if (const auto* dns = std::get_if<DnsEffect>(&one)) check_names(*dns, fault);
        if (!target.share_place || target.is_traffic() || !places.instances) return;
        diagnostics_.error(
            *target.share_place, fmt::format("a share of what? `{}` strikes replicas here", effect),
            "of replicas write `replicas: {service: payment, share: 30%}`, of their "
            "requests `effect: {errors: 30%}` or `{kind: slow, factor: 5x, share: 30%}`");
    }

    /// Only a database has replicas that can be behind.
    void check_lag(const FaultSpec& fault) {
        const auto found =
            fault.target.service ? index_.service(fault.target.service->text) : std::nullopt;
        const ServiceSpec* service = found ? &system_.services[*found] : nullptr;
        if (service != nullptr && service->kind == ServiceKind::database) {
            const auto& replication = service->replication;
            if (!replication || replication->mode == ReplicationMode::async) return;
            report_with(diagnostics_, fault.name, "with `mode: sync` no replica is behind",
                        "write `mode: async`", service->name, "the database");
            return;
        }
        diagnostics_.error(fault.name.range, "`lag` strikes a database",
                           "name it as the target: `service: orders`, of `kind: database`");
    }

    /// What a version may bring, and who gets it.
    void check_version(const FaultSpec& fault) {
        const auto deploys = std::count_if(
            fault.effects.begin(), fault.effects.end(),
            [](const auto& one) { return std::holds_alternative<DeployEffect>(one); });
        for (const FaultEffect& one : fault.effects) {
            if (const auto* calls = std::get_if<CallsEffect>(&one)) check_calls(fault, *calls);
            if (std::holds_alternative<LagEffect>(one)) check_lag(fault);
        }
        if (deploys == 0) return;
        const auto& range = fault.name.range;
        if (deploys > 1) {
            diagnostics_.error(range, "two versions at once", "write two faults");
        }
        if (!fault.target.service) {
            diagnostics_.error(range, "`deploy` brings a version of a service",
                               "name the service as the target: `service: payment`, perhaps with "
                               "a zone, or `replicas: {service: payment, count: 2}`");
        }
        if (fault.recurrence) {
            diagnostics_.error(range, "a version does not come again",
                               "write a fault for each deployment, with `at`");
        }
        if (fault.ramp.any()) {
            diagnostics_.error(fault.ramp_place,
                               "a version comes replica by replica, not in a ramp",
                               "the service's `rollout` says how fast: `canary`, `steps`, `pause`");
        }
        for (const FaultEffect& one : fault.effects) check_brought(fault, one);
    }

    void check_brought(const FaultSpec& fault, const FaultEffect& one) {
        const bool fits = std::visit(
            []<class Kind>(const Kind& /*kind*/) {
                return std::is_same_v<Kind, DeployEffect> || std::is_same_v<Kind, CallsEffect> ||
                       std::is_same_v<Kind, SlowEffect> || std::is_same_v<Kind, DelayEffect> ||
                       std::is_same_v<Kind, ErrorsEffect> || std::is_same_v<Kind, MemoryEffect> ||
                       std::is_same_v<Kind, CrashLoopEffect>;
            },
            one);
        if (fits) return;
        const auto name = std::visit([](const auto& kind) { return kind.name; }, one);
        diagnostics_.error(fault.name.range, fmt::format("`{}` does not come with a version", name),
                           "a version may bring `errors`, `slow`, `delay`, `calls`, `memory` and "
                           "`crashLoop`; write another fault for the rest");
    }

    void check_calls(const FaultSpec& fault, const CallsEffect& calls) {
        const auto& range = fault.name.range;
        if (!index_.service(calls.to)) {
            return report_unknown(diagnostics_, {calls.to, range}, "service", index_.services());
        }
        const auto makes = [&](const ServiceSpec& service) {
            return !fault.target.service || service.name.text == fault.target.service->text;
        };
        for (const ServiceSpec& service : system_.services) {
            if (makes(service) && calls_service(service, calls.to)) return;
        }
        diagnostics_.error(range, fmt::format("nobody here calls `{}`", calls.to),
                           "`calls` makes more of the calls that there are: strike a service that "
                           "makes some");
    }

    void check_label(const FaultTargetSpec& target) {
        if (!index_.has_label(target.label->text)) {
            report_unknown(diagnostics_, *target.label, "label", index_.labels());
            return;
        }
        const auto hit = [&](const ServiceSpec& service) {
            return service.has_label(target.label->text) &&
                   (service.placement.empty() || replicas_hit(service, target) > 0);
        };
        if (std::any_of(system_.services.begin(), system_.services.end(), hit)) return;
        diagnostics_.error(target.label->range,
                           fmt::format("nothing with label `{}` runs there", target.label->text),
                           "the fault would strike nothing");
    }

    /// What a restart can cure: something in a process that runs.
    void check_cure(const FaultSpec& fault) {
        for (const FaultEffect& effect : fault.effects) {
            if (!report_incurable(fault, effect)) return;
        }
    }

    /// False when it was reported.
    bool report_incurable(const FaultSpec& fault, const FaultEffect& effect) {
        const auto [places, name] =
            std::visit([](const auto& kind) { return std::pair(kind.places, kind.name); }, effect);
        const bool ends_it = std::holds_alternative<DownEffect>(effect) ||
                             std::holds_alternative<CrashEffect>(effect) ||
                             std::holds_alternative<StopEffect>(effect);
        const bool comes_back = std::holds_alternative<DeployEffect>(effect);
        if (places.instances && !ends_it && !comes_back && !fault.target.is_traffic()) return true;
        std::string message = fmt::format("`{}` is in no process: no restart ends it here", name);
        if (ends_it) {
            message = fmt::format("`{}` keeps the process from starting: no restart ends it", name);
        } else if (comes_back) {
            message = "a process that restarts has the same version: no restart ends it";
        }
        diagnostics_.error(
            fault.recovery_place, std::move(message),
            "write `for: 1m`, or an effect on replicas such as `effect: {slow: 5x}`");
        return false;
    }

    void check_group(const Name& group) {
        if (group.text == kAllGroups || index_.group(group.text)) return;
        report_unknown(diagnostics_, group, "group of customers", index_.groups());
    }

    struct OnCustomers {
        const FaultSpec& fault;
        std::string_view effect;
        bool is_of_customers;
        const MixEffect* mix;
    };

    void check_customers(const OnCustomers& one) {
        const FaultTargetSpec& target = one.fault.target;
        if (!target.group) {
            diagnostics_.error(one.fault.name.range,
                               fmt::format("`{}` strikes customers", one.effect),
                               "name a group of them: `group: shoppers`, or `group: all`");
        } else if (!one.is_of_customers) {
            diagnostics_.error(target.group->range,
                               fmt::format("`{}` strikes no customers", one.effect),
                               "of customers there are `load`, `herd` and `mix`: `firedrill help "
                               "effect`");
        } else if (target.share_place) {
            diagnostics_.error(*target.share_place, "a share of customers is no target",
                               "write a factor: `effect: {load: 0.5x}`");
        } else {
            check_struck_groups(one);
        }
    }

    void check_struck_groups(const OnCustomers& one) {
        const Name& target = *one.fault.target.group;
        const auto only = index_.group(target.text);
        if (!only && target.text != kAllGroups) return;  // reported
        bool any = false;
        for (std::size_t i = 0; i < system_.groups.size(); ++i) {
            const GroupSpec& group = system_.groups[i];
            if (only && *only != i) continue;
            if (one.mix != nullptr) check_mix(*one.mix, group, target);
            any = any || one.mix != nullptr || group.rate_per_s;
        }
        if (any) return;
        report_with(diagnostics_, target,
                    fmt::format("`{}` needs customers who come at a `rate`", one.effect),
                    "`users` ask again once they have their answer: their number is the scenario's",
                    only ? system_.groups[*only].name : system_.groups.front().name,
                    "these have `users`");
    }

    void check_mix(const MixEffect& mix, const GroupSpec& group, const Name& target) {
        std::vector<std::string_view> known;
        for (const MixEntry& entry : group.mix) known.push_back(entry.journey.text);
        for (const JourneyWeight& one : mix.journeys) {
            if (std::find(known.begin(), known.end(), one.journey) != known.end()) continue;
            report_with(diagnostics_, target,
                        fmt::format("`{}` has no journey `{}`", group.name.text, one.journey),
                        fmt::format("its mix has {}; 0% is a share, too", fmt::join(known, ", ")),
                        group.name, "the group");
        }
    }

    /// Somewhere in the target there must be such a level.
    void check_level(const LevelEffect& effect, const FaultSpec& fault) {
        const auto& target = fault.target;
        const Name* only = target.service ? &*target.service : nullptr;
        std::vector<std::string_view> known;
        for (const ServiceSpec& service : system_.services) {
            if (only != nullptr && only->text != service.name.text) continue;
            if (service.levels.empty()) continue;
            for (const auto name : level_names(service)) {
                if (std::find(known.begin(), known.end(), name) == known.end()) {
                    known.push_back(name);
                }
            }
        }
        if (std::find(known.begin(), known.end(), effect.level) != known.end()) return;
        if (!known.empty()) {
            return report_unknown(diagnostics_, {effect.level, fault.name.range}, "level", known);
        }
        diagnostics_.error(fault.name.range,
                           only != nullptr ? fmt::format("`{}` has no levels", only->text)
                                           : std::string("no service there has levels"),
                           "write some: `levels: {degraded: {latency: 30%, quality: 70%}}`");
    }

    void check_hang(const HangEffect& hang, const FaultTargetSpec& target) {
        if (!target.service || hang.share <= 0) return;
        const auto found = index_.service(target.service->text);
        if (!found || system_.services[*found].concurrency != kUnlimited) return;
        report_with(
            diagnostics_, *target.service,
            fmt::format("`{}` has no number of slots to lose a share of", target.service->text),
            "write `concurrency` for it", system_.services[*found].name, "the service");
    }

    /// Names are those of services, and only who has to ask for one notices anything.
    void check_names(const DnsEffect& dns, const FaultSpec& fault) {
        const FaultTargetSpec& target = fault.target;
        const bool of_place = target.zone || target.region;
        const bool asks = dns.side == NameSide::resolver ||
                          (dns.side == NameSide::automatic && of_place) || target.is_everything();
        const bool part = target.replica || target.count || target.share || target.link ||
                          (target.call && target.call->endpoint) || of_place;
        if (!asks && part) {
            diagnostics_.error(fault.name.range, "`dns` strikes the names of whole services",
                               "write `service: payment` or `call: {from: web, to: payment}`, or "
                               "`side: resolver` for what the target itself asks");
            return;
        }
        if (target.link) {
            diagnostics_.error(fault.name.range, "`dns` strikes names, and a link has none",
                               "write `call: {from: web, to: payment}`, or `zone: eu-1` for all "
                               "that is asked there");
            return;
        }
        const bool named = !asks && target.service.has_value();
        const Name* only = target.call ? &target.call->to : named ? &*target.service : nullptr;
        const auto is_meant = [&](const ServiceSpec& service) {
            if (!asks && target.label && !service.has_label(target.label->text)) return false;
            return service.dns && (only == nullptr || service.name.text == only->text);
        };
        const bool any = std::any_of(system_.services.begin(), system_.services.end(), is_meant);
        if (any || (only != nullptr && !index_.service(only->text))) return;
        diagnostics_.error(only != nullptr ? only->range : fault.name.range,
                           only != nullptr
                               ? fmt::format("callers of `{}` never have to ask for it", only->text)
                               : std::string("nobody ever has to ask for a name"),
                           "write `dns: {ttl: 60s}` for the services that are found by name, or in "
                           "`defaults`");
    }

    void check_flush(const FaultSpec& fault) {
        const auto& target = fault.target;
        if (!target.service) return;
        const auto found = index_.service(target.service->text);
        if (!found || system_.services[*found].cache) return;
        report_with(diagnostics_, *target.service,
                    fmt::format("`{}` stores nothing that could be flushed", target.service->text),
                    "strike a service with `kind: cache` and `cache:`",
                    system_.services[*found].name, "the service");
    }

    const SystemSpec& system_;
    const NameIndex& index_;
    sim::Diagnostics& diagnostics_;
};

}  // namespace

void validate_faults(const SystemSpec& system, const std::vector<FaultSpec>& faults,
                     sim::Diagnostics& diagnostics) {
    const NameIndex index(system);
    TargetCheck targets(system, index, diagnostics);
    for (const FaultSpec& fault : faults) targets.check(fault);
    validate_schedules(system, faults, diagnostics);
    validate_messages(system, faults, diagnostics);
}

}  // namespace models
