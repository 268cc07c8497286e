#include "models/report/explained_section.hpp"
#include "models/report/study_page.hpp"
#include "sim/cli/read_result.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/verbs.hpp"

namespace sim::cli {

int run_report(const Options& options, Io& io) {
    if (is_store_name(options.files.front())) return report_store(options, io);
    if (!outputs_have_formats(options, io)) return kUsage;
    nlohmann::ordered_json result;
    if (!read_result(options.files.front(), io, result)) return kUsage;
    const std::string verb = result["command"];
    const auto of_checks = output_showing(Shows::checks, options);
    if (verb != "run" && !of_checks.empty()) {
        io.err << "error: " << of_checks << ": a result of `firedrill " << verb
               << "` has no checks\n";
        return kUsage;
    }
    if (verb == "explain") return emit(models::explained_report(std::move(result)), options, io);
    const auto document = verb == "blast"
                              ? models::blast_report(std::move(result), options.verbose)
                              : models::study_report(std::move(result), options.verbose);
    return emit(document, options, io);
}

}  // namespace sim::cli
