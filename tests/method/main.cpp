// method [--quick] [--jobs N] [--list] [NAME...]: experiments on the statistical method, as a page
// of Markdown. Exit code 1 when a method fails or a wrong one does not.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "tests/method/experiment.hpp"

namespace method {

namespace {

constexpr auto kExperiments = std::to_array<Experiment>({
    {"warm-up", "Warm-up", warm_up},
    {"instability", "Queues that grow", instability},
    {"batch-means", "Means of one long run", batch_means},
    {"run-length", "How long a run has to be", run_length},
    {"stopping", "Replications until a mean is precise", stopping},
    {"comparing", "Comparisons of many systems", comparing},
    {"selecting", "Selection of the best", selecting},
    {"quantiles", "Quantiles", quantiles},
    {"sketch", "Histograms", sketch},
    {"streams", "Streams of random numbers", streams},
    {"variates", "Draws", variates},
    {"open-loop", "Requests that nobody sees", open_loop},
    {"common-draws", "Common draws", common_draws},
    {"pairing", "What pairing saves", pairing},
    {"audit", "Coverage of the finished program", audit},
});

std::string bounds_text(const Row& row) {
    std::string text;
    if (row.at_least) text += fmt::format("≥ {:.4g}", *row.at_least);
    if (row.at_least && row.at_most) text += ", ";
    if (row.at_most) text += fmt::format("≤ {:.4g}", *row.at_most);
    return row.wrong ? "not " + text : text;
}

std::string verdict_text(const Row& row) {
    if (!row.at_least && !row.at_most) return "";
    if (row.wrong) return row.passes() ? "✓ fails, as it must" : "✗ THE WRONG METHOD PASSES";
    return row.passes() ? "✓" : "✗ FAILS";
}

/// The number of rows that are not as they have to be.
int show(const Experiment& experiment, const Effort& effort) {
    fmt::print(
        "## {}\n\n| test | number | found | has to be | reference | |\n"
        "|---|---|---:|---|---|---|\n",
        experiment.title);
    int failures = 0;
    for (const Row& row : experiment.run(effort)) {
        fmt::print("| {} | {} | {:.4g} | {} | {} | {} |\n", row.test, row.what, row.found,
                   bounds_text(row), row.reference, verdict_text(row));
        failures += row.passes() || (!row.at_least && !row.at_most) ? 0 : 1;
    }
    fmt::print("\n");
    std::fflush(stdout);
    return failures;
}

int usage() {
    fmt::print(stderr, "method [--quick] [--jobs N] [--list] [NAME...]\n");
    return 2;
}

}  // namespace

std::span<const Experiment> experiments() { return kExperiments; }

}  // namespace method

int main(int argc, char** argv) {
    method::Effort effort;
    effort.jobs = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::string_view> names;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--quick") {
            effort.quick = true;
        } else if (word == "--jobs" && i + 1 < argc) {
            effort.jobs = std::max<std::size_t>(1, std::strtoul(argv[++i], nullptr, 10));
        } else if (word == "--list") {
            for (const auto& one : method::experiments()) fmt::print("{}\n", one.name);
            return 0;
        } else if (word.starts_with("-")) {
            return method::usage();
        } else {
            names.push_back(word);
        }
    }
    int failures = 0;
    std::size_t shown = 0;
    for (const auto& one : method::experiments()) {
        if (!names.empty() && std::find(names.begin(), names.end(), one.name) == names.end()) {
            continue;
        }
        failures += method::show(one, effort);
        ++shown;
    }
    if (shown < std::max<std::size_t>(1, names.size())) return method::usage();
    fmt::print("{}\n", failures == 0
                           ? "Every method passes, and every wrong one fails."
                           : fmt::format("{} numbers are not as they have to be.", failures));
    return failures == 0 ? 0 : 1;
}
