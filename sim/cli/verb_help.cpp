#include <fmt/format.h>

#include "models/scenario/schema.hpp"
#include "sim/cli/help_topics.hpp"
#include "sim/cli/verbs.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/did_you_mean.hpp"

namespace sim::cli {

namespace {

std::string family_text(const Family& family) {
    std::string text = fmt::format("{} ({})\n", family.name, family.where);
    for (const auto& kind : family.kinds) {
        text += kind.summary.empty() ? fmt::format("  {}\n", kind.name)
                                     : fmt::format("  {:<16} {}\n", kind.name, kind.summary);
    }
    return text;
}

std::string index_text() {
    std::string text = overview() + "\nTopics (firedrill help TOPIC):\n";
    for (const auto& topic : topics()) {
        text += fmt::format("  {:<14} {}\n", topic.name, topic.summary);
    }
    text += "  schema         the JSON Schema of scenario files, for editors\n";
    text += "\nKinds (firedrill help KIND):\n";
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

/// A kind may be in several families (`none`): all of them are shown.
std::string kinds_text(const std::string& name) {
    std::string text;
    for (const auto& family : families()) {
        if (family.name == name) return family_text(family);
        for (const auto& kind : family.kinds) {
            if (kind.name != name) continue;
            text += fmt::format("{} is a kind of {} ({}){}{}\n", kind.name, family.name,
                                family.where, kind.summary.empty() ? "" : ": ", kind.summary);
        }
    }
    return text;
}

std::vector<std::string_view> all_names(const std::vector<Family>& all) {
    std::vector<std::string_view> names = {"schema"};
    for (const auto& topic : topics()) names.push_back(topic.name);
    for (const auto& verb : verbs()) names.push_back(verb.name);
    for (const auto& family : all) {
        names.push_back(family.name);
        for (const auto& kind : family.kinds) names.push_back(kind.name);
    }
    return names;
}

int unknown_topic(const std::string& name, Io& io) {
    const auto all = families();
    io.err << "error: no help on " << quote(name) << "\n";
    const auto hint = did_you_mean_hint(name, all_names(all));
    io.err << "  hint: " << (hint.empty() ? "`firedrill help` lists the topics" : hint) << "\n";
    return kUsage;
}

}  // namespace

int run_help(const Options& options, Io& io) {
    if (options.files.empty()) {
        const auto text = index_text();
        io.out << (options.style.ascii ? to_ascii(text) : text);
        return kOk;
    }
    const auto& name = options.files.front();
    if (name == "schema") {
        io.out << models::scenario_schema();
        return kOk;
    }
    if (const auto* verb = find_verb(name)) {
        io.out << verb_help(*verb);
        return kOk;
    }
    for (const auto& topic : topics()) {
        if (topic.name != name) continue;
        io.out << topic.text;
        return kOk;
    }
    const auto kinds = kinds_text(name);
    if (kinds.empty()) return unknown_topic(name, io);
    io.out << kinds;
    return kOk;
}

}  // namespace sim::cli
