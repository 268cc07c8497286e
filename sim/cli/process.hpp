#pragma once

#include <cstddef>
#include <string>

namespace sim::cli {

/// What another program printed.
struct ProcessOutput {
    std::string text;  ///< at most so many bytes and one more
    bool ok = false;   ///< it ended with 0, or was cut short
};

/// Runs a shell command and reads its standard output; its words must be quoted (shell_quoted).
ProcessOutput output_of(const std::string& command, std::size_t most_bytes);

}  // namespace sim::cli
