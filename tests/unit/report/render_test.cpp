#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/report/render.hpp"
#include "tests/catch.hpp"

namespace {

std::filesystem::path scratch() {
    const auto path = std::filesystem::temp_directory_path() / "firedrill_report_test";
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    return path;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::size_t files_in(const std::filesystem::path& path) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("renderers are found by name and by suffix") {
    REQUIRE(sim::find_renderer("json") != nullptr);
    CHECK(sim::find_renderer("json") == sim::renderer_for_file("a/result.json"));
    CHECK(sim::renderer_for_file("report.txt") == sim::find_renderer("text"));
    CHECK(sim::find_renderer("pdf") == nullptr);
    CHECK(sim::renderer_for_file("report") == nullptr);
    CHECK(sim::renderer_for_file(".json") == nullptr);
}

TEST_CASE("JSON keeps the order of keys and every digit") {
    sim::Document document;
    document.data = {{"b", 0.1 + 0.2}, {"a", 1e-9}, {"none", nullptr}, {"text", "\xff"}};
    CHECK(sim::render_json(document, {}) ==
          "{\n"
          "  \"b\": 0.30000000000000004,\n"
          "  \"a\": 1e-09,\n"
          "  \"none\": null,\n"
          "  \"text\": \"\xEF\xBF\xBD\"\n"
          "}\n");
}

TEST_CASE("a file is written whole, over what was there") {
    const auto folder = scratch();
    const auto path = (folder / "result.json").string();
    CHECK(sim::write_whole_file(path, "first").empty());
    CHECK(sim::write_whole_file(path, "second").empty());
    CHECK(content_of(path) == "second");
    CHECK(files_in(folder) == 1);
    const auto permissions = std::filesystem::status(path).permissions();
    CHECK((permissions & std::filesystem::perms::owner_read) != std::filesystem::perms::none);
}

TEST_CASE("what cannot be written says why and leaves nothing behind") {
    const auto folder = scratch();
    const auto missing = (folder / "no" / "result.json").string();
    CHECK(sim::write_whole_file(missing, "x") ==
          "cannot write `" + missing + "`: No such file or directory");
    std::filesystem::create_directories(folder / "result.json");
    const auto directory = (folder / "result.json").string();
    CHECK(sim::write_whole_file(directory, "x") ==
          "cannot write `" + directory + "`: Is a directory");
    CHECK(files_in(folder) == 0);
    CHECK(sim::write_whole_file("/dev/full", "x") ==
          "cannot write `/dev/full`: No space left on device");
    CHECK(sim::write_whole_file("/dev/null", "x").empty());
}
