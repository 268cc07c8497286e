#include "tests/architecture/includes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace architecture {
namespace {

/// Who may include whom, beside itself. sim/cli, tests and bench may include everything.
const std::map<std::string, std::set<std::string>>& include_table() {
    static const std::map<std::string, std::set<std::string>> table{
        {"sim/core", {}},
        {"sim/stats", {"sim/core"}},
        {"sim/yaml", {"sim/core"}},
        {"sim/experiment", {"sim/core", "sim/stats"}},
        {"sim/report", {"sim/core", "sim/stats", "sim/experiment"}},
        {"models/topology", {"sim/core", "sim/yaml"}},
        {"models/traffic", {"sim/core", "sim/yaml", "models/topology"}},
        {"models/policy", {"sim/core", "sim/yaml", "models/topology"}},
        {"models/fault", {"sim/core", "sim/yaml", "models/topology"}},
        {"models/action", {"sim/core", "sim/yaml", "models/topology"}},
        {"models/metrics",
         {"sim/core", "sim/stats", "models/topology", "models/policy", "models/fault",
          "models/action"}},
        {"models/engine",
         {"sim/core", "models/topology", "models/traffic", "models/policy", "models/fault",
          "models/action", "models/metrics"}},
        {"models/scenario",
         {"sim/core", "sim/yaml", "sim/experiment", "models/topology", "models/traffic",
          "models/policy", "models/fault", "models/action", "models/metrics", "models/engine"}},
        {"models/analysis",
         {"sim/core", "sim/stats", "sim/experiment", "sim/report", "models/topology",
          "models/traffic", "models/policy", "models/fault", "models/metrics", "models/scenario"}},
        {"models/lint",
         {"sim/core", "sim/yaml", "models/topology", "models/traffic", "models/policy",
          "models/fault", "models/action", "models/metrics", "models/engine", "models/scenario",
          "models/analysis"}},
        {"models/sweep",
         {"sim/core", "sim/stats", "sim/experiment", "sim/report", "models/metrics",
          "models/scenario", "models/analysis"}},
        {"models/map",
         {"sim/core", "sim/stats", "sim/experiment", "sim/report", "models/metrics",
          "models/scenario", "models/analysis", "models/sweep"}},
        {"models/search",
         {"sim/core", "sim/stats", "sim/experiment", "sim/report", "models/metrics",
          "models/scenario", "models/analysis", "models/sweep"}},
        {"models/report", {"sim/core", "sim/report"}},
        {"models/validation",
         {"sim/core", "sim/stats", "sim/yaml", "sim/experiment", "sim/report", "models/topology",
          "models/traffic", "models/policy", "models/fault", "models/metrics", "models/engine",
          "models/scenario", "models/analysis"}},
        {"models/import", {"sim/core", "sim/yaml", "models/scenario"}},
    };
    return table;
}

/// Headers that only some rooms may include, by the beginning of their name. A name that ends in
/// '>' must match whole.
const std::map<std::string, std::set<std::string>>& fences() {
    static const std::set<std::string> threads{"sim/experiment", "sim/cli"};
    static const std::map<std::string, std::set<std::string>> table{
        {"yaml-cpp/", {"sim/yaml"}},
        {"Eigen/", {"sim/stats", "models/analysis"}},
        {"boost/", {"sim/core", "sim/stats"}},
        {"nlohmann/",
         {"sim/report", "models/scenario", "models/analysis", "models/validation", "models/sweep",
          "models/map", "models/search", "models/report", "sim/cli"}},
        {"CLI/", {"sim/cli"}},
        {"sqlite3.h>", {"sim/experiment"}},
        {"thread>", threads},
        {"atomic>", threads},
        {"mutex>", threads},
        {"shared_mutex>", threads},
        {"condition_variable>", threads},
        {"future>", threads},
        {"stop_token>", threads},
        {"semaphore>", threads},
        {"latch>", threads},
        {"barrier>", threads},
        {"chrono>", threads},
        {"ctime>", {"sim/cli"}},
        {"iostream>", {"sim/cli"}},
        {"filesystem>", {"sim/yaml", "sim/report", "sim/cli"}},
        {"csignal>", {"sim/cli"}},
        {"unistd.h>", {"sim/report", "sim/cli"}},
        {"sys/", {"sim/report", "sim/cli"}},
        {"sys/mman.h>", {"sim/core"}},  // memory in large pages
        {"fcntl.h>", {"sim/cli"}},
        {"locale>", {}},
        {"random>", {}},
        {"regex>", {}},
        {"coroutine>", {}},
        {"ranges>", {}},
        {"source_location>", {}},
        {"memory_resource>", {}},
    };
    return table;
}

/// "sim/core" of "sim/core/time.hpp"; "tests" and "bench" are one room each.
std::string room_of(const std::string& path) {
    const std::size_t first = path.find('/');
    const std::string top = path.substr(0, first);
    if (top != "sim" && top != "models") return top;
    return path.substr(0, path.find('/', first + 1));
}

bool may_include_everything(const std::string& room) {
    return room == "sim/cli" || room == "tests" || room == "bench";
}

struct Include {
    std::string name;
    std::size_t line_index;
    bool quoted;
};

std::vector<Include> includes_of(const SourceText& file) {
    std::vector<Include> includes;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        const std::string& line = file.raw[i];
        const std::size_t hash = file.code[i].find_first_not_of(" \t");
        if (hash == std::string::npos || file.code[i][hash] != '#') continue;
        const std::size_t word = file.code[i].find("include", hash + 1);
        if (word == std::string::npos) continue;
        const std::size_t open = line.find_first_of("<\"", word);
        if (open == std::string::npos) continue;
        const bool quoted = line[open] == '"';
        const std::size_t close = line.find(quoted ? '"' : '>', open + 1);
        if (close == std::string::npos) continue;
        includes.push_back({line.substr(open + 1, close - open - 1), i, quoted});
    }
    return includes;
}

bool names_a_file(const std::string& name, const std::vector<SourceText>& files) {
    return std::any_of(files.begin(), files.end(),
                       [&](const SourceText& file) { return file.path == name; });
}

/// What is wrong with one quoted include, or nothing.
std::optional<std::string> objection(const std::string& room, const std::string& name,
                                     const std::vector<SourceText>& files) {
    const std::string target = room_of(name);
    if (!names_a_file(name, files)) {
        return fmt::format("\"{}\" is no file of ours, named from the root", name);
    }
    if (room == target || may_include_everything(room)) return std::nullopt;
    const auto row = include_table().find(room);
    if (row == include_table().end()) {
        return fmt::format("{} is not in the include table", room);
    }
    if (row->second.count(target) != 0) return std::nullopt;
    return fmt::format("{} may not include {} (\"{}\")", room, target, name);
}

bool matches(const std::string& name, const std::string& pattern) {
    return pattern.back() == '>' ? name + ">" == pattern
                                 : name.compare(0, pattern.size(), pattern) == 0;
}

bool is_known_library(const std::string& name) {
    return name.find_first_of("/.") == std::string::npos || matches(name, "fmt/");
}

}  // namespace

Violations check_own_includes(const SourceText& file, const std::vector<SourceText>& files) {
    Violations violations;
    const std::string room = room_of(file.path);
    for (const Include& include : includes_of(file)) {
        if (!include.quoted) continue;
        if (const auto text = objection(room, include.name, files)) {
            violations.push_back(at(file, include.line_index, *text));
        }
    }
    return violations;
}

Violations check_library_includes(const SourceText& file) {
    Violations violations;
    const std::string room = room_of(file.path);
    for (const Include& include : includes_of(file)) {
        if (include.quoted) continue;
        // From the end: of names that begin alike the longest counts.
        const auto fence = std::find_if(fences().rbegin(), fences().rend(), [&](const auto& row) {
            return matches(include.name, row.first);
        });
        if (fence == fences().rend() && !is_known_library(include.name)) {
            violations.push_back(at(file, include.line_index,
                                    fmt::format("<{}> is no library of ours", include.name)));
        } else if (fence != fences().rend() && fence->second.count(room) == 0) {
            violations.push_back(at(file, include.line_index,
                                    fmt::format("{} may not include <{}>; only: {}", room,
                                                include.name, fmt::join(fence->second, ", "))));
        }
    }
    return violations;
}

Violations check_engine_closure(const std::vector<SourceText>& files) {
    std::map<std::string, const SourceText*> by_path;
    for (const SourceText& file : files) by_path[file.path] = &file;
    std::map<std::string, std::string> reached_from;
    std::vector<std::string> open;
    for (const SourceText& file : files) {
        if (is_under(file.path, "models/engine")) open.push_back(file.path);
    }
    Violations violations;
    while (!open.empty()) {
        const std::string path = open.back();
        open.pop_back();
        if (by_path.count(path) == 0) continue;
        for (const Include& include : includes_of(*by_path[path])) {
            if (!include.quoted || !reached_from.emplace(include.name, path).second) continue;
            const std::string room = room_of(include.name);
            if (room == "sim/yaml" || room == "sim/report" || room == "sim/experiment") {
                violations.push_back(
                    at(*by_path[path], include.line_index,
                       fmt::format("models/engine comes to see {} through this include of \"{}\"",
                                   room, include.name)));
            }
            open.push_back(include.name);
        }
    }
    std::sort(violations.begin(), violations.end());
    return violations;
}

Violations check_dead_headers(const std::vector<SourceText>& files) {
    std::set<std::string> included;
    for (const SourceText& file : files) {
        for (const Include& include : includes_of(file)) {
            if (include.quoted && include.name != file.path) included.insert(include.name);
        }
    }
    Violations violations;
    for (const SourceText& file : files) {
        const bool header =
            file.path.size() > 4 && file.path.substr(file.path.size() - 4) == ".hpp";
        if (header && included.count(file.path) == 0) {
            violations.push_back(at(file, 0, "nobody includes this header"));
        }
    }
    return violations;
}

}  // namespace architecture
