#pragma once

#include <string>
#include <vector>

#include "models/validation/case_runner.hpp"
#include "models/validation/suite.hpp"
#include "sim/report/document.hpp"

namespace models {

/// A suite as it was run.
struct SuiteResult {
    const Suite* suite = nullptr;
    ValidationResult result;
};

struct ValidationInput {
    std::vector<SuiteResult> suites;
    std::string engine_version;
    std::string command;  ///< that makes the page again
    bool wrong = false;   ///< the deliberately wrong models were run
};

/// Whether every case passes; of wrong models, whether every one is caught.
bool validation_passes(const ValidationInput& input);

/// The page: what was checked and how, then every figure with exact value, estimate, interval,
/// ratio and verdict. No clock and no host: the same bytes for the same program.
sim::Document validation_document(const ValidationInput& input);

}  // namespace models
