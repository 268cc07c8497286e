#include "sim/core/diagnostics.hpp"

#include "sim/core/did_you_mean.hpp"
#include "sim/core/source_map.hpp"
#include "tests/catch.hpp"

using namespace sim;

TEST_CASE("a diagnostic shows place, line, caret and hint") {
    SourceMap sources;
    std::string text;
    for (int line = 1; line < 58; ++line) text += "\n";
    const auto file = sources.add("shop.yaml", text + "  policy: {max_retries: 3}\n");
    Diagnostics diagnostics;
    diagnostics.error({file, 58, 12, 11}, "unknown key `max_retries` in policy",
                      "did you mean `retries`? It counts additional tries.");
    CHECK(diagnostics.render(sources) ==
          "shop.yaml:58:12: error: unknown key `max_retries` in policy\n"
          "   58 |   policy: {max_retries: 3}\n"
          "      |            ^^^^^^^^^^^\n"
          "   hint: did you mean `retries`? It counts additional tries.\n");
    CHECK(diagnostics.summary() == "1 error.");
}

TEST_CASE("diagnostics are sorted, each is said once, a second place is shown") {
    SourceMap sources;
    const auto file = sources.add("f", "a: 1\nb: 2\na: 3\n");
    Diagnostics diagnostics;
    diagnostics.add({Severity::error,
                     {file, 3, 1, 1},
                     "duplicate key `a`",
                     "keep one of the two",
                     {file, 1, 1, 1},
                     "first written here"});
    diagnostics.warning({file, 2, 4, 1}, "small");
    diagnostics.warning({file, 2, 4, 1}, "small", "another hint");
    diagnostics.error({}, "nowhere");
    diagnostics.error({file, 0, 0, 0}, "all of it");
    CHECK(diagnostics.render(sources) ==
          "error: nowhere\n"
          "f: error: all of it\n"
          "f:2:4: warning: small\n"
          "    2 | b: 2\n"
          "      |    ^\n"
          "f:3:1: error: duplicate key `a`\n"
          "    3 | a: 3\n"
          "      | ^\n"
          "   hint: keep one of the two\n"
          "f:1:1: note: first written here\n"
          "    1 | a: 1\n"
          "      | ^\n");
    CHECK(diagnostics.error_count() == 3);
    CHECK(diagnostics.warning_count() == 1);
    CHECK(diagnostics.summary() == "3 errors, 1 warning.");
}

TEST_CASE("at most twenty diagnostics are printed") {
    SourceMap sources;
    Diagnostics diagnostics;
    for (int i = 0; i < 23; ++i) diagnostics.error({}, "number " + std::to_string(i));
    const std::string text = diagnostics.render(sources);
    CHECK(text.find("number 19\n") != std::string::npos);
    CHECK(text.find("number 20\n") == std::string::npos);
    CHECK(text.ends_with("\n… and 3 more\n"));
    CHECK(diagnostics.summary() == "23 errors.");
}

TEST_CASE("an empty list of diagnostics says nothing") {
    const Diagnostics diagnostics;
    CHECK(diagnostics.render(SourceMap{}).empty());
    CHECK(diagnostics.summary().empty());
    CHECK_FALSE(diagnostics.has_errors());
}

namespace {

std::string shown(const std::string& line, SourceRange range) {
    SourceMap sources;
    range.file = sources.add("f", line);
    range.line = 1;
    Diagnostics diagnostics;
    diagnostics.error(range, "m");
    const std::string text = diagnostics.render(sources);
    return text.substr(text.find('\n') + 1);
}

}  // namespace

TEST_CASE("tabs, other alphabets and control characters keep the caret in place") {
    CHECK(shown("\ta: b", {0, 0, 5, 1}) ==
          "    1 |     a: b\n"
          "      |        ^\n");
    CHECK(shown("größe: ü", {0, 0, 8, 1}) ==
          "    1 | größe: ü\n"
          "      |        ^\n");
    CHECK(shown("a\x1b[31m: b", {0, 0, 9, 1}) ==
          "    1 | a\\x1b[31m: b\n"
          "      |            ^\n");
    CHECK(shown("\xe2\x80\xae x", {0, 0, 1, 1}) ==
          "    1 | \\u202e x\n"
          "      | ^^^^^^\n");
}

TEST_CASE("long lines are shown around the caret in at most 100 columns") {
    const std::string line = std::string(300, 'x') + "HERE" + std::string(300, 'y');
    const std::string text = shown(line, {0, 0, 301, 4});
    CHECK(text == "    1 | …" + std::string(30, 'x') + "HERE" + std::string(56, 'y') +
                      "…\n"
                      "      | " +
                      std::string(31, ' ') + "^^^^\n");
    const std::string start = shown(line, {0, 0, 1, 500});
    CHECK(start == "    1 | " + std::string(90, 'x') + "…\n      | " + std::string(90, '^') + "\n");
    const std::string fits(92, 'z');
    CHECK(shown(fits, {0, 0, 92, 1}) ==
          "    1 | " + fits + "\n      | " + std::string(91, ' ') + "^\n");
}

TEST_CASE("a place beyond the text is harmless") {
    CHECK(shown("abc", {0, 0, 90, 4}) ==
          "    1 | abc\n"
          "      |    ^\n");
}

TEST_CASE("line numbers beyond the gutter keep the caret in place") {
    SourceMap sources;
    const auto file = sources.add("f", std::string(99'999, '\n') + "ab");
    Diagnostics diagnostics;
    diagnostics.error({file, 100'000, 2, 1}, "m");
    CHECK(diagnostics.render(sources) ==
          "f:100000:2: error: m\n"
          "100000 | ab\n"
          "       |  ^\n");
}

TEST_CASE("quoted text is short and cannot steer the terminal") {
    CHECK(quote("plain") == "`plain`");
    CHECK(quote("a\nb\x1b\x7f\xff") == "`a\\nb\\x1b\\x7f\\xff`");
    CHECK(quote(std::string(61, 'x')) == "`" + std::string(60, 'x') + "…`");
    CHECK(quote(std::string(60, 'x')) == "`" + std::string(60, 'x') + "`");
}

TEST_CASE("a byte range becomes line, column and length in code points") {
    SourceMap sources;
    const auto file = sources.add("f", "ab\nüber: x\n" + std::string(500, 'q') + "ä!");
    CHECK(sources.range(file, 0, 2) == SourceRange{file, 1, 1, 2});
    CHECK(sources.range(file, 3, 5) == SourceRange{file, 2, 1, 4});
    CHECK(sources.range(file, 10, 100) == SourceRange{file, 2, 7, 1});  // cut at the line's end
    CHECK(sources.range(file, 514, 1) == SourceRange{file, 3, 502, 1});
    CHECK(sources.range(file, 9999, 1) == SourceRange{file, 3, 503, 1});
    CHECK(sources.line(file, 2) == "über: x");
    CHECK(sources.line(file, 4).empty());
}

TEST_CASE("edit distance counts insertions, deletions, replacements and swaps") {
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "abc") == 0);
    CHECK(edit_distance("abc", "acb") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("jitter", "jiter") == 1);
}

TEST_CASE("suggestions are near misses, other spellings and shared words") {
    const std::vector<std::string_view> keys{"timeout", "perTryTimeout", "retries",
                                             "retryOn", "retryBudget",   "backoff"};
    CHECK(did_you_mean("timeuot", keys) == "timeout");
    CHECK(did_you_mean("per_try_timeout", keys) == "perTryTimeout");
    CHECK(did_you_mean("PER-TRY-TIMEOUT", keys) == "perTryTimeout");
    CHECK(did_you_mean("max_retries", keys) == "retries");
    CHECK(did_you_mean("budget", keys) == "retryBudget");
    CHECK_FALSE(did_you_mean("hedge", keys).has_value());
    CHECK_FALSE(did_you_mean("x", keys).has_value());
    CHECK_FALSE(did_you_mean("", keys).has_value());
    CHECK_FALSE(did_you_mean(std::string(100'000, 'a'), keys).has_value());
    CHECK(did_you_mean_hint("retrys", keys) == "did you mean `retries`?");
    const std::vector<std::string_view> zones{"eu-1", "eu-2", "us-1"};
    CHECK(did_you_mean("eu1", zones) == "eu-1");
    CHECK(did_you_mean("eu-4", zones) == "eu-1");
}
