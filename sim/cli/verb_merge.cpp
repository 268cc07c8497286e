#include <algorithm>
#include <deque>
#include <map>

#include <fmt/format.h>

#include "models/sweep/merge.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/sweep_shard.hpp"
#include "sim/cli/verbs.hpp"

namespace sim::cli {

namespace {

constexpr std::size_t kMostNamed = 20;

/// All shards that belong to the ones that are there, in their order: found, unfinished, missing.
std::vector<models::MergedShard> all_shards(const std::vector<ShardFile>& files) {
    using State = models::MergedShard::State;
    std::map<std::size_t, std::map<std::size_t, State>> by_count;
    for (const auto& file : files) {
        by_count[file.shard.count][file.shard.index] =
            file.finished ? State::merged : State::unfinished;
    }
    std::vector<models::MergedShard> all;
    for (const auto& [count, there] : by_count) {
        std::size_t named = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const auto found = there.find(i);
            const auto state = found == there.end() ? State::missing : found->second;
            if (state != State::merged && ++named > kMostNamed) continue;
            models::MergedShard shard;
            shard.shard = {i, count};
            shard.state = state;
            all.push_back(std::move(shard));
        }
    }
    return all;
}

/// The shards of a merge, opened.
struct Sources {
    std::deque<Store> stores;  ///< each stays where it is
    std::vector<models::MergeSource> sources;
    std::vector<Shard> shards;  ///< parallel
};

void open_sources(const std::vector<ShardFile>& files, Sources& sources, std::string& engine) {
    for (const auto& file : files) {
        if (!file.finished) continue;
        Store any(file.path, Store::Access::read, "");
        const auto version = models::study_in(any).engine;
        if (engine.empty()) engine = version;
        auto& store = sources.stores.emplace_back(file.path, Store::Access::read, version);
        sources.sources.push_back({file.path, store});
        sources.shards.push_back(file.shard);
    }
}

void describe(std::vector<models::MergedShard>& shards, const Sources& sources,
              const models::MergeCount& count, const models::SweepStudy& study) {
    for (auto& one : shards) {
        if (one.state != models::MergedShard::State::merged) {
            one.repeat = fmt::format("{} --shard {}/{}", study.command, one.shard.index + 1,
                                     one.shard.count);
        }
        const auto found = std::find(sources.shards.begin(), sources.shards.end(), one.shard);
        if (found == sources.shards.end()) continue;
        one.runs = count.found[static_cast<std::size_t>(found - sources.shards.begin())];
    }
}

int merge(const Options& options, Io& io, const std::vector<ShardFile>& files) {
    const auto& path = options.files.front();
    auto shards = all_shards(files);
    Sources sources;
    std::string engine;
    open_sources(files, sources, engine);
    if (sources.sources.empty()) {
        io.err << "error: no shard of " << quote(path) << " is finished\n";
        return kInconclusive;
    }
    const auto study = models::study_in(sources.stores.front());
    Store into(path, Store::Access::write_alone, engine);
    Progress progress(io, options.err_style, options.quiet, study.points.size());
    progress.count("points");
    const auto count = models::merge_shards(into, sources.sources,
                                            [&](std::size_t done) { progress.update(done); });
    into.seal();
    progress.finish(study.points.size());
    describe(shards, sources, count, study);
    const models::MergeReport report{path, study, count, std::move(shards)};
    const int written = emit(models::merge_document(report), options, io);
    if (written != kOk) return written;
    return count.complete() ? kOk : kInconclusive;
}

}  // namespace

int run_merge(const Options& options, Io& io) {
    const auto& path = options.files.front();
    if (!is_store_name(path)) {
        return wrong_usage(io, quote(path) + " is no name of a study", "firedrill merge study.db");
    }
    if (!outputs_have_formats(options, io)) return kUsage;
    const auto files = shards_beside(path);
    if (files.empty()) {
        io.err << "error: there are no shards of " << quote(path) << "\n  hint: "
               << "`firedrill sweep FILE -o " << shell_quoted(path) << " --shard 1/16` writes "
               << quote(shard_path(path, {0, 16})) << "\n";
        return kUsage;
    }
    try {
        return merge(options, io, files);
    } catch (const models::MergeMismatch& problem) {
        io.err << "error: " << problem.what() << "\n";
        return kUsage;
    } catch (const models::MergeContradiction& problem) {
        io.err << "error: " << problem.what()
               << "\n  hint: the same program and file give the same numbers everywhere; were they "
                  "built alike?\n";
        return kInternal;
    } catch (const StoreError& problem) {
        io.err << "error: " << problem.what() << "\n";
        return kCannotWrite;
    }
}

}  // namespace sim::cli
