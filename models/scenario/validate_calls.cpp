#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "models/scenario/names.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/validate.hpp"

namespace models {

namespace {

void resolve_call(CallEntry& call, const SystemSpec& system, const NameIndex& index,
                  sim::Diagnostics& diagnostics) {
    const auto target = find_target(call.service.text, index);
    if (!target) {
        report_unknown(diagnostics, call.service, "service", index.services());
        return;
    }
    const ServiceSpec& callee = system.services[target->service];
    const auto known = endpoint_names(callee);
    if (target->endpoint) {
        const Name endpoint{*target->endpoint, call.service.range};
        if (!find_endpoint(callee, endpoint.text)) {
            report_missing(diagnostics, endpoint,
                           fmt::format("service `{}` has no endpoint {}", callee.name.text,
                                       sim::quote(endpoint.text)),
                           known);
            return;
        }
        call.endpoint = endpoint;
    } else if (known.size() > 1) {
        report_with(diagnostics, call.service,
                    fmt::format("`{}` has several endpoints", callee.name.text),
                    fmt::format("name one: `{0}.{1}`; known: {2}", callee.name.text, known[0],
                                fmt::join(known, ", ")),
                    callee.name, "the service");
        return;
    } else if (!known.empty()) {
        call.endpoint = callee.endpoints[0].name;
    }
    call.service.text = callee.name.text;
}

std::vector<bool> called_services(const SystemSpec& system, const NameIndex& index) {
    std::vector<bool> called(system.services.size(), false);
    for (const ServiceSpec& service : system.services) {
        for (const EndpointSpec& endpoint : service.endpoints) {
            for (const auto& step : endpoint.steps) {
                for (const CallEntry& call : step) {
                    if (const auto target = find_target(call.service.text, index)) {
                        called[target->service] = true;
                    }
                }
            }
        }
    }
    return called;
}

std::size_t journeys_offered(const ServiceSpec& service, const GroupSpec& group) {
    return static_cast<std::size_t>(
        std::count_if(group.mix.begin(), group.mix.end(), [&](const MixEntry& entry) {
            return find_endpoint(service, entry.journey.text).has_value();
        }));
}

/// The one service that nobody calls and that has every journey; otherwise the one that has some,
/// so that a misspelt journey is what gets reported.
void find_entry(GroupSpec& group, const SystemSpec& system, const std::vector<bool>& called,
                sim::Diagnostics& diagnostics) {
    std::vector<std::string_view> all;
    std::vector<std::string_view> some;
    std::vector<std::string_view> outer;
    for (std::size_t i = 0; i < system.services.size(); ++i) {
        if (called[i]) continue;
        const ServiceSpec& service = system.services[i];
        const std::size_t offered = journeys_offered(service, group);
        outer.push_back(service.name.text);
        if (offered == group.mix.size()) all.push_back(service.name.text);
        if (offered > 0) some.push_back(service.name.text);
    }
    const auto& found = !all.empty() ? all : !some.empty() ? some : outer;
    if (found.size() == 1) {
        group.entry = {std::string(found[0]), {}};
        return;
    }
    const bool several = found.size() > 1 && !some.empty();
    diagnostics.error(
        group.name.range,
        several
            ? fmt::format("group `{}` could enter at {}", group.name.text, fmt::join(found, ", "))
            : fmt::format("no service that nobody calls offers what group `{}` asks for",
                          group.name.text),
        several ? fmt::format("say which: `entry: {}`", found[0])
                : "the journeys of the mix are endpoints of the entry service; name it with "
                  "`entry:`");
}

void check_journeys(const GroupSpec& group, const ServiceSpec& entry,
                    sim::Diagnostics& diagnostics) {
    const auto known = endpoint_names(entry);
    for (const MixEntry& one : group.mix) {
        if (find_endpoint(entry, one.journey.text)) continue;
        report_missing(diagnostics, one.journey,
                       fmt::format("unknown journey {}: the entry `{}` has no such endpoint",
                                   sim::quote(one.journey.text), entry.name.text),
                       known);
    }
}

/// Depth-first search over endpoints with what the whole graph needs to know.
class CallGraph {
  public:
    CallGraph(const SystemSpec& system, sim::Diagnostics& diagnostics)
        : system_(system), index_(system), diagnostics_(diagnostics) {
        for (const ServiceSpec& service : system.services) {
            first_.push_back(nodes_.size());
            nodes_.resize(nodes_.size() + service.endpoints.size());
        }
    }

    void visit_all() {
        for (std::size_t i = 0; i < system_.services.size() && !stopped_; ++i) {
            for (std::size_t j = 0; j < system_.services[i].endpoints.size(); ++j) visit(i, j);
        }
    }

    [[nodiscard]] bool stopped() const { return stopped_; }
    /// Calls that one request to the endpoint makes at most, without retries.
    [[nodiscard]] double calls_of(std::size_t service, std::size_t endpoint) const {
        return nodes_[first_[service] + endpoint].calls;
    }

  private:
    enum class State : std::uint8_t { fresh, open, done };
    struct Node {
        State state = State::fresh;
        int height = 0;
        double calls = 0;
    };

    [[nodiscard]] std::string name_of(std::size_t service, std::size_t endpoint) const {
        const ServiceSpec& spec = system_.services[service];
        return spec.name.text + "." + spec.endpoints[endpoint].name.text;
    }

    void visit(std::size_t service, std::size_t endpoint) {
        const std::size_t id = first_[service] + endpoint;
        if (stopped_ || nodes_[id].state == State::done) return;
        nodes_[id].state = State::open;
        path_.emplace_back(service, endpoint);
        for (const auto& step : system_.services[service].endpoints[endpoint].steps) {
            for (const CallEntry& call : step) follow(id, call);
        }
        path_.pop_back();
        nodes_[id].state = State::done;
    }

    void follow(std::size_t caller, const CallEntry& call) {
        const auto service = index_.service(call.service.text);
        if (stopped_ || !service || !call.endpoint) return;
        const auto endpoint = find_endpoint(system_.services[*service], call.endpoint->text);
        if (!endpoint) return;
        const std::size_t callee = first_[*service] + *endpoint;
        if (nodes_[callee].state == State::open) {
            report_cycle(call, {*service, *endpoint});
            return;
        }
        if (static_cast<int>(path_.size()) + nodes_[callee].height >= kLimits.call_depth) {
            report_depth(call);
            return;
        }
        visit(*service, *endpoint);
        nodes_[caller].height = std::max(nodes_[caller].height, nodes_[callee].height + 1);
        nodes_[caller].calls += call.times * (1.0 + nodes_[callee].calls);
    }

    void report_cycle(const CallEntry& call, std::pair<std::size_t, std::size_t> back_to) {
        const auto start = std::find(path_.begin(), path_.end(), back_to);
        std::string cycle;
        for (auto at = start; at != path_.end(); ++at)
            cycle += name_of(at->first, at->second) + " -> ";
        cycle += name_of(back_to.first, back_to.second);
        diagnostics_.error(call.service.range, fmt::format("the calls go in a circle: {}", cycle),
                           "a request would never end; remove one of these calls");
        stopped_ = true;
    }

    void report_depth(const CallEntry& call) {
        diagnostics_.error(call.service.range,
                           fmt::format("calls are nested more than {} deep", kLimits.call_depth),
                           "merge services that only pass requests on");
        stopped_ = true;
    }

    static constexpr ScenarioLimits kLimits{};
    const SystemSpec& system_;
    NameIndex index_;
    sim::Diagnostics& diagnostics_;
    std::vector<std::size_t> first_;
    std::vector<Node> nodes_;
    std::vector<std::pair<std::size_t, std::size_t>> path_;
    bool stopped_ = false;
};

void check_fan_out(const SystemSpec& system, const NameIndex& index, const CallGraph& graph,
                   sim::Diagnostics& diagnostics) {
    constexpr ScenarioLimits kLimits;
    for (const GroupSpec& group : system.groups) {
        const auto entry = index.service(group.entry.text);
        if (!entry) continue;
        for (const MixEntry& one : group.mix) {
            const auto endpoint = find_endpoint(system.services[*entry], one.journey.text);
            if (!endpoint || graph.calls_of(*entry, *endpoint) <= kLimits.calls_per_request) {
                continue;
            }
            diagnostics.error(
                one.journey.range,
                fmt::format("one `{}` makes {:.3g} calls, the limit is {:.0f}", one.journey.text,
                            graph.calls_of(*entry, *endpoint), kLimits.calls_per_request),
                "calls multiply along the path: check `times` and repeated callees");
        }
    }
}

/// Services that some fallback calls, wherever it is written: policies are not laid together yet.
void mark_fallbacks(const sim::Node& node, const NameIndex& index, std::vector<bool>& called) {
    for (const sim::Node& item : node.items) mark_fallbacks(item, index, called);
    for (const sim::MapEntry& entry : node.entries) {
        const sim::Node* target = entry.key == "fallback" ? entry.value.find("call") : nullptr;
        if (target == nullptr) {
            mark_fallbacks(entry.value, index, called);
        } else if (const auto found = find_target(target->text, index)) {
            called[found->service] = true;
        }
    }
}

void warn_unreached(const SystemSpec& system, const NameIndex& index, const sim::Node& tree,
                    sim::Diagnostics& diagnostics) {
    auto called = called_services(system, index);
    mark_fallbacks(tree, index, called);
    for (std::size_t i = 0; i < system.services.size(); ++i) {
        const Name& name = system.services[i].name;
        const bool entered =
            std::any_of(system.groups.begin(), system.groups.end(),
                        [&](const GroupSpec& group) { return group.entry.text == name.text; });
        if (called[i] || entered) continue;
        diagnostics.warning(name.range, fmt::format("nothing calls service `{}`", name.text),
                            "call it from an endpoint, or remove it");
    }
}

}  // namespace

void resolve_calls(SystemSpec& system, sim::Diagnostics& diagnostics) {
    const NameIndex index(system);
    for (ServiceSpec& service : system.services) {
        for (EndpointSpec& endpoint : service.endpoints) {
            for (auto& step : endpoint.steps) {
                for (CallEntry& call : step) resolve_call(call, system, index, diagnostics);
            }
        }
    }
}

void resolve_entries(SystemSpec& system, sim::Diagnostics& diagnostics) {
    if (system.services.empty()) return;
    const NameIndex index(system);
    const auto called = called_services(system, index);
    for (GroupSpec& group : system.groups) {
        if (group.mix.empty()) continue;
        if (group.entry.text.empty()) find_entry(group, system, called, diagnostics);
        if (group.entry.text.empty()) continue;
        if (const auto entry = index.service(group.entry.text)) {
            check_journeys(group, system.services[*entry], diagnostics);
        } else {
            report_unknown(diagnostics, group.entry, "service", index.services());
        }
    }
}

void validate_call_graph(const SystemSpec& system, const sim::Node& tree,
                         sim::Diagnostics& diagnostics) {
    const NameIndex index(system);
    CallGraph graph(system, diagnostics);
    graph.visit_all();
    if (graph.stopped()) return;
    check_fan_out(system, index, graph, diagnostics);
    // A misspelt call leaves its callee uncalled: one message is enough.
    if (!diagnostics.has_errors()) warn_unreached(system, index, tree, diagnostics);
}

}  // namespace models
