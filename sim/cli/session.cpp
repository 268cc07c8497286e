#include "sim/cli/session.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "models/scenario/resolved.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/report/render.hpp"

namespace sim::cli {

models::LoadRequest load_request(const std::string& path, const Options& options, const Io& io) {
    models::LoadRequest request;
    request.path = path;
    request.overrides = options.overrides;
    request.limits = options.load_limits;
    request.loader = io.read_file;
    return request;
}

bool Session::load(const std::string& path, const Options& options, Io& io) {
    const auto request = load_request(path, options, io);
    tree = models::read_scenario_tree(request, sources, diagnostics);
    if (tree) {
        models::check_sweep_section(*tree, request, diagnostics);
        scenario = models::load_scenario(*tree, request, sources, diagnostics);
    }
    if (scenario && !diagnostics.has_errors()) return true;
    scenario.reset();
    io.err << diagnostics.render(sources) << diagnostics.summary() << "\n";
    return false;
}

int wrong_usage(Io& io, const std::string& message, const std::string& hint) {
    io.err << "error: " << message << "\n";
    if (!hint.empty()) io.err << "  hint: " << hint << "\n";
    return kUsage;
}

std::optional<std::size_t> strategy_named(const std::string& wanted, std::string_view option,
                                          std::span<const std::string_view> names, Io& io) {
    const auto found = std::find(names.begin(), names.end(), wanted);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    wrong_usage(io, std::string(option) + ": the scenario has no strategy " + quote(wanted),
                did_you_mean_hint(wanted, names));
    return std::nullopt;
}

std::vector<std::string> Session::notes(std::span<const std::size_t> strategies) const {
    std::vector<std::string> messages;
    for (const auto& one : diagnostics.sorted()) {
        if (one.severity == Severity::note) messages.push_back(one.message);
    }
    auto notes = std::move(messages);
    const auto settings = models::effective_settings(*scenario, sources);
    for (auto& one : models::dangerous_presets(*scenario, settings, strategies)) {
        notes.push_back(std::move(one.message));
    }
    return notes;
}

std::vector<std::size_t> Session::selected(const Options& options, Io& io) const {
    std::vector<std::string_view> names;
    for (const auto& strategy : scenario->strategies) names.push_back(strategy.name.text);
    for (const auto& wanted : options.strategies) {
        if (!strategy_named(wanted, "--strategy", names, io)) return {};
    }
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (options.strategies.empty() ||
            std::find(options.strategies.begin(), options.strategies.end(), names[i]) !=
                options.strategies.end()) {
            chosen.push_back(i);
        }
    }
    return chosen;
}

bool outputs_have_formats(const Options& options, Io& io) {
    for (const auto& path : options.outputs) {
        if (path == "-" || renderer_for_file(path) != nullptr) continue;
        if (is_store_name(path)) {
            io.err << "error: -o: " << quote(path) << " is a study, which `firedrill sweep FILE -o "
                   << shell_quoted(path) << "` writes\n";
            return false;
        }
        io.err << "error: -o: the suffix of " << quote(path) << " names no format\n  hint:";
        for (const auto& renderer : renderers()) {
            io.err << " " << renderer.suffix << " (" << renderer.summary << ")";
        }
        io.err << "\n";
        return false;
    }
    return true;
}

int emit(const Document& document, const Options& options, Io& io) {
    if (options.format->write != nullptr) {
        options.format->write(document, io.out);
    } else {
        io.out << options.format->render(document, options.style);
    }
    io.out.flush();
    const int code = io.out ? kOk : kCannotWrite;  // run_program says so
    return std::max(code, write_outputs(document, options, io));
}

int write_outputs(const Document& document, const Options& options, Io& io) {
    int code = kOk;
    for (const auto& path : options.outputs) {
        if (path == "-") continue;  // standard output has it
        TextStyle style;
        style.ascii = options.style.ascii;
        const auto error = io.write_file(path, renderer_for_file(path)->render(document, style));
        if (error.empty()) continue;
        io.err << "error: " << error << "\n";
        code = kCannotWrite;
    }
    return code;
}

std::string repeat_command(const Options& options, const models::Scenario& scenario) {
    std::string command = "firedrill run " + shell_quoted(options.files.front());
    for (const auto& option : options.repeat) command += " " + option;
    command += " --seed " + std::to_string(scenario.experiment.seed);
    const auto& experiment = scenario.experiment;
    command +=
        " --runs " + (experiment.replications_auto ? std::string("auto")
                                                   : std::to_string(experiment.replications));
    return command;
}

}  // namespace sim::cli
