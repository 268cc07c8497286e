#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/validation/case.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"

namespace models {

/// A file that the build put into the program.
struct EmbeddedFile {
    std::string_view name;
    std::string_view text;
};

/// Cases that belong together, with the files of their scenarios.
struct Suite {
    std::string_view name;    ///< "theory", "papers"
    std::string_view folder;  ///< of the repository
    std::string_view title;
    std::string_view summary;
    std::span<const EmbeddedFile> files;
    std::vector<Case> cases;

    /// Empty when there is no such file.
    [[nodiscard]] std::string_view text_of(std::string_view file) const;
};

/// Reads the index of every suite; mistakes in one (of ours) go to `diagnostics`.
std::vector<Suite> load_suites(sim::SourceMap& sources, sim::Diagnostics& diagnostics);

/// The files of tests/fidelity/theory and of scenarios/papers, embedded by the build.
std::span<const EmbeddedFile> theory_files();
std::span<const EmbeddedFile> paper_files();

}  // namespace models
