#include "sim/yaml/node_diff.hpp"

#include <string>
#include <vector>

#include "sim/yaml/load.hpp"
#include "tests/catch.hpp"

namespace {

struct Trees {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;

    std::vector<sim::NodeChange> diff(const std::string& before, const std::string& after) {
        const auto a = sim::load_text(sources, diagnostics, "a", before);
        const auto b = sim::load_text(sources, diagnostics, "b", after);
        REQUIRE(a);
        REQUIRE(b);
        return sim::diff_nodes(*a, *b);
    }
};

}  // namespace

TEST_CASE("the smallest values that differ are found, each with its place") {
    Trees trees;
    const auto changes = trees.diff("a: 1\nb: {c: 2, d: [1, 2]}\ngone: x\n",
                                    "b: {d: [1, 3], c: 2, e: {f: ~4}}\na: 1\n");
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].path == "b.d.1");
    CHECK(changes[0].before == "2");
    CHECK(changes[0].after == "3");
    CHECK(changes[0].range_before.line == 2);
    CHECK(changes[0].range_after.line == 1);
    CHECK(changes[1].path == "b.e");
    CHECK(changes[1].before.empty());
    CHECK(changes[1].after == "{f: ~4}");
    CHECK_FALSE(changes[1].range_before.has_place());
    CHECK(changes[2].path == "gone");
    CHECK(changes[2].after.empty());
    CHECK(changes[2].range_before.line == 3);
}

TEST_CASE("how a value is written is no difference, what it is is one") {
    Trees trees;
    CHECK(trees.diff("a: 1\nb: [x]\n", "b:\n  - 'x'\na: 1\n").empty());
    CHECK(trees.diff("a: 5\n", "a: ~5\n").size() == 1);
    CHECK(trees.diff("a: [1, 2]\n", "a: [1]\n").size() == 1);
    CHECK(trees.diff("a: {b: 1}\n", "a: [1]\n").size() == 1);
    CHECK(trees.diff("a: ['x, y']\n", "a: [x, y]\n").size() == 1);
    CHECK(trees.diff("a: ['[x]']\n", "a: [[x]]\n").size() == 1);
    CHECK(trees.diff("x: &p {t: 1}\na: *p\n", "x: &p {t: 2}\na: *p\n").size() == 2);
}

TEST_CASE("a long value is cut at a whole character") {
    sim::Node node;
    node.kind = sim::Node::Kind::scalar;
    node.text = std::string(58, 'a') + "ääää";
    CHECK(sim::flow_text(node) == std::string(58, 'a') + "…");
    node.text = std::string(60, 'a');
    CHECK(sim::flow_text(node) == node.text);
}
