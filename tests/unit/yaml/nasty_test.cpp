// What nobody writes on purpose: the messages are the specification.
#include <string>

#include "tests/unit/yaml/yaml_fixture.hpp"

using namespace sim;
using namespace sim::test;

namespace {

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

/// Message and hint without the snippet.
std::string brief(const std::string& text, const LoadLimits& limits = {}) {
    const Loaded loaded(text, limits);
    std::string result;
    for (const Diagnostic& one : loaded.diagnostics.sorted()) {
        result += where(one.range) + " " + one.message + (one.hint.empty() ? "" : " | ") +
                  one.hint + "\n";
    }
    return result;
}

}  // namespace

TEST_CASE("empty files") {
    const std::string message =
        "f.yaml: error: the file is empty\n"
        "   hint: `firedrill init` writes a scenario to start from\n";
    CHECK(said_about("") == message);
    CHECK(said_about("\n  \n# just a comment\n") == message);
    CHECK(said_about("---\n...\n") == message);
    CHECK(said_about("~") == message);
}

TEST_CASE("duplicate keys show both places, all of them") {
    CHECK(said_about("a: 1\nb: {c: 1, c: 2}\na: 3\n") ==
          "f.yaml:2:11: error: duplicate key `c`\n"
          "    2 | b: {c: 1, c: 2}\n"
          "      |           ^\n"
          "   hint: keep one of the two\n"
          "f.yaml:2:5: note: first written here\n"
          "    2 | b: {c: 1, c: 2}\n"
          "      |     ^\n"
          "f.yaml:3:1: error: duplicate key `a`\n"
          "    3 | a: 3\n"
          "      | ^\n"
          "   hint: keep one of the two\n"
          "f.yaml:1:1: note: first written here\n"
          "    1 | a: 1\n"
          "      | ^\n");
    CHECK(brief("<<: {a: 1}\n<<: {b: 1}\n") ==
          "2:1+2 duplicate key `<<` | merge several maps with `<<: [*a, *b]`\n");
}

TEST_CASE("two documents") {
    CHECK(said_about("a: 1\n---\nb: 2\n") ==
          "f.yaml:2:1: error: a second document starts here\n"
          "    2 | ---\n"
          "      | ^^^\n"
          "   hint: one file holds one document\n");
    CHECK(brief("a: 1\n---\n") ==
          "2:1+3 a second document starts here | one file holds one document\n");
    CHECK(brief("- a\nb: 1\n") ==
          "2:1+1 this does not belong to the lines above | entries of one "
          "list or map start in the same column\n");
}

TEST_CASE("files that are no text") {
    CHECK(said_about(std::string("a: \0b", 5)) ==
          "f.yaml: error: this is a binary file\n"
          "   hint: a scenario is a text file in YAML\n");
    CHECK(said_about("\xff\xfe" + std::string("a\0", 2)) ==
          "f.yaml: error: this file is UTF-16\n"
          "   hint: save it as UTF-8\n");
    CHECK(said_about("a: 1\nb: caf\xe9\n") ==
          "f.yaml:2:7: error: `\\xe9` is no UTF-8\n"
          "    2 | b: caf\\xe9\n"
          "      |       ^^^^\n"
          "   hint: save the file as UTF-8\n");
    CHECK(said_about("a: \x04 b\n") ==
          "f.yaml:1:4: error: control character `\\x04`\n"
          "    1 | a: \\x04 b\n"
          "      |    ^^^^\n"
          "   hint: remove it\n");
    CHECK(brief("a: \xc0\x80") == "1:4+1 `\\xc0` is no UTF-8 | save the file as UTF-8\n");
    CHECK(brief("a: \xed\xa0\x80") == "1:4+1 `\\xed` is no UTF-8 | save the file as UTF-8\n");
}

TEST_CASE("files that are too large") {
    LoadLimits limits;
    limits.file_bytes = 10;
    CHECK(said_about("a: 12345678", limits) ==
          "f.yaml: error: the file is larger than 10 bytes, the limit\n"
          "   hint: raise it with `--limit file=80B`, or move tables into CSV files\n");
    CHECK(said_about("a: 1234567", limits).empty());
    CHECK(said_about(std::string((std::size_t{1} << 20) + 1, ' ')) ==
          "f.yaml: error: the file is larger than 1 MiB, the limit\n"
          "   hint: raise it with `--limit file=8MiB`, or move tables into CSV files\n");
}

TEST_CASE("nesting of 100000 levels is refused early") {
    const std::string message =
        " lists and maps are nested more than 64 deep, the limit | raise it with "
        "`--limit depth=128`\n";
    // As long as a bracket is open it may still become a key of a map, which is a level, too.
    CHECK(brief(repeated("[", 100'000)) == "1:33+1" + message);
    CHECK(brief(repeated("- ", 100'000)) == "1:129+1" + message);
    CHECK(brief(repeated("{a: ", 100'000)) == "1:253+1" + message);
    CHECK(brief(repeated("? ", 100'000)) == "1:129+1" + message);
    CHECK(brief(repeated("[", 64) + repeated("]", 64)).empty());
    CHECK(brief(repeated("[", 65) + repeated("]", 65)) == "1:65+1" + message);
}

TEST_CASE("alias bombs stop at the limit of values") {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        const std::string n = std::to_string(i);
        const std::string alias = "*a" + std::to_string(i - 1);
        bomb += "a" + n + ": &a" + n + " [" + alias + repeated(", " + alias, 8) + "]\n";
    }
    CHECK(said_about(bomb) ==
          "f.yaml:6:10: error: more than 100000 values once the aliases are written out, the "
          "limit\n"
          "    6 | a5: &a5 [*a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4]\n"
          "      |          ^^^\n"
          "   hint: raise it with `--limit values=1000000`\n");
    LoadLimits limits;
    limits.values = 4;
    CHECK(brief("[a, b, c]", limits).empty());
    CHECK(brief("[a, b, c, d]", limits) ==
          "1:11+1 more than 4 values, the limit | raise it with `--limit values=40`\n");
}

TEST_CASE("aliases cannot nest deeper than the limit either") {
    std::string tower = "a0: &a0 [x]\n";
    for (int i = 1; i < 100; ++i) {
        const std::string n = std::to_string(i);
        tower += "a" + n + ": &a" + n + " [*a" + std::to_string(i - 1) + "]\n";
    }
    CHECK(brief(tower) ==
          "64:12+4 lists and maps are nested more than 64 deep once the aliases are written out, "
          "the limit | raise it with `--limit depth=128`\n");
}

TEST_CASE("cyclic and unknown aliases") {
    CHECK(said_about("a: &x [1, *x]\n") ==
          "f.yaml:1:11: error: `*x` refers to the value that contains it\n"
          "    1 | a: &x [1, *x]\n"
          "      |           ^^\n");
    CHECK(brief("a: &x {k: {l: *x}}") == "1:15+2 `*x` refers to the value that contains it\n");
    CHECK(brief("a: &x\n  <<: *x\n") ==
          "2:7+2 `*x` refers to the value that contains it\n"
          "2:7+2 `<<` merges a map or a list of maps, found nothing\n");
    CHECK(brief("a: &base 1\nb: *bas\n") == "2:4+4 unknown anchor `bas` | did you mean `base`?\n");
    CHECK(brief("b: *nope\n") == "1:4+5 unknown anchor `nope` | an alias needs `&nope` above it\n");
}

TEST_CASE("what cannot be merged") {
    CHECK(brief("<<: 3") == "1:5+1 `<<` merges a map or a list of maps, found `3`\n");
    CHECK(brief("<<: [{a: 1}, [b]]") ==
          "1:14+3 `<<` merges a map or a list of maps, found a list\n");
}

TEST_CASE("keys that are no words, and tags") {
    CHECK(brief("[a]: 1") == "1:1+3 a key must be a single word, not a list or a map\n");
    CHECK(brief("{a: 1}: 1") == "1:1+6 a key must be a single word, not a list or a map\n");
    CHECK(brief(": 1") == "1:1+1 a key is missing before the `:`\n");
    CHECK(brief("a: !mine 1") == "1:4+5 the tag `!mine` means nothing here | remove it\n");
    CHECK(brief("a: &x !mine {b: 1}") == "1:7+5 the tag `!mine` means nothing here | remove it\n");
}

TEST_CASE("brackets and quotes that are never closed are shown where they open") {
    CHECK(said_about("a: [1, 2\nb: {c: 3}\n") ==
          "f.yaml:1:4: error: `[` is never closed\n"
          "    1 | a: [1, 2\n"
          "      |    ^\n"
          "   hint: a `]` or a comma is missing\n");
    CHECK(brief("a: [1, {b: 2}") == "1:4+1 `[` is never closed | a `]` or a comma is missing\n");
    CHECK(brief("a: {b: [1]") == "1:4+1 `{` is never closed | a `}` or a comma is missing\n");
    CHECK(brief("a: [1, 2}") == "1:9+1 `}` closes nothing\n");
    CHECK(brief("a: 'it''s\nb: 1\n") == "1:4+1 this quote is never closed\n");
    CHECK(brief("it's: \"x\nb: 1\n") == "1:7+1 this quote is never closed\n");
}

TEST_CASE("syntax errors say what to do") {
    CHECK(said_about("a: 1\n\tb: 2\n") ==
          "f.yaml:2:1: error: a tab cannot indent YAML\n"
          "    2 |     b: 2\n"
          "      | ^^^^\n"
          "   hint: use spaces\n");
    CHECK(brief("a:\n\t- b\n") == "2:1+1 a tab cannot indent YAML | use spaces\n");
    CHECK(brief("a: b: c") ==
          "1:5+1 this `:` cannot start a value | text that contains `: ` needs quotes\n");
    CHECK(brief("a:1\nb: 2\n") ==
          "2:2+1 this `:` cannot start a value | check the indentation, "
          "and the space after the `:` of the line above\n");
    CHECK(brief("a: @x") == "1:4+1 `@` cannot start a value | put the text in quotes\n");
    CHECK(brief("a: `x`") == "1:4+1 a backtick cannot start a value | put the text in quotes\n");
    CHECK(brief("a:\n  - b\n c: d\n") ==
          "3:2+1 this does not fit the lines above | entries of one "
          "list or map start in the same column\n");
    CHECK(brief("a: \"b\" c") ==
          "1:8+1 this stands behind a closing quote | put all of it in quotes\n");
    CHECK(brief("a: \"\\q\"") ==
          "1:7+1 unknown escape in double quotes | single quotes need no escapes\n");
    CHECK(brief("a: &a &b 1") ==
          "1:7+1 not valid YAML: cannot assign multiple anchors to the same node\n");
}
