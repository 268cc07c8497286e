// Faults of messages and of connections: what they strike must be stored in a queue, or kept in a
// pool.
#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/scenario/names.hpp"
#include "models/scenario/validate.hpp"

namespace models {
namespace {

bool is_queue(const ServiceSpec& service) { return service.kind == ServiceKind::queue; }

void check_poison(const SystemSpec& system, const NameIndex& index, const FaultSpec& fault,
                  sim::Diagnostics& diagnostics) {
    const auto& target = fault.target;
    const auto name = target.replica
                          ? target.replica->text.substr(0, target.replica->text.find('/'))
                      : target.service ? target.service->text
                                       : std::string();
    const auto found = index.service(name);
    if (found && is_queue(system.services[*found])) return;
    if (!found && !name.empty()) return;  // reported
    diagnostics.error(fault.name.range, "`poison` strikes the messages of a queue",
                      "name it as the target: `service: mail`, of `kind: queue`");
}

void check_duplicate(const SystemSpec& system, const NameIndex& index, const FaultSpec& fault,
                     sim::Diagnostics& diagnostics) {
    const auto& call = fault.target.call;
    const auto found = call ? index.service(call->to.text) : std::nullopt;
    if (call && !found) return;  // reported
    const bool any = found ? is_queue(system.services[*found])
                           : std::any_of(system.services.begin(), system.services.end(), is_queue);
    if (any) return;
    diagnostics.error(
        call ? call->to.range : fault.name.range,
        call ? fmt::format("`{}` is called over TCP, which drops what comes twice", call->to.text)
             : std::string("all calls there are over TCP, which drops what comes "
                           "twice"),
        "only a queue hands a message out twice: strike a call to a service of "
        "`kind: queue`");
}

/// Whether some call that the fault strikes keeps its connections.
bool has_pool(const FaultSpec& fault, const std::vector<PooledCall>& pooled) {
    const auto& call = fault.target.call;
    return std::any_of(pooled.begin(), pooled.end(), [&](const PooledCall& one) {
        return !call || (one.caller == call->from.text && one.callee == call->to.text);
    });
}

}  // namespace

void validate_messages(const SystemSpec& system, const std::vector<FaultSpec>& faults,
                       sim::Diagnostics& diagnostics) {
    const NameIndex index(system);
    for (const FaultSpec& fault : faults) {
        for (const FaultEffect& one : fault.effects) {
            if (std::holds_alternative<PoisonEffect>(one)) {
                check_poison(system, index, fault, diagnostics);
            }
            if (std::holds_alternative<DuplicateEffect>(one)) {
                check_duplicate(system, index, fault, diagnostics);
            }
        }
    }
}

void validate_pools(const std::vector<FaultSpec>& faults, const std::vector<PooledCall>& pooled,
                    sim::Diagnostics& diagnostics) {
    for (const FaultSpec& fault : faults) {
        const bool half_open = std::any_of(
            fault.effects.begin(), fault.effects.end(),
            [](const auto& one) { return std::holds_alternative<HalfOpenEffect>(one); });
        if (!half_open || has_pool(fault, pooled)) continue;
        const auto& call = fault.target.call;
        diagnostics.error(
            call ? call->from.range : fault.name.range,
            call ? fmt::format("`{}` keeps no connections to `{}`", call->from.text, call->to.text)
                 : std::string("nobody there keeps connections"),
            "write `pool: {connections: 20}` in the policy of the calls: without one nothing is "
            "left open to die");
    }
}

}  // namespace models
