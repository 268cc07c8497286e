#pragma once

#include "models/analysis/blast.hpp"

// Inside of blast_digest: what the system had to bear, beside its customers.
namespace models {

/// Services, calls, data and bytes (BLAST_RADIUS.md B15, B19 and B21); `stretch`: the windows of
/// the incident.
void add_system(const StudyFrame& frame, const RunResult& run, const RunResult& twin,
                const WindowGrid::Stretch& stretch, BlastDigest& out);

}  // namespace models
