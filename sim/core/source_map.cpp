#include "sim/core/source_map.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/assert.hpp"

namespace sim {
namespace {

constexpr std::size_t kBlockBytes = 128;

/// Bytes that start a code point; an exact count for valid UTF-8, which is all the loader lets in.
std::size_t count_starts(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace

std::uint32_t SourceMap::add(std::string name, std::string text) {
    File file{std::move(name), std::move(text), {0}, {}};
    for (std::size_t i = 0; i < file.text.size(); ++i) {
        if (file.text[i] == '\n') file.line_starts.push_back(i + 1);
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i <= file.text.size(); i += kBlockBytes) {
        file.code_points_before.push_back(count);
        count += count_starts(std::string_view(file.text).substr(i, kBlockBytes));
    }
    files_.push_back(std::move(file));
    return file_count();
}

std::uint32_t SourceMap::file_count() const { return static_cast<std::uint32_t>(files_.size()); }

const SourceMap::File& SourceMap::file_of(std::uint32_t file) const {
    SIM_ASSERT(file >= 1 && file <= files_.size());
    return files_[file - 1];
}

const std::string& SourceMap::name(std::uint32_t file) const { return file_of(file).name; }
const std::string& SourceMap::text(std::uint32_t file) const { return file_of(file).text; }

std::string_view SourceMap::line(std::uint32_t file, std::uint32_t line_number) const {
    const File& source = file_of(file);
    if (line_number < 1 || line_number > source.line_starts.size()) return {};
    const std::size_t start = source.line_starts[line_number - 1];
    std::string_view rest = std::string_view(source.text).substr(start);
    rest = rest.substr(0, rest.find('\n'));
    if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
    return rest;
}

std::size_t SourceMap::code_points_up_to(const File& file, std::size_t offset) {
    const std::size_t block = offset / kBlockBytes;
    const auto tail = std::string_view(file.text).substr(block * kBlockBytes, offset % kBlockBytes);
    return file.code_points_before[block] + count_starts(tail);
}

SourceRange SourceMap::range(std::uint32_t file, std::size_t offset,
                             std::size_t byte_length) const {
    const File& source = file_of(file);
    offset = std::min(offset, source.text.size());
    const auto& starts = source.line_starts;
    const auto next = std::upper_bound(starts.begin(), starts.end(), offset);
    const auto line = static_cast<std::uint32_t>(next - starts.begin());
    const std::size_t line_end = next == starts.end() ? source.text.size() : *next - 1;
    const std::size_t end = std::min(offset + byte_length, std::max(line_end, offset));
    const std::size_t before = code_points_up_to(source, offset);
    const std::size_t column = before - code_points_up_to(source, starts[line - 1]) + 1;
    const std::size_t length = std::max<std::size_t>(code_points_up_to(source, end) - before, 1);
    return {file, line, static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(length)};
}

}  // namespace sim
