#include "models/sweep/merge.hpp"

#include <cstdio>
#include <filesystem>

#include "tests/catch.hpp"

namespace {

using sim::Store;

models::SweepStudy study() {
    models::SweepStudy out;
    out.name = "small";
    out.inputs = {"rate"};
    out.points = {{"1/s"}, {"2/s"}};
    out.strategies = {"naive"};
    out.seed = 7;
    out.runs = 2;
    out.engine = "this";
    return out;
}

/// Shards in memory.
struct Shards {
    Store merged{":memory:", Store::Access::write, "this"};
    Store first{":memory:", Store::Access::write, "this"};
    Store second{":memory:", Store::Access::write, "this"};
    std::int64_t first_plan = first.keep_plan(models::sweep_text(study()));
    std::int64_t second_plan = second.keep_plan(models::sweep_text(study()));

    models::MergeCount merge() {
        first.flush();
        second.flush();
        return models::merge_shards(merged, {{"first", first}, {"second", second}},
                                    [](std::size_t) {});
    }
};

void keep_run(Store& store, const std::string& scenario, std::uint32_t replication,
              const std::string& payload) {
    store.keep({{scenario, 7, replication}, payload});
}

sim::StoredPoint point(Store& store, std::uint64_t number, const std::string& scenario) {
    sim::StoredPoint out;
    out.number = number;
    out.scenario = scenario;
    out.seed = 7;
    out.replications = 2;
    out.layout = store.keep_text("layout");
    return out;
}

}  // namespace

TEST_CASE("Runs of all shards become one study", "[merge]") {
    Shards shards;
    keep_run(shards.first, "a", 0, "a0");
    keep_run(shards.second, "a", 1, "a1");
    keep_run(shards.second, "b", 0, "b0");
    keep_run(shards.second, "b", 1, "b1");
    shards.first.keep_point(shards.first_plan, point(shards.first, 1, "a"));
    shards.second.keep_text("another text, so that numbers differ");
    shards.second.keep_point(shards.second_plan, point(shards.second, 1, "a"));
    shards.second.keep_point(shards.second_plan, point(shards.second, 2, "b"));
    const auto count = shards.merge();
    CHECK(count.complete());
    CHECK(count.runs == 4);
    CHECK(count.found == std::vector<std::uint64_t>{1, 3});
    REQUIRE(shards.merged.runs("a", 7, 2).size() == 2);
    CHECK(shards.merged.runs("a", 7, 2)[1].payload == "a1");
    const auto points = shards.merged.points(*shards.merged.newest_plan(), 1, 2);
    REQUIRE(points.size() == 2);
    CHECK(shards.merged.text(points[1].layout) == "layout");
    CHECK(shards.merge().runs == 4);  // once more changes nothing
}

TEST_CASE("A point is there when all of its runs are", "[merge]") {
    Shards shards;
    keep_run(shards.first, "a", 0, "a0");
    shards.first.keep_point(shards.first_plan, point(shards.first, 1, "a"));
    const auto count = shards.merge();
    CHECK(count.runs == 1);
    CHECK(count.missing == 3);  // one of this point, two of the one that nobody has
    CHECK(shards.merged.points(*shards.merged.newest_plan(), 1, 2).empty());
}

TEST_CASE("The same run with other numbers is an error", "[merge]") {
    Shards shards;
    keep_run(shards.first, "a", 0, "a0");
    keep_run(shards.second, "a", 0, "a0");
    shards.first.keep_point(shards.first_plan, point(shards.first, 1, "a"));
    CHECK(shards.merge().runs == 1);
    keep_run(shards.second, "a", 1, "a1");
    keep_run(shards.first, "a", 1, "A1");
    CHECK_THROWS_AS(shards.merge(), models::MergeContradiction);
}

TEST_CASE("The first failure is that of the point, whoever had it", "[merge]") {
    Shards shards;
    keep_run(shards.first, "a", 0, "a0");
    auto later = point(shards.first, 1, "a");
    later.replications = 4;
    later.failure = "replication 4 reached a limit";
    auto sooner = point(shards.second, 1, "a");
    sooner.replications = 2;
    sooner.failure = "replication 2 reached a limit";
    shards.first.keep_point(shards.first_plan, later);
    shards.second.keep_point(shards.second_plan, sooner);
    const auto count = shards.merge();
    CHECK(count.failed == 1);
    CHECK(count.runs == 1);
    const auto points = shards.merged.points(*shards.merged.newest_plan(), 1, 2);
    REQUIRE(points.size() == 1);
    CHECK(points[0].failure == sooner.failure);
}

TEST_CASE("A point that waits for another round is open until somebody decides it", "[merge]") {
    Shards shards;
    keep_run(shards.first, "a", 0, "a0");
    keep_run(shards.second, "a", 1, "a1");
    auto open = point(shards.first, 1, "a");
    open.verdicts = models::kOpenRound;
    shards.first.keep_point(shards.first_plan, open);
    auto count = shards.merge();
    CHECK(count.open_points == 1);
    CHECK(shards.merged.points(*shards.merged.newest_plan(), 1, 2).empty());
    CHECK(shards.merged.runs("a", 7, 2).size() == 2);  // for the next look
    auto decided = point(shards.second, 1, "a");
    decided.verdicts = "m";
    shards.second.keep_point(shards.second_plan, decided);
    count = shards.merge();
    CHECK(count.open_points == 0);
    REQUIRE(shards.merged.points(*shards.merged.newest_plan(), 1, 2).size() == 1);
}

TEST_CASE("Shards of different sweeps are refused", "[merge]") {
    Shards shards;
    auto other = study();
    other.strategies = {"budgeted"};
    shards.second.keep_plan(models::sweep_text(other));
    CHECK_THROWS_WITH(shards.merge(),
                      "'second' does not belong to 'first': it has other strategies");
}

TEST_CASE("A sealed store is one file, and one process at a time has it", "[merge]") {
    const auto path =
        (std::filesystem::temp_directory_path() / "firedrill_sealed_test.db").string();
    std::filesystem::remove(path);
    {
        Store store(path, Store::Access::write_alone, "this");
        keep_run(store, "a", 0, "a0");
        store.seal();
        CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    }
    Store again(path, Store::Access::read, "this");
    CHECK(again.runs("a", 7, 1).size() == 1);
    std::filesystem::remove(path);
}
