#include "models/action/action_calls.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void SwitchStrategyAction::parameters(sim::Parameters& p) {
    name_parameter(p, "strategy", strategy, "whose settings");
    name_parameter(p, "from", from, "only calls of this service or group of customers");
    name_parameter(p, "to", to, "only calls to this service");
}

std::optional<sim::Misfit> SwitchStrategyAction::misfit() const {
    if (strategy.written()) return std::nullopt;
    return sim::Misfit{"strategy", "`switchStrategy` needs a strategy",
                       "write `switchStrategy: NAME`"};
}

void SetRetriesAction::parameters(sim::Parameters& p) {
    p.count("retries", retries, "tries beyond the first", {0, 100});
    name_parameter(p, "from", from, "only calls of this service or group of customers");
    name_parameter(p, "to", to, "only calls to this service");
}

void StopCallsAction::parameters(sim::Parameters& p) {
    name_parameter(p, "from", from, "only calls of this service; default: all of them");
    name_parameter(p, "to", to, "the service that is no longer called");
}

std::optional<sim::Misfit> StopCallsAction::misfit() const {
    if (to.written()) return std::nullopt;
    return sim::Misfit{"to", "`stopCalls` needs `to`", "write `stopCalls: {to: recommendations}`"};
}

}  // namespace models
