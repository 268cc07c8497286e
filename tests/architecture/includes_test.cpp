// Who includes whom. The first test case of each rule reads the sources; the second plants
// violations, so that a rule that finds nothing is known to look.

#include "tests/architecture/includes.hpp"
#include "tests/catch.hpp"

using namespace architecture;

namespace {

const std::vector<SourceText>& planted_files() {
    static const std::vector<SourceText> files{
        parse("sim/core/time.hpp", "#pragma once\n"),
        parse("sim/yaml/node.hpp", "#pragma once\n"),
        parse("sim/report/document.hpp", "#pragma once\n"),
        parse("models/policy/retry.hpp", "#pragma once\n#include \"sim/yaml/node.hpp\"\n"),
        parse("models/engine/world.hpp", "#pragma once\n#include \"models/policy/retry.hpp\"\n"),
    };
    return files;
}

std::string own_includes(const std::string& path, const std::string& text) {
    return listed(check_own_includes(parse(path, text), planted_files()));
}

std::string library_includes(const std::string& path, const std::string& text) {
    return listed(check_library_includes(parse(path, text)));
}

}  // namespace

TEST_CASE("every include of our own follows the table") {
    for (const SourceText& file : program_files()) {
        CHECK(listed(check_own_includes(file, all_cpp_files())) == "");
    }
}

TEST_CASE("the include table notices violations") {
    CHECK(own_includes("sim/yaml/a.cpp", "#include \"sim/core/time.hpp\"\n") == "");
    CHECK(own_includes("models/policy/a.cpp", "#include \"models/policy/retry.hpp\"\n") == "");
    CHECK(own_includes("sim/cli/a.cpp", "#include \"models/engine/world.hpp\"\n") == "");
    CHECK(own_includes("sim/core/a.cpp", "// #include \"sim/yaml/node.hpp\"\n") == "");
    CHECK(own_includes("sim/core/a.cpp", "\n#include \"sim/yaml/node.hpp\"\n") ==
          "\nsim/core/a.cpp:2: sim/core may not include sim/yaml (\"sim/yaml/node.hpp\")");
    CHECK(own_includes("models/engine/a.cpp", "# include \"sim/report/document.hpp\"\n") ==
          "\nmodels/engine/a.cpp:1: models/engine may not include sim/report "
          "(\"sim/report/document.hpp\")");
    CHECK(own_includes("models/analysis/a.cpp", "#include \"models/engine/world.hpp\"\n") ==
          "\nmodels/analysis/a.cpp:1: models/analysis may not include models/engine "
          "(\"models/engine/world.hpp\")");
    CHECK(own_includes("sim/core/a.cpp", "#include \"time.hpp\"\n") ==
          "\nsim/core/a.cpp:1: \"time.hpp\" is no file of ours, named from the root");
    CHECK(own_includes("models/new/a.cpp", "#include \"sim/core/time.hpp\"\n") ==
          "\nmodels/new/a.cpp:1: models/new is not in the include table");
}

TEST_CASE("every library stays behind its fence") {
    for (const SourceText& file : program_files()) {
        CHECK(listed(check_library_includes(file)) == "");
    }
}

TEST_CASE("the fences notice violations") {
    CHECK(library_includes("sim/yaml/a.cpp", "#include <yaml-cpp/yaml.h>\n") == "");
    CHECK(library_includes("sim/core/a.cpp", "#include <fmt/format.h>\n#include <vector>\n") == "");
    CHECK(library_includes("models/scenario/a.cpp", "#include <yaml-cpp/yaml.h>\n") ==
          "\nmodels/scenario/a.cpp:1: models/scenario may not include <yaml-cpp/yaml.h>; only: "
          "sim/yaml");
    CHECK(library_includes("models/engine/a.cpp", "#include <thread>\n") ==
          "\nmodels/engine/a.cpp:1: models/engine may not include <thread>; only: sim/cli, "
          "sim/experiment");
    CHECK(library_includes("sim/core/a.cpp", "#include <sys/mman.h>\n") == "");
    CHECK(library_includes("sim/core/a.cpp", "#include <sys/stat.h>\n") ==
          "\nsim/core/a.cpp:1: sim/core may not include <sys/stat.h>; only: sim/cli, sim/report");
    CHECK(library_includes("sim/core/a.cpp", "#include <random>\n") ==
          "\nsim/core/a.cpp:1: sim/core may not include <random>; only: ");
    CHECK(library_includes("sim/core/a.cpp", "#include <absl/hash/hash.h>\n") ==
          "\nsim/core/a.cpp:1: <absl/hash/hash.h> is no library of ours");
}

TEST_CASE("the engine never comes to see YAML, reports or threads") {
    CHECK(listed(check_engine_closure(program_files())) == "");
}

TEST_CASE("the engine's closure notices an indirect include") {
    CHECK(listed(check_engine_closure(planted_files())) ==
          "\nmodels/policy/retry.hpp:2: models/engine comes to see sim/yaml through this include "
          "of \"sim/yaml/node.hpp\"");
}

TEST_CASE("every header is included by somebody") {
    CHECK(listed(check_dead_headers(all_cpp_files())) == "");
}

TEST_CASE("a dead header is noticed") {
    CHECK(listed(check_dead_headers(planted_files())) ==
          "\nsim/core/time.hpp:1: nobody includes this header"
          "\nsim/report/document.hpp:1: nobody includes this header"
          "\nmodels/engine/world.hpp:1: nobody includes this header");
}
