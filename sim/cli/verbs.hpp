#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"

namespace sim::cli {

/// One verb: the table of them is the registry of commands, help and completion.
struct Verb {
    std::string_view name;
    std::string_view arguments;    ///< as in the usage line, may be empty
    std::string_view summary;      ///< one line, for the list of verbs
    std::string_view description;  ///< paragraphs, for its own help
    std::string_view example;      ///< lines
    unsigned groups = 0;           ///< of options
    std::size_t min_files = 0;
    std::size_t max_files = 1;
    int (*run)(const Options& options, Io& io) = nullptr;
};
std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);

/// Did-you-mean on verbs, with the two lines that say where help is.
std::string unknown_verb(std::string_view word);

/// What `firedrill` and `firedrill --help` print, and `firedrill VERB --help`.
std::string overview();
std::string verb_help(const Verb& verb);

int run_init(const Options& options, Io& io);
int run_check(const Options& options, Io& io);
int run_plan(const Options& options, Io& io);
int run_run(const Options& options, Io& io);
int run_sweep(const Options& options, Io& io);
int run_search(const Options& options, Io& io);
int run_map(const Options& options, Io& io);
int run_merge(const Options& options, Io& io);
int run_report(const Options& options, Io& io);
int run_blast(const Options& options, Io& io);
int run_diff(const Options& options, Io& io);
int run_explain(const Options& options, Io& io);
int run_validate(const Options& options, Io& io);
int run_help(const Options& options, Io& io);
int run_completion(const Options& options, Io& io);
int run_version(const Options& options, Io& io);

}  // namespace sim::cli
