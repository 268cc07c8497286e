#pragma once

#include <string_view>
#include <variant>

#include "models/action/action_calls.hpp"
#include "models/action/action_faults.hpp"
#include "models/action/action_load.hpp"
#include "models/action/action_replicas.hpp"

namespace models {

/// The registry of what operators can do.
using ActionKind =
    std::variant<ShedAction, SwitchStrategyAction, SetRetriesAction, StopCallsAction, RestartAction,
                 EvacuateAction, ScaleOutAction, SetLevelAction, EndFaultsAction>;

inline std::string_view name_of(const ActionKind& kind) {
    return std::visit([](const auto& one) { return one.name; }, kind);
}
/// Whether it has an end: a restart is over when it is done.
inline bool lasts(const ActionKind& kind) {
    return std::visit([](const auto& one) { return one.lasts; }, kind);
}

}  // namespace models
