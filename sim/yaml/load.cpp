#include "sim/yaml/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "sim/core/utf8.hpp"
#include "sim/yaml/expand.hpp"
#include "sim/yaml/raw_tree.hpp"

namespace sim {
namespace {

/// yaml-cpp gives up at 500 levels, with a message of its own.
constexpr std::size_t kMaxDepth = 400;

std::string size_text(std::size_t bytes) {
    constexpr std::size_t kMebi = std::size_t{1} << 20;
    return bytes % kMebi == 0 ? fmt::format("{} MiB", bytes / kMebi)
                              : fmt::format("{} bytes", bytes);
}

/// Without byte order mark, every line ending in `\n`: what the grammar and the places work on.
std::string normalized(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            result += text[i];
        } else if (i + 1 >= text.size() || text[i + 1] != '\n') {
            result += '\n';
        }
    }
    return result;
}

/// What YAML calls printable, and never a byte that yaml-cpp takes for the end of the file.
bool is_allowed(const CodePoint& point) {
    const char32_t c = point.value;
    if (c < 0x20) return c == '\t' || c == '\n';
    return (c < 0x7F || c > 0x9F || c == 0x85) && c != 0xFFFE && c != 0xFFFF;
}

/// The place of a byte that is perhaps no UTF-8 at all, where SourceMap may not be asked.
SourceRange place_of(std::uint32_t file, std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    return {file, static_cast<std::uint32_t>(line),
            static_cast<std::uint32_t>(count_code_points(before.substr(start)) + 1), 1};
}

/// Reports the first byte that makes this no text.
bool check_text(std::string_view text, std::uint32_t file, Diagnostics& diagnostics) {
    const SourceRange whole{file, 0, 0, 0};
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        diagnostics.error(whole, "this file is UTF-16", "save it as UTF-8");
        return false;
    }
    if (text.find('\0') != std::string_view::npos) {
        diagnostics.error(whole, "this is a binary file", "a scenario is a text file in YAML");
        return false;
    }
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode_utf8(text, at);
        if (!point.valid || !is_allowed(point)) {
            const std::string shown = quote(text.substr(at, point.bytes));
            diagnostics.error(place_of(file, text, at),
                              point.valid ? fmt::format("control character {}", shown)
                                          : fmt::format("{} is no UTF-8", shown),
                              point.valid ? "remove it" : "save the file as UTF-8");
            return false;
        }
        at += point.bytes;
    }
    return true;
}

bool is_blank(const RawTree& tree) {
    return tree.nodes.empty() ||
           (tree.nodes.size() == 1 && tree.nodes.front().kind == RawNode::Kind::null);
}

void report_unreadable(SourceMap& sources, Diagnostics& diagnostics, const std::string& path,
                       const std::string& reason, SourceRange wanted_at) {
    if (wanted_at.has_place()) {
        diagnostics.error(wanted_at, fmt::format("cannot read {}: {}", quote(path), reason));
    } else {
        diagnostics.error({sources.add(path, {}), 0, 0, 0}, reason);
    }
}

}  // namespace

FileContent read_disk_file(const std::string& path, std::size_t limit_bytes) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return {{}, "this is a directory"};
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        return {{}, errno == ENOENT ? "no such file" : std::string(std::strerror(errno))};
    }
    FileContent content;
    std::array<char, 65536> buffer{};
    while (content.text.size() <= limit_bytes && stream) {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        content.text.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) return {{}, "reading failed"};
    return content;
}

std::string sibling_path(std::string_view base, std::string_view relative) {
    const std::size_t slash = base.rfind('/');
    if (relative.starts_with('/') || slash == std::string_view::npos) return std::string(relative);
    return std::string(base.substr(0, slash + 1)) + std::string(relative);
}

std::optional<Node> load_text(SourceMap& sources, Diagnostics& diagnostics, std::string name,
                              std::string text, const LoadLimits& limits) {
    if (text.size() > limits.file_bytes) {
        const std::uint32_t file = sources.add(std::move(name), {});
        diagnostics.error(
            {file, 0, 0, 0},
            fmt::format("the file is larger than {}, the limit", size_text(limits.file_bytes)),
            fmt::format("raise it with `--limit file={}`, or move tables into CSV files",
                        limits.file_bytes % (std::size_t{1} << 20) == 0
                            ? fmt::format("{}MiB", limits.file_bytes / (std::size_t{1} << 20) * 8)
                            : fmt::format("{}B", limits.file_bytes * 8)));
        return std::nullopt;
    }
    const std::uint32_t file = sources.add(std::move(name), normalized(text));
    if (!check_text(sources.text(file), file, diagnostics)) return std::nullopt;
    LoadLimits bounded = limits;
    bounded.depth = std::min(limits.depth, kMaxDepth);
    const auto tree = parse_raw(sources, file, bounded.depth, diagnostics);
    if (!tree) return std::nullopt;
    if (is_blank(*tree)) {
        diagnostics.error({file, 0, 0, 0}, "the file is empty",
                          "`firedrill init` writes a scenario to start from");
        return std::nullopt;
    }
    return expand(*tree, sources, file, bounded, diagnostics);
}

std::optional<Node> load_file(SourceMap& sources, Diagnostics& diagnostics, const std::string& path,
                              const FileLoader& loader, const LoadLimits& limits,
                              SourceRange wanted_at) {
    FileContent content = loader(path, limits.file_bytes);
    if (!content.error.empty()) {
        report_unreadable(sources, diagnostics, path, content.error, wanted_at);
        return std::nullopt;
    }
    return load_text(sources, diagnostics, path, std::move(content.text), limits);
}

}  // namespace sim
