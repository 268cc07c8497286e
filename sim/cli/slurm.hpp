#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sim::cli {

struct Io;

/// A sweep as an array job: one task for each shard, and a merge after them.
struct SlurmSweep {
    std::string store;     ///< "study.db"
    std::string command;   ///< "firedrill sweep …", without shards
    std::string scenario;  ///< its name, for people who look at the queue
    std::size_t shards = 1;
    bool automatic = false;            ///< the merge may ask for another round of all shards
    std::vector<std::string> options;  ///< for sbatch, as the user wrote them
};

/// The two scripts, which somebody may edit and submit again.
struct SlurmScripts {
    std::string array_path;
    std::string array;
    std::string merge_path;
    std::string merge;
};
/// `program` is how nodes call firedrill, `folder` where they do so.
SlurmScripts slurm_scripts(const SlurmSweep& sweep, const std::string& program,
                           const std::string& folder);

/// Writes both scripts beside the store and submits them. Returns an exit code.
int submit_to_slurm(const SlurmSweep& sweep, Io& io);

}  // namespace sim::cli
