#pragma once

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sim/cli/io.hpp"

namespace tests {

using Json = nlohmann::ordered_json;

struct ProgramRun {
    int code = 0;
    std::string out;
    std::string err;
};

/// The whole program in this process, on files from `loader`.
inline ProgramRun run_program(
    const std::vector<std::string>& args, const sim::FileLoader& loader = sim::read_disk_file,
    const std::function<double()>& cpu_seconds = [] { return 0.0; }) {
    std::ostringstream out;
    std::ostringstream err;
    sim::StopFlag stop;
    const auto nothing_set = [](const char*) { return std::optional<std::string>(); };
    sim::cli::Io io{out,    err, false, false,      100, 2, true, nothing_set, [] { return 0.0; },
                    loader, {},  stop,  "firedrill"};
    io.cpu_seconds = cpu_seconds;
    ProgramRun run;
    run.code = sim::cli::run_program(args, io);
    run.out = out.str();
    run.err = err.str();
    return run;
}

/// A file of the repository.
inline std::string source_file(const std::string& path) {
    std::ifstream file(FIREDRILL_SOURCE_DIR "/" + path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// `firedrill run` of that text, as JSON.
inline Json run_text(const std::string& text, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"run", "scenario.yaml", "--json"});
    const auto run = run_program(options, [&](const std::string&, std::size_t) {
        return sim::FileContent{text, ""};
    });
    if (run.out.empty()) throw std::runtime_error(run.err);
    return Json::parse(run.out);
}

}  // namespace tests
