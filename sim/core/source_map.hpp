#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// A place in a source text: lines and columns count from 1, columns and length in code points.
/// `file` is an id of `SourceMap` (they count from 1). A default-constructed range means "no
/// place"; a range with a file but line 0 means "the file as a whole".
struct SourceRange {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t length = 0;

    friend bool operator==(const SourceRange&, const SourceRange&) = default;
    [[nodiscard]] bool has_file() const { return file != 0; }
    [[nodiscard]] bool has_place() const { return file != 0 && line != 0; }
};

/// Owns every text that a diagnostic may point at: scenario files under the name the user typed,
/// and arguments such as those of `--set`, as a source named `--set` whose text is the argument.
/// References and views stay valid as long as the map lives.
class SourceMap {
  public:
    /// Returns the id to put in `SourceRange::file`.
    std::uint32_t add(std::string name, std::string text);

    [[nodiscard]] std::uint32_t file_count() const;
    [[nodiscard]] const std::string& name(std::uint32_t file) const;
    [[nodiscard]] const std::string& text(std::uint32_t file) const;

    /// The line without its end; empty when the file has no such line.
    [[nodiscard]] std::string_view line(std::uint32_t file, std::uint32_t line_number) const;

    /// The place of a byte range of the text; `length` is cut at the end of the line, at least 1.
    [[nodiscard]] SourceRange range(std::uint32_t file, std::size_t offset,
                                    std::size_t byte_length) const;

  private:
    struct File {
        std::string name;
        std::string text;
        std::vector<std::size_t> line_starts;
        /// Code points before each block of the text: keeps places cheap in one very long line.
        std::vector<std::size_t> code_points_before;
    };
    [[nodiscard]] const File& file_of(std::uint32_t file) const;
    [[nodiscard]] static std::size_t code_points_up_to(const File& file, std::size_t offset);

    std::deque<File> files_;
};

}  // namespace sim
