#include "models/scenario/wildcard.hpp"

#include <algorithm>
#include <utility>

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

/// The first part of a path and what is left of it.
std::pair<std::string_view, std::string_view> split(std::string_view path) {
    const auto dot = path.find('.');
    if (dot == std::string_view::npos) return {path, {}};
    return {path.substr(0, dot), path.substr(dot + 1)};
}

/// Groups come at a rate or are so many users: a path into the one leaves out the other.
bool is_other_kind(const Node& group, std::string_view rest) {
    const auto word = split(rest).first;
    const bool closed = group.find("users") != nullptr;
    if (word == "rate" || word == "arrivals" || word == "shape") return closed;
    return (word == "users" || word == "thinkTime") && !closed;
}

class Expansion {
  public:
    explicit Expansion(std::vector<std::string>& paths) : paths_(paths) {}

    void walk(const Node& node, std::string_view rest, const std::string& walked) {
        if (rest.empty()) {
            paths_.push_back(walked);
            return;
        }
        const auto [word, after] = split(rest);
        if (const MapEntry* entry = entry_of(node, rest)) {
            const bool whole = rest.size() == entry->key.size();
            walk(entry->value, whole ? "" : rest.substr(entry->key.size() + 1),
                 joined(walked, entry->key));
        } else if (word == "*") {
            walk_all(node, after, walked);
        } else if (const Node* item = item_of(node, word)) {
            walk(*item, after, joined(walked, word));
        } else if (!has_wildcard(rest)) {
            paths_.push_back(joined(walked, rest));
        }
    }

  private:
    static std::string joined(const std::string& walked, std::string_view word) {
        return walked.empty() ? std::string(word) : walked + "." + std::string(word);
    }

    void walk_all(const Node& node, std::string_view rest, const std::string& walked) {
        for (const MapEntry& entry : node.entries) {
            if (walked == "workload" && is_other_kind(entry.value, rest)) continue;
            walk(entry.value, rest, joined(walked, entry.key));
        }
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            walk(node.items[i], rest, joined(walked, std::to_string(i)));
        }
    }

    /// Names may hold dots: the longest key that fits.
    static const MapEntry* entry_of(const Node& node, std::string_view rest) {
        const MapEntry* best = nullptr;
        for (const MapEntry& entry : node.entries) {
            const bool fits = rest.starts_with(entry.key) &&
                              (rest.size() == entry.key.size() || rest[entry.key.size()] == '.');
            if (fits && (best == nullptr || entry.key.size() > best->key.size())) best = &entry;
        }
        return best;
    }

    static const Node* item_of(const Node& node, std::string_view word) {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (word == std::to_string(i)) return &node.items[i];
        }
        return nullptr;
    }

    std::vector<std::string>& paths_;
};

}  // namespace

bool has_wildcard(std::string_view path) {
    while (!path.empty()) {
        const auto [word, rest] = split(path);
        if (word == "*") return true;
        path = rest;
    }
    return false;
}

std::vector<std::string> expand_wildcards(const Node& root, std::string_view path) {
    std::vector<std::string> paths;
    Expansion(paths).walk(root, path, "");
    return paths;
}

bool paths_overlap(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        const auto [word_a, rest_a] = split(a);
        const auto [word_b, rest_b] = split(b);
        if (word_a != word_b && word_a != "*" && word_b != "*") return false;
        a = rest_a;
        b = rest_b;
    }
    return true;
}

bool path_lies_in(std::string_view inner, std::string_view outer) {
    while (!outer.empty()) {
        const auto [word_inner, rest_inner] = split(inner);
        const auto [word_outer, rest_outer] = split(outer);
        if (word_outer != "*" && word_outer != word_inner) return false;
        if (word_inner.empty()) return false;
        inner = rest_inner;
        outer = rest_outer;
    }
    return true;
}

}  // namespace models
