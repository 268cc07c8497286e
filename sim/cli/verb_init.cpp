#include <fmt/format.h>

#include "models/scenario/templates.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

const models::ScenarioTemplate* find_template(std::string_view name) {
    for (const auto& one : models::scenario_templates()) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

int unknown_template(const std::string& name, Io& io) {
    std::vector<std::string_view> names;
    for (const auto& one : models::scenario_templates()) names.push_back(one.name);
    io.err << "error: unknown template " << quote(name) << "\n";
    const auto hint = did_you_mean_hint(name, names);
    io.err << "  hint: " << (hint.empty() ? "`firedrill init list` lists them" : hint) << "\n";
    return kUsage;
}

}  // namespace

int run_init(const Options& options, Io& io) {
    const auto templates = models::scenario_templates();
    const std::string name =
        options.files.empty() ? std::string(templates.front().name) : options.files.front();
    if (name == "list") {
        for (const auto& one : templates)
            io.out << fmt::format("{:<14} {}\n", one.name, one.summary);
        return kOk;
    }
    const auto* chosen = find_template(name);
    if (chosen == nullptr) return unknown_template(name, io);
    if (options.outputs.empty()) io.out << chosen->text;
    for (const auto& path : options.outputs) {
        if (path == "-") {
            io.out << chosen->text;
            continue;
        }
        if (io.read_file(path, 1).error.empty()) {
            io.err << "error: " << path << " exists, and init does not overwrite\n";
            return kCannotWrite;
        }
        const auto error = io.write_file(path, std::string(chosen->text));
        if (!error.empty()) {
            io.err << "error: " << error << "\n";
            return kCannotWrite;
        }
        if (!options.quiet) io.err << "wrote " << path << "\nNext: firedrill run " << path << "\n";
    }
    return kOk;
}

}  // namespace sim::cli
