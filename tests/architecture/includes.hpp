#pragma once

#include "tests/architecture/source_text.hpp"

namespace architecture {

/// Includes of our own headers: written from the root, of a file that exists, and allowed by the
/// table of who may include whom. `files` is everything that may be included.
Violations check_own_includes(const SourceText& file, const std::vector<SourceText>& files);

/// Includes of libraries and of the standard library: each behind its fence.
Violations check_library_includes(const SourceText& file);

/// What models/engine includes over any number of steps: never YAML, reports or threads.
Violations check_engine_closure(const std::vector<SourceText>& files);

/// A header that nobody includes is dead.
Violations check_dead_headers(const std::vector<SourceText>& files);

}  // namespace architecture
