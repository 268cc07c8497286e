// Goal: no bytes crash, hang or exhaust the loader. Method: a fixed number of mutations of a small
// scenario that uses all of YAML, drawn from a generator with a fixed seed.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/hash.hpp"
#include "tests/unit/yaml/yaml_fixture.hpp"

using namespace sim;
using namespace sim::test;

namespace {

constexpr const char* kSeedText =
    "# comment\n"
    "version: 1\n"
    "x-base: &base {timeout: 3s, retries: [1, ~2, 'three', \"fo\\\"ur\"]}\n"
    "services:\n"
    "  auth: &auth\n"
    "    <<: [*base, {k: v}]\n"
    "    latency: {p50: ~4ms, p99: 20ms}\n"
    "    calls: [[a, b], c (optional)]\n"
    "  copy: *auth\n"
    "question: |\n"
    "  What is\n"
    "  this?\n"
    "empty:\n"
    "list:\n"
    "  - a\n"
    "  -\n"
    "  - - b\n"
    "    - {c: d}\n";

class Mutator {
  public:
    explicit Mutator(std::uint64_t seed) : state_(seed) {}

    std::string mutate(std::string text) {
        const std::uint64_t edits = 1 + next(6);
        for (std::uint64_t i = 0; i < edits && !text.empty(); ++i) edit(text);
        return text;
    }

  private:
    std::uint64_t next(std::uint64_t bound) {
        state_ = mix64(state_ + 0x9E3779B97F4A7C15ULL);
        return state_ % bound;
    }

    void edit(std::string& text) {
        static const std::vector<std::string> kTokens{
            "&a ",  "*a",  "*base", "<<: ",     "- ",  "? ",     ": ",
            "[",    "]",   "{",     "}",        "\n",  "\t",     "\"",
            "'",    "|\n", "---\n", "...\n",    "!t ", "~",      "#",
            "%x ",  "\r",  "\xff",  "\xc3\xa9", ",",   "!!map ", "\xEF\xBB\xBF",
            "null", ">-\n"};
        const std::size_t at = next(text.size());
        switch (next(5)) {
            case 0:
                text[at] = static_cast<char>(next(256));
                break;
            case 1:
                text.erase(at, 1 + next(20));
                break;
            case 2:
                text.insert(at, kTokens[next(kTokens.size())]);
                break;
            case 3:
                text.insert(next(text.size()), text.substr(at, next(60)));
                break;
            default:
                text.resize(at);
                break;
        }
    }

    std::uint64_t state_;
};

/// Touches everything of a tree; places must be inside the text.
std::size_t walk(const Node& node, const SourceMap& sources) {
    CHECK(node.range.has_place());
    CHECK(node.range.length >= 1);
    std::size_t count = 1;
    for (const Node& item : node.items) count += walk(item, sources);
    for (const MapEntry& entry : node.entries) count += walk(entry.value, sources);
    return count;
}

}  // namespace

TEST_CASE("mutated files give a tree or an error, never anything else") {
    LoadLimits limits;
    limits.values = 2'000;
    int trees = 0;
    int refused = 0;
    for (std::uint64_t i = 0; i < 3'000; ++i) {
        const std::string text = Mutator(i).mutate(kSeedText);
        const Loaded loaded(text, limits);
        if (loaded.root) {
            ++trees;
            CHECK(walk(*loaded.root, loaded.sources) <= limits.values);
        } else {
            ++refused;
            CHECK(loaded.diagnostics.has_errors());
        }
        CHECK(loaded.said().empty() == loaded.diagnostics.empty());
    }
    CHECK(trees > 300);
    CHECK(refused > 300);
}

TEST_CASE("every prefix of a file gives a tree or an error") {
    const std::string text = kSeedText;
    for (std::size_t size = 0; size < text.size(); ++size) {
        const Loaded loaded(text.substr(0, size));
        CHECK(loaded.root.has_value() !=
              (loaded.diagnostics.error_count() > 0 && !loaded.root.has_value()));
    }
}
