#include "tests/unit/scenario/support.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <variant>

#include "models/scenario/sweep.hpp"
#include "sim/yaml/parameters.hpp"

namespace scenario_test {

const std::string kShop = R"yaml(version: 1
regions:
  eu: {zones: [eu-1, eu-2]}
  us: {zones: [us-1]}
network: {sameZone: 1ms, crossZone: 2ms, crossRegion: 40ms}
defaults: {concurrency: 8, latency: 10ms, regions: [eu]}
services:
  web:
    endpoints:
      browse: [catalog]
      checkout: [[catalog, payment.charge]]
  catalog: {regions: [eu, us]}
  payment:
    replicasPerZone: 2
    endpoints:
      charge: {idempotent: true}
      refund: []
workload:
  shoppers: {from: eu, rate: 20/s, mix: {browse: 75%, checkout: 25%}}
  bots: {from: us-1, users: 5, mix: {browse: 100%}}
policy: {timeout: 2s}
strategies:
  none: {retries: 0}
  naive: {retries: 3, backoff: none}
faults:
  outage: {at: 1m, for: 1m, zone: eu-1, effect: down}
slos:
  works: checkout.success >= 99% before outage
experiment: {duration: 5m}
)yaml";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::logic_error("not in the text: " + from);
    return text.replace(at, from.size(), to);
}

std::vector<std::string> Loaded::brief() const {
    std::vector<std::string> lines;
    for (const auto& one : diagnostics.sorted()) {
        const char* severity = one.severity == sim::Severity::error     ? "error"
                               : one.severity == sim::Severity::warning ? "warning"
                                                                        : "note";
        lines.push_back(
            fmt::format("{}:{}: {}: {}", one.range.line, one.range.column, severity, one.message));
        if (!one.hint.empty()) lines.push_back("hint: " + one.hint);
    }
    return lines;
}

std::unique_ptr<Loaded> load_files(const Files& files, std::vector<std::string> overrides) {
    auto loaded = std::make_unique<Loaded>();
    models::LoadRequest request;
    request.path = "shop.yaml";
    request.overrides = std::move(overrides);
    request.loader = [&](const std::string& path, std::size_t) {
        const auto found = files.find(path);
        if (found == files.end()) return sim::FileContent{{}, "no such file"};
        return sim::FileContent{found->second, {}};
    };
    loaded->scenario = models::load_scenario(request, loaded->sources, loaded->diagnostics);
    return loaded;
}

std::unique_ptr<Loaded> load(const std::string& text, std::vector<std::string> overrides) {
    return load_files({{"shop.yaml", text}}, std::move(overrides));
}

std::string read_repository_file(const std::string& path) {
    std::ifstream stream(std::string(FIREDRILL_SOURCE_DIR) + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) throw std::runtime_error("cannot read " + path);
    return text.str();
}

std::unique_ptr<Loaded> load_repository_file(const std::string& path) {
    auto loaded = std::make_unique<Loaded>();
    models::LoadRequest request;
    request.path = path;
    request.loader = [](const std::string& name, std::size_t limit) {
        return sim::read_disk_file(std::string(FIREDRILL_SOURCE_DIR) + "/" + name, limit);
    };
    loaded->scenario = models::load_scenario(request, loaded->sources, loaded->diagnostics);
    // As `check` does, also what the file sweeps.
    sim::SourceMap sources;
    sim::Diagnostics known;
    const auto tree = models::read_scenario_tree(request, sources, known);
    if (!loaded->scenario || !tree->sweep || tree->sweep->value.is_null()) return loaded;
    if (!models::plan_sweep(*tree, request, *loaded->scenario, {}, loaded->sources,
                            loaded->diagnostics)) {
        loaded->scenario.reset();
    }
    return loaded;
}

namespace {

std::string text_of(const sim::Distribution& distribution) {
    return fmt::format("{} mean {} variance {} up to {}", distribution.kind_name(),
                       distribution.mean_seconds(), distribution.variance(),
                       distribution.supremum());
}

/// A rule with every parameter that it declares.
template <class Rules>
std::string text_of(const Rules& rules) {
    return std::visit(
        [](const auto& kind) {
            std::string text(kind.name);
            for (const auto& one : sim::list_parameters(kind)) {
                text += fmt::format(" {}={}", one.key, one.otherwise);
            }
            return text;
        },
        rules);
}

template <class Rules>
std::string text_of(const std::optional<Rules>& rules) {
    return rules ? text_of(*rules) : "none";
}

std::string text_of(const models::CallPolicy& policy) {
    std::string text;
    for (const auto& one : sim::list_parameters(policy)) {
        text += fmt::format("{}={} ", one.key, one.otherwise);
    }
    return text + fmt::format(
                      "on {:07b} backoff {} balancing {} budget {} hedge {} breaker {} "
                      "throttle {} rate {} bulkhead {} detection {} fallback {}",
                      policy.retry_on.bits, text_of(policy.backoff), text_of(policy.load_balancing),
                      text_of(policy.retry_budget), text_of(policy.hedge),
                      text_of(policy.circuit_breaker), text_of(policy.throttle),
                      text_of(policy.rate_limit), text_of(policy.bulkhead),
                      text_of(policy.outlier_detection), text_of(policy.fallback));
}

void dump_topology(const models::Topology& topology, std::string& out) {
    for (const auto& region : topology.regions) out += fmt::format("region {}\n", region.name);
    for (const auto& zone : topology.zones) {
        out += fmt::format("zone {} in {}\n", zone.name, zone.region.value);
    }
    for (const auto& instance : topology.instances) {
        out += fmt::format("instance {} of {} in {}\n", instance.name, instance.service.value,
                           instance.zone.value);
    }
    for (const auto& delay : topology.delays) out += "delay " + text_of(delay) + "\n";
    for (const auto index : topology.delay_between) out += fmt::format("{} ", index);
    out += "\n";
}

void dump_services(const models::SystemModel& model, std::string& out) {
    for (std::size_t i = 0; i < model.services.size(); ++i) {
        const auto& config = model.services[i];
        out += fmt::format(
            "service {} {} slots {} queue {} holds {} routing {} restart {}\n",
            model.topology.services[i].name, to_string(model.topology.services[i].kind),
            config.concurrency, config.queue ? static_cast<long>(*config.queue) : -1,
            static_cast<int>(config.holds), config.routing.index(), config.restart.time.ns);
        if (const auto& check = config.health_check) {
            out += fmt::format("  check {} {} {} {} {}\n", check->interval.ns, check->fail_after,
                               check->pass_after, check->timeout.ns, check->fail_open);
        }
        if (config.database) {
            out += fmt::format("  primary {} failover {}\n", config.database->primary.value,
                               config.database->failover.detect.ns);
        }
    }
}

void dump_endpoints(const models::SystemModel& model, std::string& out) {
    for (const auto& endpoint : model.endpoints) {
        out += fmt::format("endpoint {} of {} errors {} write {} idempotent {} {}\n", endpoint.name,
                           endpoint.service.value, endpoint.error_share, endpoint.write,
                           endpoint.idempotent, text_of(endpoint.latency));
        for (const auto& step : endpoint.steps) {
            out += "  step\n";
            for (const auto& call : step.calls) {
                out += fmt::format("    call {}.{} optional {} p {} times {} edge {} at {}: {}\n",
                                   call.callee.value, call.endpoint.value, call.optional,
                                   call.probability, call.times, call.edge, call.position,
                                   text_of(model.policies[call.policy]));
            }
        }
    }
}

void dump_customers(const models::SystemModel& model, std::string& out) {
    for (const auto& group : model.groups) {
        out += fmt::format(
            "group {} region {} zones {} rate {} users {} think {} of {} access {} patience {} "
            "entry {}: {}\n",
            group.name, group.region.value, group.zones.size(), group.rate_per_s.value_or(0),
            group.users, text_of(group.think_time), group.customers, group.access.ns,
            group.patience.ns, group.entry.value, text_of(model.policies[group.policy]));
        for (const auto& journey : group.journeys) {
            out += fmt::format("  {} endpoint {} share {} flow {} edge {}\n", journey.name,
                               journey.endpoint.value, journey.share, journey.flow, journey.edge);
        }
    }
    for (const auto& edge : model.edges) {
        out += fmt::format("edge {} -> {}\n", edge.caller, edge.endpoint.value);
    }
}

}  // namespace

std::string dump(const models::SystemModel& model) {
    std::string out;
    dump_topology(model.topology, out);
    dump_services(model, out);
    dump_endpoints(model, out);
    dump_customers(model, out);
    for (const auto& fault : model.faults) {
        out += fmt::format("fault {} at {} for {} effect {} on {} instances {} zones {} traffic\n",
                           fault.name, fault.at.ns, fault.duration.ns, fault.effect.index(),
                           fault.target.instances.size(), fault.target.zones.size(),
                           fault.target.traffic.size());
    }
    for (const auto& slice : model.slices) {
        out += fmt::format("slice {} {} {} {} {} {}\n", to_string(slice.kind), slice.fault,
                           slice.from.ns, slice.to.ns, slice.delay.ns, slice.limits.size());
    }
    return out + fmt::format("{} {} {} {}\n", model.flows, model.warmup.ns, model.duration.ns,
                             model.drain.ns);
}

}  // namespace scenario_test
