#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

bool is_divided(const CallPolicy& policy) {
    return std::holds_alternative<Cells>(policy.load_balancing) ||
           std::holds_alternative<ShuffleShard>(policy.load_balancing);
}

/// Calls of what is divided into cells to what is not: there all cells meet again.
void check_f45(const LintContext& c, LintHits& hits) {
    std::vector<std::uint8_t> in_cells(c.spec().services.size(), 0);
    for (const LintCall& call : c.calls()) {
        if (std::holds_alternative<Cells>(call.policy->load_balancing))
            in_cells[call.callee.value] = 1;
    }
    for (const LintCall& call : c.calls()) {
        if (call.of_customers || in_cells[call.caller_service.value] == 0) continue;
        const ServiceKind kind = c.service(call.callee).kind;
        if (is_divided(*call.policy) || kind == ServiceKind::external || call.optional) continue;
        hits.add({call.place,
                  fmt::format("{} is divided into cells, and all of them share {} with its {} "
                              "replicas",
                              call.caller_name, call.callee_name, c.replicas(call.callee)),
                  call.text(), call.per_s});
    }
}

/// Whether one group's requests cannot take the place of another's.
bool keeps_apart(const LintContext& c, ServiceId id) {
    const ServerConfig& server = c.service(id).server;
    if (server.order == QueueOrder::fair || server.order == QueueOrder::priority) return true;
    const auto calls = c.calls_to(id);
    return std::all_of(calls.begin(), calls.end(),
                       [](const LintCall* call) { return is_divided(*call->policy); });
}

/// Whether a group's requests need the service.
bool needs_it(const LintContext& c, std::size_t group, ServiceId id) {
    for (const LintCall& call : c.calls()) {
        if (!call.of_customers || call.group != group) continue;
        const auto& needed = c.needs(call.to);
        if (std::find(needed.begin(), needed.end(), id) != needed.end()) return true;
    }
    return false;
}

void check_f46(const LintContext& c, LintHits& hits) {
    const std::size_t groups = c.model().groups.size();
    for (const ScheduledFault& fault : c.model().faults) {
        const auto* load = std::get_if<LoadEffect>(&fault.effect);
        if (load == nullptr || load->factor <= 1) continue;
        std::vector<double> factors(groups, 1.0);
        std::vector<std::string> struck;
        std::vector<std::size_t> others;
        for (std::size_t g = 0; g < groups; ++g) {
            if (g < fault.target.groups.size() && fault.target.groups[g] != 0) {
                factors[g] = load->factor;
                struck.push_back(c.model().groups[g].name);
            } else {
                others.push_back(g);
            }
        }
        if (struck.empty() || others.empty()) continue;
        const auto busy = c.busy_with(factors);
        for (const ServiceId id : c.services()) {
            if (busy[id.value] <= 1 || c.busy(id) > 1 || keeps_apart(c, id)) continue;
            std::vector<std::string> victims;
            for (const std::size_t g : others) {
                if (needs_it(c, g, id)) victims.push_back(c.model().groups[g].name);
            }
            if (victims.empty()) continue;
            hits.add({c.service(id).name.range,
                      fmt::format("{}x of {} alone ({}) is {} of what {} can do, {} today, and {} "
                                  "wait in the same queues",
                                  number_text(load->factor), listed(struck), fault.name,
                                  percent_text(busy[id.value], 0), c.name(id),
                                  percent_text(c.busy(id), 0), listed(victims)),
                      c.name(id), busy[id.value]});
        }
    }
}

constexpr auto kIsolationRules = std::to_array<LintRule>({
    {"F45", sim::Severity::warning, LintCategory::shared_fate,
     "cells that share what is behind them",
     "a service is called with `loadBalancing: cells`, and calls something that it needs without "
     "(cells whose size nothing bounds, and routers, are not in the vocabulary)",
     "a cell's failure stays in the cell only as far as nothing behind it is common to all",
     "AWS Well-Architected REL10-BP03: bulkhead architectures (no shared state between cells)",
     "scenarios/lint/F45-shared-behind.yaml",
     "policyFor: {worker: {loadBalancing: {kind: cells, count: 4}}}   # worker: [db]",
     "policyFor:\n  worker: {loadBalancing: {kind: cells, count: 4}}\n"
     "  db: {loadBalancing: {kind: cells, count: 4}}",
     check_f45},
    {"F46", sim::Severity::warning, LintCategory::load, "one customer's load is everybody's",
     "a fault of the file multiplies the load of one group of customers, that is more than a "
     "service "
     "can do which others need, and nothing keeps them apart: `queueOrder: fair` or `priority`, "
     "`shuffleShard`, `cells`",
     "whoever comes with fifty times the load gets fifty times the slots, and the others wait",
     "Amazon Builders' Library, Workload isolation using shuffle-sharding; Fairness in "
     "multi-tenant "
     "systems",
     "scenarios/faults/poison-tenant.yaml", "policyFor: {worker: {loadBalancing: leastRequest}}",
     "policyFor: {worker: {loadBalancing: {kind: shuffleShard, size: 3}}}", check_f46},
});

}  // namespace

std::span<const LintRule> isolation_rules() { return kIsolationRules; }

}  // namespace models
