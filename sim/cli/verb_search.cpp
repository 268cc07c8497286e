#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/setting_lookup.hpp"
#include "models/analysis/study_report.hpp"
#include "models/scenario/identity.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/sha256.hpp"
#include "models/search/search_document.hpp"
#include "sim/cli/search.hpp"
#include "sim/cli/stored_tasks.hpp"
#include "sim/cli/strategy_runner.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

/// The first word says what is searched; the rest is as for other verbs.
std::optional<models::SearchKind> kind_of(const Options& options, Io& io) {
    const auto& word = options.files.front();
    const std::vector<std::string_view> known = {to_string(models::SearchKind::max_load),
                                                 to_string(models::SearchKind::boundary)};
    if (word == known[0]) return models::SearchKind::max_load;
    if (word == known[1]) return models::SearchKind::boundary;
    const auto hint = did_you_mean_hint(word, known);
    wrong_usage(io, "search: " + quote(word) + " is nothing to search for",
                hint.empty() ? "`firedrill search max-load FILE`, or `boundary FILE --x "
                               "PATH=FROM..TO`"
                             : hint);
    return std::nullopt;
}

bool slos_are_known(const Options& options, Io& io, const models::Scenario& scenario) {
    std::vector<std::string_view> names;
    for (const auto& slo : scenario.slos) names.push_back(slo.name);
    if (names.empty()) {
        wrong_usage(io, quote(options.files.front()) + ": there is no SLO to hold",
                    "such as --set 'slos.fast=checkout.p99 <= 500ms'");
        return false;
    }
    for (const auto& wanted : options.slos) {
        if (std::find(names.begin(), names.end(), wanted) != names.end()) continue;
        wrong_usage(io, "--slo: the scenario has no SLO " + quote(wanted),
                    did_you_mean_hint(wanted, names));
        return false;
    }
    return true;
}

std::string resume_command(const Options& options, const models::SearchStudy& study) {
    std::string command = fmt::format("firedrill search {} {}", to_string(study.kind),
                                      shell_quoted(options.files.front()));
    for (const auto& option : options.repeat) command += " " + option;
    command +=
        fmt::format("{} --seed {} --runs {}", limit_options(options), study.seed, study.most_runs);
    const auto store = store_of(options);
    if (!store.empty()) command += " -o " + shell_quoted(store);
    return command;
}

models::SearchStudy study_of(const Options& options, const Session& session, const SearchAxis& axis,
                             models::SearchKind kind, const std::vector<std::size_t>& chosen) {
    const auto& scenario = *session.scenario;
    models::SearchStudy study;
    study.kind = kind;
    study.name = scenario.name;
    study.file = models::portable_name(scenario.file);
    study.question = scenario.question;
    study.resolved = models::sha256(models::write_resolved(scenario));
    study.path = axis.path();
    study.range = axis.text();
    study.rates = axis.rates();
    if (!axis.path().empty()) {
        const auto settings = models::effective_settings(scenario, session.sources);
        const auto now = models::SettingLookup(settings, session.sources).at(axis.path());
        if (now) study.today = now->value;
    }
    for (const auto strategy : chosen) {
        study.strategies.push_back(scenario.strategies[strategy].name.text);
    }
    study.slos = options.slos;
    study.tolerance = options.tolerance;
    study.confidence = scenario.experiment.confidence;
    study.most_probes = most_probes(axis.range());
    study.probe_confidence = probe_confidence(axis.range(), study.confidence);
    const bool given = !options.runs.empty() && !scenario.experiment.replications_auto;
    study.most_runs =
        given ? scenario.experiment.replications : static_cast<std::uint32_t>(kProbeLooks.back());
    study.seed = scenario.experiment.seed;
    study.command = resume_command(options, study);
    study.engine = results_version();
    return study;
}

/// Reads both ends of a boundary: false, with a message, when neither is a scenario. A path that a
/// strategy says itself changes nothing, because both ends run the same: that is a warning.
bool look_at_ends(const Options& options, Io& io, const Session& session, const SearchAxis& axis,
                  const models::SearchStudy& study) {
    if (study.kind != models::SearchKind::boundary) return true;
    const auto base = load_request(options.files.front(), options, io);
    const auto low =
        load_point(*session.tree, session.sources, base, axis.place(axis.range().from).overrides);
    const auto high =
        load_point(*session.tree, session.sources, base, axis.place(axis.range().to).overrides);
    if (!low.scenario && !high.scenario) {
        io.err << low.failure << "\n";
        return false;
    }
    if (!low.scenario || !high.scenario || options.quiet) return true;
    for (const auto& name : study.strategies) {
        const auto strategy = strategy_index(*low.scenario, name);
        if (models::scenario_identity(*low.scenario, strategy) !=
            models::scenario_identity(*high.scenario, strategy)) {
            continue;
        }
        io.err << fmt::format(
            "warning: {} changes nothing under {}: the strategy says it itself; search "
            "`strategies.{}.…` instead\n",
            quote(study.path), name, name);
    }
    return true;
}

int end_of(const Options& options, Io& io, const models::SearchResult& result, bool whole,
           const std::string& store) {
    if (whole) {
        const bool open =
            std::any_of(result.strategies.begin(), result.strategies.end(),
                        [&](const auto& one) { return one.end() == models::SearchEnd::open; });
        return open ? kInconclusive : kOk;
    }
    return end_stopped(io, store, resume_command(options, result.study), "SEARCH.db");
}

int search_in_store(const Options& options, Io& io, const Session& session, const SearchAxis& axis,
                    const models::SearchStudy& study, const std::string& path, Store& store) {
    try {
        const auto plan = plan_in(store, models::search_text(study));
        const bool whole = run_search_places(options, io, session, axis, study, store, plan);
        const int written = emit_search(options, io, store);
        const int ended = end_of(options, io, models::read_search(store), whole, path);
        return written != kOk ? written : ended;
    } catch (const StoreError& problem) {
        io.err << "error: " << problem.what() << "\n";
        if (!path.empty()) {
            io.err << "  hint: what was committed is kept; resume: " << study.command << "\n";
        }
        return kCannotWrite;
    }
}

}  // namespace

int emit_search(const Options& options, Io& io, Store& store) {
    auto others = options;
    std::erase_if(others.outputs, is_store_name);
    return emit(models::search_document(models::read_search(store), options.verbose), others, io);
}

int run_search(const Options& all_options, Io& io) {
    const auto kind = kind_of(all_options, io);
    if (!kind) return kUsage;
    auto options = all_options;
    options.files.erase(options.files.begin());
    if (!study_outputs_are_known(options, io, "a search")) return kUsage;
    Session session;
    if (!session.load(options.files.front(), options, io)) return kUsage;
    const auto chosen = session.selected(options, io);
    if (chosen.empty() || !slos_are_known(options, io, *session.scenario)) return kUsage;
    const auto axis = *kind == models::SearchKind::max_load ? load_axis(options, io, session)
                                                            : boundary_axis(options, io, session);
    if (!axis) return kUsage;
    const auto study = study_of(options, session, *axis, *kind, chosen);
    if (!look_at_ends(options, io, session, *axis, study)) return kUsage;
    const auto path = store_of(options);
    try {
        Store store(path.empty() ? ":memory:" : path, Store::Access::write, results_version());
        return search_in_store(options, io, session, *axis, study, path, store);
    } catch (const StoreError& problem) {
        io.err << "error: " << problem.what() << "\n";
        return kCannotWrite;
    }
}

}  // namespace sim::cli
