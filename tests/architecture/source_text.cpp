#include "tests/architecture/source_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace architecture {
namespace {

namespace fs = std::filesystem;

/// Walks C++ text once and writes a copy in which only code is left.
class Blanker {
  public:
    explicit Blanker(std::string_view text) : text_(text), code_(text) {}

    void run() {
        while (i_ < text_.size()) {
            if (starts_with("//")) {
                blank_until("\n", 0);
            } else if (starts_with("/*")) {
                blank_until("*/", 2);
            } else if (starts_with("R\"") && !continues_word()) {
                blank_raw_string();
            } else if (text_[i_] == '"' || (text_[i_] == '\'' && !continues_word())) {
                blank_literal(text_[i_]);
            } else {
                ++i_;
            }
        }
    }
    [[nodiscard]] const std::string& code() const { return code_; }
    /// Byte ranges of raw strings, in order.
    [[nodiscard]] const std::vector<std::pair<std::size_t, std::size_t>>& raw_strings() const {
        return raw_strings_;
    }

  private:
    [[nodiscard]] bool starts_with(std::string_view word) const {
        return text_.substr(i_, word.size()) == word;
    }
    /// A digit separator (1'000) and a name that ends in R are no literals.
    [[nodiscard]] bool continues_word() const {
        return i_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[i_ - 1])) != 0 ||
                          text_[i_ - 1] == '_');
    }
    void blank(std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < std::min(end, code_.size()); ++k) {
            if (code_[k] != '\n') code_[k] = ' ';
        }
        i_ = end;
    }
    void blank_until(std::string_view closing, std::size_t kept) {
        const std::size_t found = text_.find(closing, i_ + 2);
        blank(i_, found == std::string_view::npos ? text_.size() : found + kept);
    }
    void blank_raw_string() {
        const std::size_t open = text_.find('(', i_);
        if (open == std::string_view::npos) return blank(i_, text_.size());
        const std::string closing = ")" + std::string(text_.substr(i_ + 2, open - i_ - 2)) + "\"";
        const std::size_t found = text_.find(closing, open);
        const std::size_t end =
            found == std::string_view::npos ? text_.size() : found + closing.size();
        raw_strings_.emplace_back(i_, end);
        blank(i_, end);
    }
    void blank_literal(char quote) {
        std::size_t end = i_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2 : 1;
        }
        blank(i_ + 1, end);
        i_ = end + 1;
    }

    std::string_view text_;
    std::string code_;
    std::size_t i_ = 0;
    std::vector<std::pair<std::size_t, std::size_t>> raw_strings_;
};

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

bool has_suffix(const std::string& name, const std::vector<std::string>& suffixes) {
    return std::any_of(suffixes.begin(), suffixes.end(), [&](const std::string& suffix) {
        return name.size() >= suffix.size() &&
               name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
    });
}

}  // namespace

SourceText parse(std::string path, std::string_view text) {
    SourceText file{std::move(path), split_lines(text), {}, {}};
    if (!has_suffix(file.path, {".cpp", ".hpp"})) {
        file.code = file.raw;
        file.verbatim.assign(file.raw.size(), false);
        return file;
    }
    Blanker blanker(text);
    blanker.run();
    file.code = split_lines(blanker.code());
    file.verbatim.assign(file.raw.size(), false);
    for (const auto& [begin, end] : blanker.raw_strings()) {
        const auto line_of = [&](std::size_t byte) {
            const auto stop = text.begin() + static_cast<std::ptrdiff_t>(byte);
            return static_cast<std::size_t>(std::count(text.begin(), stop, '\n'));
        };
        for (std::size_t line = line_of(begin); line <= line_of(end - 1); ++line) {
            file.verbatim[line] = true;
        }
    }
    return file;
}

std::vector<SourceText> load(const std::vector<std::string>& folders,
                             const std::vector<std::string>& suffixes) {
    const fs::path root(FIREDRILL_SOURCE_DIR);
    std::vector<std::string> paths;
    for (const std::string& folder : folders) {
        if (!fs::is_directory(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string path = fs::relative(entry.path(), root).generic_string();
            if (entry.is_regular_file() && has_suffix(path, suffixes)) paths.push_back(path);
        }
    }
    std::sort(paths.begin(), paths.end());
    std::vector<SourceText> files;
    for (const std::string& path : paths) {
        std::ifstream in(root / path, std::ios::binary);
        files.push_back(parse(path, std::string(std::istreambuf_iterator<char>(in), {})));
    }
    return files;
}

std::string at(const SourceText& file, std::size_t line_index, std::string_view message) {
    return fmt::format("{}:{}: {}", file.path, line_index + 1, message);
}

std::string listed(const Violations& violations) {
    return fmt::format("{}{}", violations.empty() ? "" : "\n", fmt::join(violations, "\n"));
}

bool is_under(std::string_view path, std::string_view folder) {
    return path.size() > folder.size() && path.substr(0, folder.size()) == folder &&
           path[folder.size()] == '/';
}

const std::vector<SourceText>& program_files() {
    static const std::vector<SourceText> files = load({"sim", "models"}, {".cpp", ".hpp"});
    return files;
}

const std::vector<SourceText>& all_cpp_files() {
    static const std::vector<SourceText> files =
        load({"sim", "models", "bench", "tests"}, {".cpp", ".hpp"});
    return files;
}

}  // namespace architecture
