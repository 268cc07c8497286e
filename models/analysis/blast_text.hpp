#pragma once

#include <string>

#include "models/analysis/blast_story.hpp"

namespace models {

/// "NO_RECOVERY in 10 of 10 runs: customers notice after 1 s, and are not served as before within
/// the 9 min that the run looks".
std::string blast_sentence(const StudyFrame& frame, const BlastStory& story);
/// "payment holds 3.1 times the slots of the twin".
std::string residue_text(const StudyFrame& frame, const ResidueStory& residue);

}  // namespace models
