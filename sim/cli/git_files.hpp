#pragma once

#include <string>

#include "sim/yaml/load.hpp"

namespace sim::cli {

/// Whether git knows the revision in the repository that the file's folder belongs to. `problem`
/// says what is wrong when not.
bool is_revision(const std::string& revision, const std::string& file, std::string& problem);

/// Reads files as they are in a revision: `main:shop.yaml`, or just `shop.yaml`. Paths are those of
/// the working tree.
FileLoader revision_files(const std::string& revision);

}  // namespace sim::cli
