#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sim/yaml/load.hpp"
#include "tests/catch.hpp"

namespace sim::test {

/// A text loaded under the name `f.yaml`, with everything that was said about it.
struct Loaded {
    SourceMap sources;
    Diagnostics diagnostics;
    std::optional<Node> root;

    explicit Loaded(std::string text, const LoadLimits& limits = {})
        : root(load_text(sources, diagnostics, "f.yaml", std::move(text), limits)) {}

    [[nodiscard]] std::string said() const { return diagnostics.render(sources); }

    /// The value under a top-level key, which must be there.
    [[nodiscard]] const Node& at(std::string_view key) const {
        REQUIRE(root.has_value());
        const Node* node = root->find(key);
        REQUIRE(node != nullptr);
        return *node;
    }
};

/// What the loader says about a text.
inline std::string said_about(std::string text, const LoadLimits& limits = {}) {
    return Loaded(std::move(text), limits).said();
}

/// "line:column+length" of a range; "-" for no place.
inline std::string where(const SourceRange& range) {
    if (!range.has_place()) return "-";
    return std::to_string(range.line) + ":" + std::to_string(range.column) + "+" +
           std::to_string(range.length);
}

/// The first message and hint that `read` leaves behind for the value of `v: …`, without place;
/// "" when it is satisfied.
template <class Read>
std::string complaint(const std::string& value, Read read) {
    Loaded loaded("v: " + value + "\n");
    REQUIRE(loaded.said().empty());
    const auto result = read(loaded.at("v"), loaded.diagnostics);
    const auto all = loaded.diagnostics.sorted();
    CHECK(result.has_value() == all.empty());
    if (all.empty()) return "";
    CHECK(all.size() == 1);
    return all[0].message + (all[0].hint.empty() ? "" : " | " + all[0].hint);
}

/// Files of a test, in memory.
inline FileLoader fake_files(std::map<std::string, std::string> files) {
    return [files = std::move(files)](const std::string& path, std::size_t) -> FileContent {
        const auto found = files.find(path);
        if (found == files.end()) return {{}, "no such file"};
        return {found->second, {}};
    };
}

}  // namespace sim::test
