// Criticality classes and user cohorts.
#include "models/policy/priority.hpp"

#include <array>
#include <string>

#include "sim/yaml/load.hpp"
#include "sim/yaml/node.hpp"
#include "tests/catch.hpp"

using models::Criticality;

TEST_CASE("the most important class has rank 0") {
    CHECK(models::rank(Criticality::critical_plus) == 0);
    CHECK(models::rank(Criticality::critical) == 1);
    CHECK(models::rank(Criticality::sheddable_plus) == 2);
    CHECK(models::rank(Criticality::sheddable) == 3);
}

TEST_CASE("users fall evenly into 128 cohorts, the same ones every time") {
    std::array<int, models::kUserCohorts> counts{};
    for (std::uint64_t user = 0; user < 128'000; ++user) {
        const int cohort = models::user_cohort(user);
        REQUIRE(cohort >= 0);
        REQUIRE(cohort < models::kUserCohorts);
        REQUIRE(cohort == models::user_cohort(user));
        ++counts[static_cast<std::size_t>(cohort)];
    }
    for (const int count : counts) {
        CHECK(count > 850);
        CHECK(count < 1150);
    }
    CHECK(models::user_cohort(7, 0) == models::user_cohort(7, 0));
}

namespace {

std::optional<Criticality> read(const std::string& text, sim::Diagnostics& diagnostics) {
    sim::SourceMap sources;
    const auto root = sim::load_text(sources, diagnostics, "test", "priority: " + text + "\n");
    REQUIRE(root);
    return models::read_priority(*root->find("priority"), diagnostics);
}

}  // namespace

TEST_CASE("every class is read by its name, and nothing else is") {
    sim::Diagnostics diagnostics;
    for (const auto priority : {Criticality::critical_plus, Criticality::critical,
                                Criticality::sheddable_plus, Criticality::sheddable}) {
        CHECK(read(std::string(models::to_string(priority)), diagnostics) == priority);
    }
    CHECK(diagnostics.error_count() == 0);
    CHECK_FALSE(read("urgent", diagnostics));
    CHECK_FALSE(read("1", diagnostics));
    CHECK(diagnostics.error_count() == 2);
}
