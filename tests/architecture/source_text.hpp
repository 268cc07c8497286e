#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace architecture {

/// One file as the rules see it. All three lists have one entry per line.
struct SourceText {
    std::string path;               ///< from the repository's root, with slashes
    std::vector<std::string> raw;   ///< as written
    std::vector<std::string> code;  ///< comments and the insides of literals replaced by spaces
    std::vector<bool> verbatim;     ///< touched by a raw string, whose layout is not ours to choose
};

/// Lines like "sim/core/x.cpp:3: what is wrong"; empty when the rule holds.
using Violations = std::vector<std::string>;

SourceText parse(std::string path, std::string_view text);

/// Every file under the folders whose name ends in one of the suffixes, sorted by path.
std::vector<SourceText> load(const std::vector<std::string>& folders,
                             const std::vector<std::string>& suffixes);

/// "path:line: message", lines counted from 1.
std::string at(const SourceText& file, std::size_t line_index, std::string_view message);

/// One violation per line, so that a failing check prints them all.
std::string listed(const Violations& violations);

[[nodiscard]] bool is_under(std::string_view path, std::string_view folder);

/// The C++ files of the program itself, and those of everything.
const std::vector<SourceText>& program_files();
const std::vector<SourceText>& all_cpp_files();

}  // namespace architecture
