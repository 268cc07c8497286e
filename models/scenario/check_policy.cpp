#include "models/scenario/check_policy.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "sim/yaml/parameters.hpp"
#include "sim/yaml/write_scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

/// What to complain at: the parameter, else another one of the rule that is written, else whatever
/// has a place.
const Node* place_in(const Node& rule, std::string_view key) {
    const Node* named = rule.find(key);
    if (named != nullptr && is_written(*named)) return named;
    for (const MapEntry& entry : rule.entries) {
        if (is_written(entry.value)) return &entry.value;
    }
    if (named != nullptr && named->range.has_place()) return named;
    return &rule;
}

template <class Rules>
void check_rule(const Node& merged, std::string_view key, const Rules& rules,
                sim::Diagnostics& diagnostics) {
    const auto misfit = sim::misfit_of(rules);
    const Node* rule = merged.find(key);
    if (!misfit || rule == nullptr) return;
    sim::report(diagnostics, *place_in(*rule, misfit->key), misfit->message, misfit->hint);
}

template <class Rules>
void check_rule(const Node& merged, std::string_view key, const std::optional<Rules>& rules,
                sim::Diagnostics& diagnostics) {
    if (rules) check_rule(merged, key, *rules, diagnostics);
}

/// One line per family of a policy.
void check_rules(const Node& merged, const CallPolicy& policy, sim::Diagnostics& diagnostics) {
    check_rule(merged, "backoff", policy.backoff, diagnostics);
    check_rule(merged, "retryBudget", policy.retry_budget, diagnostics);
    check_rule(merged, "hedge", policy.hedge, diagnostics);
    check_rule(merged, "circuitBreaker", policy.circuit_breaker, diagnostics);
    check_rule(merged, "throttle", policy.throttle, diagnostics);
    check_rule(merged, "rateLimit", policy.rate_limit, diagnostics);
    check_rule(merged, "bulkhead", policy.bulkhead, diagnostics);
    check_rule(merged, "loadBalancing", policy.load_balancing, diagnostics);
    check_rule(merged, "outlierDetection", policy.outlier_detection, diagnostics);
    check_rule(merged, "fallback", policy.fallback, diagnostics);
}

/// Such a timeout never fires. No mistake is one that a stronger layer cut short by a timeout, or a
/// preset's: it is only out of use.
void check_timeouts(const Node& merged, const CallPolicy& policy,
                    std::span<const Node* const> layers, sim::Diagnostics& diagnostics) {
    const Node* per_try = merged.find("perTryTimeout");
    if (per_try == nullptr || !is_written(*per_try)) return;
    if (policy.per_try_timeout == sim::kForever || policy.per_try_timeout <= policy.timeout) return;
    if (is_laid_over(layers, "timeout", "perTryTimeout")) return;
    sim::report(
        diagnostics, *per_try,
        fmt::format("a `perTryTimeout` of {} is above the `timeout` of {}: it never fires",
                    sim::duration_text(policy.per_try_timeout), sim::duration_text(policy.timeout)),
        "`timeout` is for the whole call, all its tries");
}

/// A method of gRPC has a retryPolicy or a hedgingPolicy (A6), which its throttle is part of.
void check_grpc(const Node& merged, const CallPolicy& policy, sim::Diagnostics& diagnostics) {
    const bool grpc =
        policy.retry_budget && std::holds_alternative<GrpcThrottleBudget>(*policy.retry_budget);
    if (!grpc || !policy.hedge || policy.retries == 0) return;
    for (const std::string_view key : {"hedge", "retries", "retryBudget"}) {
        const Node* place = merged.find(key);
        if (place == nullptr || !is_written(*place)) continue;
        diagnostics.warning(place->range,
                            "gRPC, whose throttle this policy has, either hedges or retries, and "
                            "never both",
                            "write `retries: 0` or `hedge: none`, or another `retryBudget`");
        return;
    }
}

}  // namespace

/// An alias of YAML stays in its file; a preset's value has its place in the preset's own text.
bool is_written(const Node& value) {
    const bool from_preset = value.alias.has_place() && value.alias.file != value.range.file;
    return value.range.has_place() && !from_preset;
}

bool is_laid_over(std::span<const Node* const> layers, std::string_view key,
                  std::string_view other) {
    for (std::size_t i = layers.size(); i-- > 0;) {
        if (layers[i] == nullptr) continue;
        if (layers[i]->find(other) != nullptr) return false;
        if (layers[i]->find(key) != nullptr) return true;
    }
    return false;
}

namespace {

void check_quantile(const Node& merged, const CallPolicy& policy, sim::Diagnostics& diagnostics) {
    const auto& quantile = policy.per_try_quantile;
    if (!quantile || quantile->min <= quantile->max) return;
    sim::report(diagnostics, *place_in(*merged.find("perTryTimeout"), "min"),
                "the `min` of the `perTryTimeout` is above its `max`", "swap them");
}

/// Retries that nothing leads to.
void check_conditions(const Node& merged, const CallPolicy& policy, sim::Diagnostics& diagnostics) {
    const Node* conditions = merged.find("retryOn");
    if (policy.retries == 0 || policy.retry_on.bits != 0 || conditions == nullptr) return;
    if (!is_written(*conditions)) return;
    diagnostics.warning(conditions->range, "with an empty `retryOn` nothing is retried",
                        "write `retries: 0`, or the failures that are worth another try");
}

}  // namespace

void check_policy(const Node& merged, const CallPolicy& policy, std::span<const Node* const> layers,
                  sim::Diagnostics& diagnostics) {
    check_rules(merged, policy, diagnostics);
    check_timeouts(merged, policy, layers, diagnostics);
    check_quantile(merged, policy, diagnostics);
    check_conditions(merged, policy, diagnostics);
    check_grpc(merged, policy, diagnostics);
}

}  // namespace models
