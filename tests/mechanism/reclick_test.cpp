// Customers who press again: demand that rises with failure.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

TestSystem failing_shop(double error_share) {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10), 100);
    system.model.endpoints[0].error_share = error_share;
    system.add_users("people", shop, 100, whole_seconds(9));
    return system;
}

}  // namespace

TEST_CASE("every failed request is asked again, up to the most, each as a request of its own") {
    auto system = failing_shop(1.0);
    system.model.groups[0].reclick = models::Reclick{1.0, milliseconds(50), 3};
    const auto result = system.run();
    CHECK(count(result, Outcome::error) == 400);
}

TEST_CASE("a share of the customers gives up; success is never asked again") {
    auto system = failing_shop(1.0);
    system.model.groups[0].reclick = models::Reclick{0.5, milliseconds(50), 1};
    const auto failed = count(system.run(), Outcome::error);
    CHECK(failed > 130);
    CHECK(failed < 170);
    auto healthy = failing_shop(0.0);
    healthy.model.groups[0].reclick = models::Reclick{};
    CHECK(count(healthy.run(), Outcome::ok) == 100);
}

TEST_CASE("presses draw luck of their own: with half of the answers wrong most get through") {
    auto system = failing_shop(0.5);
    system.model.groups[0].reclick = models::Reclick{1.0, milliseconds(50), 9};
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) >= 98);
    CHECK(count(result, Outcome::error) > 70);
    CHECK(count(result, Outcome::error) < 130);
}
