#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/scenario/sweep.hpp"
#include "models/sweep/rows.hpp"
#include "sim/cli/options.hpp"
#include "sim/experiment/shard.hpp"

namespace sim::cli {

struct Io;
struct Session;

/// The shard that `--shard` and `--shards` ask for; nothing without them. False when there is none
/// to be had: then `io.err` says why.
bool read_shard(const Options& options, Io& io, std::optional<Shard>& shard);

/// "study.shard-3-of-16.db" of "study.db": what a finished shard is called.
std::string shard_path(const std::string& store, const Shard& shard);
/// While it is written it has another name, so that nobody takes it for finished.
std::string unfinished(const std::string& shard_path);

/// Which part of which store.
struct ShardPlace {
    std::string store;  ///< empty: `-o` names none, which is an error
    Shard shard;
};
/// Runs one shard of a sweep into a file of its own, which is there under its name when it is
/// whole. What the merged store has is not run again.
int run_shard(const Options& options, Io& io, const Session& session, const models::SweepPlan& plan,
              const models::SweepStudy& study, const ShardPlace& place);

/// A file beside a store that is a shard of it.
struct ShardFile {
    std::string path;
    Shard shard;
    bool finished = false;
};
/// All of them, by count and index. A shard that is there finished and unfinished is unfinished:
/// somebody is at it again.
std::vector<ShardFile> shards_beside(const std::string& store);

}  // namespace sim::cli
