// The files that users see: the committed scenarios, the templates of `init`, and the broken files
// with their whole messages (tests/cli runs the same files through the program).
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "models/scenario/templates.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;

namespace {

std::vector<std::string> files_of(const std::string& folder) {
    std::vector<std::string> paths;
    const std::filesystem::path root(FIREDRILL_SOURCE_DIR);
    for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
        if (entry.path().extension() == ".yaml") {
            paths.push_back(folder + "/" + entry.path().filename().string());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace

TEST_CASE("every committed scenario loads without a warning") {
    auto paths = files_of("scenarios");
    CHECK(paths.size() >= 8);
    const auto policies = files_of("scenarios/policies");
    CHECK(policies.size() >= 15);
    paths.insert(paths.end(), policies.begin(), policies.end());
    const auto faults = files_of("scenarios/faults");
    CHECK(faults.size() >= 10);
    paths.insert(paths.end(), faults.begin(), faults.end());
    for (const auto& path : paths) {
        const auto loaded = load_repository_file(path);
        INFO(path << "\n" << loaded->messages());
        REQUIRE(loaded->scenario);
        CHECK(loaded->diagnostics.warning_count() == 0);
        CHECK(loaded->scenario->file == path);
    }
}

TEST_CASE("every template of init loads without a warning") {
    for (const auto& one : models::scenario_templates()) {
        const auto loaded = load(std::string(one.text));
        INFO(one.name << "\n" << loaded->messages());
        REQUIRE(loaded->scenario);
        CHECK(loaded->diagnostics.warning_count() == 0);
        CHECK_FALSE(one.summary.empty());
    }
}

TEST_CASE("two templates are committed scenarios") {
    const auto templates = models::scenario_templates();
    REQUIRE(templates.size() == 3);
    CHECK(templates[0].name == "webshop");
    CHECK(std::string(templates[0].text) == read_repository_file("scenarios/webshop.yaml"));
    CHECK(templates[2].name == "queue");
    CHECK(std::string(templates[2].text) == read_repository_file("scenarios/mm1.yaml"));
}

TEST_CASE("every broken file has its message, to the letter") {
    const auto paths = files_of("tests/cli/bad");
    CHECK(paths.size() >= 45);
    for (const auto& path : paths) {
        const auto loaded = load_repository_file(path);
        CHECK_FALSE(loaded->scenario);
        const std::string expected = path.substr(0, path.size() - 5) + ".expected";
        INFO(path);
        CHECK(loaded->messages() + loaded->diagnostics.summary() + "\n" ==
              read_repository_file(expected));
    }
}
