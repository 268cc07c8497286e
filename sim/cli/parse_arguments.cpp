#include <algorithm>

#include <CLI/CLI.hpp>

#include "sim/cli/options.hpp"
#include "sim/core/did_you_mean.hpp"

// The only file that includes CLI11: it takes seconds to compile.
namespace sim::cli {

namespace {

/// Stands for `--` where the parser may not see it; no argument has a zero byte.
const std::string kSeparator("--\0", 3);

std::string names_of(const OptionSpec& option) {
    std::string names(option.name);
    if (!option.other.empty()) names += "," + std::string(option.other);
    return names;
}

void declare(CLI::App& app, const OptionSpec& option, RawOptions& raw) {
    if (option.flag != nullptr) {
        app.add_flag(names_of(option), raw.*option.flag);
    } else if (option.list != nullptr) {
        app.add_option(names_of(option), raw.*option.list)->expected(1, 1)->take_all();
    } else {
        app.add_option(names_of(option), raw.*option.text)->take_last();
    }
}

/// The parser says `--seed: 1 required TEXT missing`.
std::string missing_value(const std::string& message) {
    for (const auto& option : option_table()) {
        if (!message.starts_with(std::string(option.name) + ":")) continue;
        return "`" + std::string(option.name) + "` needs " + std::string(option.argument);
    }
    return message;
}

std::string unknown_option(const std::string& word, unsigned groups, std::string_view verb) {
    std::vector<std::string_view> known;
    for (const auto& option : option_table()) {
        if (!applies(option, groups)) continue;
        known.push_back(option.name);
        if (!option.other.empty()) known.push_back(option.other);
    }
    const auto name = word.substr(0, word.find('='));
    const auto suggestion = did_you_mean(name, known);
    std::string message = "unknown option `" + name + "` of `firedrill " + std::string(verb) + "`";
    if (suggestion) return message + "\n  hint: did you mean `" + std::string(*suggestion) + "`?";
    return message + "\n  hint: `firedrill " + std::string(verb) + " --help` lists its options";
}

}  // namespace

std::optional<RawOptions> parse_arguments(const std::vector<std::string>& args, unsigned groups,
                                          std::string_view verb, std::string& error) {
    RawOptions raw;
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    for (const auto& option : option_table()) {
        if (applies(option, groups)) declare(app, option, raw);
    }
    // `diff` reads `--` as git does, between revisions and a file; options may follow.
    const bool separates = (groups & kDiffOptions) != 0;
    std::vector<std::string> reversed(args.rbegin(), args.rend());
    if (separates) std::replace(reversed.begin(), reversed.end(), std::string("--"), kSeparator);
    try {
        app.parse(reversed);
    } catch (const CLI::ArgumentMismatch& problem) {
        error = missing_value(problem.what());
        return std::nullopt;
    } catch (const CLI::ParseError& problem) {
        error = problem.what();
        return std::nullopt;
    }
    bool only_files = false;
    for (const auto& word : app.remaining()) {
        if (word == kSeparator && separates) {
            raw.files_before_dashes = raw.files.size();
        } else if (word == "--" && !only_files) {
            only_files = true;
        } else if (word.size() > 1 && word.front() == '-' && !only_files) {
            error = unknown_option(word, groups, verb);
            return std::nullopt;
        } else {
            raw.files.push_back(word);
        }
    }
    return raw;
}

}  // namespace sim::cli
