#pragma once

#include <cstddef>

#include "models/analysis/blast.hpp"

// Inside of blast_digest: what the system had to bear, beside its customers.
namespace models {

/// Seconds of an incident, into the windows of both runs.
struct Stretch {
    std::size_t from = 0;
    std::size_t to = 0;
};

/// Services, calls, data and bytes (BLAST_RADIUS.md B15, B19 and B21).
void add_system(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                const Stretch& stretch, BlastDigest& out);

}  // namespace models
