#include "sim/yaml/load.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "tests/unit/yaml/yaml_fixture.hpp"

using namespace sim;
using namespace sim::test;

TEST_CASE("every value and key has its place") {
    const Loaded f(
        "name: shop\n"
        "regions: {eu: [a, 'b c'], us: []}\n"
        "services:\n"
        "  größe:  { x: \"q\\\"r\" }\n"
        "calls:\n"
        "  - one\n"
        "  - two words # comment\n");
    REQUIRE(f.said().empty());
    CHECK(where(f.root->range) == "1:1+4");
    CHECK(where(f.at("name").range) == "1:7+4");
    const Node& regions = f.at("regions");
    CHECK(where(regions.range) == "2:10+24");
    CHECK(where(regions.entries[0].key_range) == "2:11+2");
    CHECK(where(regions.entries[0].value.range) == "2:15+10");
    CHECK(where(regions.entries[0].value.items[1].range) == "2:19+5");
    CHECK(regions.entries[0].value.items[1].quoted);
    CHECK(regions.entries[1].value.is_list());
    const Node& services = f.at("services");
    CHECK(where(services.range) == "4:3+5");
    CHECK(where(services.entries[0].value.range) == "4:11+13");
    CHECK(services.entries[0].value.find("x")->text == "q\"r");
    CHECK(where(services.entries[0].value.find("x")->range) == "4:16+6");
    CHECK(where(f.at("calls").range) == "6:3+1");
    CHECK(f.at("calls").items[1].text == "two words");
    CHECK(where(f.at("calls").items[1].range) == "7:5+9");
}

TEST_CASE("absent values are shown at their key or dash, written ones where they are") {
    const Loaded f(
        "absent:\n"
        "null: 1\n"
        "tilde: ~\n"
        "word: null\n"
        "flow: {a, b: , c: ~}\n"
        "list:\n"
        "  - # nothing\n"
        "  -\n"
        "  - ~\n");
    CHECK(f.said() ==
          "f.yaml:2:1: error: a key is missing before the `:`\n"
          "    2 | null: 1\n"
          "      | ^^^^\n");
    CHECK(f.at("absent").is_null());
    CHECK(where(f.at("absent").range) == "1:1+6");
    CHECK(where(f.at("tilde").range) == "3:8+1");
    CHECK(where(f.at("word").range) == "4:7+4");
    CHECK(where(f.at("flow").find("a")->range) == "5:8+1");
    CHECK(where(f.at("flow").find("b")->range) == "5:11+1");
    CHECK(where(f.at("flow").find("c")->range) == "5:19+1");
    CHECK(where(f.at("list").items[0].range) == "7:3+1");
    CHECK(where(f.at("list").items[1].range) == "8:3+1");
    CHECK(where(f.at("list").items[2].range) == "9:5+1");
}

TEST_CASE("scalars stay text") {
    const Loaded f("{octal: 010, yes: yes, inf: .inf, quoted: '3', block: null}");
    CHECK(f.at("octal").text == "010");
    CHECK(f.at("yes").text == "yes");
    CHECK(f.at("inf").text == ".inf");
    CHECK_FALSE(f.at("octal").quoted);
    CHECK(f.at("quoted").quoted);
    CHECK(f.at("block").is_null());
}

TEST_CASE("text over several lines is read and shown at its first line") {
    const Loaded f(
        "plain: one\n"
        "  two\n"
        "block: |\n"
        "  one\n"
        "  two\n");
    CHECK(f.at("plain").text == "one two");
    CHECK(where(f.at("plain").range) == "1:8+3");
    CHECK(f.at("block").text == "one\ntwo\n");
    CHECK(where(f.at("block").range) == "3:8+1");
}

TEST_CASE("a tilde before a plain value marks a guess") {
    const Loaded f("{a: ~120ms, b: '~120ms', c: ~, d: ~ 20s, ~e: [~1%]}");
    REQUIRE(f.said().empty());
    CHECK(f.at("a").text == "120ms");
    CHECK(f.at("a").guess);
    CHECK(where(f.at("a").range) == "1:5+6");
    CHECK(f.at("b").text == "~120ms");
    CHECK_FALSE(f.at("b").guess);
    CHECK(f.at("c").is_null());
    CHECK(f.at("d").text == "20s");
    CHECK(f.at("d").guess);
    std::string guesses;
    for_each_guess(*f.root, [&](const std::string& path, const Node& node) {
        guesses += path + "=" + node.text + " ";
    });
    CHECK(guesses == "a=120ms d=20s ~e.0=1% ");
}

TEST_CASE("an alias has the place of the anchor's text and of the alias") {
    const Loaded f(
        "base: &b {timeout: 3s}\n"
        "one: *b\n"
        "two: {again: *b}\n"
        "word: &w 5s\n"
        "three: [*w]\n");
    REQUIRE(f.said().empty());
    CHECK(where(f.at("base").range) == "1:10+13");
    CHECK(where(f.at("base").alias) == "-");
    CHECK(where(f.at("one").range) == "1:10+13");
    CHECK(where(f.at("one").alias) == "2:6+2");
    CHECK(where(f.at("one").find("timeout")->range) == "1:20+2");
    CHECK(where(f.at("one").find("timeout")->alias) == "2:6+2");
    CHECK(where(f.at("two").find("again")->alias) == "3:14+2");
    CHECK(f.at("three").items[0].text == "5s");
    CHECK(where(f.at("three").items[0].range) == "4:10+2");
}

TEST_CASE("of nested aliases the outermost place counts") {
    const Loaded f(
        "a: &a {x: 1}\n"
        "b: &b {y: *a}\n"
        "c: *b\n");
    CHECK(where(f.at("c").find("y")->find("x")->range) == "1:11+1");
    CHECK(where(f.at("c").find("y")->find("x")->alias) == "3:4+2");
    CHECK(where(f.at("b").find("y")->alias) == "2:11+2");
}

TEST_CASE("merge keys work as in YAML 1.1, with places") {
    const Loaded f(
        "a: &a {x: 1, y: 1, z: 1}\n"
        "b: &b {y: 2, w: 2}\n"
        "one: {first: 0, <<: *a, z: 9}\n"
        "two:\n"
        "  <<: [*b, *a]\n"
        "  z: 9\n"
        "three: {<<: {k: v}, \"<<\": text}\n");
    REQUIRE(f.root.has_value());
    const auto keys = [](const Node& node) {
        std::string text;
        for (const MapEntry& entry : node.entries) {
            text += entry.key + "=" + entry.value.text + " ";
        }
        return text;
    };
    CHECK(keys(f.at("one")) == "first=0 x=1 y=1 z=9 ");
    CHECK(keys(f.at("two")) == "y=2 w=2 x=1 z=9 ");
    CHECK(where(f.at("one").find_entry("x")->key_range) == "1:8+1");
    CHECK(where(f.at("one").find("x")->alias) == "3:21+2");
    CHECK(where(f.at("one").find("z")->alias) == "-");
    CHECK(where(f.at("two").find("x")->alias) == "5:12+2");
    CHECK(f.at("three").find("k")->text == "v");
}

TEST_CASE("an error in merged content names the anchor's text and the alias") {
    Loaded f(
        "base: &b {timeout: 800}\n"
        "policy:\n"
        "  <<: *b\n");
    report(f.diagnostics, *f.at("policy").find("timeout"), "bad");
    CHECK(f.said() ==
          "f.yaml:1:20: error: bad\n"
          "    1 | base: &b {timeout: 800}\n"
          "      |                    ^^^\n"
          "f.yaml:3:7: note: used here\n"
          "    3 |   <<: *b\n"
          "      |       ^^\n");
}

TEST_CASE("byte order mark, CRLF, end marker and directive are accepted") {
    const Loaded f("\xEF\xBB\xBF%YAML 1.2\r\n---\r\na: 1\r\nb: 2\r\n...\r\n");
    CHECK(f.said().empty());
    CHECK(f.at("b").text == "2");
    CHECK(where(f.at("b").range) == "4:4+1");
}

TEST_CASE("a file is read through the loader") {
    SourceMap sources;
    Diagnostics diagnostics;
    const auto loader = fake_files({{"dir/a.yaml", "a: 1"}});
    CHECK(load_file(sources, diagnostics, "dir/a.yaml", loader).has_value());
    CHECK_FALSE(load_file(sources, diagnostics, "dir/b.yaml", loader).has_value());
    CHECK_FALSE(load_file(sources, diagnostics, "c.yaml", loader, {}, {1, 1, 4, 1}).has_value());
    CHECK(diagnostics.render(sources) ==
          "dir/a.yaml:1:4: error: cannot read `c.yaml`: no such file\n"
          "    1 | a: 1\n"
          "      |    ^\n"
          "dir/b.yaml: error: no such file\n");
}

TEST_CASE("a sibling path starts from the folder of the file") {
    CHECK(sibling_path("dir/a.yaml", "b.yaml") == "dir/b.yaml");
    CHECK(sibling_path("a.yaml", "b.yaml") == "b.yaml");
    CHECK(sibling_path("dir/a.yaml", "/b.yaml") == "/b.yaml");
}

TEST_CASE("the disk loader reads files and explains what it cannot read") {
    const std::string path = "firedrill_load_test_" + std::to_string(::getpid()) + ".yaml";
    std::ofstream(path) << "a: 1\n";
    CHECK(read_disk_file(path, 100).text == "a: 1\n");
    std::remove(path.c_str());
    CHECK(read_disk_file(path, 100).error == "no such file");
    CHECK(read_disk_file("/", 100).error == "this is a directory");
    const FileContent endless = read_disk_file("/dev/zero", 1000);
    CHECK(endless.error.empty());
    CHECK(endless.text.size() > 1000);
    CHECK(endless.text.size() < 200'000);
}
