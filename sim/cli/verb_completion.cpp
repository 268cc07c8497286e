#include <array>
#include <set>

#include <fmt/format.h>

#include "models/scenario/fault_catalog.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "sim/cli/help_kinds.hpp"
#include "sim/cli/help_topics.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

std::string verb_names() {
    std::string names;
    for (const auto& verb : verbs()) names += (names.empty() ? "" : " ") + std::string(verb.name);
    return names;
}

std::string option_names(const Verb& verb) {
    std::string names;
    for (const auto& option : option_table()) {
        if (!applies(option, verb.groups)) continue;
        names += (names.empty() ? "" : " ") + std::string(option.name);
        if (!option.other.empty()) names += " " + std::string(option.other);
    }
    return names;
}

/// Every word after `help`.
std::string topic_names() {
    std::string names = "fault faults policy preset presets reference schema";
    for (const auto& topic : topics()) names += " " + std::string(topic.name);
    for (const auto& family : families()) names += " " + std::string(family.name);
    return names;
}

/// Every word after `help preset`, each once.
std::string preset_words() {
    std::set<std::string_view> names;
    for (const auto& family : models::preset_families()) {
        for (const auto name : models::preset_names(family.name)) names.insert(name);
    }
    return fmt::format("{}", fmt::join(names, " "));
}

/// Every word after `help fault`.
std::string fault_words() {
    std::string names;
    for (const auto& fault : models::named_faults()) {
        names += (names.empty() ? "" : " ") + fault.name;
    }
    return names;
}

std::string bash_script() {
    std::string cases;
    for (const auto& verb : verbs()) {
        cases += fmt::format("        {}) words=\"{}\" ;;\n", verb.name, option_names(verb));
    }
    return fmt::format(R"(# bash completion of firedrill
_firedrill() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} words=""
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W "{}" -- "$word"))
        return
    fi
    if [[ ${{COMP_WORDS[1]}} == help && $word != -* ]]; then
        [[ $COMP_CWORD -eq 2 ]] && words="{}"
        [[ $COMP_CWORD -eq 3 && ${{COMP_WORDS[2]}} == preset ]] && words="{}"
        [[ $COMP_CWORD -eq 3 && ${{COMP_WORDS[2]}} == fault ]] && words="{}"
        COMPREPLY=($(compgen -W "$words" -- "$word"))
        return
    fi
    case ${{COMP_WORDS[1]}} in
{}    esac
    case $word in
        -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
        *) COMPREPLY=($(compgen -f -- "$word")) ;;
    esac
}}
complete -o filenames -F _firedrill firedrill
)",
                       verb_names(), topic_names(), preset_words(), fault_words(), cases);
}

std::string zsh_script() {
    std::string described;
    std::string cases;
    for (const auto& verb : verbs()) {
        described += fmt::format("    '{}:{}'\n", verb.name, verb.summary);
        cases += fmt::format("        {}) compadd -- {} ;;\n", verb.name, option_names(verb));
    }
    return fmt::format(R"(#compdef firedrill
_firedrill() {{
    local -a commands=(
{}    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    if [[ $PREFIX == -* ]]; then
        case ${{words[2]}} in
{}        esac
    elif [[ ${{words[2]}} == help ]]; then
        if (( CURRENT == 3 )); then
            compadd -- {}
        elif [[ ${{words[3]}} == preset ]]; then
            compadd -- {}
        elif [[ ${{words[3]}} == fault ]]; then
            compadd -- {}
        fi
    else
        _files
    fi
}}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _firedrill "$@"
else
    compdef _firedrill firedrill
fi
)",
                       described, cases, topic_names(), preset_words(), fault_words());
}

/// `--seed` as `-l seed`, `-o` as `-s o`.
std::string fish_name(std::string_view name) {
    return name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                  : fmt::format(" -s {}", name.substr(1));
}

std::string fish_script() {
    std::string text = "# fish completion of firedrill\n";
    for (const auto& verb : verbs()) {
        text += fmt::format("complete -c firedrill -n __fish_use_subcommand -f -a {} -d \"{}\"\n",
                            verb.name, verb.summary);
    }
    text += fmt::format(
        "complete -c firedrill -n \"__fish_seen_subcommand_from help\" -f -a \"{}\"\n"
        "complete -c firedrill -n \"__fish_seen_subcommand_from preset\" -f -a \"{}\"\n"
        "complete -c firedrill -n \"__fish_seen_subcommand_from fault\" -f -a \"{}\"\n",
        topic_names(), preset_words(), fault_words());
    for (const auto& verb : verbs()) {
        for (const auto& option : option_table()) {
            if (!applies(option, verb.groups)) continue;
            text += fmt::format(
                "complete -c firedrill -n \"__fish_seen_subcommand_from {}\"{}{}{} -d \"{}\"\n",
                verb.name, fish_name(option.name),
                option.other.empty() ? "" : fish_name(option.other),
                option.argument.empty() ? "" : " -r", option.help);
        }
    }
    return text;
}

struct Shell {
    std::string_view name;
    std::string (*script)();
};
constexpr std::array<Shell, 3> kShells = {
    {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}}};

}  // namespace

int run_completion(const Options& options, Io& io) {
    std::vector<std::string_view> names;
    for (const auto& shell : kShells) {
        names.push_back(shell.name);
        if (shell.name != options.files.front()) continue;
        io.out << shell.script();
        return kOk;
    }
    io.err << "error: no completion for " << quote(options.files.front()) << "\n";
    const auto hint = did_you_mean_hint(options.files.front(), names);
    io.err << "  hint: " << (hint.empty() ? "bash, zsh and fish are known" : hint) << "\n";
    return kUsage;
}

}  // namespace sim::cli
