#include "tests/architecture/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace architecture {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kFunctionLines = 70;

std::size_t code_points(const std::string& line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;
    }));
}

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// The word stands alone: `rand(` is not found in `operand(`.
bool contains_word(const std::string& line, const std::string& word) {
    for (std::size_t i = line.find(word); i != std::string::npos; i = line.find(word, i + 1)) {
        const std::size_t end = i + word.size();
        const bool starts =
            i == 0 || !is_word_character(word.front()) || !is_word_character(line[i - 1]);
        const bool ends =
            end >= line.size() || !is_word_character(word.back()) || !is_word_character(line[end]);
        if (starts && ends) return true;
    }
    return false;
}

struct BannedWord {
    std::string word;
    std::vector<std::string> banned_in;
    std::vector<std::string> allowed_in;
    std::string instead;
};

const std::vector<BannedWord>& banned_words() {
    static const std::vector<std::string> program{"sim", "models"};
    static const std::vector<std::string> cli{"sim/cli"};
    static const std::vector<std::string> engine{"models/engine"};
    static const std::vector<std::string> ordered{"sim/core", "models"};
    static const std::string stream = "draws come from a KeyedRng";
    static const std::string clock = "only sim/cli sees a clock";
    static const std::string output = "only sim/cli writes to the terminal";
    static const std::string number = "it depends on the locale: use std::from_chars";
    static const std::string order = "its order is not defined: use a vector or std::map";
    static const std::vector<BannedWord> words{
        {"rand(", program, {}, stream},
        {"srand(", program, {}, stream},
        {"std::random_device", program, {}, stream},
        {"std::mt19937", program, {}, stream},
        {"std::mt19937_64", program, {}, stream},
        {"std::hash", program, {}, "it may change with the library: use hash_text"},
        {"system_clock", program, cli, clock},
        {"steady_clock", program, cli, clock},
        {"high_resolution_clock", program, cli, clock},
        {"std::cout", program, cli, output},
        {"std::cerr", program, cli, output},
        {"std::clog", program, cli, output},
        {"printf(", program, cli, output},
        {"getenv(", program, cli, "only sim/cli sees the environment"},
        {".as<", program, {}, "read the scalar's text by the schema"},
        {"std::stod", program, {}, number},
        {"std::stof", program, {}, number},
        {"std::stoi", program, {}, "it accepts 3x: use std::from_chars"},
        {"strtod(", program, {}, number},
        {"atof(", program, {}, number},
        {"atoi(", program, {}, "it accepts 3x: use std::from_chars"},
        {"setlocale(", program, {}, "nothing may depend on the locale"},
        {"std::views::", program, {}, "clang 14 does not compile it"},
        {"std::bit_cast", program, cli, "libc++ 13 lacks it: use memcpy"},
        {"std::source_location", program, {}, "clang 14 lacks it"},
        {"std::function", engine, {}, "a typed event, or a template"},
        {"virtual", engine, {}, "a variant"},
        {"std::shared_ptr", engine, {}, "an id into a pool"},
        {"std::make_shared", engine, {}, "an id into a pool"},
        {"new", {"models"}, {}, "a container or a pool"},
        {"using namespace", program, {}, "names are written with their namespace"},
        {"std::unordered_map", ordered, {}, order},
        {"std::unordered_set", ordered, {}, order},
        {"std::unordered_multimap", ordered, {}, order},
        {"std::unordered_multiset", ordered, {}, order},
        {"thread_local", program, {}, "no mutable globals"},
    };
    return words;
}

bool is_under_any(const std::string& path, const std::vector<std::string>& folders) {
    return std::any_of(folders.begin(), folders.end(),
                       [&](const std::string& folder) { return is_under(path, folder); });
}

/// What stands before a brace tells what it opens.
bool opens_scope(const std::string& header) {
    for (const char* keyword : {"namespace", "class", "struct", "union", "enum", "extern"}) {
        if (contains_word(header, keyword) && header.find('(') == std::string::npos) return true;
    }
    return false;
}

/// `= {`, a type's `{` and the arguments of a call, as in `= std::to_array<Row>({`.
bool opens_initializer(const std::string& header) {
    const std::size_t last = header.find_last_not_of(" \t");
    if (last == std::string::npos || header[last] == '=') return true;
    const auto opened = std::count(header.begin(), header.end(), '(');
    return opened == 0 || opened != std::count(header.begin(), header.end(), ')');
}

/// Measures the functions of one file: blocks that are neither scopes nor initializers, outermost
/// first, so that a lambda counts with the function that holds it.
class FunctionScan {
  public:
    explicit FunctionScan(const SourceText& file) : file_(file) {}

    Violations run() {
        for (line_ = 0; line_ < file_.code.size(); ++line_) {
            const std::string& code = file_.code[line_];
            const std::size_t first = code.find_first_not_of(" \t");
            if (first != std::string::npos && code[first] == '#') continue;
            for (const char c : code) step(c);
            header_ += ' ';
        }
        return violations_;
    }

  private:
    void step(char c) {
        if (c == '{') {
            const bool scope = opens_scope(header_);
            if (inner_ > 0 || !scope) {
                if (inner_++ == 0) {
                    begin_ = line_;
                    counts_ = !opens_initializer(header_);
                }
            }
            header_.clear();
        } else if (c == '}') {
            if (inner_ > 0 && --inner_ == 0 && counts_) measure();
            header_.clear();
        } else if (c == ';') {
            header_.clear();
        } else {
            header_ += c;
        }
    }
    void measure() {
        const std::size_t lines = line_ - begin_ + 1;
        if (lines <= kFunctionLines) return;
        violations_.push_back(
            at(file_, begin_,
               fmt::format("a function of {} lines; at most {}", lines, kFunctionLines)));
    }

    const SourceText& file_;
    Violations violations_;
    std::string header_;
    std::size_t line_ = 0;
    std::size_t begin_ = 0;
    int inner_ = 0;  // braces open inside the outermost block that is no scope
    bool counts_ = false;
};

bool is_snake_case(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    return std::all_of(name.begin(), name.end(), [](char c) {
        return std::islower(static_cast<unsigned char>(c)) != 0 ||
               std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    });
}

}  // namespace

Violations check_columns(const SourceText& file) {
    Violations violations;
    for (std::size_t i = 0; i < file.raw.size(); ++i) {
        const std::size_t columns = code_points(file.raw[i]);
        if (columns > kColumns && !file.verbatim[i]) {
            violations.push_back(
                at(file, i, fmt::format("{} columns; at most {}", columns, kColumns)));
        }
    }
    return violations;
}

Violations check_function_length(const SourceText& file) { return FunctionScan(file).run(); }

Violations check_banned_words(const SourceText& file) {
    Violations violations;
    for (const BannedWord& banned : banned_words()) {
        if (!is_under_any(file.path, banned.banned_in)) continue;
        if (is_under_any(file.path, banned.allowed_in)) continue;
        for (std::size_t i = 0; i < file.code.size(); ++i) {
            if (!contains_word(file.code[i], banned.word)) continue;
            violations.push_back(at(file, i, fmt::format("`{}`: {}", banned.word, banned.instead)));
        }
    }
    return violations;
}

Violations check_banned_text(const SourceText& file) {
    // Put together here, so that this file does not contain them.
    static const std::vector<std::string> reminders{
        std::string("TO") + "DO", std::string("FIX") + "ME", std::string("XX") + "X"};
    static const std::vector<std::string> places{
        std::string("/wo") + "rk/", std::string("/ho") + "me/", std::string("/ro") + "ot/",
        std::string("/tm") + "p/"};
    Violations violations;
    for (std::size_t i = 0; i < file.raw.size(); ++i) {
        for (const std::string& reminder : reminders) {
            if (contains_word(file.raw[i], reminder)) {
                violations.push_back(at(file, i, "a reminder: do it or file an issue"));
            }
        }
        for (const std::string& place : places) {
            const std::size_t found = file.raw[i].find(place);
            if (found == std::string::npos) continue;
            // "me" is nobody: what tests and examples may use.
            if (file.raw[i].compare(found + place.size(), 3, "me/") == 0) continue;
            violations.push_back(at(file, i, fmt::format("a path of one machine: {}", place)));
        }
    }
    return violations;
}

Violations check_layout(const SourceText& file) {
    Violations violations;
    const bool header = file.path.size() > 4 && file.path.substr(file.path.size() - 4) == ".hpp";
    if (header && (file.raw.empty() || file.raw.front() != "#pragma once")) {
        violations.push_back(at(file, 0, "a header begins with #pragma once"));
    }
    if (!is_snake_case(file.path)) violations.push_back(at(file, 0, "file names are snake_case"));
    for (std::size_t i = 0; i < file.raw.size(); ++i) {
        const std::string& line = file.raw[i];
        if (file.verbatim[i] || line.empty()) continue;
        if (line.find('\t') != std::string::npos) violations.push_back(at(file, i, "a tab"));
        if (line.back() == ' ') violations.push_back(at(file, i, "trailing blanks"));
        if (line.back() == '\r') violations.push_back(at(file, i, "a carriage return"));
    }
    return violations;
}

}  // namespace architecture
