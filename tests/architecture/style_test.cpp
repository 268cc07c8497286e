// The house style, as far as a program can check it. For each rule: the sources, then planted
// violations.

#include "tests/architecture/style.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "tests/catch.hpp"

using namespace architecture;

namespace {

/// Text of ours that is not C++ and that people read.
const std::vector<SourceText>& other_files() {
    static const std::vector<SourceText> files = [] {
        return load({"sim", "models", "scenarios", "bench", "tests", ".ci"},
                    {".sh", ".md", ".txt", ".cmake", ".csv", "/run", "/firedrill"});
    }();
    return files;
}

std::string banned(const std::string& path, const std::string& text) {
    return listed(check_banned_words(parse(path, text)));
}

std::string function_of(std::size_t lines) {
    std::string text = "namespace sim {\nint f(int x) {\n";
    for (std::size_t i = 2; i < lines; ++i) text += "    if (x) { ++x; }\n";
    return text + "}\n}\n";
}

Violations check_top_level(const std::set<std::string>& names) {
    static const std::set<std::string> known{"sim",       "models", "scenarios",
                                             "bench",     "tests",  "CMakeLists.txt",
                                             "README.md", "build",  "CMakePresets.json"};
    Violations violations;
    for (const std::string& name : names) {
        if (name.front() != '.' && known.count(name) == 0) violations.push_back(name);
    }
    return violations;
}

}  // namespace

TEST_CASE("no line is longer than 100 columns") {
    for (const SourceText& file : all_cpp_files()) CHECK(listed(check_columns(file)) == "");
}

TEST_CASE("a long line is noticed, a raw string is not") {
    const std::string fits(100, 'x');
    CHECK(listed(check_columns(parse("sim/core/a.cpp", fits + "\n"))) == "");
    CHECK(listed(check_columns(parse("sim/core/a.cpp", "int a;\n" + fits + "y\n"))) ==
          "\nsim/core/a.cpp:2: 101 columns; at most 100");
    std::string umlauts = "// ";
    for (int i = 0; i < 97; ++i) umlauts += "\u00e4";
    CHECK(listed(check_columns(parse("sim/core/a.cpp", umlauts + "\n"))) == "");
    CHECK(listed(check_columns(parse("a.cpp", "x = R\"(" + fits + "\n" + fits + ")\";\n"))) == "");
}

TEST_CASE("no function is longer than 70 lines") {
    for (const SourceText& file : all_cpp_files()) {
        CHECK(listed(check_function_length(file)) == "");
    }
}

TEST_CASE("a long function is noticed, a long table is not") {
    CHECK(listed(check_function_length(parse("sim/core/a.cpp", function_of(70)))) == "");
    CHECK(listed(check_function_length(parse("sim/core/a.cpp", function_of(71)))) ==
          "\nsim/core/a.cpp:2: a function of 71 lines; at most 70");
    std::string table = "struct A {\n    int a[100] = {\n";
    for (int i = 0; i < 90; ++i) table += "        {1},\n";
    CHECK(listed(check_function_length(parse("sim/core/a.hpp", table + "    };\n};\n"))) == "");
    std::string rows = "constexpr auto kRows = std::to_array<Row>({\n";
    for (int i = 0; i < 90; ++i) rows += "    {f(1), 2},\n";
    CHECK(listed(check_function_length(parse("sim/core/a.cpp", rows + "});\n"))) == "");
    std::string type = "class A : public B {\n  public:\n";
    for (int i = 0; i < 90; ++i) type += "    int f() { return '{'; }  // {\n";
    CHECK(listed(check_function_length(parse("sim/core/a.hpp", type + "};\n"))) == "");
}

TEST_CASE("no banned word is used") {
    for (const SourceText& file : program_files()) CHECK(listed(check_banned_words(file)) == "");
}

TEST_CASE("banned words are noticed where they are banned") {
    CHECK(banned("sim/core/a.cpp", "int x = operand(1);  // rand()\n") == "");
    CHECK(banned("sim/core/a.cpp", "const char* s = \"rand()\";\n") == "");
    CHECK(banned("sim/cli/a.cpp", "auto t = std::chrono::steady_clock::now();\n") == "");
    CHECK(banned("models/policy/a.hpp", "virtual ~A();\n") == "");
    CHECK(banned("sim/core/a.cpp", "\nint x = rand();\n") ==
          "\nsim/core/a.cpp:2: `rand(`: draws come from a KeyedRng");
    CHECK(banned("sim/core/a.cpp", "std::random_device seed;\n") ==
          "\nsim/core/a.cpp:1: `std::random_device`: draws come from a KeyedRng");
    CHECK(banned("models/engine/a.cpp", "std::chrono::system_clock::now();\n") ==
          "\nmodels/engine/a.cpp:1: `system_clock`: only sim/cli sees a clock");
    CHECK(banned("sim/yaml/a.cpp", "node.as<int>();\n") ==
          "\nsim/yaml/a.cpp:1: `.as<`: read the scalar's text by the schema");
    CHECK(banned("models/engine/a.hpp", "virtual void f();\n") ==
          "\nmodels/engine/a.hpp:1: `virtual`: a variant");
    CHECK(banned("models/engine/a.hpp", "std::function<void()> f;\n") ==
          "\nmodels/engine/a.hpp:1: `std::function`: a typed event, or a template");
    CHECK(banned("models/engine/a.hpp", "std::shared_ptr<A> a;\n") ==
          "\nmodels/engine/a.hpp:1: `std::shared_ptr`: an id into a pool");
    CHECK(banned("models/traffic/a.cpp", "std::unordered_map<int, int> m;\n") ==
          "\nmodels/traffic/a.cpp:1: `std::unordered_map`: its order is not defined: use a vector "
          "or std::map");
    CHECK(banned("sim/stats/a.cpp", "using namespace std;\n") ==
          "\nsim/stats/a.cpp:1: `using namespace`: names are written with their namespace");
    CHECK(banned("sim/report/a.cpp", "std::cout << 1;\n") ==
          "\nsim/report/a.cpp:1: `std::cout`: only sim/cli writes to the terminal");
}

TEST_CASE("no reminders and no paths of one machine") {
    for (const SourceText& file : all_cpp_files()) CHECK(listed(check_banned_text(file)) == "");
    for (const SourceText& file : other_files()) CHECK(listed(check_banned_text(file)) == "");
}

TEST_CASE("reminders and machine paths are noticed") {
    const std::string reminder = std::string("// TO") + "DO: later\n";
    CHECK(listed(check_banned_text(parse("sim/core/a.cpp", "\n" + reminder))) ==
          "\nsim/core/a.cpp:2: a reminder: do it or file an issue");
    const std::string place = std::string("/ho") + "me/";
    CHECK(listed(check_banned_text(
              parse("tests/a.sh", "cd " + place + "me/x\ncd " + place + "anna\n"))) ==
          "\ntests/a.sh:2: a path of one machine: " + place);
}

TEST_CASE("files are laid out alike") {
    for (const SourceText& file : all_cpp_files()) CHECK(listed(check_layout(file)) == "");
}

TEST_CASE("a badly laid out file is noticed") {
    CHECK(listed(check_layout(parse("sim/core/time.hpp", "#pragma once\n\nint a;\n"))) == "");
    CHECK(listed(check_layout(parse("sim/core/Time.hpp", "// time\n\tint a; \n"))) ==
          "\nsim/core/Time.hpp:1: a header begins with #pragma once"
          "\nsim/core/Time.hpp:1: file names are snake_case"
          "\nsim/core/Time.hpp:2: a tab"
          "\nsim/core/Time.hpp:2: trailing blanks");
}

TEST_CASE("the top level holds what is agreed and nothing else") {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(FIREDRILL_SOURCE_DIR)) {
        names.insert(entry.path().filename().string());
    }
    CHECK(listed(check_top_level(names)) == "");
    for (const char* name : {"sim", "models", "scenarios", "bench", "tests", "CMakeLists.txt",
                             "README.md", ".clang-format", ".clang-tidy", ".ci"}) {
        INFO(name);
        CHECK(names.count(name) == 1);
    }
}

TEST_CASE("a stranger at the top level is noticed") {
    CHECK(listed(check_top_level({"sim", ".git", "build", "src"})) == "\nsrc");
}

TEST_CASE("files of more than 400 lines are worth a look") {
    for (const SourceText& file : all_cpp_files()) {
        if (file.raw.size() > 400) WARN(at(file, file.raw.size() - 1, "more than 400 lines"));
    }
}
