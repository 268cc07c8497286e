#include "models/fault/effect_config.hpp"

#include <string>
#include <utility>

#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {
namespace {

void time_parameter(sim::Parameters& p, std::string_view key, std::optional<sim::Duration>& time,
                    std::string_view summary) {
    p.other(key, "duration|'none'", "", summary,
            [&time](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                if (node.is_scalar() && node.text == "none") {
                    time = sim::kForever;
                    return true;
                }
                const auto read =
                    sim::read_duration(node, diagnostics, {sim::Duration{1}, sim::kForever});
                if (read) time = read;
                return read.has_value();
            });
}

}  // namespace

void TimeoutEffect::parameters(sim::Parameters& p) {
    time_parameter(p, "perTry", per_try, "of each try; default: as it was");
    time_parameter(p, "call", call, "of each call with all its tries; default: as it was");
}

std::optional<sim::Misfit> TimeoutEffect::misfit() const {
    if (per_try || call) return std::nullopt;
    return sim::Misfit{"perTry", "effect `timeout` changes nothing",
                       "write `effect: {timeout: 20ms}` or `effect: {kind: timeout, call: 10s}`"};
}

void TimeoutEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                          const ActiveFault& fault) const {
    add_traffic(conditions, fault, [&](TrafficConditions& one) {
        one.per_try = per_try;
        one.whole_call = call;
    });
}

void LevelEffect::parameters(sim::Parameters& p) {
    p.other("level", "name", "", "of the service",
            [this](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                const auto text = sim::read_name(node, diagnostics, "a level");
                if (text) level = *text;
                return text.has_value();
            });
}

std::optional<sim::Misfit> LevelEffect::misfit() const {
    if (!level.empty()) return std::nullopt;
    return sim::Misfit{"level", "effect `level` names no level",
                       "write `effect: {level: readOnly}`"};
}

void LevelEffect::apply(Conditions& conditions, const Topology& topology,
                        const ActiveFault& fault) const {
    auto one = struck_by<LevelConditions>(topology, fault);
    one.level = level;
    conditions.levels.push_back(std::move(one));
}

}  // namespace models
