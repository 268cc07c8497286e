#include "sim/yaml/node.hpp"

#include <algorithm>
#include <utility>

namespace sim {
namespace {

void report_at(Diagnostics& diagnostics, SourceRange range, SourceRange alias, std::string message,
               std::string hint) {
    diagnostics.add({Severity::error, range, std::move(message), std::move(hint), alias,
                     alias.has_place() ? "used here" : ""});
}

void visit_guesses(const Node& node, const std::string& path,
                   const std::function<void(const std::string&, const Node&)>& visit) {
    const std::string prefix = path.empty() ? path : path + ".";
    if (node.guess) visit(path, node);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        visit_guesses(node.items[i], prefix + std::to_string(i), visit);
    }
    for (const MapEntry& entry : node.entries)
        visit_guesses(entry.value, prefix + entry.key, visit);
}

}  // namespace

const MapEntry* Node::find_entry(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const MapEntry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

const Node* Node::find(std::string_view key) const {
    const MapEntry* entry = find_entry(key);
    return entry == nullptr ? nullptr : &entry->value;
}

std::string describe(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return "nothing";
        case Node::Kind::scalar:
            return quote(node.text);
        case Node::Kind::list:
            return "a list";
        case Node::Kind::map:
            return "a map";
    }
    return {};
}

void report(Diagnostics& diagnostics, const Node& node, std::string message, std::string hint) {
    report_at(diagnostics, node.range, node.alias, std::move(message), std::move(hint));
}

void report_key(Diagnostics& diagnostics, const MapEntry& entry, std::string message,
                std::string hint) {
    report_at(diagnostics, entry.key_range, entry.value.alias, std::move(message), std::move(hint));
}

void for_each_guess(const Node& root,
                    const std::function<void(const std::string& path, const Node& node)>& visit) {
    visit_guesses(root, {}, visit);
}

Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

}  // namespace sim
