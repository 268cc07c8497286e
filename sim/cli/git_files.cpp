#include "sim/cli/git_files.hpp"

#include "sim/cli/options.hpp"
#include "sim/cli/process.hpp"
#include "sim/core/diagnostics.hpp"

namespace sim::cli {

namespace {

/// "." and "shop.yaml" of "shop.yaml".
struct Split {
    std::string folder;
    std::string name;
};
Split split(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

std::string git_in(const std::string& folder) { return "git -C " + shell_quoted(folder) + " "; }

}  // namespace

bool is_revision(const std::string& revision, const std::string& file, std::string& problem) {
    if (!output_of("git --version 2>/dev/null", 1000).ok) {
        problem = "git is not installed";
        return false;
    }
    const auto where = git_in(split(file).folder);
    if (!output_of(where + "rev-parse --git-dir 2>/dev/null", 10'000).ok) {
        problem = quote(file) + " is in no git repository";
        return false;
    }
    const auto command = where + "rev-parse --verify --quiet --end-of-options " +
                         shell_quoted(revision + "^{commit}") + " 2>/dev/null";
    if (output_of(command, 1000).ok) return true;
    problem = "git knows no revision " + quote(revision);
    return false;
}

FileLoader revision_files(const std::string& revision) {
    return [revision](const std::string& path, std::size_t limit_bytes) {
        const auto prefix = revision + ":";
        const auto wanted = split(path.starts_with(prefix) ? path.substr(prefix.size()) : path);
        const auto command = git_in(wanted.folder) + "show --end-of-options " +
                             shell_quoted(revision + ":./" + wanted.name) + " 2>/dev/null";
        auto output = output_of(command, limit_bytes);
        if (!output.ok) return FileContent{"", "no such file in " + revision};
        return FileContent{std::move(output.text), ""};
    };
}

}  // namespace sim::cli
