#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "models/validation/validation_page.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

using models::Case;
using models::Suite;

/// Cases of one suite that were asked for.
struct Selection {
    const Suite* suite = nullptr;
    std::vector<const Case*> cases;
};

/// Whether one of the words names the case, its kind or its suite.
bool is_wanted(const Suite& suite, const Case& one, const std::vector<std::string>& words) {
    if (words.empty()) return suite.name == "theory";
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return word == suite.name || word == one.kind || word == one.name;
    });
}

std::set<std::string> known_words(const std::vector<Suite>& suites) {
    std::set<std::string> words;
    for (const auto& suite : suites) {
        words.insert(std::string(suite.name));
        for (const auto& one : suite.cases) words.insert({one.kind, one.name});
    }
    return words;
}

/// False, with a message, when a word names nothing.
bool words_are_known(const std::vector<Suite>& suites, const Options& options, Io& io) {
    const auto known = known_words(suites);
    for (const auto& word : options.files) {
        if (known.contains(word)) continue;
        io.err << "error: " << quote(word) << " is no suite, kind or case\n";
        const std::vector<std::string_view> names(known.begin(), known.end());
        const auto hint = did_you_mean_hint(word, names);
        io.err << "  hint: " << (hint.empty() ? "`firedrill validate --list` names them" : hint)
               << "\n";
        return false;
    }
    return true;
}

/// One wrong model of every kind is enough to show that its check can fail.
void keep_wrong_models(Selection& selection) {
    std::set<std::string> seen;
    std::erase_if(selection.cases,
                  [&](const Case* one) { return !one->wrong || !seen.insert(one->kind).second; });
}

std::vector<Selection> select(const std::vector<Suite>& suites, const Options& options) {
    std::vector<Selection> selections;
    for (const auto& suite : suites) {
        Selection selection{&suite, {}};
        for (const auto& one : suite.cases) {
            const bool cheap_enough = !options.quick || one.quick;
            if (cheap_enough && is_wanted(suite, one, options.files)) {
                selection.cases.push_back(&one);
            }
        }
        if (options.wrong) keep_wrong_models(selection);
        if (!selection.cases.empty()) selections.push_back(std::move(selection));
    }
    return selections;
}

int list_cases(const std::vector<Selection>& selections, Io& io) {
    for (const auto& selection : selections) {
        io.out << selection.suite->name << ": " << selection.suite->summary << "\n";
        for (const auto* one : selection.cases) {
            io.out << fmt::format("  {:<26} {:<18} {}{}\n", one->name, one->kind, one->model,
                                  one->quick ? "" : " (not in --quick)");
        }
    }
    return kOk;
}

models::ValidationResult run_selection(const Selection& selection, const Options& options, Io& io) {
    models::ValidationOptions validation;
    validation.jobs = options.jobs;
    validation.seed = options.seed;
    validation.wrong = options.wrong;
    validation.stop = &io.stop;
    std::optional<Progress> progress;
    std::size_t all_tasks = 0;
    validation.on_wait = [&](std::size_t done, std::size_t all) {
        if (!progress || all != all_tasks) {
            progress.emplace(io, options.err_style, options.quiet, all);
            all_tasks = all;
        }
        progress->update(done);
    };
    auto result = models::run_cases(*selection.suite, selection.cases, validation);
    if (progress) progress->finish(all_tasks);
    return result;
}

std::string command_of(const Options& options) {
    std::string command = "firedrill validate";
    for (const auto& word : options.files) command += " " + shell_quoted(word);
    if (options.quick) command += " --quick";
    if (options.wrong) command += " --wrong";
    if (options.seed) command += " --seed " + std::to_string(*options.seed);
    return command;
}

}  // namespace

int run_validate(const Options& options, Io& io) {
    if (!outputs_have_formats(options, io)) return kUsage;
    SourceMap sources;
    Diagnostics diagnostics;
    const auto suites = models::load_suites(sources, diagnostics);
    if (diagnostics.has_errors()) {
        io.err << diagnostics.render(sources) << "This is a bug of firedrill.\n";
        return kInternal;
    }
    if (!words_are_known(suites, options, io)) return kUsage;
    const auto selections = select(suites, options);
    if (options.list) return list_cases(selections, io);
    if (selections.empty()) {
        io.err << "error: no case is left\n  hint: `firedrill validate --list` names them\n";
        return kUsage;
    }
    models::ValidationInput input;
    input.engine_version = std::string(kEngineVersion);
    input.command = command_of(options);
    input.wrong = options.wrong;
    for (const auto& selection : selections) {
        input.suites.push_back({selection.suite, run_selection(selection, options, io)});
        if (!input.suites.back().result.stopped) continue;
        io.err << "interrupted before all cases were run\n";
        return kInterrupted;
    }
    const int written = emit(models::validation_document(input), options, io);
    if (written != kOk) return written;
    return models::validation_passes(input) ? kOk : kMissed;
}

}  // namespace sim::cli
