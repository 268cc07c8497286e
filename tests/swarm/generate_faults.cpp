// What goes wrong in a random scenario, what operators do about it, and what must hold.
#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/action/action.hpp"
#include "models/fault/fault.hpp"
#include "models/scenario/fault_catalog.hpp"
#include "models/scenario/read_actions.hpp"
#include "models/scenario/read_effect.hpp"
#include "models/scenario/slo.hpp"
#include "tests/swarm/generator.hpp"

namespace swarm {
namespace {

/// As a file would write it, in one line.
std::string flow(const sim::Node& node) {
    if (node.is_map()) {
        std::string all;
        for (const auto& entry : node.entries) {
            all += fmt::format("{}{}: {}", all.empty() ? "" : ", ", entry.key, flow(entry.value));
        }
        return "{" + all + "}";
    }
    if (node.is_list()) {
        std::string all;
        for (const auto& item : node.items) all += (all.empty() ? "" : ", ") + flow(item);
        return "[" + all + "]";
    }
    const bool is_text = node.quoted && !node.text.starts_with('{');  // else a map of the sample
    return is_text ? fmt::format("\"{}\"", node.text) : node.text;
}

}  // namespace

/// Their names are known before anything that speaks of them is written.
void Generator::plan_faults() {
    for (int i = 0; i < 20; ++i) names_.faults.push_back(fmt::format("fault-{}", i));
}

std::string Generator::target() {
    const auto service = dice_.one_of(names_.services);
    const auto zone = dice_.one_of(names_.zones);
    const auto place = [&] {
        return dice_.once_in(2)   ? zone
               : dice_.once_in(2) ? dice_.one_of(names_.regions)
                                  : dice_.one_of(names_.services);
    };
    switch (dice_.below(11)) {
        case 0:
            return "zone: " + zone;
        case 1:
            return "region: " + dice_.one_of(names_.regions);
        case 2:
            return "service: " + service;
        case 3:
            return fmt::format("service: {}, zone: {}", service, zone);
        case 4:
            return fmt::format("replicas: {{service: {}, count: {}}}", service,
                               dice_.between(1, 2));
        case 5:
            return fmt::format("replicas: {{service: {}, share: {}}}", service,
                               dice_.one_of({"30%", "50%", "100%"}));
        case 6:
            return fmt::format("replica: {}/eu-1/0", service);
        case 7: {
            const auto call =
                dice_.once_in(4) ? "from: shoppers, to: web" : dice_.one_of(names_.calls);
            return fmt::format("call: {{{}}}{}", call,
                               dice_.once_in(3) ? ", share: 50%, sticky: true" : "");
        }
        case 8:
            return fmt::format("link: {{from: {}, to: {}{}}}", place(), place(),
                               dice_.once_in(3) ? ", direction: to" : "");
        case 9:
            return "group: " + dice_.one_of({"shoppers", "people", "all"});
        default:
            return "label: java";
    }
}

/// When it comes: once, or by a schedule of this kind.
std::string Generator::times(std::string_view schedule) {
    const auto ms = [&](unsigned least, unsigned most) {
        return fmt::format("{}ms", dice_.between(least, most));
    };
    std::string extras;
    if (dice_.once_in(3)) extras += ", per: " + dice_.one_of({"replica", "zone", "service"});
    if (dice_.once_in(3)) extras += ", pick: " + dice_.one_of({"one", "all", "50%"});
    if (dice_.once_in(4)) extras += ", until: 5s";
    if (schedule == "every") {
        return fmt::format("every: {}, for: {}{}", ms(900, 3000), ms(50, 800),
                           (dice_.once_in(3) ? ", times: 2" : "") + extras);
    }
    if (schedule == "mtbf") {
        const auto kind = dice_.one_of({"exponential", "weibull", "constant"});
        return fmt::format("mtbf: {}, mttr: {}, distribution: {}{}{}{}", ms(800, 4000), ms(50, 900),
                           kind, kind == "weibull" ? ", shape: 1.5" : "",
                           dice_.once_in(3) ? ", repairs: exponential" : "", extras);
    }
    if (schedule == "cron") {
        return fmt::format("cron: \"{} * * * *\", for: {}, day: {}, start: Mon 00:00{}",
                           dice_.one_of({"*", "*/2", "*/7"}), ms(20, 700),
                           dice_.one_of({"1h", "30m", "2h"}), extras);
    }
    if (schedule == "monkey") {
        const auto wanted = featured("monkey");
        const auto kind =
            wanted.empty() ? dice_.one_of({"chaos", "gorilla", "kong"}) : wanted.front();
        return fmt::format(
            "monkey: {{kind: {}, meanTime: 1, minTime: 1, hours: 00:00-23:00, start: "
            "Mon 00:00, day: {}}}, for: {}",
            kind, dice_.one_of({"1s", "2s", "3s"}), ms(50, 900));
    }
    if (!schedule.empty()) {  // one that this generator does not know yet
        for (const auto& kind : sim::describe_kinds<models::FaultSchedule>()) {
            if (kind.name == schedule) return values_.some_of(kind.parameters, 80);
        }
    }
    const auto ramp = dice_.once_in(8) ? ", ramp: {in: 300ms, out: 200ms}" : "";
    const auto ends = dice_.once_in(8) ? ", recover: restart" : "";
    return plain_times() + ramp + ends;
}

std::string Generator::plain_times() {
    return fmt::format("at: {}ms, for: {}ms", dice_.between(0, 3000), dice_.between(10, 2800));
}

std::string Generator::effect_text(std::string_view kind) {
    const auto kinds = sim::describe_kinds<models::FaultEffect>();
    const auto& doc = *std::find_if(kinds.begin(), kinds.end(),
                                    [&](const sim::KindDoc& one) { return one.name == kind; });
    const auto& form =
        *std::find_if(models::effect_forms().begin(), models::effect_forms().end(),
                      [&](const models::EffectForm& one) { return one.kind == kind; });
    if (kind == "calls") {
        return fmt::format("{{calls: {}, to: {}}}", dice_.between(1, 3),
                           dice_.one_of(names_.services));
    }
    if (kind == "mix") return "{mix: {checkout: 20%, browse: 80%}}";
    if (kind == "herd") return fmt::format("{{herd: {}, within: 500ms}}", dice_.between(1, 300));
    if (form.spelling.bare && dice_.once_in(3)) return std::string(kind);
    const auto example = doc.example.find('{');
    if (example != std::string_view::npos && dice_.once_in(3)) {
        return std::string(doc.example.substr(example));
    }
    for (const auto& one : doc.parameters) {
        if (one.key != form.spelling.main || dice_.once_in(4)) continue;
        auto others = doc.parameters;
        std::erase_if(others, [&](const sim::ParameterDoc& other) { return other.key == one.key; });
        const auto more = values_.some_of(others, 20);
        return fmt::format("{{{}: {}{}{}}}", kind, values_.of(one), more.empty() ? "" : ", ", more);
    }
    return values_.kind_of(kinds, kind);
}

/// Where an effect of that kind can strike, mostly.
std::string Generator::target_of(std::string_view kind) {
    models::EffectPlaces places;
    [&]<class... Kinds>(std::in_place_type_t<std::variant<Kinds...>>) {
        ((Kinds::name == kind ? (places = Kinds::places, 0) : 0), ...);
    }(std::in_place_type<models::FaultEffect>);
    if (dice_.once_in(4)) return target();
    const auto of = [&](const std::vector<std::string>& names) {
        return "service: " + (names.empty() ? "web" : dice_.one_of(names));
    };
    if (kind == "lag") return of(names_.databases);
    if (kind == "poison") return of(names_.queues);
    if (kind == "duplicate") {
        return names_.queues.empty()
                   ? target()
                   : fmt::format("link: {{from: web, to: {}}}", dice_.one_of(names_.queues));
    }
    if (kind == "flush") return of(names_.caches);
    if (places.groups) return "group: " + dice_.one_of({"shoppers", "people", "all"});
    if (places.zones && !places.instances && !places.traffic) {
        return "zone: " + dice_.one_of(names_.zones);
    }
    if (places.traffic && !places.instances) {
        return fmt::format("call: {{{}}}", dice_.one_of(names_.calls));
    }
    return target();
}

std::string Generator::fault_parameter(std::string_view type) {
    if (type == "duration") return values_.duration();
    if (type == "ms" || type == "us") return std::to_string(dice_.between(0, 800));
    if (type == "s") return std::to_string(dice_.between(0, 5));
    if (type == "percent") return values_.percent();
    if (type == "points") return std::to_string(dice_.between(0, 100));
    if (type == "fraction") return dice_.one_of({"0", "0.1", "0.5", "1"});
    if (type == "factor") return dice_.one_of({"0.5", "1.5", "3", "10"});
    if (type == "count") return std::to_string(dice_.between(1, 60));
    if (type == "number") return dice_.one_of({"0.5", "1", "2"});
    return {};
}

/// With the parameters of its example, or with random ones.
std::string Generator::named_effect(const std::string& name) {
    const auto& fault = *models::find_named_fault(name);
    std::string keys;
    for (const auto& one : fault.parameters) {
        const auto* sample = fault.sample.is_map() ? fault.sample.find(one.key) : nullptr;
        std::string value;
        if (!one.values.empty() && dice_.once_in(2)) value = dice_.one_of(one.values).first;
        if (value.empty() && dice_.once_in(2)) value = fault_parameter(one.type);
        const bool needed = sample != nullptr || one.otherwise.empty();
        if (value.empty() && !needed) continue;
        if (value.empty() && sample != nullptr) value = flow(*sample);
        if (value.empty()) value = fault_parameter(one.type);
        if (value.empty()) continue;
        keys += fmt::format(", {}: {}", one.key, value);
    }
    return keys.empty() ? name : fmt::format("{{preset: {}{}}}", name, keys);
}

void Generator::write_fault(const std::string& effect, const std::string& where, Feature feature,
                            bool plain) {
    if (next_fault_ == names_.faults.size()) return;
    const auto wanted = featured("schedule");
    std::string schedule;
    if (feature.family == "schedule") schedule = feature.name;
    if (feature.family == "monkey") schedule = "monkey";
    const auto kinds = sim::describe_kinds<models::FaultSchedule>();
    if (schedule.empty() && !plain && dice_.once_in(4))
        schedule = std::string(dice_.one_of(kinds).name);
    std::string extras;
    if (!plain && dice_.once_in(10)) extras += ", visibleTo: {healthCheck: false}";
    if (!plain && dice_.once_in(10)) extras += ", affects: {controlPlane: true}";
    const auto place = line(
        faults_, fmt::format("{}: {{{}{}{}{}{}{}}}", names_.faults[next_fault_++],
                             plain ? plain_times() : times(schedule), where.empty() ? "" : ", ",
                             where, effect.empty() ? "" : ", effect: ", effect, extras));
    if (!schedule.empty()) uses("schedule", schedule, place);
    if (!feature.family.empty()) uses(feature.family, feature.name, place);
}

/// Of what is featured several, since not every effect can strike every target.
void Generator::write_faults() {
    faults_ = header("faults:");
    const auto kinds = sim::describe_kinds<models::FaultEffect>();
    for (const auto& one : featured_) {
        if (one.family == "effect") {
            for (int i = 0; i < 4; ++i)
                write_fault(effect_text(one.name), target_of(one.name), one);
        } else if (one.family == "fault") {
            const auto& strikes = models::find_named_fault(one.name)->strikes;
            write_fault(named_effect(one.name), strikes, one, true);
            write_fault(named_effect(one.name), target(), one);
        } else if (one.family == "schedule" || one.family == "monkey") {
            if (one.family == "monkey") write_fault("", "", one);
            write_fault("crash", "service: payment", one);
            write_fault("{slow: 3x}", target(), one);
        }
    }
    const auto more = dice_.below(4);
    for (std::uint64_t i = 0; i < more; ++i) {
        const std::string kind(dice_.one_of(kinds).name);
        write_fault(effect_text(kind), target_of(kind), {"effect", kind});
    }
    if (dice_.once_in(2)) {
        const std::string name(dice_.one_of(models::fault_names()));
        const auto& strikes = models::find_named_fault(name)->strikes;
        write_fault(named_effect(name), strikes, {"fault", name});
    }
    if (dice_.once_in(5)) {
        write_fault(fmt::format("[deploy, {}]",
                                dice_.one_of({"{errors: 20%}", "{slow: 3x}", "{crashLoop: 1s}"})),
                    "service: " + dice_.one_of(names_.services), {});
    }
}

std::string Generator::condition() {
    const auto service = dice_.one_of(names_.services);
    switch (dice_.below(8)) {
        case 0:
            return fmt::format("checkout.success < {}%", dice_.between(50, 99));
        case 1:
            return fmt::format("shoppers/browse.p99 > {}ms", dice_.between(5, 300));
        case 2:
            return fmt::format("service.{}.utilisation > {}%", service, dice_.between(5, 80));
        case 3:
            return fmt::format("service.{}.queue > {}", service, dice_.between(1, 5));
        case 4:
            return fmt::format("service.{}.errors > {}%", service, dice_.between(1, 50));
        case 5:
            return "zone.eu-1.healthy < 80%";
        case 6:
            return fmt::format("service.{}.retries > 1/s", service);
        default:
            return fmt::format("goodput > {}/s", dice_.between(1, 20));
    }
}

void Generator::write_actions() {
    const auto wanted = featured("action");
    if (wanted.empty() && !dice_.once_in(3)) return;
    const auto actions = header("actions:");
    const auto kinds = sim::describe_kinds<models::ActionKind>();
    const auto count = wanted.empty() ? dice_.between(1, 2) : 4;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto& kind = dice_.one_of(kinds);
        const auto name = wanted.empty() ? std::string(kind.name) : wanted.front();
        std::string value;
        for (const auto& one : kinds) {
            if (one.name == name) value = values_.some_of(one.parameters, i < 2 ? 60 : 90);
        }
        if (name == "setLevel" && i % 2 == 1) value = "service: payment, level: lean";
        const auto when =
            dice_.once_in(2)
                ? fmt::format("at: {}ms", dice_.between(0, 5000))
                : fmt::format("when: {{condition: \"{}\", over: {}s, for: {}}}, after: {}",
                              condition(), dice_.between(1, 2), dice_.one_of({"0s", "1s"}),
                              dice_.one_of({"0s", "300ms", "1s"}));
        const auto ends = dice_.once_in(2)   ? fmt::format(", for: {}ms", dice_.between(0, 4000))
                          : dice_.once_in(3) ? fmt::format(", until: \"{}\"", condition())
                                             : "";
        uses("action", name,
             line(actions,
                  fmt::format("action-{}: {{{}, {}: {{{}}}{}}}", i, when, name, value, ends)));
    }
}

std::string Generator::objective() {
    const auto metric = static_cast<models::SloMetric>(dice_.below(models::kSloMetrics));
    std::string value;
    switch (models::unit_of(metric)) {
        case models::MetricUnit::ratio:
            value = values_.percent();
            break;
        case models::MetricUnit::duration:
            value = fmt::format("{}ms", dice_.between(1, 2000));
            break;
        case models::MetricUnit::rate:
            value = fmt::format("{}/s", dice_.between(1, 30));
            break;
        case models::MetricUnit::factor:
            value = dice_.one_of({"1.1x", "2x"});
            break;
        case models::MetricUnit::count:
            value = fmt::format("{}", dice_.between(0, 5));
            break;
    }
    const auto of_service = metric >= models::SloMetric::utilisation;
    const auto subject = of_service ? "service." + dice_.one_of(names_.services) + "."
                         : metric == models::SloMetric::recovery || dice_.once_in(3)
                             ? ""
                             : dice_.one_of({"checkout.", "shoppers/browse.", "browse."});
    const auto phase = next_fault_ > 0 && dice_.once_in(3)
                           ? fmt::format(" {} {}", dice_.one_of({"before", "during", "after"}),
                                         names_.faults[dice_.below(next_fault_)])
                           : "";
    return fmt::format("{}{} {} {}{}", subject, models::to_string(metric),
                       dice_.one_of({">=", "<="}), value, phase);
}

void Generator::write_slos() {
    const auto slos = header("slos:");
    const auto count = dice_.below(5);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto text = objective();
        line(slos, dice_.once_in(4)
                       ? fmt::format("goal-{}: {{objective: \"{}\", in: 80%}}", i, text)
                       : fmt::format("goal-{}: {}", i, text));
    }
}

}  // namespace swarm
