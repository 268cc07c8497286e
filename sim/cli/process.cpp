#include "sim/cli/process.hpp"

#include <array>
#include <cstdio>

namespace sim::cli {

ProcessOutput output_of(const std::string& command, std::size_t most_bytes) {
    ProcessOutput output;
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return output;
    std::array<char, 65536> part;
    while (output.text.size() <= most_bytes) {
        const auto read = std::fread(part.data(), 1, part.size(), pipe);
        if (read == 0) break;
        output.text.append(part.data(), read);
    }
    const bool cut = output.text.size() > most_bytes;
    output.ok = pclose(pipe) == 0 || cut;
    return output;
}

}  // namespace sim::cli
