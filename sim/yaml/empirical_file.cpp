#include "sim/yaml/empirical_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/yaml/scalars.hpp"

namespace sim {
namespace {

/// Seconds up to about 292 years, as Duration can hold.
constexpr double kMaxSeconds = 9.2e9;

std::string_view trimmed(std::string_view line) {
    line = line.substr(0, line.find('#'));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t')) {
        line.remove_suffix(1);
    }
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    return line;
}

std::optional<double> value_of(std::string_view text) {
    std::optional<double> value = parse_number(text);
    if (const auto duration = parse_duration(text)) value = duration->seconds();
    if (value && *value >= 0 && *value <= kMaxSeconds) return value;
    return std::nullopt;
}

bool is_heading(std::string_view text) {
    const char c = text.front();
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '"';
}

/// A line of the table that is no value.
struct BadLine {
    std::uint32_t number;
    std::string text;
};

struct Table {
    std::vector<double> values_s;
    std::vector<BadLine> bad;
};

Table read_table(std::string_view text) {
    Table table;
    bool first = true;
    std::size_t start = 0;
    for (std::uint32_t number = 1; start < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view line = trimmed(text.substr(start, end - start));
        start = end + 1;
        if (line.empty()) continue;
        const auto value = value_of(line);
        if (value) {
            table.values_s.push_back(*value);
        } else if (!first || !is_heading(line)) {
            table.bad.push_back({number, std::string(line)});
            if (table.bad.size() > Diagnostics::kMaxPrinted) break;
        }
        first = false;
    }
    return table;
}

void report_bad_line(const BadLine& line, const Node& path, std::uint32_t file,
                     Diagnostics& diagnostics) {
    const std::string hint = "one value per line: `3ms`, or seconds as `0.003`";
    if (file == 0) {
        report(diagnostics, path,
               fmt::format("line {} of {}: expected a duration, found {}", line.number,
                           describe(path), quote(line.text)),
               hint);
        return;
    }
    diagnostics.add({Severity::error,
                     {file, line.number, 1, 1},
                     fmt::format("expected a duration, found {}", quote(line.text)),
                     hint,
                     path.range,
                     "read for this distribution"});
}

}  // namespace

std::optional<Distribution> read_empirical_file(const Node& path, Diagnostics& diagnostics,
                                                const DistributionFiles& files) {
    const auto name = read_string(path, diagnostics, "the name of a file");
    if (!name) return std::nullopt;
    const bool located = files.sources != nullptr && path.range.has_file();
    const std::string full =
        located ? sibling_path(files.sources->name(path.range.file), *name) : *name;
    FileContent content = files.loader(full, files.limit_bytes);
    if (content.error.empty() && content.text.size() > files.limit_bytes) {
        content.error = fmt::format("larger than {} bytes, the limit", files.limit_bytes);
    }
    if (!content.error.empty()) {
        report(diagnostics, path, fmt::format("cannot read {}: {}", quote(full), content.error));
        return std::nullopt;
    }
    Table table = read_table(content.text);
    if (!table.bad.empty()) {
        const std::uint32_t file = located ? files.sources->add(full, std::move(content.text)) : 0;
        for (const BadLine& line : table.bad) report_bad_line(line, path, file, diagnostics);
        return std::nullopt;
    }
    if (table.values_s.empty()) {
        report(diagnostics, path, fmt::format("{} has no values", quote(full)));
        return std::nullopt;
    }
    std::sort(table.values_s.begin(), table.values_s.end());
    return Distribution{EmpiricalDistribution{std::move(table.values_s)}};
}

}  // namespace sim
