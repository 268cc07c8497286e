#include "models/analysis/diff.hpp"

#include <limits>
#include <string>
#include <vector>

#include "tests/catch.hpp"

using models::DiffCell;
using models::DiffRule;
using models::DiffSide;
using models::DiffStatus;

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
using Values = std::vector<std::optional<double>>;

DiffCell cell(const std::string& slo, Values values, const std::string& verdict = "met") {
    DiffCell one;
    one.strategy = "naive";
    one.slo = slo;
    one.subject = "us";
    one.verdict = verdict;
    one.matters = {0.001, false};
    one.per_run = std::move(values);
    return one;
}

DiffStatus status_of(const DiffCell& before, const DiffCell& after) {
    DiffSide a;
    DiffSide b;
    a.cells = {before};
    b.cells = {after};
    return models::compare_sides(a, b, {}).rows.at(0).status;
}

const Values kBase{0.90, 0.91, 0.92, 0.93, 0.94, 0.95};

/// Every run lower by about as much.
Values lower(double by) {
    Values values;
    double wobble = 0;
    for (const auto& value : kBase) values.emplace_back(*value - by - (wobble += 1e-5));
    return values;
}

}  // namespace

TEST_CASE("the same values are identical, those that differ by more than noise better or worse") {
    CHECK(status_of(cell("s", kBase), cell("s", kBase)) == DiffStatus::identical);
    CHECK(status_of(cell("s", kBase), cell("s", lower(0.05))) == DiffStatus::worse);
    CHECK(status_of(cell("s", lower(0.05)), cell("s", kBase)) == DiffStatus::better);
    // By less than what matters, however sure that is.
    CHECK(status_of(cell("s", kBase), cell("s", lower(0.0005))) == DiffStatus::same);
    // By more on average, in runs that do not agree.
    Values mixed = kBase;
    for (std::size_t i = 0; i < mixed.size(); ++i) *mixed[i] += i % 2 == 0 ? 0.2 : -0.25;
    CHECK(status_of(cell("s", kBase), cell("s", mixed)) == DiffStatus::same);
}

TEST_CASE("lower is better where it is") {
    auto before = cell("s", kBase);
    auto after = cell("s", lower(0.05));
    before.higher_is_better = after.higher_is_better = false;
    CHECK(status_of(before, after) == DiffStatus::better);
}

TEST_CASE("durations without an end are longer than any other") {
    auto before = cell("s", {1.0, 1.0, 2.0, 1.0, 2.0, 1.0, 1.0, 2.0, 1.0, 1.5});
    auto after = cell("s", Values(10, kNever));
    for (auto* one : {&before, &after}) {
        one->median = true;
        one->higher_is_better = false;
        one->unit = models::MetricUnit::duration;
        one->matters = {0.1, false};
    }
    CHECK(status_of(before, after) == DiffStatus::worse);
    CHECK(status_of(after, before) == DiffStatus::better);
    CHECK(status_of(after, after) == DiffStatus::identical);
}

TEST_CASE("what is not estimable in some run is not judged") {
    auto holes = lower(0.5);
    holes[2].reset();
    CHECK(status_of(cell("s", kBase), cell("s", holes)) == DiffStatus::unclear);
    CHECK(status_of(cell("s", holes), cell("s", holes)) == DiffStatus::identical);
}

TEST_CASE("the more is compared, the more it takes to name a difference") {
    // A difference whose p is about 0.02 by itself.
    Values before(6, 0.5);
    Values after{0.49, 0.47, 0.5, 0.46, 0.48, 0.49};
    CHECK(status_of(cell("s", before), cell("s", after)) == DiffStatus::worse);
    DiffSide a;
    DiffSide b;
    for (int i = 0; i < 20; ++i) {
        a.cells.push_back(cell("s" + std::to_string(i), before));
        b.cells.push_back(cell("s" + std::to_string(i), after));
    }
    const auto result = models::compare_sides(a, b, {});
    CHECK(result.count(DiffStatus::same) == 20);
}

TEST_CASE("what only one side has is new or gone; runs that only one has do not count") {
    DiffSide a;
    DiffSide b;
    a.cells = {cell("both", kBase), cell("old", kBase)};
    auto more = kBase;
    more.emplace_back(0.1);
    b.cells = {cell("both", more), cell("young", more)};
    const auto result = models::compare_sides(a, b, {});
    CHECK(result.runs == 6);
    REQUIRE(result.rows.size() == 3);
    CHECK(result.rows[0].status == DiffStatus::identical);
    CHECK(result.rows[1].status == DiffStatus::fresh);
    CHECK(result.rows[2].status == DiffStatus::gone);
    CHECK(models::fails(result, DiffRule::changed));
    CHECK_FALSE(models::fails(result, DiffRule::worse));
}

TEST_CASE("the exit code follows the rule") {
    DiffSide a;
    DiffSide b;
    a.cells = {cell("s", kBase, "met")};
    for (const std::string verdict : {"met", "missed"}) {
        b.cells = {cell("s", lower(0.05), verdict)};
        const auto result = models::compare_sides(a, b, {});
        CHECK(models::fails(result, DiffRule::worse));
        CHECK(models::fails(result, DiffRule::newly_missed) == (verdict == "missed"));
        CHECK(models::fails(result, DiffRule::changed));
        CHECK_FALSE(models::fails(result, DiffRule::never));
    }
}

TEST_CASE("a damaged result is a problem with a name") {
    using Json = nlohmann::ordered_json;
    const auto good = Json::parse(R"json({"command": "run", "provenance": {"seed": 1},
        "slos": [{"name": "s", "strategy": "naive", "group": "us", "verdict": "met", "unit": "ratio",
                  "better": "higher", "judgedBy": "mean", "value": 0.9,
                  "matters": {"amount": 0.001, "relative": false}, "perRun": [0.9, null]}]})json");
    std::string problem;
    const auto side = models::read_diff_side("a", good, problem);
    REQUIRE(side);
    CHECK(side->cells.at(0).shown == "90 %");
    CHECK_FALSE(side->cells.at(0).per_run.at(1));
    std::size_t refused = 0;
    const auto places = good.flatten();
    for (const auto& [path, value] : places.items()) {
        for (const auto& wrong : {Json(), Json("x"), Json(-1), Json::array(), Json::object()}) {
            auto damaged = good;
            damaged[Json::json_pointer(path)] = wrong;
            problem.clear();
            const bool read = models::read_diff_side("a", damaged, problem).has_value();
            CHECK(read == problem.empty());
            refused += read ? 0 : 1;
        }
    }
    CHECK(refused >= 20);
    for (const char* text : {"1", "[]", "null", "{}", R"({"command": "blast"})"}) {
        CHECK_FALSE(models::read_diff_side("a", Json::parse(text), problem));
    }
}
