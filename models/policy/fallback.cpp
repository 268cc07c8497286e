#include "models/policy/fallback.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr sim::Duration kLongest = sim::whole_seconds(365 * 86'400);

void target_parameter(sim::Parameters& p, FallbackTarget& target, std::string_view summary) {
    p.other("call", "text", "", summary,
            [&](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                const auto name = sim::read_name(node, diagnostics, "an endpoint");
                target.text = name.value_or("");
                target.place = node.range;
                return name.has_value();
            });
}

std::optional<sim::Misfit> without_target(const FallbackTarget& target, const char* example) {
    if (!target.text.empty()) return std::nullopt;
    return sim::Misfit{"call", "the fallback does not say what it calls",
                       std::string("name an endpoint: `") + example + "`"};
}

}  // namespace

void FallbackBase::common_parameters(sim::Parameters& p) {
    p.percent("quality", quality, "of the reply; the request is a success from 50% on");
    p.duration("latency", latency, "time that the fallback takes by itself", {{}, kLongest});
    p.count("maxConcurrent", max_concurrent,
            "fallbacks at once per caller and endpoint; further ones fail", {1, UINT32_MAX});
}

void StaticFallback::parameters(sim::Parameters& p) { common_parameters(p); }
void SilentFallback::parameters(sim::Parameters& p) { common_parameters(p); }

void StaleCacheFallback::parameters(sim::Parameters& p) {
    common_parameters(p);
    p.duration("maxStaleness", max_staleness, "an older answer is not used",
               {sim::Duration{1}, kLongest});
}

bool StaleCacheFallback::has_answer(const FallbackState& state, sim::SimTime now) const {
    if (state.last_success_ns == INT64_MIN) return false;
    return now - sim::SimTime{state.last_success_ns} <= max_staleness;
}

void CallFallback::parameters(sim::Parameters& p) {
    common_parameters(p);
    target_parameter(p, target, "what is called instead: `service` or `service.endpoint`");
}
std::optional<sim::Misfit> CallFallback::misfit() const {
    return without_target(target, "fallback: {kind: call, call: catalogue.lite}");
}

void QueueFallback::parameters(sim::Parameters& p) {
    common_parameters(p);
    target_parameter(p, target, "the queue that takes it: `service` or `service.endpoint`");
}
std::optional<sim::Misfit> QueueFallback::misfit() const {
    return without_target(target, "fallback: {kind: queue, call: outbox.put}");
}

const FallbackTarget* target_of(const Fallback& fallback) {
    return std::visit(
        [](const auto& kind) -> const FallbackTarget* {
            if constexpr (requires { kind.target; }) return &kind.target;
            return nullptr;
        },
        fallback);
}

bool can_answer(const Fallback& fallback, const FallbackState& state, sim::SimTime now) {
    return std::visit(
        [&](const auto& kind) {
            if (!kind.admits(state)) return false;
            if constexpr (requires { kind.has_answer(state, now); }) {
                return kind.has_answer(state, now);
            }
            return true;
        },
        fallback);
}

}  // namespace models
