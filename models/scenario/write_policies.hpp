#pragma once

#include "models/scenario/scenario.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// Replaces `services.NAME.preset` in a strategy's `set:` by the keys that it changes: in the
/// resolved file a service has every key written out, which a preset would not override. `base` and
/// `changed` are the completed trees without and with the `set`.
void write_out_presets(sim::Node& set, const sim::Node& base, const sim::Node& changed);

/// Writes the call settings of the resolved tree out, so that reading it again gives the same
/// models. Without presets `policy` gets the built-in settings that it does not write. With them
/// every strategy is written flat (built-in, preset, `policy` and its own keys), since a preset
/// lies below `policy` and may differ from strategy to strategy; when a `policyFor` names one,
/// every strategy has a flat `policyFor.caller->callee` for each pair instead. The scenario must be
/// valid.
void write_policies(Scenario& scenario);

}  // namespace models
