#pragma once

#include <string>
#include <vector>

#include "models/analysis/capacity.hpp"
#include "models/analysis/forecast.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/report/document.hpp"

namespace models {

struct PlanStrategy {
    std::string name;
    CapacityInput input;
};

/// What `plan` knows. The references must outlive it.
struct PlanInput {
    const Scenario& scenario;
    std::vector<PlanStrategy> strategies;  ///< the selected ones
    std::size_t baseline = 0;              ///< index into `strategies`
    std::vector<EffectiveSetting> settings;
    std::vector<std::string> notes;
    std::string file;  ///< as typed, for the next command
    std::size_t jobs = 1;
    bool all_settings = false;          ///< list every effective setting
    std::vector<StrategyTrial> trials;  ///< parallel to `strategies`
    StudyShape shape;
    bool tried = false;    ///< else the trials are `untried`
    double trial_s = 0;    ///< seconds of a core that trying took
    bool explains = true;  ///< reports show a request
};

/// What will run and what is known before (SCREENS.md, `plan`). `data` holds the same as JSON,
/// without anything about the machine.
sim::Document plan_document(const PlanInput& input);

/// What services with levels do, and when.
std::vector<std::string> level_lines(const PlanInput& input);
/// How the services come by their new versions: one line for each that a fault deploys.
std::vector<std::string> rollout_lines(const PlanInput& input);

}  // namespace models
