#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/swarm/generate.hpp"
#include "tests/swarm/values.hpp"

namespace swarm {

/// Writes one scenario.
class Generator {
  public:
    Generator(std::uint64_t seed, std::vector<Feature> featured);
    Scenario take();

  private:
    using Place = Draft::Place;
    using Role = Draft::Role;

    Place line(Place parent, std::string text, Role role = Role::spare) {
        return scenario_.draft.add(parent, std::move(text), role);
    }
    Place header(std::string text, Place parent = Draft::kTop) {
        return line(parent, std::move(text), Role::header);
    }
    /// Notes that the line uses something.
    void uses(std::string family, std::string name, Place place) {
        scenario_.uses.push_back({{std::move(family), std::move(name)}, place});
    }
    std::vector<std::string> featured(std::string_view family) const;

    // generate_system.cpp
    void write_places();
    void plan_services();
    [[nodiscard]] std::size_t place_of_key(std::string_view key) const;
    [[nodiscard]] bool wants_everything() const;
    void write_services();
    void write_service(std::size_t index);
    void write_kind(std::size_t index, Place place);
    void write_section(std::string_view section, Place place, unsigned chance);
    void write_service_keys(std::size_t index, Place place);
    void write_service_key(std::string_view key, std::string_view types, Place place);
    void write_family_key(std::string_view key, std::string_view featured, Place place);
    void write_levels(Place place, bool writes);
    void write_endpoints(std::size_t index, Place place);
    void write_calls(std::size_t index, Place endpoint);
    std::string call_to(std::size_t callee);
    void write_groups();
    void write_group(std::size_t index, Place parent);
    std::string map_of(std::string_view section, unsigned chance);
    std::string field_value(std::string_view section, std::string_view key, std::string_view types);

    // generate_policies.cpp
    void write_policies();
    void write_policy(Place place, unsigned chance);
    void write_policy_key(Place place, std::string_view key, std::string_view featured);
    void write_featured_policies(Place place);
    std::string inline_policy();
    void write_strategies();
    void write_experiment();

    // generate_faults.cpp
    void plan_faults();
    void write_faults();
    void write_fault(const std::string& effect, const std::string& target, Feature feature,
                     bool plain = false);
    std::string target();
    std::string times(std::string_view schedule);
    std::string plain_times();
    std::string effect_text(std::string_view kind);
    std::string target_of(std::string_view kind);
    std::string named_effect(const std::string& name);
    std::string fault_parameter(std::string_view type);
    void write_actions();
    std::string condition();
    void write_slos();
    std::string objective();

    struct Planned {
        std::string name;
        std::string kind;  ///< as the file says it
        std::vector<std::string> endpoints;
        std::vector<std::size_t> callees;
    };

    Dice dice_;
    std::vector<Feature> featured_;
    Scenario scenario_;
    Names names_;
    Values values_;
    std::vector<Planned> services_;
    Place faults_ = 0;
    std::size_t next_fault_ = 0;
};

}  // namespace swarm
