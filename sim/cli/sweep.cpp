#include "sim/cli/sweep.hpp"

namespace sim::cli {

int run_sweep_points(const Options& options, Io& io, const Session& /*session*/,
                     const models::SweepPlan& plan) {
    return wrong_usage(
        io,
        "this version plans a sweep of " + std::to_string(plan.points.size()) +
            " points, and does not run it",
        "`firedrill sweep " + shell_quoted(options.files.front()) + " --dry-run` shows the points");
}

}  // namespace sim::cli
