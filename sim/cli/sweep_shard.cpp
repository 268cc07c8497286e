#include "sim/cli/sweep_shard.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>

#include "models/analysis/forecast.hpp"
#include "sim/cli/io.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/stored_tasks.hpp"
#include "sim/cli/sweep_run.hpp"
#include "sim/cli/version.hpp"

namespace sim::cli {

namespace {

constexpr std::string_view kStoreSuffix = ".db";
constexpr std::string_view kPartSuffix = ".part";
constexpr std::string_view kShardWord = ".shard-";
constexpr std::string_view kOfWord = "-of-";

/// "study" of "study.db".
std::string_view stem_of(std::string_view store) {
    return store.substr(0, store.size() - kStoreSuffix.size());
}

/// The shard in "3-of-16.db" or "3-of-16.db.part"; `rest` is what follows ".shard-".
std::optional<ShardFile> read_name(std::string_view rest) {
    ShardFile file;
    file.finished = !rest.ends_with(kPartSuffix);
    if (!file.finished) rest.remove_suffix(kPartSuffix.size());
    if (!rest.ends_with(kStoreSuffix)) return std::nullopt;
    std::string text(stem_of(rest));
    const auto of = text.find(kOfWord);
    if (of == std::string::npos) return std::nullopt;
    const auto shard = parse_shard(text.replace(of, kOfWord.size(), "/"));
    if (!shard) return std::nullopt;
    file.shard = *shard;
    return file;
}

}  // namespace

bool read_shard(const Options& options, Io& io, std::optional<Shard>& shard) {
    const bool from_environment = options.shard.empty() || options.shard == "env";
    if (options.shard.empty() && !options.shards) return true;
    if (!from_environment) {
        shard = parse_shard(options.shard);
        if (!shard) {
            wrong_usage(io, "--shard: " + options.shard + " is no shard such as 3/16",
                        "the first of sixteen is 1/16; `env` takes it from the scheduler");
        } else if (options.shards && *options.shards != shard->count) {
            wrong_usage(io, "--shards contradicts --shard " + options.shard);
            shard.reset();
        }
        return shard.has_value();
    }
    auto source = shard_from_environment(io.environment, options.shards);
    if (!source.shard) {
        wrong_usage(io, "--shard: " + source.problem,
                    options.shards
                        ? "say which one it is: --shard 1/" + std::to_string(*options.shards)
                        : "say how many there are, --shards 16, or all, --shard 3/16");
        return false;
    }
    shard = source.shard;
    return true;
}

std::string shard_path(const std::string& store, const Shard& shard) {
    return std::string(stem_of(store)) + std::string(kShardWord) + std::to_string(shard.index + 1) +
           std::string(kOfWord) + std::to_string(shard.count) + std::string(kStoreSuffix);
}

std::string unfinished(const std::string& shard_path) {
    return shard_path + std::string(kPartSuffix);
}

std::vector<ShardFile> shards_beside(const std::string& store) {
    namespace fs = std::filesystem;
    const fs::path path(store);
    const auto folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const auto name = path.filename().string();
    const auto prefix = std::string(stem_of(name)) + std::string(kShardWord);
    std::vector<ShardFile> files;
    std::error_code problem;  // a folder that is not there has no shards
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        const auto file_name = entry.path().filename().string();
        if (!file_name.starts_with(prefix)) continue;
        auto file = read_name(std::string_view(file_name).substr(prefix.size()));
        if (!file) continue;
        file->path = path.has_parent_path() ? entry.path().string() : file_name;
        files.push_back(*file);
    }
    std::sort(files.begin(), files.end(), [](const ShardFile& a, const ShardFile& b) {
        return std::tuple(a.shard.count, a.shard.index, a.finished) <
               std::tuple(b.shard.count, b.shard.index, b.finished);
    });
    const auto same = [](const ShardFile& a, const ShardFile& b) { return a.shard == b.shard; };
    files.erase(std::unique(files.begin(), files.end(), same), files.end());
    return files;
}

namespace {

/// Many points are divided among the shards as they are; few of them run by run. With `auto` that
/// makes rounds, because what comes next depends on all runs before.
constexpr std::size_t kWholePointsPerShard = 16;

PlanShare share_of(const models::SweepStudy& study, const Shard& shard) {
    PlanShare share;
    share.shard = shard;
    share.whole_points = study.points.size() >= kWholePointsPerShard * shard.count;
    share.strategies = study.strategies.size();
    share.replications = study.runs;
    return share;
}

bool is_there(const std::string& path) {
    std::error_code problem;
    return std::filesystem::exists(path, problem);
}

/// Throws StoreError: what SQLite wrote has to get its name.
void rename_store(const std::string& from, const std::string& to) {
    std::error_code problem;
    std::filesystem::rename(from, to, problem);
    if (problem) {
        throw StoreError("cannot rename '" + from + "' to '" + to + "': " + problem.message());
    }
}

/// A shard that is being run.
class ShardRun {
  public:
    ShardRun(const Options& options, Io& io, const Session& session, const models::SweepPlan& plan,
             const models::SweepStudy& study, const ShardPlace& place)
        : options_(options),
          io_(io),
          session_(session),
          plan_(plan),
          study_(study),
          place_(place),
          path_(shard_path(place.store, place.shard)),
          share_(share_of(study, place.shard)) {
        if (is_there(place.store)) merged_.emplace(place.store, Store::Access::read, study.engine);
    }

    int run() {
        try {
            return run_here();
        } catch (const StoreError&) {
            // Another process may have had the same shard, and be done with it.
            if (is_there(unfinished(path_)) || !is_there(path_) || !has_nothing_to_do()) throw;
            return say_it_is_there();
        }
    }

  private:
    int run_here() {
        const auto part = unfinished(path_);
        if (!is_there(part) && is_there(path_)) {
            if (has_nothing_to_do()) return say_it_is_there();
            rename_store(path_, part);
        }
        int code = kOk;
        {
            Store store(part, Store::Access::write_alone, study_.engine);
            Sweep sweep{options_, io_, plan_, study_, store};
            code = run_in(sweep);
            if (sweep.stopped) return code;
            store.seal();
        }
        rename_store(part, path_);
        return code;
    }

    int say_it_is_there() {
        if (!options_.quiet) io_.err << about() << " is there already\n";
        return kOk;
    }

    [[nodiscard]] std::string about() const {
        return fmt::format("shard {} in {}", to_text(place_.shard), quote(path_));
    }

    [[nodiscard]] std::vector<std::size_t> points_to_do(Store& own) {
        auto done = strategies_done(study_, own, true);
        if (merged_) {
            const auto merged = strategies_done(study_, *merged_, true);
            for (std::size_t i = 0; i < done.size(); ++i) done[i] = std::max(done[i], merged[i]);
        }
        return points_to_run(study_, share_, done);
    }

    [[nodiscard]] bool has_nothing_to_do() {
        Store own(path_, Store::Access::read, study_.engine);
        return points_to_do(own).empty();
    }

    int run_in(Sweep& sweep) {
        sweep.store_path = unfinished(path_);
        sweep.share = share_;
        sweep.merged = merged_ ? &*merged_ : nullptr;
        sweep.plan_id = plan_in(sweep.store, study_);
        sweep.points = points_to_do(sweep.store);
        run_points(sweep, session_);
        tell_failures(sweep);
        if (!sweep.stopped) return end_of(sweep);
        const auto resume = fmt::format("{} --shard {}/{}", study_.command, place_.shard.index + 1,
                                        place_.shard.count);
        return end_stopped(io_, sweep.store_path, resume, "STUDY.db");
    }

    /// What failed is a result like others, and the next try would end the same.
    int end_of(const Sweep& sweep) {
        const bool bug = failure_code(sweep) == kInternal;
        if (options_.quiet) return bug ? kInternal : kOk;
        io_.out << fmt::format("{}: {}\n", about(), models::plural(sweep.store.size().runs, "run"))
                << (sweep.open_points > 0
                        ? fmt::format("  {} for runs of other shards: merge them, then run all "
                                      "shards again\n",
                                      sweep.open_points == 1
                                          ? std::string("1 point waits")
                                          : fmt::format("{} points wait", sweep.open_points))
                        : "")
                << "  when all are there: firedrill merge " << shell_quoted(place_.store) << "\n";
        return bug ? kInternal : kOk;
    }

    const Options& options_;
    Io& io_;
    const Session& session_;
    const models::SweepPlan& plan_;
    const models::SweepStudy& study_;
    const ShardPlace& place_;
    std::string path_;
    PlanShare share_;
    std::optional<Store> merged_;
};

}  // namespace

int run_shard(const Options& options, Io& io, const Session& session, const models::SweepPlan& plan,
              const models::SweepStudy& study, const ShardPlace& place) {
    if (place.store.empty() || options.outputs.size() > 1) {
        return wrong_usage(io, "--shard: a shard is one file, beside the study that -o names",
                           "-o study.db; reports are made of the merged study");
    }
    try {
        return ShardRun(options, io, session, plan, study, place).run();
    } catch (const StoreError& problem) {
        io.err << "error: " << problem.what() << "\n";
        return kCannotWrite;
    }
}

}  // namespace sim::cli
