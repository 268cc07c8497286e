#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/time.hpp"

namespace models {

/// Smallest differences that matter when strategies are compared or a value is near its limit.
struct DifferenceThatMatters {
    double ratio = 0.001;    ///< 0.1 point
    double relative = 0.05;  ///< of latencies and other positive values
    double recovery_s = 10.0;
};

/// The `experiment` section with its defaults filled in.
struct Experiment {
    sim::Duration duration = sim::whole_seconds(300);
    sim::Duration warmup = sim::whole_seconds(60);
    bool warmup_auto = false;  ///< `auto` was written: a pilot looks for it before the study
    sim::Duration drain = sim::whole_seconds(30);
    /// Of what is recorded by the second; 0: a second, in a long run more (WindowGrid).
    sim::Duration windows{};
    std::string baseline;  ///< a strategy's name
    std::uint64_t seed = 1;
    std::uint32_t replications = 10;
    /// As many as the verdicts need; `replications` is then the number for verbs without verdicts.
    bool replications_auto = false;
    double confidence = 0.95;
    std::vector<std::string> decide_by;  ///< `slosMet` or the name of an SLO, most important first
    DifferenceThatMatters difference;
};

}  // namespace models
