#include "sim/cli/read_result.hpp"

#include <algorithm>
#include <vector>

#include "models/report/study_page.hpp"
#include "sim/core/diagnostics.hpp"

namespace sim::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Larger than any result of ours; `--limit` is for scenarios.
constexpr std::size_t kMostBytes = std::size_t{512} << 20;
/// A result is eight deep; a parser's stack ends somewhere.
constexpr std::size_t kMostDepth = 64;
/// Of one object: their names are compared one by one.
constexpr std::size_t kMostMembers = 20'000;

/// What would take the parser too deep or too long; empty when nothing does. It only counts
/// brackets and colons outside strings.
std::string unbearable(std::string_view text) {
    std::vector<std::size_t> members;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            members.push_back(0);
            if (members.size() > kMostDepth) return "it is nested too deeply";
        } else if ((c == '}' || c == ']') && !members.empty()) {
            members.pop_back();
        } else if (c == ':' && !members.empty() && ++members.back() > kMostMembers) {
            return "an object in it has too many members";
        }
    }
    return "";
}

/// "3:14" of a byte.
std::string place_of(std::string_view text, std::size_t byte) {
    const auto before = text.substr(0, std::min(byte, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto start = before.rfind('\n');
    const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1);
    return std::to_string(line) + ":" + std::to_string(std::max<std::size_t>(1, column));
}

int refuse(const std::string& path, const std::string& problem, Io& io) {
    io.err << "error: " << quote(path) << " is no result of firedrill: " << problem
           << "\n  hint: `firedrill run FILE -o result.json` writes one\n";
    return kUsage;
}

}  // namespace

bool read_result(const std::string& path, Io& io, nlohmann::ordered_json& result) {
    const auto file = io.read_file(path, kMostBytes);
    if (!file.error.empty()) {
        io.err << "error: cannot read " << quote(path) << ": " << file.error << "\n";
        return false;
    }
    auto problem = file.text.size() > kMostBytes ? "it is too large" : unbearable(file.text);
    if (problem.empty()) {
        try {
            result = Json::parse(file.text);
        } catch (const Json::parse_error& error) {
            problem = "not JSON at " + place_of(file.text, error.byte);
        } catch (const Json::exception&) {
            problem = "a number in it is too large";
        }
    }
    if (problem.empty()) problem = models::objection_to(result);
    const auto is_of = [&](const char* verb) { return result["command"] == verb; };
    if (problem.empty() && !is_of("run") && !is_of("blast") && !is_of("explain")) {
        problem =
            "it is of `" + result["command"].get<std::string>() + "`, which is not known here";
    }
    if (!problem.empty()) refuse(path, problem, io);
    return problem.empty();
}

}  // namespace sim::cli
