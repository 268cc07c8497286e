#include <fmt/format.h>

#include <algorithm>

#include "models/scenario/fault_catalog.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "models/scenario/read_effect.hpp"
#include "models/scenario/reference.hpp"
#include "models/scenario/schema.hpp"
#include "sim/cli/help_faults.hpp"
#include "sim/cli/help_keys.hpp"
#include "sim/cli/help_kinds.hpp"
#include "sim/cli/help_presets.hpp"
#include "sim/cli/help_topics.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

std::string index_text() {
    std::string text = overview() + "\nTopics (firedrill help TOPIC):\n";
    for (const auto& topic : topics()) {
        text += fmt::format("  {:<14} {}\n", topic.name, topic.summary);
    }
    text += "  policy         every key of call settings, with its default\n";
    text += "  presets        named settings of real clients, proxies and servers\n";
    text += "  preset NAME    every value of one of them, and where it was read\n";
    text += "  faults         faults by name, and which tools have them\n";
    text += "  fault NAME     what one of them does, its parameters, an example\n";
    text += "  reference      every kind of policy with its parameters, as Markdown\n";
    text += "  schema         the JSON Schema of scenario files, for editors\n";
    text += "\nKinds (firedrill help KIND), and any key of a scenario (firedrill help KEY):\n";
    for (const auto& family : families()) {
        text += fmt::format("  {:<14}", family.name);
        std::size_t shown = 0;
        for (const auto& kind : family.kinds) {
            if (++shown > 6) {
                text += " …";
                break;
            }
            text += " " + std::string(kind.name);
        }
        text += "\n";
    }
    return text;
}

bool is_effect(const std::string& name) {
    const auto& forms = models::effect_forms();
    return std::any_of(forms.begin(), forms.end(),
                       [&](const models::EffectForm& form) { return form.kind == name; });
}

std::vector<std::string_view> all_names(const std::vector<Family>& all) {
    std::vector<std::string_view> names = {"schema", "policy", "presets", "reference", "faults"};
    for (const auto& topic : topics()) names.push_back(topic.name);
    for (const auto& verb : verbs()) names.push_back(verb.name);
    for (const auto& family : all) {
        names.push_back(family.name);
        for (const auto& kind : family.kinds) names.push_back(kind.name);
    }
    for (const auto key : key_names()) names.push_back(key);
    for (const auto& family : models::preset_families()) {
        for (const auto preset : models::preset_names(family.name)) names.push_back(preset);
    }
    for (const auto& fault : models::named_faults()) names.push_back(fault.name);
    return names;
}

int unknown_topic(const std::string& name, Io& io) {
    const auto all = families();
    io.err << "error: no help on " << quote(name) << "\n";
    const auto hint = did_you_mean_hint(name, all_names(all));
    io.err << "  hint: " << (hint.empty() ? "`firedrill help` lists the topics" : hint) << "\n";
    return kUsage;
}

int unknown_preset(const std::string& name, Io& io) {
    std::vector<std::string_view> names;
    for (const auto& family : models::preset_families()) {
        for (const auto preset : models::preset_names(family.name)) names.push_back(preset);
    }
    io.err << "error: unknown preset " << quote(name) << "\n";
    const auto hint = did_you_mean_hint(name, names);
    io.err << "  hint: " << (hint.empty() ? "`firedrill help presets` lists them" : hint) << "\n";
    return kUsage;
}

int unknown_fault(const std::string& name, Io& io) {
    std::vector<std::string_view> names;
    for (const auto& fault : models::named_faults()) names.push_back(fault.name);
    io.err << "error: unknown fault " << quote(name) << "\n";
    const auto hint = did_you_mean_hint(name, names);
    io.err << "  hint: " << (hint.empty() ? "`firedrill help faults` lists them" : hint) << "\n";
    return kUsage;
}

/// `fault NAME`: what has a name, or an effect by its kind.
int help_fault(const Options& options, Io& io) {
    auto document = fault_document(options.files[1]);
    if (document.blocks.empty() && is_effect(options.files[1])) {
        document = word_document(options.files[1]);
    }
    if (document.blocks.empty()) return unknown_fault(options.files[1], io);
    return emit(document, options, io);
}

/// `preset NAME`.
int help_preset(const Options& options, Io& io) {
    const auto document = preset_document(options.files[1]);
    if (document.blocks.empty()) return unknown_preset(options.files[1], io);
    return emit(document, options, io);
}

/// Plain text: what is no document.
bool print_text(const std::string& name, Io& io) {
    if (name == "schema") {
        io.out << models::scenario_schema();
        return true;
    }
    if (name == "reference") {
        io.out << models::policy_reference();
        return true;
    }
    if (const auto* verb = find_verb(name)) {
        io.out << verb_help(*verb);
        return true;
    }
    for (const auto& topic : topics()) {
        if (topic.name != name) continue;
        io.out << topic.text;
        return true;
    }
    return false;
}

Document document_on(const std::string& name) {
    if (name == "presets") return presets_document();
    if (name == "policy") return policy_document();
    if (name == "faults") {
        // What the key `faults` means comes first.
        auto key = word_document(name);
        auto faults = faults_document();
        faults.data.update(key.data);
        if (!key.blocks.empty()) key.blocks.emplace_back(BlankLine{});
        faults.blocks.insert(faults.blocks.begin(), key.blocks.begin(), key.blocks.end());
        return faults;
    }
    auto document = word_document(name);
    if (document.blocks.empty()) document = fault_document(name);
    return document.blocks.empty() ? preset_document(name) : document;
}

}  // namespace

int run_help(const Options& options, Io& io) {
    if (options.files.empty()) {
        const auto text = index_text();
        io.out << (options.style.ascii ? to_ascii(text) : text);
        return kOk;
    }
    const auto& name = options.files.front();
    if (options.files.size() == 2) {
        if (name == "preset") return help_preset(options, io);
        if (name == "fault") return help_fault(options, io);
        io.err
            << "error: `firedrill help` takes one topic; only `preset NAME` and `fault NAME` have "
               "two words\n";
        return kUsage;
    }
    if (print_text(name, io)) return kOk;
    const auto document = document_on(name == "preset"  ? "presets"
                                      : name == "fault" ? "faults"
                                                        : name);
    if (document.blocks.empty()) return unknown_topic(name, io);
    return emit(document, options, io);
}

}  // namespace sim::cli
