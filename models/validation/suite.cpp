#include "models/validation/suite.hpp"

#include "models/validation/read_cases.hpp"

namespace models {

namespace {

Suite load(sim::SourceMap& sources, sim::Diagnostics& diagnostics, Suite suite,
           std::string_view index) {
    const auto text = suite.text_of(index);
    if (text.empty()) return suite;
    suite.cases = read_cases(sources, diagnostics,
                             std::string(suite.folder) + "/" + std::string(index), text);
    return suite;
}

}  // namespace

std::string_view Suite::text_of(std::string_view file) const {
    for (const auto& one : files) {
        if (one.name == file) return one.text;
    }
    return {};
}

std::vector<Suite> load_suites(sim::SourceMap& sources, sim::Diagnostics& diagnostics) {
    std::vector<Suite> suites;
    suites.push_back(load(sources, diagnostics,
                          {"theory",
                           "tests/fidelity/theory",
                           "Agreement with theory",
                           "closed forms of queueing, reliability and retry theory",
                           theory_files(),
                           {}},
                          "cases.yaml"));
    suites.push_back(load(sources, diagnostics,
                          {"papers",
                           "scenarios/papers",
                           "Agreement with published figures",
                           "figures of papers and engineering blogs",
                           paper_files(),
                           {}},
                          "figures.yaml"));
    return suites;
}

}  // namespace models
