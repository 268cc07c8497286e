#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/validation/case.hpp"
#include "models/validation/suite.hpp"
#include "models/validation/verdict.hpp"
#include "sim/experiment/runner.hpp"

namespace models {

/// How to run cases.
struct ValidationOptions {
    std::size_t jobs = 1;
    std::optional<std::uint64_t> seed;  ///< instead of the committed one
    bool wrong = false;                 ///< run the deliberately wrong models
    bool again = true;                  ///< a case that is outside is run once more, fresh seed
    const sim::StopFlag* stop = nullptr;
    std::function<void(std::size_t done, std::size_t all)> on_wait;  ///< replications
};

/// A scenario of a case could not be read: a mistake in the files of the program.
struct BrokenCase {
    std::string name;
    std::string message;
};

/// Cases as they were run, in the order given; fewer after a stop.
struct ValidationResult {
    std::vector<CaseResult> cases;
    std::vector<BrokenCase> broken;
    bool stopped = false;
};

/// Runs every replication of every case on worker threads and judges what they gave. The same
/// bytes whatever the number of threads.
ValidationResult run_cases(const Suite& suite, std::span<const Case* const> cases,
                           const ValidationOptions& options);

}  // namespace models
