#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "models/analysis/diff.hpp"
#include "models/analysis/study_report.hpp"
#include "sim/cli/git_files.hpp"
#include "sim/cli/read_result.hpp"
#include "sim/cli/study.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/cli/version.hpp"
#include "sim/cli/warm_up_pilot.hpp"
#include "sim/yaml/node_diff.hpp"

namespace sim::cli {

namespace {

models::DiffRule rule_of(const std::string& word) {
    if (word == "missed") return models::DiffRule::newly_missed;
    if (word == "change") return models::DiffRule::changed;
    return word == "never" ? models::DiffRule::never : models::DiffRule::worse;
}

/// One of the two: a scenario (in the working tree or in a revision) or a saved result.
struct Side {
    std::string name;      ///< as the report calls it
    std::string path;      ///< what to load
    std::string revision;  ///< empty: the working tree
    bool is_result = false;
    Session session{};
    nlohmann::ordered_json result{};
};

bool is_result_file(const std::string& path) { return path.ends_with(".json"); }

/// What the arguments name; false: they make no sense, and `io.err` says so.
bool name_sides(const Options& options, Io& io, Side& before, Side& after) {
    const auto& files = options.files;
    if (!options.files_before_dashes) {
        if (files.size() != 2) {
            wrong_usage(io, "`diff` compares two scenarios or two results",
                        "revisions stand before `--`, the file after it: `firedrill diff main -- "
                        "shop.yaml`");
            return false;
        }
        before = {files[0], files[0], "", is_result_file(files[0])};
        after = {files[1], files[1], "", is_result_file(files[1])};
        return true;
    }
    const auto revisions = *options.files_before_dashes;
    if (revisions < 1 || revisions > 2 || files.size() != revisions + 1) {
        wrong_usage(io, "before `--` stand one or two revisions, after it one scenario",
                    "`firedrill diff main -- shop.yaml` compares it with the file as it is now");
        return false;
    }
    const auto& file = files.back();
    for (std::size_t i = 0; i < revisions; ++i) {
        std::string problem;
        if (is_revision(files[i], file, problem)) continue;
        wrong_usage(io, problem, "`git log --oneline` lists revisions");
        return false;
    }
    before = {files[0], files[0] + ":" + file, files[0]};
    after = {file, file, ""};
    if (revisions == 2) after = {files[1], files[1] + ":" + file, files[1]};
    return true;
}

bool load_side(const Options& options, Io& io, Side& side) {
    if (side.is_result) return read_result(side.path, io, side.result);
    if (side.revision.empty()) return side.session.load(side.path, options, io);
    Io at_revision = io;
    at_revision.read_file = revision_files(side.revision);
    return side.session.load(side.path, options, at_revision);
}

/// Finds the warm-ups that are to be found. Two of them become the longer one: else requests of the
/// two sides would not meet the same luck at the same time.
std::optional<int> settle_warm_ups(const Options& options, Io& io, Side& before, Side& after) {
    std::vector<Session*> found;
    for (auto* side : {&before, &after}) {
        if (side->is_result) continue;
        if (const auto code = settle_warm_up(options, io, side->session)) return code;
        if (side->session.warm_up.found) found.push_back(&side->session);
    }
    Duration longest{};
    for (const auto* one : found) longest = std::max(longest, one->scenario->experiment.warmup);
    for (auto* one : found) one->scenario->experiment.warmup = longest;
    return std::nullopt;
}

/// Runs a scenario and leaves its result in the side.
int run_side(const Options& options, Io& io, Side& side) {
    auto quick = options;
    quick.why = false;
    Study study;
    if (!prepare_study(side.session, quick, io, study)) return kUsage;
    if (!options.quiet) io.err << side.name << ":\n";
    run_study(quick, io, study);
    if (study.limit) {
        io.err << limit_error(side.name + ": a run", *study.limit);
        return kInconclusive;
    }
    keep_complete_replications(study);
    if (study.end == StudyEnd::interrupted || study.strategies.front().runs.empty()) {
        io.err << "interrupted: there is nothing to compare yet\n";
        return kInterrupted;
    }
    const auto result = models::analyse(study.settings, study.strategies);
    const models::StudyInput input{.scenario = *side.session.scenario,
                                   .settings = study.settings,
                                   .strategies = study.strategies,
                                   .result = result,
                                   .engine_version = std::string(kEngineVersion),
                                   .resolved = models::write_resolved(*side.session.scenario),
                                   .repeat_command = {},
                                   .notes = {},
                                   .planned = study.plan.replications,
                                   .exit_code = std::nullopt,
                                   .warm_up = side.session.warm_up};
    side.result = models::study_json(input);
    return kOk;
}

/// Keys that say something about a scenario and nothing to a run.
bool is_remark(const std::string& path) {
    static const std::set<std::string, std::less<>> kRemarks{"name", "question", "description",
                                                             "predictions", "sweep"};
    const auto top = path.substr(0, path.find('.'));
    return kRemarks.contains(top) || top.starts_with("x-");
}

std::string place_text(const SourceMap& sources, const SourceRange& range) {
    if (!range.has_place()) return {};
    return fmt::format("{}:{}", sources.name(range.file), range.line);
}

/// The name of a file without the revision before it.
std::string plain_name(const Side& side, const std::string& name) {
    const auto prefix = side.revision + ":";
    return !side.revision.empty() && name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

struct Tree {
    SourceMap sources;
    std::optional<Node> root;
};
Tree tree_of(const std::string& name, const std::string& text) {
    Tree tree;
    Diagnostics ignored;  // it has been read before
    tree.root = load_text(tree.sources, ignored, name, text);
    return tree;
}

void add_changes(const std::string& prefix, const Tree& before, const Tree& after, bool with_places,
                 std::vector<models::DiffChange>& changes) {
    if (!before.root || !after.root) return;
    for (const auto& one : diff_nodes(*before.root, *after.root)) {
        if (is_remark(one.path)) continue;
        models::DiffChange change{prefix + one.path, one.before, one.after, "", ""};
        if (with_places) {
            change.place_before = place_text(before.sources, one.range_before);
            change.place_after = place_text(after.sources, one.range_after);
        }
        changes.push_back(std::move(change));
    }
}

/// The text of a file of a session; nothing when it has none of that name.
const std::string* text_of(const Side& side, const std::string& name) {
    const auto& sources = side.session.sources;
    for (std::uint32_t id = 1; id <= sources.file_count(); ++id) {
        if (plain_name(side, sources.name(id)) == name) return &sources.text(id);
    }
    return nullptr;
}

/// What differs between the files of two scenarios: in their own, then in what they include.
std::vector<models::DiffChange> changes_between(const Side& before, const Side& after) {
    std::vector<models::DiffChange> changes;
    const auto& sources = after.session.sources;
    for (std::uint32_t id = 1; id <= sources.file_count(); ++id) {
        const auto& name = sources.name(id);
        const bool own = name == after.path;
        const auto* old =
            text_of(before, own ? plain_name(before, before.path) : plain_name(after, name));
        if (old == nullptr || name.starts_with("--")) continue;
        const auto old_name = own ? before.path : name;
        add_changes(own ? "" : plain_name(after, name) + ": ", tree_of(old_name, *old),
                    tree_of(name, sources.text(id)), true, changes);
    }
    return changes;
}

/// Of results only the effective settings are known, without their places.
std::vector<models::DiffChange> changes_between(const models::DiffSide& before,
                                                const models::DiffSide& after) {
    std::vector<models::DiffChange> changes;
    add_changes("", tree_of(before.name, before.resolved), tree_of(after.name, after.resolved),
                false, changes);
    return changes;
}

/// Both as they can be compared; nothing: `io.err` says why not.
std::optional<models::DiffSide> read_side(const Side& side, Io& io) {
    std::string problem;
    auto read = models::read_diff_side(side.name, side.result, problem);
    if (!read)
        io.err << "error: " << quote(side.name) << " cannot be compared: " << problem << "\n";
    return read;
}

}  // namespace

int run_diff(const Options& options, Io& io) {
    if (!outputs_have_formats(options, io)) return kUsage;
    Side before;
    Side after;
    if (!name_sides(options, io, before, after)) return kUsage;
    for (auto* side : {&before, &after}) {
        if (!load_side(options, io, *side)) return kUsage;
    }
    if (const auto code = settle_warm_ups(options, io, before, after)) return *code;
    for (auto* side : {&before, &after}) {
        if (side->is_result) continue;
        const int code = run_side(options, io, *side);
        if (code != kOk) return code;
    }
    const auto old = read_side(before, io);
    const auto fresh = old ? read_side(after, io) : std::nullopt;
    if (!fresh) return kUsage;
    if (old->seed != fresh->seed) {
        return wrong_usage(io, fmt::format("the seeds differ: {} and {}", old->seed, fresh->seed),
                           "only runs with the same customers and the same luck can be compared: "
                           "`--seed N` sets it");
    }
    const bool files = !before.is_result && !after.is_result;
    const auto result = models::compare_sides(
        *old, *fresh, files ? changes_between(before, after) : changes_between(*old, *fresh));
    const auto rule = rule_of(options.fail_when);
    const auto document = models::diff_document(*old, *fresh, result, rule);
    const int written = emit(document, options, io);
    if (written != kOk) return written;
    return models::fails(result, rule) ? kMissed : kOk;
}

}  // namespace sim::cli
