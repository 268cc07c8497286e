#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/core/time.hpp"
#include "sim/yaml/node.hpp"

// The faults that the program knows by name (models/fault/catalogue.yaml), as data: what each is,
// and the effects that it stands for.
namespace models {

/// What may be written beside `preset: NAME`.
struct FaultParameter {
    std::string key;
    std::string type;       ///< `duration`, `ms`, `percent`, `points`, `choice`, …
    std::string otherwise;  ///< its default as one would write it; empty: it has to be written
    std::string summary;
    /// Of a choice: its words with ours.
    std::vector<std::pair<std::string, std::string>> values;
};

struct NamedFault {
    std::string family;
    std::string name;
    std::string summary;
    std::vector<std::string> tools;  ///< who injects the same
    std::vector<FaultParameter> parameters;
    std::vector<sim::Node> effects;  ///< with `$parameter` where values come
    sim::Node target;                ///< more about the messages that it strikes; may be null
    sim::Node schedule;              ///< `down` and `up` of one that comes and goes; may be null
    std::string needs;               ///< what is missing in this version; empty: nothing
    std::string instead;             ///< of one that is no fault here: how to write it
    std::string strikes;             ///< the target of its example
    sim::Node sample;                ///< parameters of its example, a map or null
    std::string note;

    [[nodiscard]] bool usable() const { return needs.empty() && instead.empty(); }
    [[nodiscard]] const FaultParameter* parameter(std::string_view key) const;
};

struct FaultFamily {
    std::string_view name;
    std::string_view summary;
};
/// In the order of the catalogue; their faults stand together.
std::span<const FaultFamily> fault_families();
std::span<const NamedFault> named_faults();
/// Null when there is none.
const NamedFault* find_named_fault(std::string_view name);
/// Of those that can be written.
std::vector<std::string_view> fault_names();

/// A fault that comes and goes while it lasts.
struct Flapping {
    sim::Duration down;  ///< there
    sim::Duration up;    ///< not there
};

/// What a name stands for.
struct FaultExpansion {
    std::vector<sim::Node> effects;  ///< as a scenario would write them, with places
    std::optional<double> share;     ///< of the messages
    bool sticky = false;
    bool border = false;  ///< of a place, only the messages that cross its border
    std::optional<Flapping> flapping;
};
/// `written` is the name, or a map with `preset: NAME`, its parameters and, when it stands for one
/// effect, keys of that. Nothing after an error.
std::optional<FaultExpansion> expand_fault(const NamedFault& fault, const sim::Node& written,
                                           sim::Diagnostics& diagnostics);

/// The same whether or not there is everything that it needs.
std::optional<FaultExpansion> fill_in(const NamedFault& fault, const sim::Node& written,
                                      sim::Diagnostics& diagnostics);

/// A fault to paste: `example: {at: 3m, for: 1m, zone: eu-1, effect: zone.outage}`.
std::string fault_example(const NamedFault& fault);
/// What its example stands for, one effect each; none when that is not known yet.
std::vector<std::string> fault_effects(const NamedFault& fault);

}  // namespace models
