#include <algorithm>
#include <numeric>

#include "models/analysis/plan_report.hpp"
#include "models/scenario/build.hpp"
#include "sim/cli/check_document.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/core/assert.hpp"

namespace sim::cli {

namespace {

std::string counted(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// One file: 2 invalid, 1 a finding at or above the level, else 0. `checks` gets its findings.
int check_file(const std::string& path, const Options& options, Io& io,
               std::vector<Check>& checks) {
    Session session;
    const auto before = checks.size();
    if (!session.load(path, options, io)) {
        add_checks(session.diagnostics, session.sources, path, FailOn::error, checks);
        return kUsage;
    }
    const auto& scenario = *session.scenario;
    const auto model = models::build_model(scenario, scenario.baseline);
    models::find_overload(scenario, capacity_input(model), session.diagnostics);
    std::vector<std::size_t> all(scenario.strategies.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto settings = models::effective_settings(scenario, session.sources);
    for (auto& one : models::dangerous_presets(scenario, settings, all)) {
        session.diagnostics.note(one.range, std::move(one.message));
    }
    const auto& found = session.diagnostics;
    add_checks(found, session.sources, path, options.fail_on, checks);
    if (checks.size() == before) checks.push_back(passed_check(path));
    io.err << found.render(session.sources);
    const auto summary = found.summary();
    if (!summary.empty()) io.err << summary << "\n";
    const bool lines = options.format->name == "text" && !options.quiet;
    if (lines && found.error_count() == 0) {
        io.out << scenario.file << ": " << scenario.name << " is valid: "
               << counted(scenario.system(scenario.baseline).services.size(), "service") << ", "
               << (scenario.strategies.size() == 1
                       ? "1 strategy"
                       : std::to_string(scenario.strategies.size()) + " strategies")
               << ", " << counted(scenario.faults.size(), "fault") << ", "
               << counted(scenario.slos.size(), "SLO") << "\n";
    }
    switch (options.fail_on) {
        case FailOn::error:
            return found.error_count() > 0 ? kMissed : kOk;
        case FailOn::warning:
            return found.error_count() + found.warning_count() > 0 ? kMissed : kOk;
        case FailOn::never:
            return kOk;
    }
    SIM_ASSERT(false);
}

}  // namespace

int run_check(const Options& options, Io& io) {
    if (!outputs_have_formats(options, io)) return kUsage;
    int worst = kOk;
    std::vector<Check> checks;
    for (const auto& path : options.files) {
        worst = std::max(worst, check_file(path, options, io, checks));
    }
    const auto document = check_document(std::move(checks));
    if (options.format->name != "text") io.out << options.format->render(document, options.style);
    return std::max(worst, write_outputs(document, options, io));
}

}  // namespace sim::cli
